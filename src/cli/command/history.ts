// `weft history`: revisions, newest first; one of them; or those that wrote one resource.
import type { ResourceHistoryBody, RevisionBody } from "#api/history.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { differencesText, resourceText } from "#cli/history/difference-text.ts";
import { fieldPath } from "#cli/history/field-path.ts";
import { allDifferences, readRevision } from "#cli/history/read.ts";
import { revisionNumber, SEE_HISTORY } from "#cli/history/revision-number.ts";
import { whoText } from "#cli/history/who.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { wholeNumber } from "#cli/number.ts";
import { ageColumns, type Column, isText, printAnswer, printListing, type TextOutput } from "#cli/output.ts";
import { firstItems } from "#cli/pages.ts";
import { outcomeText } from "#cli/plan/text.ts";
import { isNamed, namedByWords } from "#cli/resource-name.ts";
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
    { name: "[name]", help: "name of a resource; TYPE/NAME is one word" },
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
    if (first !== undefined && (name !== undefined || isNamed(first))) return listOwn(invocation);
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
    SEE_HISTORY,
  );
  const { items } = isText(options.output)
    ? await connection.ask(what, (client, organisation) =>
        allDifferences(client, organisation, { from: String(revision - 1), to: String(revision) }),
      )
    : { items: [] };
  printAnswer(terminal, options.output, {
    value: record,
    name: String(revision),
    text: (form) => `${headText(record)}\n${differencesText(terminal, items)}${effectText(terminal, record, form)}`,
  });
  return 0;
}

/** What it did; nothing where that is not known, or nothing differs for anybody. */
function effectText(
  terminal: Terminal,
  { covers, effect, access, faults, cut }: Awaited<ReturnType<typeof readRevision>>,
  form: TextOutput,
): string {
  if (!covers || !effect || !access || !faults) return "";
  if (effect.zones.length + access.length + faults.new.length + faults.mended.length === 0) return "";
  const alone = covers.from === covers.to;
  const told = alone ? "" : `Revisions ${covers.from} to ${covers.to} were published at once, and did this together:\n`;
  return `\n${told}${outcomeText(terminal, { effect, access, faults, ...(cut && { cut }) }, form)}`;
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
  const wide = options.output === "wide";
  const columns: readonly Column<RevisionBody>[] = [
    { title: "revision", cell: ({ revision }) => String(revision) },
    ...ageColumns<RevisionBody>("age", "time", ({ time }) => time, { now }),
    { title: "who", cell: whoText },
    { title: "actor", cell: ({ actor }) => actor, wide: true },
    { title: "changes", cell: ({ changes }) => changesText(changes, wide) },
    { title: "reason", cell: ({ reason }) => reason },
  ];
  if (options.patch === true && isText(options.output)) {
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
    value: { items },
    name: ({ revision }) => String(revision),
    newest: true,
    none: "There are no such revisions.",
  });
  return 0;
}

async function listOwn(invocation: Invocation<Options>): Promise<number> {
  const { args, options, terminal } = invocation;
  const { kind, mesh, name, rest } = namedByWords(args, options.mesh ?? "default");
  if (rest.length > 0) throw usage(`weft history ${args[0]} takes no other name`, "it tells of one resource");
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
    ...ageColumns<Own>("age", "time", ({ time }) => time, { now }),
    { title: "who", cell: whoText },
    { title: "actor", cell: ({ actor }) => actor, wide: true },
    { title: "fields", cell: ({ patch }) => fieldsText(patch), wide: true },
    { title: "change", cell: ({ change }) => change },
    { title: "reason", cell: ({ reason }) => reason },
  ];
  if (options.patch === true && isText(options.output)) {
    const told = items.map(
      (item) => `${headText(item)}\n${differencesText(terminal, [{ type: kind.type, mesh, name, ...item }])}`,
    );
    terminal.out(told.join("\n"));
    return 0;
  }
  printListing(terminal, options.output, {
    rows: items,
    columns,
    value: { items },
    name: ({ revision }) => String(revision),
    newest: true,
    none: `No revision that is kept has written ${kind.type} ${name}.`,
  });
  return 0;
}

function headText(record: Pick<RevisionBody, "revision" | "actor" | "token" | "time" | "reason">): string {
  const { revision, time, reason } = record;
  return `revision ${revision}\n  who   ${whoText(record)}\n  when  ${time}\n  why   ${reason === "" ? "(nobody said)" : reason}\n`;
}

function changesText(
  changes: readonly { readonly type: string; readonly mesh: string; readonly name: string }[],
  all: boolean,
): string {
  if (all) return changes.map(resourceText).join(", ");
  const [first, ...more] = changes;
  if (first === undefined) return "";
  return more.length === 0 ? resourceText(first) : `${resourceText(first)}, and ${more.length} more`;
}

/** The fields that a change wrote; what it only tested is none. */
function fieldsText(patch: Own["patch"]): string {
  return patch.flatMap(({ op, path }) => (op === "test" ? [] : [fieldPath(path)])).join(", ");
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
