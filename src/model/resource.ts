// A resource: anything a user writes, in one shape whatever its envelope on the wire.

export type Labels = Readonly<Record<string, string>>;

export interface Meta {
  readonly type: string;
  /** The mesh's name; empty for kinds of global scope. */
  readonly mesh: string;
  readonly name: string;
  readonly labels: Labels;
  /** RFC 3339; set by the store. */
  readonly creationTime: string;
  readonly modificationTime: string;
}

/** Frozen once read: identity may be used as a key of memos. */
export interface Resource<Spec = unknown> extends Meta {
  readonly spec: Spec;
  /** Written by Weft only; changes neither revision nor ETag. */
  readonly status?: unknown;
}

/** What names a resource inside a tenant. */
export interface ResourceKey {
  readonly type: string;
  readonly mesh: string;
  readonly name: string;
}

/** A key as one text, for maps and for what is sealed: `Dataplane/default/web-1`; global kinds have an empty middle. */
export function keyText({ type, mesh, name }: ResourceKey): string {
  return `${type}/${mesh}/${name}`;
}

/** A key for people: `Dataplane/default/web-1`, `Mesh/default`. */
export function shownKey({ type, mesh, name }: ResourceKey): string {
  return mesh === "" ? `${type}/${name}` : `${type}/${mesh}/${name}`;
}

/** The mesh that it is part of: a Mesh is part of itself; empty for what is of none. */
export function meshOf({ type, mesh, name }: ResourceKey): string {
  return type === "Mesh" ? name : mesh;
}
