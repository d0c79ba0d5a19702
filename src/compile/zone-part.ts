// A zone's own proxies: its ingresses and egresses, of all meshes together, beside the parts of the meshes.

import type { EndpointSet } from "#model/endpoint.ts";
import type { Bindings, Hash } from "#model/json.ts";
import { kriOf } from "#model/kri-of.ts";
import { sameJson } from "#model/same.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import type { MeshContent } from "#snapshot/build.ts";
import { inShards, patchedShards, type Shards, shardsOf } from "#snapshot/shard.ts";
import type { ProxyEntry } from "#snapshot/template.ts";
import type { Explained, PolicyFault } from "#xds/explain.ts";
import { zoneListenerBindings } from "#xds/zone-listener.ts";
import type { Blob, GroupBlob } from "./blob.ts";
import { type EgressPart, egressOf, explainEgress } from "./egress-part.ts";
import { type IngressPart, ingressOf } from "./ingress-part.ts";
import { type BlobOf, templateBlobs } from "./pass-group.ts";
import { ownBindings } from "./roster.ts";
import type { SharedPart, ZoneInput } from "./shared-part.ts";

/** The mesh name under which they stand in a snapshot. */
export const NO_MESH = "";

type SetMap = ReadonlyMap<string, EndpointSet>;

export interface ZonePart {
  readonly content: MeshContent;
  /** What each proxy that is served is made of, by its name. */
  readonly parts: ReadonlyMap<string, SharedPart>;
  readonly groups: readonly GroupBlob[];
  readonly secrets: readonly Blob[];
  readonly faults: readonly PolicyFault[];
  readonly memo: ZoneMemo;
}

export interface ZoneMemo {
  readonly proxies: readonly ZoneProxy[];
  readonly ingress: IngressPart | null;
  readonly egress: EgressPart | null;
  /** Of all parts: of two sets with one name the last. */
  readonly sets: readonly SetMap[];
  readonly blobOf: BlobOf;
}

/** Compiles them; null where the zone has none. What `before` holds is reused by identity and changes time only. */
export function compileZonePart(input: ZoneInput, before?: ZonePart | null): ZonePart | null {
  const { digest, proxies, zone } = input;
  if (proxies.length === 0) return null;
  const blobOf = before?.memo.blobOf ?? templateBlobs(digest);
  const ingress = proxies.some(isIngress) ? ingressOf({ ...input, blobOf }, before?.memo.ingress) : null;
  const egress = proxies.every(isIngress) ? null : egressOf({ ...input, blobOf }, before?.memo.egress);
  const entries = new Map<string, ProxyEntry>();
  const faults: PolicyFault[] = [];
  const parts = new Map<string, SharedPart>();
  for (const proxy of proxies) {
    const shared = isIngress(proxy) ? ingress : egress;
    if (shared === null) continue;
    const bindings = zoneListenerBindings(proxy, zone);
    if (bindings === null || entries.has(proxy.name)) {
      faults.push(unserved(proxy, bindings === null));
      continue;
    }
    parts.set(proxy.name, shared);
    entries.set(proxy.name, {
      groups: shared.groups.map((group) =>
        group.holes.length === 0 ? group.bare : [group.hash, only(bindings, group)],
      ),
    });
  }
  const shared = [...new Set(parts.values())];
  const secrets = new Map(shared.flatMap((one) => one.secrets));
  const sets = shared.flatMap((one) => one.sets);
  const content: MeshContent = {
    proxies: keptShards(entries, before?.content.proxies),
    endpoints: changedShards(sets, before),
    secrets: keptHashes(secrets, before?.content.secrets),
  };
  return {
    content,
    parts,
    groups: shared.flatMap((one) => one.groups),
    secrets: [...secrets.values()],
    faults: [...faults, ...shared.flatMap((one) => one.faults)],
    memo: { proxies, ingress, egress, sets, blobOf },
  };
}

/** Why an egress's Envoy fields have their values; no policy writes to an ingress. */
export function explainZoneProxy({ content, parts, memo }: ZonePart, name: string): readonly Explained[] {
  const entry = inShards(content.proxies, name);
  if (entry === undefined || memo.egress === null || parts.get(name) !== memo.egress) return [];
  return explainEgress(memo.egress, ownBindings(entry));
}

/** The values that a group asks for. */
function only(bindings: Bindings, { holes }: GroupBlob): Bindings {
  return Object.fromEntries(holes.flatMap((name) => (bindings[name] === undefined ? [] : [[name, bindings[name]]])));
}

function isIngress({ type }: ZoneProxy): boolean {
  return type === "ZoneIngress";
}

function unserved(proxy: ZoneProxy, silent: boolean): PolicyFault {
  if (silent)
    return {
      kri: kriOf(proxy),
      field: "networking",
      reason: "says not where it listens: give it an address and a port; until then it is not served",
    };
  return {
    kri: kriOf(proxy),
    field: "name",
    reason: "another proxy of the zone has this name: only the first is served",
  };
}

function keptShards(
  entries: ReadonlyMap<string, ProxyEntry>,
  before: Shards<ProxyEntry> | undefined,
): Shards<ProxyEntry> {
  const made = shardsOf(entries);
  if (before === undefined) return made;
  return made.map((shard, at) =>
    sameJson([...shard], [...(before[at] ?? [])]) ? (before[at] as typeof shard) : shard,
  );
}

function changedShards(sets: readonly SetMap[], before: ZonePart | null | undefined): Shards<EndpointSet> {
  const old = before?.memo.sets;
  if (!before || old?.length !== sets.length) return shardsOf(sets.flatMap((map) => [...map]));
  const names = new Set(sets.flatMap((map, at) => changedNames(map, old[at] as SetMap)));
  if (names.size === 0) return before.content.endpoints;
  const last = (name: string): EndpointSet | undefined => sets.findLast((map) => map.has(name))?.get(name);
  return patchedShards(
    before.content.endpoints,
    [...names].map((name) => [name, last(name)] as const),
  );
}

/** Names that one of the maps has alone, or for another set. */
function changedNames(now: SetMap, old: SetMap): readonly string[] {
  if (now === old) return [];
  const names: string[] = [];
  for (const [name, set] of now) if (old.get(name) !== set) names.push(name);
  for (const name of old.keys()) if (!now.has(name)) names.push(name);
  return names;
}

function keptHashes(
  secrets: ReadonlyMap<string, Blob>,
  before: ReadonlyMap<string, Hash> | undefined,
): ReadonlyMap<string, Hash> {
  const made = new Map([...secrets].map(([name, { hash }]) => [name, hash]));
  return before !== undefined && sameJson([...made], [...before]) ? before : made;
}
