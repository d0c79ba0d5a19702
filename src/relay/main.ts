// The relay's program: everything wired together, one line that says where it listens, and an end in order.
import { randomBytes } from "node:crypto";
import { realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ClientOptions } from "#api/caller.ts";
import { EXIT_CODES, EXIT_OF_FAULT } from "#api/exit-code.ts";
import type { Clock } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import { startAdsServer } from "./ads-server.ts";
import { startRelayDns } from "./dns.ts";
import type { Patience } from "./joining/options.ts";
import { createLoadStreams, LOAD_STATS } from "./load/load-stream.ts";
import { type Log, openLog, reasonOf } from "./log.ts";
import { createReplicaClient } from "./replica/client.ts";
import { createApi } from "./rest/api.ts";
import { listen } from "./rest/listener.ts";
import { readSettings, type Settings, WrongSetting } from "./settings.ts";
import { makeFolder, openFolder } from "./state/file.ts";
import { lockFolder } from "./state/folder-lock.ts";
import { openRelayKeys } from "./state/relay-keys.ts";
import { CA_FILE, openServerCertificate } from "./state/server-certificate.ts";
import { openDiskKey, openVault } from "./state/vault.ts";
import { createBackoff, pause } from "./zone/backoff.ts";
import { bellAddress, createKnock } from "./zone/bell.ts";
import { enrol } from "./zone/enrol.ts";
import { startPresence } from "./zone/presence.ts";
import { createZoneClient, isUnreachable } from "./zone/zone-client.ts";
import type { Observer, Pace } from "./zone-side/options.ts";
import { openZoneSide } from "./zone-side.ts";

export interface RelayOptions extends Omit<Settings, "logLevel"> {
  readonly log: Log;
  readonly fetch?: ClientOptions["fetch"];
  readonly clock?: Clock;
  readonly patience?: Patience;
  readonly pace?: Pace;
  readonly random?: () => number;
  readonly backoff?: readonly [first: number, most: number];
  /** Ends a start that waits for the control plane. */
  readonly signal?: AbortSignal;
  /** Hears of each step of a snapshot on its way to Envoys; for measures. */
  readonly observe?: Observer;
}

export interface RunningRelay {
  /** `https://127.0.0.1:5678`: ADS for Envoys. */
  readonly xds: string;
  /** Bootstrap, registration, health and status; the same port. */
  readonly api: string;
  /** File with the CA of its certificate. */
  readonly ca: string;
  /** Port of its DNS server; null without one. */
  readonly dns: number | null;
  close(): Promise<void>;
}

/** How long a call of the zone protocol may take; milliseconds. */
const CALL_TIMEOUT = 10_000;
/** How long a call to another relay of the zone may take: it is near. Milliseconds. */
const REPLICA_TIMEOUT = 3000;
const BACKOFF = [250, 15_000] as const;

/**
 * Starts a relay and resolves when it listens: at once where it was enrolled before, whether or not the control plane
 * answers. A first start waits for the control plane; it rejects with the control plane's refusal.
 */
