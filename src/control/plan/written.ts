// What a commit writes, to be compared with what it would write later. Pure.
import { isGenerated } from "#control/derive/generated-services.ts";
import { ownedByStream } from "#control/rollback/left.ts";
import { withoutSecrets } from "#control/secret/inline-key.ts";
import { findStored, type TenantState } from "#control/state.ts";
import { canonical } from "#model/canonical.ts";
import type { Digest, Json } from "#model/json.ts";
import type { SpecOf } from "#model/kinds.ts";
import { isProxyKind } from "#model/proxy-kind.ts";
import { keyText, type Resource, type ResourceKey } from "#model/resource.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import type { Commit } from "#store/face/commit.ts";
import type { Written } from "./basis.ts";

/** What a commit writes. What proxies' streams own goes with its mesh and is nobody's to plan; contents of secrets count by ETag alone. */
export function writtenBy(
  state: TenantState,
  { writes, dropMeshes = [] }: Pick<Commit, "writes" | "dropMeshes">,
  digest: Digest,
): Written {
  const hash = (resource: Resource): string => {
    const { labels, spec } = withoutSecrets(resource);
    return digest(canonical([labels, JSON.parse(JSON.stringify(spec)) as Json])).slice(0, 16);
  };
  const etag = (key: ResourceKey): string | null => findStored(state, key)?.etag ?? null;
  const dropped = dropMeshes.flatMap((mesh) => {
    const { own, items } = state.meshes.get(mesh) ?? {};
    return [...(own === undefined ? [] : [own]), ...(items?.values() ?? [])].filter(
      ({ resource }) => !comesAndGoes(state, resource),
    );
  });
  const own = writes.filter(({ key, after }) => {
    const stands = after === null ? findStored(state, key) : null;
    return stands === null || !comesAndGoes(state, stands.resource);
  });
  return Object.fromEntries([
    ...own.map(({ key, after }) => [keyText(key), [etag(key), after && hash(after)]] as const),
    ...dropped.map(({ resource, etag: old }) => [keyText(resource), [old, null]] as const),
  ]);
}

function comesAndGoes(state: TenantState, resource: Resource): boolean {
  if (isProxyKind(resource.type)) return ownedByStream(state, resource);
  return resource.type === "MeshService" && isGenerated(resource as Resource<SpecOf<"MeshService">>);
}

/** Whose proxy it is: its services in the first of the states that has it; empty where it has none. */
export function serviceIn(states: readonly TenantState[]): (mesh: string, proxy: string) => string {
  return (mesh, name) => {
    if (mesh === "") return "";
    for (const state of states) {
      const found = findStored(state, { type: "Dataplane", mesh, name });
      if (found !== null) return servicesOf(found.resource as Resource<SpecOf<"Dataplane">>);
    }
    return "";
  };
}

function servicesOf({ labels, spec }: Resource<SpecOf<"Dataplane">>): string {
  const { inbound = [], gateway } = spec.networking ?? {};
  const tagged = [...inbound, ...(gateway === undefined ? [] : [gateway])].flatMap(
    ({ tags = {} }) => tags[SERVICE_TAG] ?? [],
  );
  return [...new Set(tagged)].sort().join(",") || labels.app || "";
}
