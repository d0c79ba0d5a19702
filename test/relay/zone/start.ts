// A zone side on a temporary folder, against the fake control plane; everything is taken away at the end.

import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Sealed } from "#model/sealed.ts";
import type { Log } from "#relay/log.ts";
import type { ReplicaClient } from "#relay/replica/client.ts";
import { openRelayKeys } from "#relay/state/relay-keys.ts";
import { enrol } from "#relay/zone/enrol.ts";
import type { Knock } from "#relay/zone/listening.ts";
import { createZoneClient } from "#relay/zone/zone-client.ts";
import type { StreamJoin } from "#relay/zone.ts";
import { type Pace, PACE as USUAL } from "#relay/zone-side/options.ts";
import { openZoneSide, type ZoneSide } from "#relay/zone-side.ts";
import { type FakePlane, URL_OF_PLANE } from "./control-plane.ts";

/** Runs after the test, last first. */
export function atEnd(end: () => unknown): void {
  onTestFinished(async () => void (await end()));
}

/** A folder that is gone after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "weft-relay-"));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const none = (): Promise<never> => Promise.reject(new Error("there is none"));

/** Calls to other relays, where there are none. */
export const NO_REPLICAS: ReplicaClient = { call: none, ask: none, close() {} };

export interface StartOptions {
  readonly clock?: () => number;
  readonly log?: Log;
  /** How long a join waits for the control plane's answer; milliseconds. */
  readonly answer?: number;
  /** How long it waits for the snapshot that has it; milliseconds. */
  readonly snapshot?: number;
  readonly replicaClient?: ReplicaClient;
  /** Asks for the bell; absent = there is none. */
  readonly knock?: Knock;
  /** Milliseconds between two exchanges with another relay. */
  readonly exchangePeriod?: number;
}

/** How often a relay of a test looks after itself: what would wait seconds for the next look has it at once. */
export const PACE: Pace = { ...USUAL, sweep: 50, upkeep: 100, views: 20 };

/** Enrols (or finds the enrolment) and opens the zone side; closing twice does no harm. */
export async function startZone(plane: FakePlane, folder: string, options: StartOptions = {}): Promise<ZoneSide> {
  const { clock = Date.now, log = () => undefined, answer = 30_000, snapshot = 20_000 } = options;
  const keys = await openRelayKeys(folder);
  const { fetch, enrolmentToken: token } = plane;
  const enrolment = await enrol({ folder, keys, url: URL_OF_PLANE, fetch, token });
  const client = createZoneClient({
    url: URL_OF_PLANE,
    fetch,
    enrolment,
    sign: keys.sign,
    chance: randomBytes,
    timeout: 60_000,
  });
  const zone = await openZoneSide({
    folder,
    enrolment,
    key: keys.agree,
    client,
    ...(options.knock && { knock: options.knock }),
    replicaClient: options.replicaClient ?? NO_REPLICAS,
    clock,
    log,
    patience: { answer, snapshot, listen: 0 },
    backoff: [10, 50],
    exchangePeriod: options.exchangePeriod ?? 1000,
    pace: PACE,
  });
  atEnd(zone.close);
  return zone;
}

/** A folder in the place of the pointer: rename fails as it does on a full disk, whoever runs the test. The result ends that. */
export function fillDisk(folder: string): () => void {
  const path = join(folder, "snapshot", "current.json");
  const pointer = readFileSync(path);
  rmSync(path);
  mkdirSync(path);
  return () => {
    rmSync(path, { recursive: true });
    writeFileSync(path, pointer);
  };
}

/** What an Envoy does once it is served: it acknowledges everything, and then peers hear of it. */
export async function acknowledge(zone: ZoneSide, name: string): Promise<void> {
  const { epoch, sequence } = zone.served();
  zone.delivered({}, { mesh: "default", name, epoch, sequence, state: "acked", reason: "" });
  const isReady = (): boolean => zone.status().proxies.find((one) => one.name === name)?.ready === true;
  await until(`${name} is ready`, isReady);
}

/** Waits until `test` holds; an Error after a minute with what was waited for: a machine that others keep busy is slow, not wrong. */
export async function until(what: string, test: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!test()) {
    if (performance.now() > deadline) throw new Error(`still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function streamJoin(name: string, wire: object | undefined, token: Sealed | undefined): StreamJoin {
  return { mesh: "default", name, resource: wire === undefined ? undefined : JSON.stringify(wire), token };
}
