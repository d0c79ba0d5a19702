// Revocation: a relay, or a zone with all of its relays, is answered no more, and what its issuers sign is trusted no more.

import { deed } from "#control/audit/deed.ts";
import { plan } from "#control/draft/draft.ts";
import type { Caller, RelayCaller } from "#control/face/caller.ts";
import { permit } from "#control/permission.ts";
import { relayKey } from "#control/state.ts";
import { onNewest, type Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import { isLater } from "#model/position.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import { toBase32 } from "#trust/bytes.ts";
import { draftZone, endLife, isEmpty, proxyKeyOf, stepOf } from "./draft.ts";
import { isZone, noSuchZone } from "./names.ts";

/** Revokes one relay. Faults `forbidden`, `absent`. */
export async function revokeRelay(tenant: Tenant, caller: Caller, zone: string, relay: string): Promise<void> {
  permit(caller, "revoke-relay", { zone, mesh: null });
  const head = await tenant.store.zoneHead(zone, relay);
  if (head === null) throw new Fault("absent", await noSuchRelay(tenant, zone, relay));
  await revoke(tenant, caller, head);
  await distrust(tenant, caller, zone, [relay], `revoke relay ${zone}/${relay}`);
}

/** Revokes every relay of the zone; their ids, sorted, those revoked before included. Faults `forbidden`, `absent` (no such Zone). */
export async function revokeZone(tenant: Tenant, caller: Caller, zone: string): Promise<readonly string[]> {
  permit(caller, "revoke-relay", { zone, mesh: null });
  const heads = await tenant.store.zoneHeads(zone);
  const state = await tenant.state();
  if (heads.length === 0 && !isZone(state, zone)) throw new Fault("absent", noSuchZone(state, zone));
  const relays = heads.map(({ relay }) => relay).sort();
  for (const head of heads) await revoke(tenant, caller, head);
  await distrust(tenant, caller, zone, relays, `revoke zone ${zone}`);
  return relays;
}

/** Doing it again is written down no more. */
async function revoke({ id, store, deps }: Tenant, caller: Caller, { zone, relay, revoked }: ZoneHead): Promise<void> {
  const audit = revoked ? [] : [deed(caller, deps.clock(), "relay.revoke", `relay ${relayKey({ zone, relay })}`)];
  await store.revokeRelay(zone, relay, audit);
  deps.bell.dismiss({ tenant: id, zone, relay });
}

/**
 * One revision, which stands in the history with who asked for it, takes the issuers of these relays out of every bundle;
 * then the lives of their proxies end, which no relay can tell of any more. Done before, it changes nothing.
 */
async function distrust(
  tenant: Tenant,
  caller: Caller,
  zone: string,
  relays: readonly string[],
  deedText: string,
): Promise<void> {
  const heads = await tenant.store.zoneHeads(zone);
  const isTheirs = (one: { readonly zone: string; readonly relay: string }): boolean =>
    one.zone === zone && relays.includes(one.relay);
  await onNewest(tenant, async (state) => {
    // A revision that failed left the row alone revoked: what was published at the newest position names the relay still.
    const named = heads.filter(
      (head) => isTheirs(head) && (state.relays.get(relayKey(head))?.revoked !== true || !isLater(state.heads, head)),
    );
    for (const head of heads.filter(isTheirs)) state.relays.set(relayKey(head), head);
    const revokedAt = new Date(tenant.deps.clock()).toISOString();
    const put = [...state.issuers.values()]
      .filter((row) => isTheirs(row) && row.revokedAt === null)
      .map((row) => ({ ...row, revokedAt, revokedBy: caller.actor }));
    if (put.length === 0 && named.length === 0) return;
    await tenant.commit({
      writeId: toBase32(tenant.deps.chance(15)),
      kind: "revision",
      actor: caller.actor,
      reason: caller.reason === undefined ? deedText : `${caller.reason} (${deedText})`,
      writes: [],
      issuers: { put },
    });
  });
  for (const relay of relays) await endLives(tenant, { tenant: tenant.id, zone, relay });
}

/** No relay can tell any more that they end. */
async function endLives(tenant: Tenant, relay: RelayCaller): Promise<void> {
  await onNewest(tenant, async (state) => {
    const draft = draftZone(state, relay);
    const meshes = [state.registrations, ...[...state.meshes.values()].map(({ registrations }) => registrations)];
    for (const life of meshes.flatMap((lives) => [...lives.values()])) {
      if (life.zone !== relay.zone || life.relay !== relay.relay || !life.online) continue;
      endLife(draft, life);
      const key = proxyKeyOf(draft, life.mesh, life.name);
      if (life.owner === "stream" && key !== null) plan(draft, key, null);
    }
    const step = stepOf(draft);
    if (isEmpty(step)) return;
    await tenant.commit({
      ...step,
      writeId: toBase32(tenant.deps.chance(15)),
      kind: "step",
      actor: "control-plane",
      reason: "relay revoked",
    });
  });
}

async function noSuchRelay(tenant: Tenant, zone: string, relay: string): Promise<string> {
  const state = await tenant.state();
  if (!isZone(state, zone)) return noSuchZone(state, zone);
  const ids = (await tenant.store.zoneHeads(zone)).map((head) => head.relay).sort();
  const there = ids.length === 0 ? "it has none" : `it has: ${ids.join(", ")}`;
  return `there is no relay ${JSON.stringify(relay)} in the zone ${zone}; ${there}`;
}