export async function runRelay(options: RelayOptions): Promise<RunningRelay> {
  const { log, signal } = options;
  const lock = await lockFolder(await makeFolder(resolve(options.stateDir)), { log, ...(signal && { signal }) });
  try {
    const { close, ...relay } = await startLocked(options);
    return { ...relay, close: () => close().finally(lock.release) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** On a folder to which nobody else writes. */
async function startLocked(options: RelayOptions): Promise<RunningRelay> {
  const { controlPlane: url, log, hosts, clock = Date.now, backoff = BACKOFF } = options;
  const ask = options.fetch ?? ((to, init) => fetch(to, init));
  const folder = await openFolder(resolve(options.stateDir));
  const keys = await openRelayKeys(folder);
  const enrolment = await untilEnrolled(
    () =>
      enrol({
        folder,
        keys,
        url,
        fetch: ask,
        token: options.enrolmentToken,
        ...(options.meant && { meant: options.meant }),
      }),
    log,
    backoff,
    options.signal ?? new AbortController().signal,
  );
  const damaged: string[] = [];
  const vault = await openVault(join(folder, "tls"), "tls", await openDiskKey(folder), (file) => {
    damaged.push(file);
    log(
      "error",
      "a file of the state folder is damaged; what it held is made again, and where that is the CA, proxies need the new ca.pem",
      {
        file,
      },
    );
  });
  const certificate = await openServerCertificate(folder, vault, hosts, clock);
  const client = createZoneClient({
    url,
    fetch: ask,
    enrolment,
    sign: keys.sign,
    chance: randomBytes,
    timeout: CALL_TIMEOUT,
  });
  const replicaClient = createReplicaClient({
    enrolment,
    sign: keys.sign,
    chance: randomBytes,
    timeout: REPLICA_TIMEOUT,
  });
  const { patience, pace, random, observe } = options;
  const zone = await openZoneSide({
    key: keys.agree,
    folder,
    enrolment,
    client,
    // Who calls by other means than the network's has no bell there.
    ...(options.fetch === undefined && {
      knock: createKnock({ address: enrolment.bell ?? bellAddress(url), prove: client.prove }),
    }),
    replicaClient,
    clock,
    log,
    backoff,
    ...(patience && { patience }),
    ...(pace && { pace }),
    ...(random && { random }),
    ...(observe && { observe }),
  });
  zone.tally.damagedFiles += damaged.length;
  const presence = startPresence({ client, log, random: Math.random, way: zone.way, onAnswer: zone.expect });
  const loads = createLoadStreams({
    authenticate: zone.authenticate,
    board: zone.loads,
    calls: zone.calls,
    now: () => performance.now(),
  });
  zone.onChange(loads.refresh);
  const ads = await startAdsServer({ zone, log, address: null, tls: null, methods: { [LOAD_STATS]: loads.serve } });
  let port = options.port;
  const api = createApi({
    zone,
    hosts,
    log,
    reportsLoads: loads.grant,
    controlPlane: url,
    place: (host) => ({ host, port, certificate, others: zone.others() }),
  });
  const close = async (): Promise<void> => {
    await dns?.close();
    await ads.close();
    await listener?.close();
    await zone.close();
    await presence.leave();
  };
  let dns: Awaited<ReturnType<typeof startRelayDns>> | undefined;
  let listener: Awaited<ReturnType<typeof listen>> | undefined;
  try {
    if (options.dns !== undefined) {
      dns = await startRelayDns({ ...options.dns, zone: enrolment.zone, views: () => zone.views });
      zone.tally.dns = dns.counts;
    }
    listener = await listen({ host: options.host, port, certificate, fetch: api.fetch, onGrpc: ads.accept });
  } catch (error) {
    await close();
    throw error;
  }
  port = listener.port;
  const place = `${urlHost(options.host, hosts)}:${port}`;
  const address = `https://${place}`;
  zone.listens({ address: options.advertise ?? place, ca: certificate.caPem });
  log("info", "the relay listens", { address, zone: enrolment.zone, relay: enrolment.relay });
  return { xds: address, api: address, ca: join(folder, CA_FILE), dns: dns?.port ?? null, close };
}

/** A first start while the control plane is away is tried again; a refusal is final. */
async function untilEnrolled<T>(
  attempt: () => Promise<T>,
  log: Log,
  steps: readonly [number, number],
  signal: AbortSignal,
): Promise<T> {
  const backoff = createBackoff(...steps, Math.random);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isUnreachable(error) || signal.aborted) throw error;
      log("warn", "the control plane cannot be reached to enrol; trying again", { reason: reasonOf(error) });
      await pause(backoff.next(), signal);
    }
  }
}

/** All interfaces are no address to connect to. */
function urlHost(listen: string, hosts: readonly string[]): string {
  const host = ["0.0.0.0", "::"].includes(listen) ? (hosts[0] ?? "localhost") : listen;
  return host.includes(":") ? `[${host}]` : host;
}

/** What a relay says that cannot start, all violations of it, and its exit code; settings that cannot be read are 2. */
export function startFailure(error: unknown): { readonly text: string; readonly code: number } {
  if (!(error instanceof Fault))
    return { text: `weft relay: ${reasonOf(error)}\n`, code: error instanceof WrongSetting ? 2 : 1 };
  const rules = error.violations.map(({ field, reason }) => `  ${field === "" ? "" : `${field}: `}${reason}\n`);
  return {
    text: `weft relay: ${error.title}: ${reasonOf(error)}\n${rules.join("")}`,
    code: EXIT_CODES[EXIT_OF_FAULT[error.code]].code,
  };
}

/** The entry: settings from arguments and environment, `{xds, api, ca}` on standard output, SIGTERM and SIGINT end it. */
export async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const stopping = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stopping.abort());
  const { logLevel, ...settings } = readSettings(args, env);
  const log = openLog(logLevel);
  const relay = await runRelay({ ...settings, log, signal: stopping.signal });
  const { xds, api, ca, dns } = relay;
  process.stdout.write(`${JSON.stringify({ xds, api, ca, ...(dns !== null && { dns }) })}\n`);
  if (!stopping.signal.aborted)
    await new Promise<void>((done) => stopping.signal.addEventListener("abort", () => done()));
  log("info", "the relay stops");
  await relay.close();
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2), process.env).then(
    () => process.exit(0),
    (error: unknown) => {
      const { text, code } = startFailure(error);
      process.stderr.write(text);
      process.exit(code);
    },
  );
}
