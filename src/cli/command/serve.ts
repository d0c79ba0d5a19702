// `weft serve`: a control plane in the foreground.
import { resolve } from "node:path";
import type { Command } from "#cli/command.ts";
import { wholeNumber } from "#cli/number.ts";
import { runEdge } from "#cli/run-edge.ts";
import { checkState } from "#cli/state-folder.ts";

interface Options {
  readonly state?: string;
  readonly host?: string;
  readonly port?: string;
  readonly logLevel?: string;
  readonly historyDays?: string;
  readonly privateWebhooks?: boolean;
}

export const command: Command<Options> = {
  about:
    "Prints one JSON line with its URL and the path of the operator's secret, then logs to stderr until SIGTERM. " +
    "The operator creates organisations: weft organisation create.",
  options: [
    { flags: "--state <folder>", help: "databases and secrets (WEFT_STATE_DIR; .weft)" },
    { flags: "--host <address>", help: "address to listen on (WEFT_HOST; 127.0.0.1)" },
    { flags: "--port <port>", help: "port to listen on; 0 = any free one (WEFT_PORT; 5681)" },
    {
      flags: "--log-level <level>",
      help: "how much to log (WEFT_LOG_LEVEL; info)",
      choices: ["debug", "info", "warn", "error", "silent"],
    },
    { flags: "--history-days <days>", help: "how long revisions are kept (WEFT_HISTORY_DAYS; 400)" },
    {
      flags: "--private-webhooks",
      help: "let webhooks lead to private addresses and plain HTTP: for development (WEFT_PRIVATE_WEBHOOKS=1)",
    },
  ],
  examples: ["weft serve --state /var/lib/weft", "weft serve --host 0.0.0.0 --port 8080"],
  async run({ options, env, cwd }) {
    const port = options.port === undefined ? undefined : String(wholeNumber("--port", options.port, 65_535));
    checkState(resolve(cwd, options.state ?? (env.WEFT_STATE_DIR || ".weft")));
    const flags: readonly (readonly [string, string | undefined])[] = [
      ["--state-dir", options.state === undefined ? undefined : resolve(cwd, options.state)],
      ["--host", options.host],
      ["--port", port],
      ["--log-level", options.logLevel],
      ["--history-days", options.historyDays],
    ];
    const args = flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
    return runEdge("node", options.privateWebhooks === true ? [...args, "--private-webhooks"] : args, env);
  },
};
