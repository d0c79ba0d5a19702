// `weft config use-context NAME`: chooses the context that commands use.
import type { Command } from "#cli/command.ts";
import { readConfig, writeConfig } from "#cli/context.ts";
import { usage } from "#cli/failure.ts";

export const command: Command = {
  about: "A running `weft up` in this folder or above still comes first there.",
  arguments: [{ name: "<name>", help: "name of a saved context" }],
  examples: ["weft config use-context acme"],
  async run({ args, terminal, env }) {
    const config = readConfig(env);
    const name = args[0]!;
    if (config.contexts[name] === undefined) {
      throw usage(
        `there is no context ${name}`,
        `known: ${Object.keys(config.contexts).join(", ") || "none; weft config set-context"}`,
      );
    }
    writeConfig(env, { ...config, current: name });
    terminal.err(`Commands now use context ${name}.\n`);
    return 0;
  },
};
