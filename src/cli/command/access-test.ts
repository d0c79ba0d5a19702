// `weft access test`: whether the access tests hold now.
import type { WireAccessTest } from "#api/access.ts";
import { EXIT_CODES } from "#api/exit-code.ts";
import { askedText, stateText, whyText } from "#cli/access/test-text.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";

interface Options {
  readonly mesh?: string;
}

export const command: Command<Options> = {
  about:
    "Runs every AccessTest on what is committed now, and tells by which rule. The same tests are run on every plan and " +
    "every commit, and a commit that breaks one is refused.\n\n" +
    `Exit code ${EXIT_CODES.ok.code}: all of them hold. ${EXIT_CODES.invalid.code}: some do not.`,
  options: [{ flags: "-m, --mesh <mesh>", help: "one mesh (all unless given)" }],
  examples: ["weft access test", "weft access test -m default -o json"],
  async run(invocation) {
    const { options, terminal } = invocation;
    const { mesh, output } = options;
    const items: readonly WireAccessTest[] = await connect(invocation).ask(
      "the access tests could not be run",
      (client, organisation) =>
        allPages((query) =>
          client.call("accessTests", { params: { organisation }, query: { ...(mesh && { mesh }), ...query } }),
        ),
      "weft get meshes lists what there is",
    );
    printListing<WireAccessTest>(terminal, output, {
      rows: items,
      columns: [
        { title: "mesh", cell: (row) => row.mesh },
        { title: "name", cell: (row) => row.name },
        { title: "test", cell: ({ holds }) => (holds ? "holds" : "FAILS") },
        { title: "expects", cell: (row) => row.expect },
        { title: "asks", cell: askedText },
        { title: "is", cell: stateText },
        { title: "because", cell: whyText },
        { title: "reason", cell: (row) => row.reason ?? "", wide: true },
      ],
      value: { total: items.length, failing: items.filter(({ holds }) => !holds).length, items },
      name: (row) => `${row.mesh}/${row.name}`,
      key: (row) => `${row.mesh}/${row.name}`,
      none: "There is no access test.",
    });
    const failing = items.filter(({ holds }) => !holds).length;
    if (items.length > 0) terminal.err(`${items.length - failing} of ${items.length} hold.\n`);
    return EXIT_CODES[failing === 0 ? "ok" : "invalid"].code;
  },
};
