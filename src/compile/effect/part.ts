// Parts of listeners and routes that one side of a change alone has; what is asked twice of the same objects is remembered.
import { canonical } from "#model/canonical.ts";
import { isJsonObject, type Json, type JsonObject } from "#model/json.ts";

type Body = JsonObject | null;

/** Filter chains; all of both sides where something else of the listener differs. */
export const differingChains: (old: Body, now: Body) => readonly Json[] = remembered((old, now) =>
  differing(old, now, "filterChains"),
);

/** Routes of virtual hosts; the whole of both where something else differs. */
export const differingRoutes: (old: Body, now: Body) => readonly Json[] = remembered((old, now) => {
  if (restOf(old, "virtualHosts") !== restOf(now, "virtualHosts")) return [old ?? [], now ?? []];
  return differing(old, now, "virtualHosts").flatMap((host) => {
    const name = isJsonObject(host) ? host.name : undefined;
    return differing(hostNamed(old, name), hostNamed(now, name), "routes");
  });
});

function hostNamed(body: Body, name: Json | undefined): Body {
  const hosts = body?.virtualHosts;
  return (Array.isArray(hosts) ? hosts.filter(isJsonObject).find((host) => host.name === name) : undefined) ?? null;
}

function differing(old: Body, now: Body, list: string): readonly Json[] {
  const [before, after] = [partsOf(old, list), partsOf(now, list)];
  const same = restOf(old, list) === restOf(now, list);
  const only = (one: typeof before, other: typeof before): readonly Json[] =>
    [...one].flatMap(([text, part]) => (same && other.has(text) ? [] : [part]));
  return [...only(before, after), ...only(after, before)];
}

function partsOf(body: Body, list: string): ReadonlyMap<string, Json> {
  const parts = body?.[list];
  return new Map((Array.isArray(parts) ? parts : []).map((part: Json) => [canonical(part), part]));
}

function restOf(body: Body, list: string): string {
  const { [list]: _, ...rest } = body ?? {};
  return canonical(rest);
}

const NOBODY = {};

function remembered(find: (old: Body, now: Body) => readonly Json[]): (old: Body, now: Body) => readonly Json[] {
  const known = new WeakMap<object, WeakMap<object, readonly Json[]>>();
  return (old, now) => {
    const of = known.get(old ?? NOBODY) ?? new WeakMap<object, readonly Json[]>();
    known.set(old ?? NOBODY, of);
    const found = of.get(now ?? NOBODY) ?? find(old, now);
    of.set(now ?? NOBODY, found);
    return found;
  };
}

const texts = new WeakMap<object, readonly string[]>();

/** All texts in a value, each once. */
export function textsIn(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  const known = texts.get(value);
  if (known !== undefined) return known;
  const parts: readonly Json[] = Array.isArray(value) ? value : Object.values(value);
  const found = [...new Set(parts.flatMap((part) => textsIn(part)))];
  texts.set(value, found);
  return found;
}
