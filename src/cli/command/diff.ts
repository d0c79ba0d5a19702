// `weft diff`: what differs between two revisions, or between files and what stands.
import { EXIT_CODES } from "#api/exit-code.ts";
import { FILE_OPTIONS, readDocuments } from "#cli/apply/read.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { type Difference, differencesText } from "#cli/history/difference-text.ts";
import { allDifferences } from "#cli/history/read.ts";
import { revisionNumber, SEE_HISTORY } from "#cli/history/revision-number.ts";
import { differencesOf } from "#cli/history/written.ts";
import { isText, printAnswer } from "#cli/output.ts";

interface Options {
  readonly file?: readonly string[];
  readonly mesh: string;
  readonly exitCode?: boolean;
}

export const command: Command<Options> = {
  about:
    "REV1 to REV2, or to the newest; 0 is before the first. With -f: what `weft apply` would change in resources; nothing is " +
    "sent but questions. Contents of secrets are never shown.",
  arguments: [
    { name: "[rev1]", help: "a revision's number" },
    { name: "[rev2]", help: "another one; the newest unless given" },
  ],
  options: [...FILE_OPTIONS, { flags: "--exit-code", help: "end with 10 where something differs" }],
  examples: ["weft diff 11 12", "weft diff 11", "weft diff -f policies/ --exit-code"],
  async run(invocation) {
    const { options, terminal } = invocation;
    const { value, items } = await found(invocation);
    const name = items.map(({ type, mesh, name }) => [type, mesh, name].filter((part) => part !== "").join("/"));
    printAnswer(terminal, options.output, { value, name, text: () => differencesText(terminal, items) });
    if (isText(options.output) && items.length === 0) terminal.err("Nothing differs.\n");
    return options.exitCode === true && items.length > 0 ? EXIT_CODES.differs.code : 0;
  },
};

interface Found {
  readonly value: unknown;
  readonly items: readonly Difference[];
}

async function found(invocation: Invocation<Options>): Promise<Found> {
  const { args, options } = invocation;
  const [from, to] = args;
  if (options.file !== undefined) {
    if (from !== undefined)
      throw usage("revisions and -f exclude each other", "weft diff REV1 [REV2], or weft diff -f FILE");
    const items = await ofFiles(invocation, options.file);
    return { value: { items }, items };
  }
  if (from === undefined) throw usage("there is nothing to compare", "weft diff REV1 [REV2], or weft diff -f FILE");
  const query = {
    from: String(revisionNumber(from, 0)),
    ...(to !== undefined && { to: String(revisionNumber(to, 0)) }),
  };
  const told = await connect(invocation).ask(
    "the revisions could not be compared",
    (client, organisation) => allDifferences(client, organisation, query),
    SEE_HISTORY,
  );
  return { value: told, items: told.items };
}

async function ofFiles(invocation: Invocation<Options>, file: readonly string[]): Promise<readonly Difference[]> {
  const resources = await readDocuments({ ...invocation, options: { ...invocation.options, file } });
  return differencesOf(connect(invocation), resources);
}
