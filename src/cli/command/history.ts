// `weft history`: revisions, newest first; one of them; or those that wrote one resource.
import type { ResourceHistoryBody, RevisionBody } from "#api/history.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { differencesText, resourceText } from "#cli/history/difference-text.ts";
import { allDifferences, readRevision } from "#cli/history/read.ts";
import { revisionNumber } from "#cli/history/revision-number.ts";
import { whoText } from "#cli/history/who.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { wholeNumber } from "#cli/number.ts";
import { ageText, type Column, isProgram, printListing, printValue } from "#cli/output.ts";
import { firstItems } from "#cli/pages.ts";
import { outcomeText } from "#cli/plan/text.ts";
import type { Terminal } from "#cli/terminal.ts";
import { durationMs } from "#model/duration.ts";

interface Options {
  readonly mesh?: string;
  readonly actor?: string;
  readonly since?: string;
  readonly size: string;
  readonly patch?: boolean;
}

type Own = ResourceHistoryBody["items"][number];

export const command: Command<Options> = {
  about:
    "With a number: who made that revision, when and why, and what it changed. With TYPE and NAME: the revisions that wrote " +
    "this resource, also when it is gone. Contents of secrets are never shown.",
  arguments: [
    { name: "[revision|type]", help: "a revision's number, or the type of a resource" },
    { name: "[name]", help: "name of a resource" },
  ],
  options: [
    { flags: "-m, --mesh <mesh>", help: "mesh of the resource (default); without NAME, only what is of this mesh" },
    { flags: "--actor <who>", help: "made by this one: name or id of a token" },
    { flags: "--since <time>", help: "as 24h, 2026-03-04 or 2026-03-04T05:06:07Z" },
    { flags: "--size <n>", help: "how many, at most 10000", default: "20" },
    { flags: "--patch", help: "with the lines that each of them changed" },
  ],
  examples: [
    "weft history",
    "weft history 12",
    "weft history meshtimeout slow --patch",
    "weft history --actor ci --since 24h -o json",
  ],
  async run(invocation) {
    const [first, name] = invocation.args;
    if (first !== undefined && /^\d+$/.test(first)) return showRevision(invocation, revisionNumber(first), name);
    if (first !== undefined && name !== undefined) return listOwn(invocation, first, name);
    return listAll(invocation, first);
  },
};

async function showRevision(
  invocation: Invocation<Options>,
  revision: number,
  name: string | undefined,
): Promise<number> {
  const { options, terminal } = invocation;
  if (name !== undefined)
    throw usage(`weft history ${revision} takes no name`, `weft history TYPE ${name} tells of a resource`);
  const connection = connect(invocation);
  const what = `revision ${revision} could not be read`;
  const record = await connection.ask(
    what,
    (client, organisation) => readRevision(client, organisation, revision),
    LISTED,
  );
  if (isProgram(options.output)) printValue(terminal, options.output, record);
  else if (options.output === "name") terminal.out(`${revision}\n`);
  else {
    const { items } = await connection.ask(what, (client, organisation) =>
      allDifferences(client, organisation, { from: String(revision - 1), to: String(revision) }),
    );
    terminal.out(`${headText(record)}\n${differencesText(terminal, items)}${effectText(terminal, record)}`);
  }
  return 0;
}

/** What it did; nothing where that is not known, or nothing differs for anybody. */
function effectText(
  terminal: Terminal,
  { covers, effect, access, faults, cut }: Awaited<ReturnType<typeof readRevision>>,
): string {
  if (!covers || !effect || !access || !faults) return "";
  if (effect.zones.length + access.length + faults.new.length + faults.mended.length === 0) return "";
  const alone = covers.from === covers.to;
  const told = alone ? "" : `Revisions ${covers.from} to ${covers.to} were published at once, and did this together:\n`;
  return `\n${told}${outcomeText(terminal, { effect, access, faults, ...(cut && { cut }) })}`;
}

