// A draft: what would stand after a change, before anything is written. Rules look at it, so they see the change as a whole.

import { textInside } from "#control/secret/text.ts";
import type { Vault } from "#control/secret/vault.ts";
import { findStored, storedOf, type TenantState } from "#control/state.ts";
import { canonical } from "#model/canonical.ts";
import type { Json } from "#model/json.ts";
import type { SpecOf, TypeName } from "#model/kinds.ts";
import { keyText, type Resource, type ResourceKey } from "#model/resource.ts";
import type { Sealed } from "#model/sealed.ts";
import type { Write } from "#store/face/commit.ts";
import type { StoredResource } from "#store/face/resource.ts";

export interface Planned {
  readonly key: ResourceKey;
  readonly before: StoredResource | null;
  /** Null = deleted. */
  readonly after: Resource | null;
  readonly expect: Write["expect"];
}

export interface Draft {
  readonly state: TenantState;
  readonly planned: Map<string, Planned>;
}

/** Plans a write over whatever was planned for its key. */
export function plan(draft: Draft, key: ResourceKey, after: Resource | null, expect: Write["expect"] = "any"): Planned {
  const planned: Planned = { key, before: findStored(draft.state, key), after, expect };
  draft.planned.set(keyText(key), planned);
  return planned;
}

/** What would stand under the key. */
export function draftOf<T extends TypeName>(
  draft: Draft,
  key: ResourceKey & { readonly type: T },
): Resource<SpecOf<T>> | null {
  if (key.mesh !== "" && meshOf(draft, key.mesh) === null) return null;
  const planned = draft.planned.get(keyText(key));
  const found = planned === undefined ? (findStored(draft.state, key)?.resource ?? null) : planned.after;
  return found as Resource<SpecOf<T>> | null;
}

/** The mesh that would stand. */
export function meshOf(draft: Draft, name: string): Resource<SpecOf<"Mesh">> | null {
  return draftOf(draft, { type: "Mesh", mesh: "", name });
}

/** All resources of a type that would stand in a mesh, or (mesh empty) in global scope. */
export function draftsOf<T extends TypeName>(draft: Draft, type: T, mesh: string): readonly Resource<SpecOf<T>>[] {
  const found = new Map(storedOf(draft.state, type, mesh).map((resource) => [resource.name, resource]));
  for (const { key, after } of draft.planned.values()) {
    if (key.type !== type || key.mesh !== mesh) continue;
    if (after === null) found.delete(key.name);
    else found.set(key.name, after);
  }
  return [...found.values()] as unknown as readonly Resource<SpecOf<T>>[];
}

/** Text of a mesh's Secret, or (mesh empty) of a GlobalSecret, as it would stand; null when there is none or it is no text. */
export async function draftSecret(draft: Draft, vault: Vault, mesh: string, name: string): Promise<Sealed | null> {
  const secret =
    mesh === "" ? draftOf(draft, { type: "GlobalSecret", mesh, name }) : draftOf(draft, { type: "Secret", mesh, name });
  return secret?.spec.data === undefined ? null : textInside(await vault.openSecret(secret, secret.spec.data));
}

/** Whether the write would leave everything as it stands. */
export function changesNothing({ before, after }: Planned): boolean {
  if (before === null || after === null) return before === null && after === null;
  return sameContent(before.resource, after);
}

/** Whether both say the same, whenever they were written. */
export function sameContent(one: Resource, other: Resource): boolean {
  const told = ({ labels, spec }: Resource): string => canonical([labels, spec as Json]);
  return told(one) === told(other);
}
