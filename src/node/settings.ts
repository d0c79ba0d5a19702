// Settings of a control plane on Node: arguments first, then the environment, then defaults.

import { parseArgs } from "node:util";
import { variable } from "#api/environment.ts";
import type { Collector } from "#control/watch/collector.ts";
import { isTier, TIERS, type Tier } from "#model/limit/limit.ts";
import { type AccountSettings, readAccountSettings } from "./account-settings.ts";
import { readTraceSettings } from "./traces.ts";

const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

export interface Settings extends AccountSettings {
  readonly stateDir: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: (typeof LEVELS)[number];
  /** How long revisions are kept; 400 unless given. */
  readonly historyDays?: number;
  /** What organisations have unless the operator says otherwise; `self-hosted` unless given. */
  readonly usualTier?: Tier;
  /** Webhooks may lead to private addresses and plain HTTP: for development and tests. */
  readonly privateWebhooks?: boolean;
  /** A proxy stands before it, and its X-Forwarded-For says from where calls come. */
  readonly behindProxy?: boolean;
  /** JSON file with the table of the tenants' databases; absent = one, in the state folder. */
  readonly databasesFile?: string;
  /** File with key-encryption keys that still open, a line each; absent = `key-encryption.older` in the state folder, where it is. */
  readonly olderKeysFile?: string;
  /** The same of account keys: `account.older`. */
  readonly olderAccountKeysFile?: string;
  /** Where traces are sent; absent = nowhere. */
  readonly traces?: Collector;
  /** Folder with `directory/` and `tenant/`; absent = the package's own. */
  readonly migrations?: string;
}

/** Reads `--state-dir`, `--host`, `--port`, `--log-level`, `--history-days`, `--tier`, `--private-webhooks`, `--behind-proxy`, those of accounts, `--databases`, `--migrations`, or WEFT_STATE_DIR and so on. Error that names the setting. */
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
      tier: option,
      migrations: option,
      "private-webhooks": { type: "boolean" },
      "behind-proxy": { type: "boolean" },
      "public-url": option,
      "mail-url": option,
      "mail-from": option,
      "mail-secret-file": option,
      "oidc-file": option,
      "no-sign-up": { type: "boolean" },
      databases: option,
    },
  });
  const port = values.port ?? variable(env, "WEFT_PORT") ?? "5681";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error(`--port must be 0 to 65535, not ${port}`);
  const level = values["log-level"] ?? variable(env, "WEFT_LOG_LEVEL") ?? "info";
  const logLevel = LEVELS.find((one) => one === level);
  if (logLevel === undefined) throw new Error(`--log-level must be one of ${LEVELS.join(", ")}, not ${level}`);
  const days = values["history-days"] ?? variable(env, "WEFT_HISTORY_DAYS");
  if (days !== undefined && !(/^\d{1,5}$/.test(days) && Number(days) >= 1 && Number(days) <= 36_500))
    throw new Error(`--history-days must be 1 to 36500, not ${days}`);
  const tier = values.tier ?? variable(env, "WEFT_TIER");
  if (tier !== undefined && !isTier(tier)) throw new Error(`--tier must be one of ${TIERS.join(", ")}, not ${tier}`);
  const privateWebhooks = values["private-webhooks"] ?? variable(env, "WEFT_PRIVATE_WEBHOOKS") === "1";
  const behindProxy = values["behind-proxy"] ?? variable(env, "WEFT_BEHIND_PROXY") === "1";
  const accounts = readAccountSettings(
    {
      publicUrl: values["public-url"] ?? variable(env, "WEFT_PUBLIC_URL"),
      mailUrl: values["mail-url"] ?? variable(env, "WEFT_MAIL_URL"),
      mailFrom: values["mail-from"] ?? variable(env, "WEFT_MAIL_FROM"),
      mailSecretFile: values["mail-secret-file"] ?? variable(env, "WEFT_MAIL_SECRET_FILE"),
      oidcFile: values["oidc-file"] ?? variable(env, "WEFT_OIDC_FILE"),
    },
    values["no-sign-up"] ?? variable(env, "WEFT_NO_SIGN_UP") === "1",
  );
  const databases = values.databases ?? variable(env, "WEFT_DATABASES");
  const olderKeys = variable(env, "WEFT_OLDER_KEYS_FILE");
  const olderAccountKeys = variable(env, "WEFT_OLDER_ACCOUNT_KEYS_FILE");
  const traces = readTraceSettings(env);
  const migrations = values.migrations ?? variable(env, "WEFT_MIGRATIONS");
  return {
    stateDir: values["state-dir"] ?? variable(env, "WEFT_STATE_DIR") ?? ".weft",
    host: values.host ?? variable(env, "WEFT_HOST") ?? "127.0.0.1",
    port: Number(port),
    logLevel,
    ...(days === undefined ? {} : { historyDays: Number(days) }),
    ...(tier === undefined ? {} : { usualTier: tier }),
    ...(privateWebhooks && { privateWebhooks }),
    ...(behindProxy && { behindProxy }),
    ...(traces && { traces }),
    ...accounts,
    ...(databases === undefined ? {} : { databasesFile: databases }),
    ...(olderKeys === undefined ? {} : { olderKeysFile: olderKeys }),
    ...(olderAccountKeys === undefined ? {} : { olderAccountKeysFile: olderAccountKeys }),
    ...(migrations === undefined ? {} : { migrations }),
  };
}
