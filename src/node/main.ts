// The control plane on Node: libSQL files in a state folder, the writer in process, the app on a local port.
import { hash } from "node:crypto";
import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readProviders } from "#account/provider.ts";
import { createApp } from "#app/app.ts";
import { openUnread } from "#app/unread.ts";
import { openContactBook } from "#control/bell/contact.ts";
import { openBackups } from "#control/copy/backup.ts";
import { openWhole } from "#control/copy/whole.ts";
import { openTurns } from "#control/limit/turns.ts";
import { type Control, openControl } from "#control/open.ts";
import { openReseals } from "#control/secret/reseal.ts";
import type { Watch } from "#control/watch/watch.ts";
import type { Digest } from "#model/json.ts";
import { migrate } from "#store/migrations.ts";
import { openStore } from "#store/open.ts";
import { openLazyAccounts } from "./accounts.ts";
import { addressFrom } from "./address.ts";
import { openBellServer } from "./bell.ts";
import { findConsole, openConsoleFiles } from "./console-files.ts";
import { openDatabases } from "./databases.ts";
import { openLibsqlFile } from "./libsql-file.ts";
import { openLog } from "./log.ts";
import { openMailer } from "./mailer.ts";
import { openMetrics } from "./metrics.ts";
import { findMigrations, readMigrations } from "./migration-files.ts";
import { originFrom } from "./origin.ts";
import { openProviderCall } from "./provider-call.ts";
import { listen } from "./server.ts";
import { readSettings, type Settings } from "./settings.ts";
import { openState } from "./state.ts";
import { openTraces } from "./traces.ts";
import { openReceivers } from "./webhook-call.ts";

export interface ControlPlane {
  readonly url: string;
  /** File with the operator's secret, which creates organisations. */
  readonly operatorSecretFile: string;
  /** Answers what is under way, publishes what was committed, closes the files. */
  close(): Promise<void>;
}

/** How often idle writers are looked for, and those that something is due to; milliseconds. */
const TEND_EVERY = 5000;

/** Starts a control plane, making or migrating its state. */
export async function runControlPlane(settings: Settings): Promise<ControlPlane> {
  const log = openLog(settings.logLevel);
  const state = await openState(resolve(settings.stateDir), settings);
  const migrations = settings.migrations ?? findMigrations();
  const directory = await openLibsqlFile({ path: state.directoryFile });
  await migrate(directory, await readMigrations(`${migrations}/directory`));
  const databases = await openDatabases(settings, state, directory);
  const tenantMigrations = await readMigrations(`${migrations}/tenant`);
  for (const { database } of databases.values()) await migrate(database, tenantMigrations);
  const clock = Date.now;
  const chance = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const digest: Digest = (text) => hash("sha256", text, "base64url");
  const store = openStore({ directory, placement: databases, clock, chance, digest });
  const metrics = openMetrics();
  const traces = settings.traces === undefined ? null : openTraces(settings.traces, log);
  const watch: Watch = { note: metrics.note, ...(traces && { span: traces.add }) };
  const contacts = openContactBook(clock, true);
  // A call may wait for a mail to be taken: it must not keep its organisation, nor a few of them all others, from working.
  const turns = openTurns({
    ...{ atOnce: 16, each: 2, clock: () => performance.now(), breath: () => setImmediate() },
    worked: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
  });
  const bell = openBellServer({ contacts, clock, log, writerOf: (tenant) => control.writerOf(tenant) });
  const control: Control = openControl({
    store,
    digest,
    clock,
    chance,
    keyEncryptionKey: state.keyEncryptionKey,
    controlPlane: state.controlPlane,
    bell,
    log,
    watch,
    contacts,
    rest: turns.rest,
    ...(settings.usualTier === undefined ? {} : { usualTier: settings.usualTier }),
    receivers: openReceivers(settings.privateWebhooks === true),
    ...(settings.historyDays === undefined ? {} : { historyDays: settings.historyDays }),
  });
  const { writer, reader, poll, organisations, members, audit, usage, tiers, events } = control;
  const { controlPlane, keyEncryptionKey, operatorSecret, nonceKey, accountKeys, operatorSecretFile } = state;
  const { accounts, close: closeAccounts } = openLazyAccounts({
    database: directory,
    store: store.accounts,
    keys: accountKeys,
    mailer: await openMailer(settings.mail, log),
    providers: readProviders(await readText(settings.oidcFile), settings.oidcFile ?? ""),
    callProvider: openProviderCall(),
    signUp: settings.closed !== true,
    clock,
    chance,
    digest,
    log,
  });
  let url = "";
  /** What goes on after its answer. */
  const late = new Set<Promise<unknown>>();
  const app = createApp({
    store: control.store,
    writer,
    reader,
    poll,
    // A relay that is killed shows within one hold, and a request costs nothing here.
    longestWait: 25,
    bell,
    organisations,
    backups: openBackups({ store, controlPlane, keyEncryptionKey, clock }, control.restart),
    whole: openWhole({ store, controlPlane, keyEncryptionKey, accountKeys }),
    reseals: openReseals({
      ...{ store, keyEncryptionKey, clock, chance, log },
      people: { keys: accountKeys, reseal: accounts.reseal },
    }),
    members,
    audit,
    usage,
    tiers,
    turns,
    events,
    contacts,
    controlPlane,
    operatorSecret,
    nonceKey,
    accountKey: accountKeys.current.session,
    olderAccountKeys: accountKeys.older.map(({ session }) => session),
    accounts,
    originOf: originFrom(settings.publicUrl, () => url),
    addressOf: addressFrom(settings.behindProxy === true),
    clock,
    chance,
    digest,
    log,
    watch,
    metrics: metrics.text,
    console: openConsoleFiles(findConsole()),
    background(work) {
      const done = work.finally(() => late.delete(done));
      late.add(done);
    },
  });
  const server = await listen(app.fetch, settings.host, settings.port, { unread: openUnread({ chance, log }) });
  url = server.url;
  const idling = setInterval(() => void control.tendIdle(), TEND_EVERY);
  idling.unref();
  const waking = control.wakeAll().catch((error: unknown) => log("warn", "writers did not wake", { error }));
  log("info", "control plane listens", { url: server.url, stateDir: settings.stateDir });
  return {
    url: server.url,
    operatorSecretFile,
    async close() {
      control.endHolds();
      const rung = bell.close();
      await server.close();
      await rung;
      await Promise.allSettled(late);
      await closeAccounts();
      clearInterval(idling);
      await control.close();
      await waking;
      await traces?.flush();
      metrics.close();
      await store.close();
      log("info", "control plane closed", {});
    },
  };
}

async function readText(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : readFile(file, "utf8");
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
