// `weft serve`: a control plane in the foreground.

import { resolve } from "node:path";
import { variable } from "#api/environment.ts";
import type { Command } from "#cli/command.ts";
import { wholeNumber } from "#cli/number.ts";
import { runEdge } from "#cli/run-edge.ts";
import { checkState } from "#cli/state-folder.ts";
import { TIERS } from "#model/limit/limit.ts";

interface Options {
  readonly state?: string;
  readonly host?: string;
  readonly port?: string;
  readonly logLevel?: string;
  readonly historyDays?: string;
  readonly tier?: string;
  readonly privateWebhooks?: boolean;
  readonly behindProxy?: boolean;
  readonly publicUrl?: string;
  readonly mailUrl?: string;
  readonly mailFrom?: string;
  readonly mailSecretFile?: string;
  readonly oidcFile?: string;
  readonly signUp?: boolean;
  readonly databases?: string;
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
      flags: "--tier <tier>",
      help: "what organisations have unless the operator says otherwise (WEFT_TIER; self-hosted: hardly a limit)",
      choices: TIERS,
    },
    {
      flags: "--private-webhooks",
      help: "let webhooks lead to private addresses and plain HTTP: for development (WEFT_PRIVATE_WEBHOOKS=1)",
    },
    {
      flags: "--behind-proxy",
      help: "a proxy stands before it, whose X-Forwarded-For says from where calls come (WEFT_BEHIND_PROXY=1)",
    },
    { flags: "--public-url <url>", help: "how people reach it, as https://weft.example (WEFT_PUBLIC_URL)" },
    {
      flags: "--mail-url <url>",
      help: "smtp://, smtps:// or https:// where mail is handed over (WEFT_MAIL_URL; mails are shown in the log)",
    },
    { flags: "--mail-from <sender>", help: "from whom mails come, as 'Weft <weft@example.com>' (WEFT_MAIL_FROM)" },
    {
      flags: "--mail-secret-file <file>",
      help: "file with the mail's password or bearer token (WEFT_MAIL_SECRET_FILE)",
    },
    { flags: "--oidc-file <file>", help: "JSON file with the OIDC providers that sign people in (WEFT_OIDC_FILE)" },
    {
      flags: "--databases <file>",
      help: "JSON file with the databases that organisations are spread over (WEFT_DATABASES; one, in the state folder)",
    },
    { flags: "--no-sign-up", help: "let nobody sign up but who is invited (WEFT_NO_SIGN_UP=1)" },
  ],
  examples: ["weft serve --state /var/lib/weft", "weft serve --host 0.0.0.0 --port 8080"],
  endsItself: true,
  async run({ options, env, cwd }) {
    const port = options.port === undefined ? undefined : String(wholeNumber("--port", options.port, 65_535));
    checkState(resolve(cwd, options.state ?? variable(env, "WEFT_STATE_DIR") ?? ".weft"));
    const flags: readonly (readonly [string, string | undefined])[] = [
      ["--state-dir", options.state === undefined ? undefined : resolve(cwd, options.state)],
      ["--host", options.host],
      ["--port", port],
      ["--log-level", options.logLevel],
      ["--history-days", options.historyDays],
      ["--tier", options.tier],
      ["--public-url", options.publicUrl],
      ["--mail-url", options.mailUrl],
      ["--mail-from", options.mailFrom],
      ["--mail-secret-file", options.mailSecretFile === undefined ? undefined : resolve(cwd, options.mailSecretFile)],
      ["--databases", options.databases === undefined ? undefined : resolve(cwd, options.databases)],
      ["--oidc-file", options.oidcFile === undefined ? undefined : resolve(cwd, options.oidcFile)],
    ];
    const args = flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
    if (options.privateWebhooks === true) args.push("--private-webhooks");
    if (options.behindProxy === true) args.push("--behind-proxy");
    if (options.signUp === false) args.push("--no-sign-up");
    return runEdge("node", args, env);
  },
};
