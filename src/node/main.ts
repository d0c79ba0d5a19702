// The control plane on Node: libSQL files in a state folder, the writer in process, the app on a local port.
import { hash } from "node:crypto";
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createApp } from "#app/app.ts";
import { openContactBook } from "#control/contact.ts";
import { openControl } from "#control/open.ts";
import type { Digest } from "#model/json.ts";
import { migrate } from "#store/migrations.ts";
import { openStore } from "#store/open.ts";
import { openLibsqlFile } from "./libsql-file.ts";
import { openLog } from "./log.ts";
import { findMigrations, readMigrations } from "./migration-files.ts";
import { listen } from "./server.ts";
import { readSettings, type Settings } from "./settings.ts";
import { openState } from "./state.ts";
import { openReceivers } from "./webhook-call.ts";

export interface ControlPlane {
  readonly url: string;
  /** File with the operator's secret, which creates organisations. */
  readonly operatorSecretFile: string;
  /** Answers what is under way, publishes what was committed, closes the files. */
  close(): Promise<void>;
}

/** Starts a control plane, making or migrating its state. */
export async function runControlPlane(settings: Settings): Promise<ControlPlane> {
  const log = openLog(settings.logLevel);
  const state = await openState(resolve(settings.stateDir));
  const migrations = settings.migrations ?? findMigrations();
  const directory = await openLibsqlFile({ path: state.directoryFile });
  const tenants = await openLibsqlFile({ path: state.tenantsFile });
  await migrate(directory, await readMigrations(`${migrations}/directory`));
  await migrate(tenants, await readMigrations(`${migrations}/tenant`));
  const clock = Date.now;
  const chance = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const digest: Digest = (text) => hash("sha256", text, "base64url");
  const store = openStore({ directory, placement: () => tenants, clock, chance, digest });
  const control = openControl({
    store,
    digest,
    clock,
    chance,
    keyEncryptionKey: state.keyEncryptionKey,
    controlPlane: state.controlPlane,
    bell: { ring: () => {} },
    log,
    receivers: openReceivers(settings.privateWebhooks === true),
    ...(settings.historyDays === undefined ? {} : { historyDays: settings.historyDays }),
  });
  const { writer, reader, poll, organisations, audit } = control;
  const { controlPlane, operatorSecret, nonceKey, operatorSecretFile } = state;
  const app = createApp({
    store,
    writer,
    reader,
    poll,
    organisations,
    audit,
    contacts: openContactBook(clock, true),
    controlPlane,
    operatorSecret,
    nonceKey,
    clock,
    chance,
    log,
  });
  const server = await listen(app.fetch, settings.host, settings.port);
  const waking = control.wakeAll().catch((error: unknown) => log("warn", "writers did not wake", { error }));
  log("info", "control plane listens", { url: server.url, stateDir: settings.stateDir });
  return {
    url: server.url,
    operatorSecretFile,
    async close() {
      control.endHolds();
      await server.close();
      await control.close();
      await waking;
      await store.close();
      log("info", "control plane closed", {});
    },
  };
}

/** Runs until SIGTERM or SIGINT. Standard output gets one JSON line once it listens; logs go to standard error. */
async function main(): Promise<void> {
  const plane = await runControlPlane(readSettings(process.argv.slice(2), process.env));
  const { url, operatorSecretFile } = plane;
  process.stdout.write(`${JSON.stringify({ url, operatorSecretFile, pid: process.pid })}\n`);
  await new Promise<void>((end) => {
    process.once("SIGTERM", end);
    process.once("SIGINT", end);
  });
  await plane.close();
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
