// The part that all ingresses of a zone share: one listener over all meshes, and each mesh's clusters in a group of its own.
import { type Exposure, exposureOf } from "#match/exposed.ts";
import { distinctChains, type PassChain } from "#match/passing.ts";
import type { PolicyFault } from "#xds/explain.ts";
import { passChain } from "#xds/passing.ts";
import { zoneListener } from "#xds/zone-listener.ts";
import type { GroupBlob } from "./blob.ts";
import { type BlobOf, passGroup, plainGroup } from "./pass-group.ts";
import type { SharedPart, ZoneInput } from "./shared-part.ts";
import { madeSoundly } from "./sound.ts";

export interface IngressPart extends SharedPart {
  readonly meshes: ReadonlyMap<string, MeshIngress>;
  /** The chains that the listener was made of, mesh by mesh. */
  readonly chains: readonly (readonly PassChain[])[];
  readonly listener: GroupBlob;
}

interface MeshIngress {
  readonly exposure: Exposure;
  /** Its clusters; null where it exposes nothing. */
  readonly clusters: GroupBlob | null;
  readonly faults: readonly PolicyFault[];
}

/** The ingresses' part; meshes that are as they were lend theirs, and the listener is made again only where a chain came or went. */
export function ingressOf(input: ZoneInput & { readonly blobOf: BlobOf }, before?: IngressPart | null): IngressPart {
  const meshes = new Map<string, MeshIngress>();
  let same = before !== undefined && before !== null && before.meshes.size === input.meshes.size;
  for (const [name, { index }] of input.meshes) {
    const old = before?.meshes.get(name);
    const { made: exposure, faults } = madeSoundly(index, (sound) => exposureOf(sound, old?.exposure));
    const kept = old !== undefined && old.exposure.clusters === exposure.clusters;
    const clusters = kept ? old.clusters : passGroup(exposure.clusters, (cluster) => cluster, input);
    same &&= old?.exposure === exposure;
    meshes.set(name, same && old !== undefined ? old : { exposure, clusters, faults });
  }
  if (same) return before as IngressPart;
  const all = [...meshes.values()];
  const chains = all.map(({ exposure }) => exposure.chains);
  const listener =
    before && before.chains.length === chains.length && chains.every((list, at) => list === before.chains[at])
      ? before.listener
      : plainGroup([zoneListener(distinctChains(chains.flat()).map(passChain))], input);
  return {
    meshes,
    chains,
    listener,
    groups: [listener, ...all.flatMap(({ clusters }) => clusters ?? [])],
    sets: all.map(({ exposure }) => exposure.sets),
    secrets: [],
    faults: all.flatMap(({ faults }) => faults),
  };
}