async function listAll(invocation: Invocation<Options>, type: string | undefined): Promise<number> {
  const { options, terminal } = invocation;
  const query = {
    ...(type !== undefined && { type: kindOfWord(type).type }),
    ...(options.mesh !== undefined && { mesh: options.mesh }),
    ...(options.actor !== undefined && { actor: options.actor }),
    ...(options.since !== undefined && { since: timeOf(options.since) }),
  };
  const connection = connect(invocation);
  const items = await connection.ask("the history could not be read", (client, organisation) =>
    firstItems(
      (page) => client.call("listRevisions", { params: { organisation }, query: page }),
      query,
      sizeOf(options),
    ),
  );
  const now = Date.now();
  const columns: readonly Column<RevisionBody>[] = [
    { title: "revision", cell: ({ revision }) => String(revision) },
    { title: "age", cell: ({ time }) => ageText(time, now) },
    { title: "who", cell: whoText },
    { title: "changes", cell: ({ changes }) => changesText(changes) },
    { title: "reason", cell: ({ reason }) => reason },
  ];
  if (options.patch === true && options.output === "table") {
    for (const record of items) {
      const { items: told } = await connection.ask("the history could not be read", (client, organisation) =>
        allDifferences(client, organisation, { from: String(record.revision - 1), to: String(record.revision) }),
      );
      terminal.out(`${headText(record)}\n${differencesText(terminal, told)}\n`);
    }
    return 0;
  }
  printListing(terminal, options.output, {
    rows: items,
    columns,
    value: items,
    name: ({ revision }) => String(revision),
    none: "There are no such revisions.",
  });
  return 0;
}

async function listOwn(invocation: Invocation<Options>, type: string, name: string): Promise<number> {
  const { options, terminal } = invocation;
  const kind = kindOfWord(type);
  const mesh = kind.scope === "Global" ? "" : (options.mesh ?? "default");
  if (options.actor !== undefined || options.since !== undefined)
    throw usage("--actor and --since are for lists without a NAME", "leave them out");
  const items = await connect(invocation).ask(
    `the history of ${kind.type} ${name} could not be read`,
    (client, organisation) =>
      firstItems((query) => client.resources(organisation).history(kind, mesh, name, query), {}, sizeOf(options)),
    `weft get ${kind.path}${mesh === "" ? "" : ` -m ${mesh}`} lists what there is`,
  );
  const now = Date.now();
  const columns: readonly Column<Own>[] = [
    { title: "revision", cell: ({ revision }) => String(revision) },
    { title: "age", cell: ({ time }) => ageText(time, now) },
    { title: "who", cell: whoText },
    { title: "change", cell: ({ change }) => change },
    { title: "reason", cell: ({ reason }) => reason },
  ];
  if (options.patch === true && options.output === "table") {
    const told = items.map(
      (item) => `${headText(item)}\n${differencesText(terminal, [{ type: kind.type, mesh, name, ...item }])}`,
    );
    terminal.out(told.join("\n"));
    return 0;
  }
  printListing(terminal, options.output, {
    rows: items,
    columns,
    value: items,
    name: ({ revision }) => String(revision),
    none: `No revision that is kept has written ${kind.type} ${name}.`,
  });
  return 0;
}

const LISTED = "weft history lists the revisions";

function headText(record: Pick<RevisionBody, "revision" | "actor" | "token" | "time" | "reason">): string {
  const { revision, time, reason } = record;
  return `revision ${revision}\n  who   ${whoText(record)}\n  when  ${time}\n  why   ${reason === "" ? "(nobody said)" : reason}\n`;
}

function changesText(
  changes: readonly { readonly type: string; readonly mesh: string; readonly name: string }[],
): string {
  const [first, ...more] = changes;
  if (first === undefined) return "";
  return more.length === 0 ? resourceText(first) : `${resourceText(first)}, and ${more.length} more`;
}

function sizeOf({ size }: Options): number {
  const wanted = wholeNumber("--size", size, 10_000);
  if (wanted === 0) throw usage("--size 0 lists nothing", "give a number from 1 to 10000");
  return wanted;
}

/** A time of RFC 3339: one that is given, or a duration ago. */
function timeOf(text: string): string {
  const ago = durationMs(text);
  if (ago !== null && ago >= 0) return new Date(Date.now() - ago).toISOString();
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw usage(`--since ${text} is neither a time nor a duration`, "write 24h, 2026-03-04 or 2026-03-04T05:06:07Z");
}
