// What may stand next on an unfinished command line: words of commands, options, and values, some of them asked for.
import type { ArgumentRow, Command, CommandRow, OptionRow } from "#cli/command.ts";

export interface Candidate {
  readonly value: string;
  readonly help: string;
}

/** The shell completes paths of files itself. */
export type Candidates = readonly Candidate[] | "files";

/** What the placeholder of an argument or option stands for: `zone` of `<zone>`; with what stands before it on the line. */
export interface Asked {
  /** Words of the command: `zone drain`. */
  readonly command: string;
  /** Long name of the option whose value it is, without dashes; undefined = an argument. */
  readonly option?: string | undefined;
  readonly placeholder: string;
  /** Arguments before it. */
  readonly args: readonly string[];
  /** Of the line's options those with a value, by their long name without dashes. */
  readonly options: ReadonlyMap<string, string>;
}

export interface CompletionTables {
  readonly commands: readonly CommandRow[];
  readonly groups: Readonly<Record<string, string>>;
  readonly globalOptions: readonly OptionRow[];
  /** Values that only a table, the control plane or the machine knows; none where nobody answers. Never throws. */
  readonly values: (asked: Asked) => Promise<Candidates>;
}

/** `words` without `weft`; the last one is being written, and may be empty. */
export async function candidatesOf(words: readonly string[], tables: CompletionTables): Promise<Candidates> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? "";
  const found = commandOf(before, tables);
  if (found === null) return starting(nextWords(before, tables), current);
  const command = (await found.load()).command as Command<never>;
  const options = [...(command.options ?? []), ...tables.globalOptions].filter(({ hidden }) => hidden !== true);
  const line = readLine(before.slice(found.path.split(" ").length), options);
  const glued = /^(--[\w-]+)=(.*)$/s.exec(current);
  const pending =
    glued === null ? line.pending : options.find((option) => namesOf(option).includes(glued[1] as string));
  if (pending !== undefined) {
    const values = await optionValues(pending, { ...line, command: found.path }, tables);
    if (values === "files" || glued === null) return values === "files" ? values : starting(values, current);
    const named = values.map(({ value, help }) => ({ value: `${glued[1]}=${value}`, help }));
    return starting(named, current);
  }
  if (current.startsWith("-")) return starting(options.flatMap(optionWords), current);
  const argument = argumentAt(command.arguments ?? [], line.args.length);
  if (argument === undefined) return [];
  const { args, options: given } = line;
  const placeholder = placeholderOf(argument.name);
  const values = await tables.values({ command: found.path, placeholder, args, options: given });
  return values === "files" ? values : starting(values, current);
}

function commandOf(words: readonly string[], { commands }: CompletionTables): CommandRow | null {
  const paths = [words.slice(0, 2).join(" "), words[0] ?? ""];
  return paths.map((path) => commands.find((row) => row.path === path)).find((row) => row !== undefined) ?? null;
}

function nextWords(before: readonly string[], { commands, groups }: CompletionTables): readonly Candidate[] {
  const shown = commands.filter(({ hidden }) => hidden !== true);
  if (before.length === 0) {
    const single = shown
      .filter(({ path }) => !path.includes(" "))
      .map(({ path, summary }) => ({ value: path, help: summary }));
    return [...single, ...Object.entries(groups).map(([value, help]) => ({ value, help }))];
  }
  if (before.length > 1) return [];
  return shown.flatMap(({ path, summary }) => {
    const [group, word] = path.split(" ");
    return group === before[0] && word !== undefined ? [{ value: word, help: summary }] : [];
  });
}

interface Line extends Pick<Asked, "args" | "options"> {
  /** The option whose value is being written. */
  readonly pending: OptionRow | undefined;
}

function readLine(words: readonly string[], options: readonly OptionRow[]): Line {
  const args: string[] = [];
  const given = new Map<string, string>();
  let pending: OptionRow | undefined;
  for (const word of words) {
    if (pending !== undefined) {
      given.set(longName(pending), word);
      pending = undefined;
      continue;
    }
    if (!word.startsWith("-") || word === "-") {
      args.push(word);
      continue;
    }
    const [name, ...rest] = word.split("=");
    const option = options.find((one) => namesOf(one).includes(name as string));
    if (option === undefined || placeholderOf(option.flags) === "") continue;
    if (rest.length > 0) given.set(longName(option), rest.join("="));
    else pending = option;
  }
  return { args, options: given, pending };
}

async function optionValues(
  option: OptionRow,
  { command, args, options }: Pick<Asked, "command" | "args" | "options">,
  { values }: CompletionTables,
): Promise<Candidates> {
  if (option.choices !== undefined) return option.choices.map((value) => ({ value, help: option.help }));
  return values({ command, option: longName(option), placeholder: placeholderOf(option.flags), args, options });
}

/** `zone` of `<zone>`, `[zone]` and `--zone <zone>`; empty where no value follows. */
export function placeholderOf(text: string): string {
  return /[<[]([^\]>.]+)(?:\.\.\.)?[\]>]/.exec(text)?.[1] ?? "";
}

function argumentAt(rows: readonly ArgumentRow[], at: number): ArgumentRow | undefined {
  const last = rows.at(-1);
  return rows[at] ?? (last?.name.includes("...") ? last : undefined);
}

function optionWords(option: OptionRow): readonly Candidate[] {
  return namesOf(option)
    .filter((name) => name.startsWith("--"))
    .map((value) => ({ value, help: option.help }));
}

function namesOf({ flags }: OptionRow): readonly string[] {
  return flags.split(/[ ,|]+/).filter((word) => word.startsWith("-"));
}

/** Without dashes. */
export function longName(option: OptionRow): string {
  return (namesOf(option).find((name) => name.startsWith("--")) ?? "").slice(2);
}

function starting(all: readonly Candidate[], text: string): readonly Candidate[] {
  return all.filter(({ value }) => value.startsWith(text));
}
