// `weft diff`: what differs between two revisions, or between files and what stands.
import { EXIT_CODES } from "#api/exit-code.ts";
import { checkResources, findingsText } from "#cli/apply/check.ts";
import { parseSource } from "#cli/apply/document.ts";
import { readSources } from "#cli/apply/source.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { type Connection, connect } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { type Difference, differencesText } from "#cli/history/difference-text.ts";
import { allDifferences } from "#cli/history/read.ts";
import { revisionNumber } from "#cli/history/revision-number.ts";
import { differencesOf } from "#cli/history/written.ts";
import { MESH_OPTION } from "#cli/kind-word.ts";
import { isProgram, printValue } from "#cli/output.ts";

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
  options: [
    { flags: "-f, --file <path>", help: "a file, a folder, or - for standard input; may be repeated", repeat: true },
    { ...MESH_OPTION, help: "mesh of documents that name none" },
    { flags: "--exit-code", help: "end with 10 where something differs" },
  ],
  examples: ["weft diff 11 12", "weft diff 11", "weft diff -f policies/ --exit-code"],
  async run(invocation) {
    const { options, terminal } = invocation;
    const { value, items } = await found(invocation);
    if (isProgram(options.output)) printValue(terminal, options.output, value);
    else if (options.output === "name") terminal.out(items.map((item) => `${item.type}/${item.name}\n`).join(""));
    else if (items.length === 0) terminal.err("Nothing differs.\n");
    else terminal.out(differencesText(terminal, items));
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
    "weft history lists the revisions",
  );
  return { value: told, items: told.items };
}

async function ofFiles(invocation: Invocation<Options>, files: readonly string[]): Promise<readonly Difference[]> {
  const { options, terminal, cwd } = invocation;
  const sources = await readSources(files, cwd, () => terminal.input());
  const parsed = sources.map(parseSource);
  const checked = checkResources(
    parsed.flatMap(({ resources }) => resources),
    options.mesh,
  );
  const findings = [...parsed.flatMap(({ faults }) => faults), ...checked.findings];
  if (findings.length > 0) {
    throw new Failure("invalid", {
      what: `${findings.length === 1 ? "1 fault" : `${findings.length} faults`} in what was to be compared`,
      why: findingsText(
        findings,
        sources.map(({ name }) => name),
      ),
      fix: "mend them, then compare again",
    });
  }
  const connection: Connection = connect(invocation);
  return differencesOf(connection, checked.resources);
}
