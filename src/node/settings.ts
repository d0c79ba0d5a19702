// Settings of a control plane on Node: arguments first, then the environment, then defaults.
import { parseArgs } from "node:util";

const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

export interface Settings {
  readonly stateDir: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: (typeof LEVELS)[number];
  /** How long revisions are kept; 400 unless given. */
  readonly historyDays?: number;
  /** Webhooks may lead to private addresses and plain HTTP: for development and tests. */
  readonly privateWebhooks?: boolean;
  /** Folder with `directory/` and `tenant/`; absent = the package's own. */
  readonly migrations?: string;
}

/** Reads `--state-dir`, `--host`, `--port`, `--log-level`, `--history-days`, `--private-webhooks`, `--migrations`, or WEFT_STATE_DIR and so on. Error that names the setting. */
export function readSettings(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const option = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      "state-dir": option,
      host: option,
      port: option,
      "log-level": option,
      "history-days": option,
      migrations: option,
      "private-webhooks": { type: "boolean" },
    },
  });
  const port = values.port ?? env.WEFT_PORT ?? "5681";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error(`--port must be 0 to 65535, not ${port}`);
  const level = values["log-level"] ?? env.WEFT_LOG_LEVEL ?? "info";
  const logLevel = LEVELS.find((one) => one === level);
  if (logLevel === undefined) throw new Error(`--log-level must be one of ${LEVELS.join(", ")}, not ${level}`);
  const days = values["history-days"] ?? env.WEFT_HISTORY_DAYS;
  if (days !== undefined && !(/^\d{1,5}$/.test(days) && Number(days) >= 1 && Number(days) <= 36_500))
    throw new Error(`--history-days must be 1 to 36500, not ${days}`);
  const privateWebhooks = values["private-webhooks"] ?? env.WEFT_PRIVATE_WEBHOOKS === "1";
  const migrations = values.migrations ?? env.WEFT_MIGRATIONS;
  return {
    stateDir: values["state-dir"] ?? env.WEFT_STATE_DIR ?? ".weft",
    host: values.host ?? env.WEFT_HOST ?? "127.0.0.1",
    port: Number(port),
    logLevel,
    ...(days === undefined ? {} : { historyDays: Number(days) }),
    ...(privateWebhooks && { privateWebhooks }),
    ...(migrations === undefined ? {} : { migrations }),
  };
}
