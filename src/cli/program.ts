// From the table of commands to a parsed and finished command line.
import { Command as Commander, CommanderError, Option } from "commander";
import { exitCodeText } from "#api/exit-code.ts";
import type { Command, CommandRow, Deed, GlobalOptions, OptionRow } from "./command.ts";
import { COMMANDS, GROUPS } from "./commands.ts";
import { usage } from "./failure.ts";
import { type StoppedBy, unlessStopped, untilStopped } from "./interruption.ts";
import { OUTPUTS } from "./output.ts";
import type { Terminal } from "./terminal.ts";
import { VERSION_LINE } from "./version-line.ts";
import { type Called, faultsOfLine, severalFaults } from "./wrong-line.ts";

export interface Surroundings {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** Understood by every command. */
export const GLOBAL_OPTIONS: readonly OptionRow[] = [
  { flags: "-o, --output <form>", help: "form of the answer", choices: OUTPUTS, default: "table" },
  { flags: "-w, --watch", help: "go on and show what changes, for what shows something; Ctrl-C ends it" },
  { flags: "--url <url>", help: "URL of the organisation's API: https://host/o/NAME (WEFT_URL)" },
  { flags: "--token-file <path>", help: "file with an API token (WEFT_TOKEN_FILE; or the token in WEFT_TOKEN)" },
  // On a command line a token is seen by every user of the machine; it works, and help does not advertise it.
  { flags: "--token <token>", help: "an API token", hidden: true },
  { flags: "--context <name>", help: "a context saved by `weft config set-context`" },
  { flags: "--no-color", help: "no colours" },
  { flags: "--no-input", help: "never ask" },
];

/** What the scripts of `weft completion` call; a shell calls it at each TAB, so it is no command that people see. */
const COMPLETE = "__complete";

/** Parses `argv` (without node and script), runs the command and returns its exit code. Throws Failure. */
export async function runProgram(argv: readonly string[], around: Surroundings): Promise<number> {
  if (argv[0] === COMPLETE) {
    const { complete } = await import("./completion/complete.ts");
    await complete(argv.slice(1), { commands: COMMANDS, groups: GROUPS, globalOptions: GLOBAL_OPTIONS }, around);
    return 0;
  }
  let code = 0;
  const root = new Commander("weft")
    .description("Weft: a hosted service mesh control plane that speaks Kuma.")
    .addHelpText("after", `\n${exitCodeText()}\nExamples:\n  weft up\n  weft get meshes\n  weft apply -f mesh.yaml`)
    .version(VERSION_LINE, "--version", "print the version")
    .showSuggestionAfterError(true)
    // Beside the longest flags there is less room than Commander thinks worth wrapping in.
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 20 });
  for (const option of GLOBAL_OPTIONS) root.addOption(commanderOption(option));
  prepare(root, around.terminal);
  const groups = new Map<string, Commander>();
  let called: Called | undefined;
  for (const row of COMMANDS) {
    const words = row.path.split(" ");
    const parent = words.length === 1 ? root : groupOf(root, groups, words[0]!, around.terminal);
    const child = parent.command(words.at(-1)!, { hidden: row.hidden === true }).summary(row.summary);
    prepare(child, around.terminal);
    // A command may have others below it: `weft plan` and `weft plan show`.
    if (words.length === 1) groups.set(row.path, child);
    parent.hook("preSubcommand", async (_, chosen) => {
      if (chosen !== child) return;
      const command = (await row.load()).command as Command<object>;
      called = { commander: child, command, env: around.env };
      fill(child, row, command, around, (done) => (code = done));
    });
  }
  try {
    await root.parseAsync(argv.length === 0 ? ["--help"] : argv[0] === "help" ? helpOf(argv.slice(1)) : argv, {
      from: "user",
    });
  } catch (thrown) {
    if (thrown instanceof CommanderError) return finished(thrown, argv, called);
    throw thrown;
  }
  return code;
}

function groupOf(root: Commander, groups: Map<string, Commander>, word: string, terminal: Terminal): Commander {
  const known = groups.get(word);
  if (known !== undefined) return known;
  const group = root.command(word).summary(GROUPS[word] ?? "");
  prepare(group, terminal);
  groups.set(word, group);
  return group;
}

/** Commander neither exits nor prints errors by itself; children do not inherit this when they are added later. */
function prepare(command: Commander, terminal: Terminal): void {
  command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      outputError: () => {},
      getOutHelpWidth: () => terminal.columns ?? 80,
    })
    .helpOption("-h, --help", "show this help");
}

