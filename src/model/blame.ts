// Blame: for each field of a resource the last change in which its value became what it is.
import { isJsonObject, type Json, type JsonObject, pointerStep } from "./json.ts";
import type { Kind } from "./kind.ts";
import type { Resource } from "./resource.ts";
import { sameJson } from "./same.ts";
import { sameItems } from "./same-item.ts";

/** Values of a resource by their JSON Pointers (RFC 6901), as its wire form places them; empty lists and objects are values. */
export type Fields = ReadonlyMap<string, Json>;

/** What one revision did to the resource. */
export interface PastChange {
  readonly revision: number;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** `outside`: no revision made it so. `older`: none of those that are known. */
export type Origin = number | "outside" | "older";

/** Labels and spec of a resource, as its wire form places them; without what is empty. */
export function blamedPart(
  { envelope }: Pick<Kind, "envelope">,
  { labels, spec }: Pick<Resource, "labels" | "spec">,
): JsonObject {
  const own = spec as JsonObject;
  const isEmpty = Object.keys(own).length === 0;
  return {
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(!isEmpty && (envelope === "spec" ? { spec: own } : own)),
  };
}

/** A resource's part, field by field. */
export function fieldsOf(part: JsonObject): Fields {
  const found = new Map<string, Json>();
  const walk = (value: Json, path: string): void => {
    const parts = partsOf(value);
    if (parts.length === 0) found.set(path, value);
    for (const [step, one] of parts) walk(one, `${path}/${step}`);
  };
  for (const [step, one] of partsOf(part)) walk(one, `/${step}`);
  return found;
}

/** By steps of pointers; none for a value that is a field. */
function partsOf(value: Json): readonly (readonly [step: string, part: Json])[] {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item] as const);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    part === undefined ? [] : [[pointerStep(key), part] as const],
  );
}

/**
 * The fields of `now` that have the same value in `old`, and where it stands there. Items of lists are the same wherever they
 * stand (same-item.ts), so what is put at a list's head changes nothing of those behind it.
 */
function sameFields(old: JsonObject, now: JsonObject): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (one: Json, other: Json, from: string, to: string): void => {
    const parts = partsOf(other);
    if (Array.isArray(one) && Array.isArray(other) && one.length * other.length > 0) {
      for (const [a, b] of sameItems(one, other)) walk(one[a] as Json, other[b] as Json, `${from}/${a}`, `${to}/${b}`);
    } else if (parts.length === 0 || partsOf(one).length === 0) {
      if (sameJson(one, other)) found.set(to, from);
    } else if (isJsonObject(one) && isJsonObject(other)) {
      const before = new Map(partsOf(one));
      for (const [step, part] of parts) {
        const was = before.get(step);
        if (was !== undefined) walk(was, part, `${from}/${step}`, `${to}/${step}`);
      }
    }
  };
  walk(old, now, "", "");
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

/** Begins with the resource as it stands. */
export function openBlame(now: JsonObject): Blame {
  const paths = [...fieldsOf(now).keys()];
  /** Where each stands in the version that was looked at last. */
  const open = new Map(paths.map((path) => [path, path]));
  const found = new Map<string, Origin>();
  let seen = now;
  /** Goes to an earlier version; what is not the same there has its origin in between. */
  const goTo = (version: JsonObject | null, origin: Origin): void => {
    if (version !== null && sameJson(version, seen)) return;
    const same = version === null ? null : sameFields(version, seen);
    for (const [path, at] of open) {
      const was = same?.get(at);
      if (was !== undefined) open.set(path, was);
      else {
        found.set(path, origin);
        open.delete(path);
      }
    }
    seen = version ?? {};
  };
  return {
    get open() {
      return open.size;
    },
    tell({ revision, before, after }) {
      goTo(after, "outside");
      goTo(before, revision);
    },
    origins(whole) {
      for (const path of open.keys()) found.set(path, whole ? "outside" : "older");
      open.clear();
      return new Map(paths.map((path) => [path, found.get(path) as Origin]));
    },
  };
}
