// The publisher: compiles every zone after a commit, stores what is new, rings. One run at a time; what comes meanwhile is one run more.

import type { Envelope } from "#api/zone.ts";
import { COMPILER_VERSION, type Compiled, type CompileMemo } from "#compile/compile.ts";
import { durationMs } from "#model/duration.ts";
import type { Hash } from "#model/json.ts";
import { isLater } from "#model/position.ts";
import { manifestText } from "#snapshot/build.ts";
import { BlobMissing, blobsIn, diffManifests, type LoadBlobs } from "#snapshot/delta.ts";
import type { Manifest, Snapshot } from "#snapshot/manifest.ts";
import { addedKeys } from "#snapshot/union.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import type { PublishedSnapshot } from "#store/face/snapshot.ts";
import { type EncodedMembers, encodeMembers, signEnvelope } from "#trust/envelope.ts";
import { GRACE } from "./blob-collector.ts";
import { type EffectBook, openEffectBook } from "./effect-book.ts";
import type { EnvelopeSigner } from "./envelope-key.ts";
import { type FaultBook, openFaultBook, type ShownFault } from "./fault-book.ts";
import { livesByRelay } from "./lives.ts";
import { type MeshTrust, publicTokenKeys } from "./mesh-trust.ts";
import { openPace, type Pace, type Turn } from "./pace.ts";
import { type RefusalBook, refusalFaults, tracedLaggards } from "./refusal.ts";
import { rulesOf } from "./rollback-rule.ts";
import { compileZone, type Read, readAll, relaysByZone } from "./standing.ts";
import { relayKey, type TenantState } from "./state.ts";
import type { Tenant } from "./tenant.ts";
import type { TrustedView } from "./view.ts";
import type { RolloutWatch } from "./watch/rollout.ts";
import { zoneProxiesOf } from "./zone-places.ts";

export interface Publisher extends RefusalBook {
  /** Something was committed: compile at once, or right after the run that is under way. */
  touch(): void;
  /** Resolves when nothing is left to publish, or when the last attempt has failed (it is tried again by itself). */
  settle(): Promise<void>;
  close(): Promise<void>;
  /** Something is about to be committed: what stands now is where its effect begins. Never throws. */
  begin(state: TenantState): Promise<void>;
  /** What stands in statuses of resources, by KRI. */
  faults(state: TenantState): ReadonlyMap<string, readonly ShownFault[]>;
  /** What the last compile of a zone left for the next; undefined where there was none. */
  memoOf(zone: string): CompileMemo | undefined;
}

/** After a failure: 1 s, 2 s, 4 s, … at most so many milliseconds. */
const LONGEST_PAUSE = 30_000;

/** What was stored so long ago may have been collected, where another process has published since; milliseconds. */
const TRUSTED = GRACE / 2;

/** Zones are compiled one after the other, and after so long others have their turn; milliseconds. */
const LONGEST_BLOCK = 10;

/** What telling a zone costs beside its compile: it is signed, stored and rung for, and its relays ask for it; milliseconds. */
const TELLING = 2;

interface ZoneMemo {
  /** Null where the organisation is so large that compiles are not kept. */
  compiled: Compiled | null;
  /** What the last envelope said, but for how far the organisation had come. */
  said: { readonly alike: Alike; readonly own: string } | null;
  /** The last snapshot that the store is known to hold, and when it was stored. */
  stored: { readonly snapshot: Snapshot; readonly at: number } | null;
}