function fill(
  commander: Commander,
  row: CommandRow,
  command: Command<object>,
  around: Surroundings,
  done: (code: number) => void,
): void {
  commander.description(command.about === undefined ? row.summary : `${row.summary}.\n\n${command.about}`);
  for (const { name, help } of command.arguments ?? []) commander.argument(name, help);
  for (const option of command.options ?? []) commander.addOption(commanderOption(option));
  if (command.passThrough === true) commander.allowUnknownOption().allowExcessArguments().helpOption(false);
  commander.addHelpText("after", `\nExamples:\n${command.examples.map((line) => `  ${line}`).join("\n")}`);
  commander.action(async () => {
    const options = commander.optsWithGlobals() as GlobalOptions;
    const lacking = command.lacks?.(options, around.env) ?? [];
    if (lacking.length > 1) throw severalFaults(lacking, `weft ${row.path} --help`);
    const args = argumentsOf(command, commander.args);
    if (options.watch === true) refuseWatch(row, command, args, options);
    const run = async (signal: AbortSignal, stoppedBy: StoppedBy) => {
      if (options.watch === true && row.does === "shows") {
        const { watch } = await import("./watch/watch.ts");
        return watch(command, { args, options, ...around, signal }, { stoppedBy });
      }
      // Whoever waits for standard input waits no longer than the command.
      const terminal = { ...around.terminal, input: () => unlessStopped(around.terminal.input(), signal) };
      return command.run({ args, options, ...around, terminal, signal });
    };
    const code =
      command.endsItself === true ? await run(new AbortController().signal, () => undefined) : await untilStopped(run);
    done(code ?? 0);
  });
}

/** A zone is named by its name, or as `weft get zones -o name` prints it. */
function argumentsOf({ arguments: rows = [] }: Command<object>, words: readonly string[]): readonly string[] {
  return words.map((word, at) => (/^[<[]zone[>\]]$/.test(rows[at]?.name ?? "") ? word.replace(/^Zone\//, "") : word));
}

const UNWATCHED: Readonly<Partial<Record<Deed, string>>> = {
  changes: "does something each time it runs, and --watch would do it again and again",
  runs: "shows nothing that --watch could look at again",
};

/** Failure `usage` where there is nothing to watch. */
function refuseWatch(
  { path, does }: CommandRow,
  command: Command<object>,
  args: readonly string[],
  options: GlobalOptions,
): void {
  const why = UNWATCHED[does] ?? command.unwatchable?.(args, options);
  if (why === undefined) return;
  const instead = "weft get TYPE --watch, weft history --watch and weft rollout watch REV show what comes of it";
  throw usage(`weft ${path} ${why}`, does === "changes" ? `leave --watch out; ${instead}` : "leave --watch out");
}

function commanderOption(row: OptionRow): Option {
  const option = new Option(row.flags, row.help);
  if (row.choices !== undefined) option.choices(row.choices);
  if (row.default !== undefined) option.default(row.default);
  if (row.required === true) option.makeOptionMandatory();
  if (row.hidden === true) option.hideHelp();
  if (row.repeat === true) option.argParser((text: string, before: readonly string[] = []) => [...before, text]);
  return option;
}

/** `help zone create` as `zone create --help`: Commander's own looks at the first word alone, and takes any. */
function helpOf(words: readonly string[]): readonly string[] {
  const path = words.filter((word) => !word.startsWith("-")).join(" ");
  if (path !== "" && !isCalled(path)) throw usage(`unknown command '${path}'`, "weft --help lists them");
  return [...words, "--help"];
}

function isCalled(path: string): boolean {
  return path in GROUPS || COMMANDS.some((row) => row.path === path);
}

/** `weft zone delete` is `weft delete zone`, and `weft proxy inspect` is `weft inspect proxy`: the command that was likely meant. */
function turnedAround(group: string, argv: readonly string[]): string | undefined {
  const word = argv.filter((one) => !one.startsWith("-"))[1] ?? "";
  // Of the groups, zones alone are resources, too.
  const isOfResource = group === "zone" && (word === "get" || word === "delete");
  return isOfResource || isCalled(`${word} ${group}`) ? `did you mean weft ${word} ${group}?` : undefined;
}

/** Help that was asked for is a success; everything else is a wrong command line. */
function finished(error: CommanderError, argv: readonly string[], refused: Called | undefined): number {
  if (error.exitCode === 0) return 0;
  const called = calledPath(argv);
  // Commander shows a group's help when its second word is missing.
  if (error.code === "commander.help")
    throw usage(`weft ${called} needs another word`, `weft ${called} --help lists them`);
  const [what, ...more] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = more.join(" ").trim();
  const help = ["weft", called, "--help"].filter((word) => word !== "").join(" ");
  const faults = faultsOfLine(error, refused);
  if (faults.length > 1) throw severalFaults(faults, help);
  const turned = error.code === "commander.unknownCommand" ? turnedAround(called, argv) : undefined;
  const usual = suggestion === "" ? `${help} shows how it is used` : suggestion.replace(/^\(|\)$/g, "");
  throw usage(what!, turned ?? usual);
}

/** The words of the command line that name a command or a group. */
function calledPath(argv: readonly string[]): string {
  const words = argv.filter((word) => !word.startsWith("-"));
  const known = [...COMMANDS.map(({ path }) => path), ...Object.keys(GROUPS)];
  return [words.slice(0, 2).join(" "), words[0] ?? ""].find((path) => known.includes(path)) ?? "";
}
