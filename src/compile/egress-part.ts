// The part that all egresses of a zone share: what crosses to other zones and what leaves the meshes, mesh by mesh.
import type { FilterChainJson } from "#envoy/generated/envoy/config/listener/v3/listener_components_pb.ts";
import { type Crossing, crossingEndpoints, crossingOf } from "#match/crossing.ts";
import { type Leaving, type LeavingWay, leavingOf } from "#match/leaving.ts";
import type { PassChain } from "#match/passing.ts";
import type { Bindings } from "#model/json.ts";
import { type Explained, explainWay, type PolicyFault } from "#xds/explain.ts";
import { type GeneratedWay, generateWay } from "#xds/leaving.ts";
import { bundleSecret } from "#xds/names.ts";
import { passChain } from "#xds/passing.ts";
import { zoneListener } from "#xds/zone-listener.ts";
import type { GroupBlob } from "./blob.ts";
import { type MeshMemo, withoutBundle } from "./mesh.ts";
import { type BlobOf, passGroup, plainGroup } from "./pass-group.ts";
import type { SharedPart, ZoneInput } from "./shared-part.ts";
import { madeSoundly } from "./sound.ts";
import { wayFaults } from "./way-fault.ts";

export interface EgressPart extends SharedPart {
  readonly meshes: ReadonlyMap<string, MeshEgress>;
  readonly listener: GroupBlob;
  /** What the listener was made of, in the order of its chains. */
  readonly chains: readonly EgressChain[];
}

/** A chain of the listener. */
export type EgressChain = { readonly pass: PassChain } | { readonly way: LeavingWay; readonly generated: GeneratedWay };

interface MeshEgress {
  readonly crossing: Crossing;
  readonly leaving: Leaving;
  readonly bundle: SharedPart["secrets"][number] | null;
  readonly generated: ReadonlyMap<LeavingWay, GeneratedWay>;
  /** Clusters that lead to other zones, and those that lead outside; null where there are none. */
  readonly crossed: GroupBlob | null;
  readonly left: GroupBlob | null;
  readonly faults: readonly PolicyFault[];
}

type Input = ZoneInput & { readonly blobOf: BlobOf };

/** The egresses' part; meshes that are as they were lend theirs, and the listener is made again only where a chain is another. */
export function egressOf(input: Input, before?: EgressPart | null): EgressPart {
  const meshes = new Map<string, MeshEgress>();
  let same = before !== undefined && before !== null && before.meshes.size === input.meshes.size;
  for (const name of input.meshes.keys()) {
    const old = before?.meshes.get(name);
    const made = meshEgress(name, input, old);
    same &&= made === old;
    meshes.set(name, made);
  }
  if (same) return before as EgressPart;
  const all = [...meshes.values()];
  const settled = sameList([...(before?.meshes.values() ?? [])], all, leadsAlike);
  const chains = settled && before ? before.chains : distinct(all.flatMap(chainsOf));
  const alike = before && (settled || sameList(before.chains, chains, isSame));
  const listener = alike ? before.listener : plainGroup([zoneListener(chains.map(bodyOf))], input);
  return {
    meshes,
    listener,
    chains,
    groups: [listener, ...all.flatMap(({ crossed, left }) => [crossed, left].flatMap((one) => one ?? []))],
    sets: all.map(({ crossing }) => crossing.sets),
    secrets: all.flatMap(({ bundle }) => (bundle === null ? [] : [bundle])),
    faults: all.flatMap(({ faults }) => faults),
  };
}

/** Why fields of an egress's resources have their values; `bindings` are its listener's. */
export function explainEgress({ chains }: EgressPart, bindings: Bindings): readonly Explained[] {
  const found = chains.flatMap((chain, at) =>
    "pass" in chain
      ? []
      : explainWay(chain.way, chain.generated.made, bindings).map((one) => ({ ...one, field: placed(one, at) })),
  );
  return found.sort((a, b) => (placeText(a) < placeText(b) ? -1 : 1));
}

/** Of a chain's field its place in the whole listener. */
function placed({ resource, field }: Explained, at: number): string {
  return resource.kind === "listener" ? field.replace(/^\/filterChains\/0(?=\/|$)/, `/filterChains/${at}`) : field;
}

function placeText({ resource, field }: Explained): string {
  return `${resource.kind} ${resource.name} ${field}`;
}

function meshEgress(name: string, input: Input, old: MeshEgress | undefined): MeshEgress {
  const { index, bundle: blob } = input.meshes.get(name) as MeshMemo;
  const { made, faults: unread } = madeSoundly(index, (sound) => ({
    crossing: crossingOf(sound, old?.crossing),
    leaving: leavingOf(sound, old?.leaving),
  }));
  const { crossing, leaving } = made;
  const locked = leaving.ways.length > 0 && blob === null;
  const bundle = leaving.ways.length === 0 || blob === null ? null : ([bundleSecret(name), blob] as const);
  const sameBundle = old?.bundle?.[1] === bundle?.[1] && (old?.bundle === null) === (bundle === null);
  if (old !== undefined && old.crossing === crossing && old.leaving === leaving && sameBundle) return old;
  const crossed =
    old !== undefined && old.crossing.clusters === crossing.clusters
      ? old.crossed
      : passGroup(crossing.clusters, crossingEndpoints, input);
  const ways = locked ? [] : leaving.ways;
  const generated = new Map(ways.map((way) => [way, old?.generated.get(way) ?? generateWay(name, way)]));
  const alike = old?.generated.size === generated.size && [...generated.keys()].every((way) => old.generated.has(way));
  const templates = [...generated.values()].flatMap(({ made }) => [made.cluster ?? [], made.extras].flat());
  const left = alike ? old.left : templates.length === 0 ? null : plainGroup(templates, input);
  const faults = [
    ...unread,
    ...leaving.faults,
    ...(locked ? [withoutBundle(index.view)] : []),
    ...[...generated].flatMap(([way, { made }]) => wayFaults(way, made)),
  ];
  return { crossing, leaving, bundle, generated: alike ? old.generated : generated, crossed, left, faults };
}

function chainsOf({ crossing, generated }: MeshEgress): readonly EgressChain[] {
  return [
    ...crossing.chains.map((pass): EgressChain => ({ pass })),
    ...[...generated].map(([way, one]): EgressChain => ({ way, generated: one })),
  ];
}

function sniOf(chain: EgressChain): string {
  return "pass" in chain ? chain.pass.sni : chain.way.sni;
}

/** In the order of server names; of two with one name the first. */
function distinct(chains: readonly EgressChain[]): readonly EgressChain[] {
  const found = new Map<string, EgressChain>();
  for (const chain of chains) if (!found.has(sniOf(chain))) found.set(sniOf(chain), chain);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, chain]) => chain);
}

function sameList<T>(a: readonly T[], b: readonly T[], same: (one: T, other: T) => boolean): boolean {
  return a.length === b.length && a.every((one, at) => same(one, b[at] as T));
}

function leadsAlike(a: MeshEgress, b: MeshEgress): boolean {
  return a.crossing.chains === b.crossing.chains && a.generated === b.generated;
}

function isSame(a: EgressChain, b: EgressChain): boolean {
  if ("pass" in a) return "pass" in b && a.pass === b.pass;
  return "way" in b && a.generated === b.generated;
}

function bodyOf(chain: EgressChain): FilterChainJson {
  return "pass" in chain ? passChain(chain.pass) : chain.generated.chain;
}
