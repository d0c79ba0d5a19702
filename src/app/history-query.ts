// Queries of history: which resources, which revisions, and which page.
import { readPageQuery } from "#api/page.ts";
import { Fault } from "#model/fault.ts";
import { kindOfPath, kindOfType } from "#model/kinds.ts";
import type { ResourceKey } from "#model/resource.ts";
import type { Violation } from "#model/violation.ts";

/** Reads `type`, `mesh` and `name`; a type may be a plural. Fault `malformed`. */
export function readDescription(params: URLSearchParams): Partial<ResourceKey> {
  const [type, mesh, name] = ["type", "mesh", "name"].map((field) => params.get(field) || undefined);
  const kind = type === undefined ? undefined : (kindOfType(type) ?? kindOfPath(type));
  const wrong: Violation[] = [];
  if (type !== undefined && kind === undefined)
    wrong.push({ field: "type", reason: `there is no kind ${JSON.stringify(type)}` });
  if (kind?.scope === "Global" && mesh !== undefined)
    wrong.push({ field: "mesh", reason: `must be left out: a ${kind.type} belongs to no mesh` });
  if (wrong.length > 0) throw new Fault("malformed", "Invalid query", { violations: wrong });
  return {
    ...(kind !== undefined && { type: kind.type }),
    ...(mesh !== undefined && { mesh }),
    ...(kind?.scope === "Global" && { mesh: "" }),
    ...(name !== undefined && { name }),
  };
}

/** A revision's number; undefined where it is left out. Fault `malformed`. */
export function readRevision(text: string | null | undefined, field: string): number | undefined {
  if (text === null || text === undefined || text === "") return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Fault("malformed", "Invalid query", { violations: [{ field, reason: "must be a revision's number" }] });
}

/** A time as the store writes it. Fault `malformed`. */
export function readTime(params: URLSearchParams, field: string): string | undefined {
  const text = params.get(field) || undefined;
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  const reason = 'must be a time of RFC 3339, such as "2026-03-04T05:06:07Z", or a date';
  throw new Fault("malformed", "Invalid query", { violations: [{ field, reason }] });
}

/** `size` of a page. Fault `malformed`. */
export function readSize(params: URLSearchParams): number {
  const own = new URLSearchParams(params.has("size") ? { size: params.get("size") ?? "" } : {});
  return readPageQuery(own).size;
}

/** The same query with other members; in order, so that it can be followed as it stands. */
export function queryWith(params: URLSearchParams, more: Readonly<Record<string, string>>): string {
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(more)) next.set(name, value);
  next.sort();
  return `?${next}`;
}
