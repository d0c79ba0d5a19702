// Rows of `resource` and what they say.
import type { Resource, ResourceKey } from "#model/resource.ts";
import type { StoredResource } from "./face/resource.ts";

/** Columns that `resourceOf` reads, in its order; `r` is the table. */
export const RESOURCE_COLUMNS =
  "r.type, r.mesh, r.name, r.labels, r.spec, r.status, r.etag, r.revision, r.born, r.creation_time, r.modification_time";

export interface ResourceRow {
  readonly type: string;
  readonly mesh: string;
  readonly name: string;
  readonly labels: string;
  readonly spec: string;
  readonly status: string | null;
  readonly etag: string;
  readonly revision: number;
  readonly creationTime: string;
  readonly modificationTime: string;
}

/** A row in the order of `RESOURCE_COLUMNS`, with the sequence that created it. */
export function rowOf(row: readonly unknown[]): ResourceRow & { readonly born: number } {
  const [type, mesh, name, labels, spec, status, etag, revision, born, creationTime, modificationTime] =
    row as readonly [string, string, string, string, string, string | null, string, number, number, string, string];
  return { type, mesh, name, labels, spec, status, etag, revision, born, creationTime, modificationTime };
}

/** What stands in a row, frozen to its leaves. */
export function storedOf(row: ResourceRow): StoredResource {
  const resource: Resource = {
    type: row.type,
    mesh: row.mesh,
    name: row.name,
    labels: JSON.parse(row.labels),
    creationTime: row.creationTime,
    modificationTime: row.modificationTime,
    spec: JSON.parse(row.spec),
    ...(row.status === null ? {} : { status: JSON.parse(row.status) }),
  };
  return freeze({ resource, etag: row.etag, revision: row.revision });
}

/**
 * SQL text of a resource's past, read back by `pastOf`. Strings are joined, not parsed, so that no byte changes and no
 * nesting is too deep. The parentheses matter: `->>` binds no closer than `||`.
 */
export function pastText(columns: {
  readonly labels: string;
  readonly spec: string;
  readonly creationTime: string;
  readonly modificationTime: string;
}): string {
  const { labels, spec, creationTime, modificationTime } = columns;
  return `'{"labels":' || (${labels}) || ',"spec":' || (${spec}) || ',"creationTime":"' || ${creationTime} || '","modificationTime":"' || ${modificationTime} || '"}'`;
}

/** A resource as a revision keeps it; null = there was none. */
export function pastOf({ type, mesh, name }: ResourceKey, text: string | null): Resource | null {
  return text === null ? null : freeze({ type, mesh, name, ...JSON.parse(text) });
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}
