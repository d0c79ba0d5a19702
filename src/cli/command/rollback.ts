// `weft rollback REV`: the resources as they stood after a revision, or one revision taken back, as a new revision.
import { confirm, isCancel } from "@clack/prompts";
import type { Command, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { resourceText, summaryText } from "#cli/history/difference-text.ts";
import { allDifferences } from "#cli/history/read.ts";
import { revisionNumber } from "#cli/history/revision-number.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { printDelivery } from "#cli/rollout/text.ts";
import { follow, TIMEOUT_OPTION } from "#cli/rollout/watch.ts";

interface Options {
  readonly undo?: boolean;
  readonly created?: "keep" | "delete";
  readonly yes?: boolean;
  readonly wait?: boolean;
  readonly timeout: string;
}

export const command: Command<Options> = {
  about:
    "Makes a new revision, which can be rolled back as any other. Proxies that joined by themselves, keys and revocations stay " +
    "as they are. A mesh that was deleted does not come back: its keys are gone.",
  arguments: [{ name: "<revision>", help: "all as it stood after this one" }],
  options: [
    { flags: "--undo", help: "take back this one revision instead, and leave the later ones" },
    {
      flags: "--created <what>",
      help: "meshes and zones made since: keep them, or delete them with all that is theirs",
      choices: ["keep", "delete"],
    },
    REASON_OPTION,
    { flags: "-y, --yes", help: "do not ask" },
    { flags: "--wait", help: "follow the new revision until all proxies have it, as `weft rollout watch` does" },
    TIMEOUT_OPTION,
  ],
  examples: [
    'weft rollback 41 --reason "timeouts were too short"',
    "weft rollback 42 --undo --yes --wait",
    "weft rollback 40 --created keep --yes -o json",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const revision = revisionNumber(args[0]!);
    const what = `revision ${revision} could not be ${options.undo === true ? "undone" : "rolled back to"}; nothing was changed`;
    if (options.yes !== true && !(await isSure(invocation, revision, what))) {
      terminal.err("Nothing changed.\n");
      return 0;
    }
    const connection = connect(invocation);
    const rollback = {
      ...(options.undo === true ? { undo: revision } : { to: revision }),
      ...(options.created !== undefined && { created: options.created }),
    };
    const applied = await connection.ask(
      what,
      (client, organisation) => client.call("createChange", { params: { organisation }, body: { rollback } }),
      "weft history lists the revisions",
    );
    const { changes, left = [] } = applied;
    for (const item of left) terminal.err(`left as it is: ${resourceText(item)}: ${item.why}\n`);
    const isDone = changes.length > 0;
    if (isProgram(options.output)) printValue(terminal, options.output, { revision: applied.revision, changes, left });
    else if (options.output === "name") terminal.out(changes.map(({ type, name }) => `${type}/${name}\n`).join(""));
    else if (!isDone) terminal.err("Nothing differs; nothing was changed.\n");
    else {
      terminal.out(summaryText(changes));
      terminal.err(`Revision ${applied.revision}.\n`);
    }
    if (options.wait !== true || !isDone) return 0;
    const body = await follow(connection, terminal, { revision: applied.revision, timeout: options.timeout });
    if (!isProgram(options.output) && options.output !== "name") printDelivery(terminal, options.output, body);
    return 0;
  },
};

/** Shows what would change, and asks. Throws a usage failure where nobody can be asked. */
async function isSure(invocation: Invocation<Options>, revision: number, what: string): Promise<boolean> {
  const { options, terminal } = invocation;
  if (!terminal.interactive) throw usage("a rollback needs --yes where nobody can be asked", "add --yes");
  const { items } = await connect(invocation).ask(
    what,
    async (client, organisation) => {
      if (options.undo === true)
        return allDifferences(client, organisation, { from: String(revision), to: String(revision - 1) });
      const there = await allDifferences(client, organisation, { from: String(revision) });
      return allDifferences(client, organisation, { from: String(there.to), to: String(revision) });
    },
    "weft history lists the revisions",
  );
  if (items.length > 0) terminal.err(summaryText(items));
  const deed = options.undo === true ? `Undo revision ${revision}` : `Roll back to revision ${revision}`;
  const sure = await confirm({ message: `${deed}?`, initialValue: false, output: process.stderr });
  return !isCancel(sure) && sure;
}