/** The publisher of one tenant. `signer` gives the key of its envelopes; `noted` is called when blobs were noted as unused. */
export function openPublisher(
  tenant: Tenant,
  signer: () => Promise<EnvelopeSigner>,
  rollouts: Pick<RolloutWatch, "published">,
  noted: () => void,
): Publisher {
  const memos = new Map<string, ZoneMemo>();
  const sayAlike = openAlike();
  const faults = openFaultBook(tenant);
  const effects = openEffectBook(tenant);
  let dirty = false;
  let running: Promise<void> | null = null;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let closed = false;
  const pace = tenant.deps.pace ?? openPace();
  const lately = openLately(pace, () => touch());
  /** What the run that is under way waits for; null = it waits for nothing. */
  let turn: Turn | null = null;
  /** Those that wait until all is published. */
  let settling = 0;

  const run = async (): Promise<void> => {
    while (dirty && !closed) {
      turn = pace.turn();
      if (settling > 0) turn.hurry();
      await turn.come;
      turn = null;
      dirty = false;
      try {
        await publishZones(tenant, await signer(), memos, { faults, effects, lately, rollouts, noted, pace, sayAlike });
        failures = 0;
      } catch (error) {
        dirty = true;
        failures += 1;
        tenant.deps.watch?.note("weft_publish_failures", 1);
        tenant.deps.log("error", "publishing failed", { tenant: tenant.id, failures, error });
        if (!closed) timer = setTimeout(start, Math.min(500 * 2 ** failures, LONGEST_PAUSE));
        return;
      }
    }
  };
  const start = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (running !== null || closed) return;
    running = run().finally(() => {
      running = null;
      // A commit may come between the loop's last look and this line, and found a run that seemed to be under way.
      if (dirty && timer === null) start();
    });
  };
  const touch = (): void => {
    dirty = true;
    start();
  };
  const settle = async (): Promise<void> => {
    settling++;
    try {
      turn?.hurry();
      if (running !== null) await running;
      if (lately.forget() && timer === null) touch();
      while (running !== null) await running;
      await effects.settle();
    } finally {
      settling--;
    }
  };
  return {
    touch,
    settle,
    begin: (state) => effects.begin(state),
    faults: (state) => faults.shown(state),
    memoOf: (zone) => memos.get(zone)?.compiled?.memo,
    async take({ zone, relay }, laggards) {
      const memo = memos.get(zone)?.compiled?.memo;
      try {
        faults.refused(relayKey({ zone, relay }), memo === undefined ? [] : refusalFaults(memo, laggards));
        await faults.write(await tenant.state());
      } catch (error) {
        tenant.deps.log("warn", "what proxies refuse was not told", { tenant: tenant.id, zone, relay, error });
      }
    },
    traced: ({ zone }, laggards) => tracedLaggards(memos.get(zone)?.compiled?.memo, laggards),
    async close() {
      await settle();
      closed = true;
      lately.forget();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Zones that were told something a moment ago, and those of them for which something waits. */
interface Lately {
  told(zone: string): void;
  /** Whether the zone was told a moment ago; then what it is to be told waits, and `due` is called once it may be. */
  waits(zone: string): boolean;
  /** All may be told at once; whether something waited. */
  forget(): boolean;
}

function openLately(pace: Pick<Pace, "rest" | "rested">, due: () => void): Lately {
  const zones = new Map<string, { readonly timer: ReturnType<typeof setTimeout>; waits: boolean }>();
  return {
    told(zone) {
      const known = zones.get(zone);
      if (known !== undefined) {
        clearTimeout(known.timer);
        pace.rested();
      }
      const timer = setTimeout(() => {
        const waited = zones.get(zone)?.waits === true;
        zones.delete(zone);
        pace.rested();
        if (waited) due();
      }, pace.rest());
      // What waits is news to nobody, and is made good at the next start.
      (timer as { unref?: () => void }).unref?.();
      zones.set(zone, { timer, waits: false });
    },
    waits(zone) {
      const known = zones.get(zone);
      if (known !== undefined) known.waits = true;
      return known !== undefined;
    },
    forget() {
      const waited = [...zones.values()].some(({ waits }) => waits);
      for (const { timer } of zones.values()) {
        clearTimeout(timer);
        pace.rested();
      }
      zones.clear();
      return waited;
    },
  };
}

const NOBODY: ReturnType<typeof livesByRelay> = new Map();

/** Where what was published is written down. */
interface Books {
  readonly faults: FaultBook;
  readonly effects: EffectBook;
  readonly lately: Lately;
  readonly rollouts: Pick<RolloutWatch, "published">;
  /** Blobs were noted as unused. */
  readonly noted: () => void;
  readonly pace: Pick<Pace, "spent">;
  readonly sayAlike: SayAlike;
}

async function publishZones(
  tenant: Tenant,
  signer: EnvelopeSigner,
  memos: Map<string, ZoneMemo>,
  { faults, effects, lately, rollouts, noted, pace, sayAlike }: Books,
): Promise<void> {
  const state = await tenant.state();
  const read = await readAll(tenant, state);
  const { views, zoneTrust } = read;
  // From here to the first await nothing can be committed in between: heads, views, event numbers and gates belong together.
  const { heads } = state;
  const zones = relaysByZone(state);
  for (const zone of [...memos.keys()]) if (!zones.has(zone)) memos.delete(zone);
  const work = [...zones].flatMap(([zone, relays]) => {
    const behind = relays.some((relay) => isLater(heads, relay));
    return behind ? [{ zone, relays, zoneProxies: zoneProxiesOf(state, zone) }] : [];
  });
  const lives = work.length === 0 ? NOBODY : livesByRelay(state);
  const alike = sayAlike(state, read);
  let behindOthers = false;
  const keeps = keepsCompiles(tenant, state, zones.size);
  // What was kept of it while it was smaller.
  if (!keeps) for (const memo of memos.values()) Object.assign(memo, { compiled: null, stored: null });
  const publishOne = async ({ zone, relays, zoneProxies }: (typeof work)[number]): Promise<void> => {
    const known = memos.get(zone);
    const { clock, log } = tenant.deps;
    const start = clock();
    const began = performance.now();
    const compiled = compileZone(tenant, state, read, { zone, memo: known?.compiled?.memo, zoneProxies });
    pace.spent(performance.now() - began);
    const memo: ZoneMemo = {
      compiled: keeps ? compiled : null,
      stored: known?.stored ?? null,
      said: known?.said ?? null,
    };
    memos.set(zone, memo);
    faults.note(zone, compiled.faults);
    const payload = envelopeOf(tenant, zone, relays, lives, heads, compiled.snapshot.version);
    const said = { alike, own: JSON.stringify([payload.version, payload.relays]) };
    if (said.alike === memo.said?.alike && said.own === memo.said.own && lately.waits(zone)) return;
    const compiledAt = clock();
    pace.spent(TELLING);
    const before = memo.stored !== null && clock() - memo.stored.at < TRUSTED ? memo.stored.snapshot : null;
    const dropped = await droppedBlobs(tenant, payload, memo.stored?.snapshot ?? null, compiled.snapshot);
    if (await publish(tenant, state, payload, { snapshot: compiled.snapshot, before, dropped, alike }, signer)) {
      // As of before it was published: what was there then is there for an hour.
      Object.assign(memo, { stored: keeps ? { snapshot: compiled.snapshot, at: compiledAt } : null, said });
      if (dropped.hashes.length > 0) noted();
      lately.told(zone);
    } else behindOthers = true;
    const end = clock();
    rollouts.published(heads, zone, { start, compiled: compiledAt, end });
    log("debug", "published", {
      tenant: tenant.id,
      zone,
      revision: heads.revision,
      sequence: heads.sequence,
      compile_ms: compiledAt - start,
      store_ms: end - compiledAt,
    });
  };
  const publications: Promise<undefined | { readonly error: unknown }>[] = [];
  let since = tenant.deps.clock();
  for (const one of work) {
    if (tenant.deps.rest !== undefined) await tenant.deps.rest(tenant.id);
    else if (tenant.deps.clock() - since > LONGEST_BLOCK) {
      await breath();
      since = tenant.deps.clock();
    }
    const publication = publishOne(one).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    publications.push(publication);
    if (!keeps) await publication;
  }
  for (const { view, trust } of views) {
    for (const problem of trust.problems)
      tenant.deps.log("warn", "trust of a mesh", { tenant: tenant.id, mesh: view.mesh.name, problem });
  }
  for (const problem of zoneTrust.problems)
    tenant.deps.log("warn", "trust of the zones", { tenant: tenant.id, problem });
  const failed = (await Promise.all(publications)).filter((one) => one !== undefined);
  await faults.write(state);
  if (failed[0] !== undefined) throw failed[0].error;
  if (behindOthers || !keeps) return effects.forget();
  const compiled = new Map(
    [...memos].flatMap(([zone, memo]) => (memo.compiled ? [[zone, memo.compiled] as const] : [])),
  );
  effects.note({ revision: heads.revision, views: views.map(({ view }) => view), zones: compiled });
}

/**
 * Whether compiles stay for the next one and for the effect of a change. Each zone's compile knows the proxies of all zones.
 * Where they do not stay, zones are compiled one after the other, each from nothing, and no two of them are there at once.
 */
function keepsCompiles({ deps }: Tenant, { meshes }: TenantState, zones: number): boolean {
  if (deps.keptProxies === undefined) return true;
  let proxies = 0;
  for (const { lists } of meshes.values()) proxies += lists.get("Dataplane")?.length ?? 0;
  return proxies * zones <= deps.keptProxies;
}

/** Lets all go on that has been waiting. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** From one snapshot of a zone to the next. */
interface Step {
  readonly snapshot: Snapshot;
  /** The one whose blobs are certainly there; null = they are asked for. */
  readonly before: Snapshot | null;
  readonly dropped: Dropped;
  readonly alike: Alike;
}

/** What a snapshot has no more that the one of the version `from` had. */
type Dropped = NonNullable<PublishedSnapshot["dropped"]>;

/** By memory, else by what is stored: a process that has just started knows nothing of what it replaces. */
async function droppedBlobs(
  { store }: Pick<Tenant, "store">,
  { zone, previous, version }: OwnPart,
  stored: Snapshot | null,
  snapshot: Snapshot,
): Promise<Dropped> {
  if (previous === "" || previous === version) return { from: previous, hashes: [] };
  if (stored?.version === previous) return { from: previous, hashes: [...addedKeys(stored.blobs, snapshot.blobs)] };
  const text = await store.manifest(zone, previous);
  const inMemory = blobsIn(snapshot);
  const load: LoadBlobs = async (hashes) => {
    const found = await inMemory(hashes);
    return new Map([...found, ...(await store.blobs(hashes.filter((hash) => !found.has(hash))))]);
  };
  try {
    if (text === null) throw new BlobMissing("its manifest is not there");
    const { lacking } = await diffManifests(snapshot.manifest, JSON.parse(text) as Manifest, load);
    return { from: previous, hashes: lacking };
  } catch (error) {
    // Of a restored organisation, what it had then may be gone: then it is not known.
    if (error instanceof BlobMissing) return { from: "", hashes: [] };
    throw error;
  }
}

async function publish(
  tenant: Tenant,
  state: TenantState,
  payload: OwnPart,
  { snapshot, before, dropped, alike }: Step,
  signer: EnvelopeSigner,
): Promise<boolean> {
  const { zone, epoch, sequence, version } = payload;
  const envelope = await signEnvelope(payload, signer, alike.members());
  const blobs = await lackingBlobs(tenant, snapshot, before);
  const manifest = manifestText(snapshot.manifest);
  await tenant.deps.rest?.(tenant.id);
  const done = await tenant.store.publish({ zone, epoch, sequence, version, manifest, blobs, envelope, dropped });
  if (!done) {
    // Another writer is ahead. Its commits are not known here yet.
    tenant.deps.log("info", "snapshot was older", { tenant: tenant.id, zone, epoch, sequence });
    await tenant.reload();
    return false;
  }
  for (const { id } of payload.relays) {
    const key = relayKey({ zone, relay: id });
    const head = state.relays.get(key);
    if (head !== undefined) state.relays.set(key, { ...head, epoch, sequence, version });
  }
  tenant.deps.bell.ring(tenant.id, zone, { epoch, sequence });
  return true;
}

/** Blobs that the store lacks: told by what was stored last, or by asking when this process stored nothing yet. */
async function lackingBlobs(
  { store }: Tenant,
  { blobs }: Snapshot,
  stored: Snapshot | null,
): Promise<ReadonlyMap<Hash, string>> {
  const fresh = stored === null ? await store.missingBlobs([...blobs.keys()]) : [...addedKeys(blobs, stored.blobs)];
  return new Map(fresh.map((hash) => [hash, blobs.get(hash) as string]));
}

/** How long requests are counted: as the longest rule of the mesh wants it; nothing where no rule looks at them. */
function loadsAsked(state: TenantState, mesh: string): Pick<Envelope["meshes"][number], "loads"> {
  const windows = rulesOf(state, mesh).flatMap(({ rule }) =>
    rule.errorRate === undefined ? [] : [(durationMs(rule.window) ?? 0) / 1000],
  );
  return windows.length === 0 ? {} : { loads: { windowSeconds: Math.ceil(Math.max(...windows)) } };
}

/** What the envelopes of all zones say alike: one object as long as it is the same. */
interface Alike {
  readonly meshes: Envelope["meshes"];
  /** As text. */
  readonly zoneTokens: string;
  /** Made when an envelope is first signed with it. */
  readonly members: () => EncodedMembers;
}

type OwnPart = Omit<Envelope, "meshes" | "zoneTokens">;

type EnvelopeMesh = Envelope["meshes"][number];

type SayAlike = (state: TenantState, read: Read) => Alike;

/** Most writes change nothing of what a thousand meshes are said to be. */
function openAlike(): SayAlike {
  let last: Alike | null = null;
  return (state, { views, zoneTrust }) => {
    const meshes = views.map((one) => saidOf(state, one));
    const tokens = { keys: publicTokenKeys(zoneTrust), revoked: zoneTrust.revokedTokens };
    const said = zoneTrust.tokenKeys.length === 0 ? {} : { zoneTokens: tokens };
    const zoneTokens = JSON.stringify(said);
    const isSame = last?.zoneTokens === zoneTokens && sameMeshes(last.meshes, meshes);
    if (last !== null && isSame) return last;
    let members: EncodedMembers | undefined;
    last = {
      meshes,
      zoneTokens,
      members: () => {
        members ??= encodeMembers({ meshes, ...said });
        return members;
      },
    };
    return last;
  };
}

/** By identity first: what is read again, as after a Secret's change, often says the same. */
function sameMeshes(before: readonly EnvelopeMesh[], now: readonly EnvelopeMesh[]): boolean {
  if (before.length !== now.length) return false;
  return now.every((mesh, at) => mesh === before[at] || JSON.stringify(mesh) === JSON.stringify(before[at]));
}

const said = new WeakMap<MeshTrust, EnvelopeMesh>();

/** What envelopes say of a mesh; the same object while it is the same. */
function saidOf(state: TenantState, { view, trust }: TrustedView): EnvelopeMesh {
  const before = said.get(trust);
  const { loads } = loadsAsked(state, view.mesh.name);
  if (before?.bundle === view.bundle && before.loads?.windowSeconds === loads?.windowSeconds) return before;
  const made = {
    name: view.mesh.name,
    tokenKeys: publicTokenKeys(trust),
    revokedTokens: trust.revokedTokens,
    bundle: view.bundle,
    mtls: trust.mtls,
    ...(loads && { loads }),
  };
  said.set(trust, made);
  return made;
}

function envelopeOf(
  { id, deps }: Tenant,
  zone: string,
  relays: readonly ZoneHead[],
  lives: ReadonlyMap<string, string>,
  { epoch, revision, sequence }: TenantState["heads"],
  version: Hash,
): OwnPart {
  return {
    format: 1,
    controlPlane: deps.controlPlane,
    tenant: id,
    zone,
    epoch,
    sequence,
    revision,
    version,
    previous: relays.find((relay) => relay.version !== "")?.version ?? "",
    compiler: COMPILER_VERSION,
    relays: relays.map(({ relay, signingKey, lastEvent, address, ca }) => ({
      id: relay,
      signingKey: JSON.parse(signingKey),
      lastEvent,
      lives: lives.get(relayKey({ zone, relay })) ?? "",
      ...(address !== "" && { address, ca }),
    })),
  };
}
