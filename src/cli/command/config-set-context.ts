// `weft config set-context NAME`: saves an organisation's URL and token file.
import { resolve } from "node:path";
import type { Command } from "#cli/command.ts";
import { configPath, readConfig, type SavedContext, splitUrl, writeConfig } from "#cli/context.ts";
import { usage } from "#cli/failure.ts";
import { readTokenFile } from "#cli/token-file.ts";

export const command: Command = {
  about: "The token stays in its file; only the file's path is saved. The first context becomes the current one.",
  arguments: [{ name: "<name>", help: "name of the context" }],
  examples: ["weft config set-context acme --url https://weft.example.com/o/acme --token-file ~/acme.token"],
  async run({ args, options, terminal, env, cwd }) {
    const name = args[0]!;
    if (options.token !== undefined)
      throw usage(
        "a context keeps the path of a token file, not a token",
        "write the token to a file of mode 0600 and pass --token-file",
      );
    const config = readConfig(env);
    const before = config.contexts[name];
    const url = options.url ?? before?.url;
    if (url === undefined)
      throw usage(
        "a new context needs --url",
        `weft config set-context ${name} --url https://host/o/NAME --token-file FILE`,
      );
    const tokenFile = options.tokenFile === undefined ? before?.tokenFile : resolve(cwd, options.tokenFile);
    if (tokenFile !== undefined) readTokenFile(tokenFile, "--token-file");
    const context: SavedContext = {
      url: splitUrl(url, "--url").url,
      ...(tokenFile === undefined ? {} : { tokenFile }),
    };
    writeConfig(env, { current: config.current ?? name, contexts: { ...config.contexts, [name]: context } });
    terminal.err(`Saved context ${name} in ${configPath(env)}.\n`);
    return 0;
  },
};
