// What no rollback touches, whatever history says of it: proxies of streams, what is generated, keys and revocations.

import { isGenerated } from "#control/derive/generated-services.ts";
import { sameContent } from "#control/draft/draft.ts";
import type { Left } from "#control/face/change.ts";
import { isTrustSecret } from "#control/secret/name.ts";
import { findStored, type TenantState } from "#control/state.ts";
import type { SpecOf } from "#model/kinds.ts";
import { isProxyKind } from "#model/proxy-kind.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import type { Passage } from "#store/face/history.ts";

export interface Meant {
  /** What is the users': what stood before is null also where it was nobody's. */
  readonly meant: readonly Passage[];
  /** What differs and stays as it is. */
  readonly left: readonly Left[];
}

/** Tells what is the users' from what is not. */
export function leftAlone(state: TenantState, passages: readonly Passage[]): Meant {
  const meant: Passage[] = [];
  const left: Left[] = [];
  for (const passage of passages) {
    const { key, before, stream } = passage;
    const now = findStored(state, key)?.resource ?? null;
    const why = isTrustSecret(key)
      ? "keys and revocations are never taken back"
      : isProxyKind(key.type) && (ownedByStream(state, key) || (stream && now === null))
        ? "it is its proxy's own: it comes and goes with it"
        : null;
    if (why !== null) {
      if (!same(now, before)) left.push({ ...key, why });
    } else if (isMade(before)) {
      // Whoever made it makes it again.
      if (!isMade(now)) meant.push({ ...passage, before: null });
    } else if (!isMade(now) || before !== null) meant.push(passage);
  }
  return { meant, left };
}

function same(now: Resource | null, before: Resource | null): boolean {
  return now === null || before === null ? now === before : sameContent(now, before);
}

/** Whether it is there because its proxy is. */
export function ownedByStream(state: TenantState, { mesh, name }: Pick<ResourceKey, "mesh" | "name">): boolean {
  const { registrations } = (mesh === "" ? state : state.meshes.get(mesh)) ?? {};
  return registrations?.get(name)?.owner === "stream";
}

function isMade(resource: Resource | null): boolean {
  return resource?.type === "MeshService" && isGenerated(resource as Resource<SpecOf<"MeshService">>);
}
