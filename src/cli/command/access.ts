// `weft access`: who may call whom, service by service.
import type { WireAccess } from "#api/access.ts";
import { requireService } from "#cli/access/known-service.ts";
import { outcomeText, reasonText } from "#cli/access/verdict-text.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";

interface Options {
  readonly mesh?: string;
  readonly from?: string;
  readonly to?: string;
  readonly outcome?: string;
}

export const command: Command<Options> = {
  about:
    "One line for each client service and each service that it has a way to, with what decides. " +
    "The client * is whoever has no certificate of the mesh. weft reach A B tells of one line all that there is.",
  options: [
    { flags: "-m, --mesh <mesh>", help: "one mesh (all unless given)" },
    { flags: "--from <service>", help: "calls of this service" },
    { flags: "--to <service>", help: "calls to this service" },
    {
      flags: "--outcome <outcome>",
      help: "those with this outcome",
      choices: ["allowed", "denied", "open", "requests", "mixed", "none"],
    },
  ],
  examples: ["weft access", "weft access --to backend", "weft access --outcome open -o json"],
  async run(invocation) {
    const { options, terminal } = invocation;
    const { mesh, from, to, outcome, output } = options;
    const asked = { ...(mesh && { mesh }), ...(from && { from }), ...(to && { to }), ...(outcome && { outcome }) };
    const connection = connect(invocation);
    const items: readonly WireAccess[] = await connection.ask(
      "who may call whom could not be told",
      (client, organisation) =>
        allPages((query) => client.call("access", { params: { organisation }, query: { ...asked, ...query } })),
      "weft get meshes lists what there is",
    );
    if (items.length === 0) {
      if (from !== undefined) await requireService(connection, mesh, from);
      if (to !== undefined) await requireService(connection, mesh, to);
    }
    printListing(terminal, output, {
      rows: items,
      columns: [
        { title: "mesh", cell: (row) => row.mesh },
        { title: "from", cell: (row) => row.from },
        { title: "to", cell: (row) => (row.port === undefined ? row.to : `${row.to}:${row.port}`) },
        { title: "outcome", cell: ({ verdict }) => outcomeText({ ...terminal, colour: false }, verdict) },
        { title: "reason", cell: ({ verdict }) => verdict.reason, wide: true },
        { title: "because", cell: ({ verdict }) => reasonText(verdict) },
      ],
      value: { total: items.length, items },
      name: (row) => `${row.from} ${row.to}`,
      key: (row) => JSON.stringify([row.mesh, row.from, row.to, row.port]),
      none: "Nobody has a way to anybody.",
    });
    return 0;
  },
};
