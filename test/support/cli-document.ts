// docs/cli.md as the tables of commands, exit codes and environment variables make it.

import { ENVIRONMENT } from "#api/environment.ts";
import { EXIT_CODES } from "#api/exit-code.ts";
import type { Command, OptionRow } from "#cli/command.ts";
import { COMMANDS, GROUPS } from "#cli/commands.ts";
import { GLOBAL_OPTIONS } from "#cli/program.ts";

/** The whole document; loads every command. */
export async function cliDocument(): Promise<string> {
  const shown = COMMANDS.filter(({ hidden }) => hidden !== true);
  const sections = await Promise.all(
    shown.map(async (row) => sectionOf(row.path, row.summary, (await row.load()).command as Command<never>)),
  );
  return [
    "# The weft command",
    "Made from the tables of commands, exit codes and environment variables (`npm run golden`). `weft --help` and `weft COMMAND --help` say the same.",
    "Data goes to standard output, all else to standard error. What is asked has a flag, and without a terminal nothing is asked.",
    "| command | what it does |\n|---|---|\n" +
      shown
        .map(({ path, summary }) => `| [\`weft ${path}\`](#weft-${path.replaceAll(" ", "-")}) | ${cell(summary)} |`)
        .join("\n"),
    `## Options of every command\n\n${optionTable(GLOBAL_OPTIONS)}`,
    "## Exit codes\n\n| code | meaning |\n|---|---|\n" +
      Object.values(EXIT_CODES)
        .map(({ code, meaning }) => `| ${code} | ${cell(meaning)} |`)
        .join("\n"),
    "## Environment variables\n\nOne that is empty is as one that is not set.\n\n| variable | read by | what it says |\n|---|---|---|\n" +
      Object.entries(ENVIRONMENT)
        .map(
          ([name, { readers, what }]) =>
            `| \`${name}\` | ${readers.map((one) => (one === "weft" ? "every command" : `\`${one}\``)).join(", ")} | ${cell(what)} |`,
        )
        .join("\n"),
    `## Groups\n\n${Object.entries(GROUPS)
      .map(([word, help]) => `- \`weft ${word}\`: ${help}`)
      .join("\n")}`,
    ...sections,
  ]
    .join("\n\n")
    .concat("\n");
}

function sectionOf(path: string, summary: string, command: Command<never>): string {
  const words = (command.arguments ?? []).map(({ name }) => name);
  const options = (command.options ?? []).filter(({ hidden }) => hidden !== true);
  const synopsis = ["weft", path, ...words, ...(options.length > 0 ? ["[options]"] : [])].join(" ");
  return [
    `## weft ${path}`,
    `${summary}.`,
    ...(command.about === undefined ? [] : [command.about]),
    `\`\`\`sh\n${synopsis}\n\`\`\``,
    ...(words.length === 0
      ? []
      : [
          `| argument | |\n|---|---|\n${(command.arguments ?? []).map(({ name, help }) => `| \`${cell(name)}\` | ${cell(help)} |`).join("\n")}`,
        ]),
    ...(options.length === 0 ? [] : [optionTable(options)]),
    `Examples:\n\n\`\`\`sh\n${command.examples.join("\n")}\n\`\`\``,
  ].join("\n\n");
}

function optionTable(options: readonly OptionRow[]): string {
  const rows = options
    .filter(({ hidden }) => hidden !== true)
    .map((option) => `| \`${cell(option.flags)}\` | ${cell(option.help)}${noteOf(option)} |`);
  return `| option | |\n|---|---|\n${rows.join("\n")}`;
}

function noteOf({ help, choices, default: usual, repeat, required }: OptionRow): string {
  const notes = [
    ...(choices === undefined ? [] : [`one of ${choices.map((one) => `\`${one}\``).join(", ")}`]),
    ...(usual === undefined || usual === false || usual === "" ? [] : [`default \`${String(usual)}\``]),
    ...(repeat === true && !help.includes("may be repeated") ? ["may be repeated"] : []),
    ...(required === true ? ["required"] : []),
  ];
  return notes.length === 0 ? "" : ` (${notes.join("; ")})`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
