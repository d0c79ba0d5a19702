// Blame: for each field of a resource the last change in which its value became what it is.
import { isJsonObject, type Json, pointerStep } from "./json.ts";
import type { Kind } from "./kind.ts";
import type { Resource } from "./resource.ts";

/** Values of a resource by their JSON Pointers (RFC 6901), as its wire form places them; empty lists and objects are values. */
export type Fields = ReadonlyMap<string, Json>;

/** What one revision did to the resource. */
export interface PastChange {
  readonly revision: number;
  readonly before: Fields | null;
  readonly after: Fields | null;
}

/** `outside`: no revision made it so. `older`: none of those that are known. */
export type Origin = number | "outside" | "older";

/** Labels and spec of a resource, field by field; none for null. */
export function fieldsOf({ envelope }: Pick<Kind, "envelope">, resource: Pick<Resource, "labels" | "spec">): Fields {
  const found = new Map<string, Json>();
  const walk = (value: Json, path: string): void => {
    const parts = Array.isArray(value)
      ? value.map((item, index) => [String(index), item] as const)
      : isJsonObject(value)
        ? Object.entries(value)
        : [];
    if (parts.length === 0) found.set(path, value);
    for (const [step, part] of parts) if (part !== undefined) walk(part as Json, `${path}/${pointerStep(step)}`);
  };
  for (const [name, value] of Object.entries(resource.labels)) walk(value, `/labels/${pointerStep(name)}`);
  const spec = resource.spec as Json;
  const isEmpty = isJsonObject(spec) && Object.keys(spec).length === 0;
  if (!isEmpty) walk(spec, envelope === "spec" ? "/spec" : "");
  return found;
}

/** A blame that is told of changes one by one, from the newest to the oldest. */
export interface Blame {
  /** Fields whose origin is not known yet. */
  readonly open: number;
  tell(change: PastChange): void;
  /** Ends it; `whole` = no change is missing before those that were told. */
  origins(whole: boolean): ReadonlyMap<string, Origin>;
}

/** Begins with the fields as they stand. */
export function openBlame(now: Fields): Blame {
  const open = new Map([...now].map(([path, value]) => [path, JSON.stringify(value)]));
  const found = new Map<string, Origin>();
  const settle = (path: string, origin: Origin): void => {
    found.set(path, origin);
    open.delete(path);
  };
  const has = (fields: Fields | null, path: string, text: string): boolean =>
    fields?.has(path) === true && JSON.stringify(fields.get(path)) === text;
  return {
    get open() {
      return open.size;
    },
    tell({ revision, before, after }) {
      for (const [path, text] of [...open]) {
        if (!has(after, path, text)) settle(path, "outside");
        else if (!has(before, path, text)) settle(path, revision);
      }
    },
    origins(whole) {
      for (const path of [...open.keys()]) settle(path, whole ? "outside" : "older");
      return new Map([...now.keys()].map((path) => [path, found.get(path) as Origin]));
    },
  };
}
