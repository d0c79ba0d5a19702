// What is wrong with a command line that Commander refused: everything that is missing or unknown, told at once.
import type { Command as Commander, CommanderError, Option } from "commander";
import { nearestWord } from "#model/nearest.ts";
import type { Command, GlobalOptions } from "./command.ts";
import { Failure } from "./failure.ts";

/** Codes of refusals after which the rest of the line is worth a look. */
const PARTIAL: ReadonlySet<string> = new Set([
  "commander.missingArgument",
  "commander.missingMandatoryOptionValue",
  "commander.unknownOption",
]);

/** The command that a line names. */
export interface Called {
  readonly commander: Commander;
  readonly command: Command<object>;
  readonly env: NodeJS.ProcessEnv;
}

/** One Failure of them all; `help` is the command line that shows how it is used. */
export function severalFaults(faults: readonly string[], help: string): Failure {
  return new Failure("usage", {
    what: `${faults.length} things are wrong with this command line`,
    why: faults.join("\n"),
    fix: `${help} shows how it is used`,
  });
}

/** Each fault of the line that `error` refused, in the order of help; empty where that error is the only thing to tell. */
export function faultsOfLine(error: CommanderError, called: Called | undefined): readonly string[] {
  if (called === undefined || !PARTIAL.has(error.code)) return [];
  const { commander: refused, command, env } = called;
  const known = optionsOf(refused);
  const end = refused.args.indexOf("--");
  const words = end < 0 ? refused.args : refused.args.slice(0, end);
  const unknown = words.filter((word) => /^-./.test(word)).map((word) => word.replace(/=.*/s, ""));
  const given = refused.args.length - unknown.length - (end < 0 ? 0 : 1);
  return [
    ...unknown.map((flag) => unknownText(flag, known)),
    ...refused.registeredArguments
      .slice(given)
      .flatMap((argument) => (argument.required ? [`missing required argument '${argument.name()}'`] : [])),
    ...refused.options
      .filter((option) => option.mandatory && refused.getOptionValue(option.attributeName()) === undefined)
      .map(({ flags }) => `required option '${flags}' not specified`),
    ...(command.lacks?.(refused.optsWithGlobals() as GlobalOptions, env) ?? []),
  ];
}

function unknownText(flag: string, known: readonly string[]): string {
  const near = flag.startsWith("--") ? nearestWord(flag, known) : undefined;
  return `unknown option '${flag}'${near === undefined ? "" : `; did you mean ${near}?`}`;
}

/** Long flags of a command and of all. */
function optionsOf(command: Commander): readonly string[] {
  const own: readonly Option[] = [...command.options, ...(command.parent === null ? [] : command.parent.options)];
  const above = command.parent?.parent?.options ?? [];
  return [...own, ...above].flatMap(({ long, hidden }) => (long == null || hidden ? [] : [long]));
}
