// One zone of a round: compiled, and told what is new; what would tell it nothing of its own may wait.
import type { Compiled } from "#compile/compile.ts";
import { GRACE } from "#control/blob-collector.ts";
import type { FaultBook } from "#control/fault-book.ts";
import type { Pace } from "#control/pace.ts";
import type { EnvelopeSigner } from "#control/secret/envelope-key.ts";
import type { TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { compileZone, type Read } from "#control/view/standing.ts";
import type { RolloutWatch } from "#control/watch/rollout.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import type { Alike } from "./alike.ts";
import { droppedBlobs } from "./blob-step.ts";
import type { Lately } from "./lately.ts";
import { ownPartOf } from "./own-part.ts";
import { tellZone } from "./tell-zone.ts";

/** What was stored so long ago may have been collected, where another process has published since; milliseconds. */
const TRUSTED = GRACE / 2;

/** What telling a zone costs beside its compile: it is signed, stored and rung for, and its relays ask for it; milliseconds. */
const TELLING = 2;

/** What is remembered of a zone from round to round. */
export interface ZoneMemo {
  /** Null where the organisation is so large that compiles are not kept. */
  compiled: Compiled | null;
  /** What the last envelope said, but for how far the organisation had come. */
  said: { readonly alike: Alike; readonly own: string } | null;
  /** The last snapshot that the store is known to hold, and when it was stored. */
  stored: { readonly snapshot: Snapshot; readonly at: number } | null;
}

/** Where what was published is written down. */
export interface ZoneBooks {
  readonly memos: Map<string, ZoneMemo>;
  readonly faults: Pick<FaultBook, "note">;
  readonly lately: Pick<Lately, "told" | "waits">;
  readonly rollouts: Pick<RolloutWatch, "published">;
  /** Blobs were noted as unused. */
  readonly noted: () => void;
  readonly pace: Pick<Pace, "spent">;
}

/** What all zones of a round have in common: one moment. */
export interface Round {
  readonly state: TenantState;
  readonly heads: TenantState["heads"];
  readonly read: Read;
  readonly lives: ReadonlyMap<string, string>;
  readonly alike: Alike;
  readonly signer: EnvelopeSigner;
  /** Whether compiles stay for the next round. */
  readonly keeps: boolean;
}

/** A zone that is behind, and who was there at that moment. */
export interface ZoneBehind {
  readonly zone: string;
  readonly relays: readonly ZoneHead[];
  readonly zoneProxies: readonly ZoneProxy[];
}

/** Compiles before its first await. False = another writer is ahead of this round. */
export async function publishZone(
  tenant: Tenant,
  { state, heads, read, lives, alike, signer, keeps }: Round,
  { zone, relays, zoneProxies }: ZoneBehind,
  { memos, faults, lately, rollouts, noted, pace }: ZoneBooks,
): Promise<boolean> {
  const known = memos.get(zone);
  const { clock, log } = tenant.deps;
  const start = clock();
  const began = performance.now();
  const compiled = compileZone(tenant, state, read, { zone, memo: known?.compiled?.memo, zoneProxies });
  pace.spent(performance.now() - began);
  const memo: ZoneMemo = {
    compiled: keeps ? compiled : null,
    said: known?.said ?? null,
    stored: known?.stored ?? null,
  };
  memos.set(zone, memo);
  faults.note(zone, compiled.faults);
  const { snapshot } = compiled;
  const payload = ownPartOf(tenant, heads, { zone, relays, lives }, snapshot.version);
  const said = { alike, own: JSON.stringify([payload.version, payload.relays]) };
  if (said.alike === memo.said?.alike && said.own === memo.said.own && lately.waits(zone)) return true;
  const compiledAt = clock();
  pace.spent(TELLING);
  const before = memo.stored !== null && clock() - memo.stored.at < TRUSTED ? memo.stored.snapshot : null;
  const dropped = await droppedBlobs(tenant, payload, memo.stored?.snapshot ?? null, snapshot);
  const isTold = await tellZone(tenant, state, payload, { snapshot, before, dropped, alike }, signer);
  if (isTold) {
    // As of before it was published: what was there then is there for an hour.
    Object.assign(memo, { stored: keeps ? { snapshot, at: compiledAt } : null, said });
    if (dropped.hashes.length > 0) noted();
    lately.told(zone);
  }
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
  return isTold;
}
