// Templates: Envoy resources as JSON with holes, stored once for all proxies that are alike, and filled per proxy.

import type { Bindings, Hash, Json } from "#model/json.ts";

/** The kinds of Envoy resources that a snapshot carries; endpoints have a form of their own (endpoints.ts). */
export type EnvoyKind = "listener" | "cluster" | "route" | "secret";

export const ENVOY_KINDS: readonly EnvoyKind[] = ["listener", "cluster", "route", "secret"];

/**
 * A hole stands as `{"$": "name"}` where a value belongs; `{"$": ["inbound:", {"$": "address"}]}` joins text. A hole in a list
 * that is filled with null leaves no item.
 */
export interface Template {
  readonly kind: EnvoyKind;
  /** The resource's name: text, or a hole or joined text in the same notation as the body. */
  readonly name: Json;
  readonly body: Json;
}

/** A template with the values of the holes that do not come from the proxy. */
export type Entry = readonly [template: Hash, bindings: Bindings];

/** Templates that are each filled with each of the bindings: what leads to alike services names its templates once. */
export type Batch = readonly [templates: readonly Hash[], bindings: readonly Bindings[]];

/** What many proxies share, stored under its own hash. */
export type Group = readonly Batch[];

/** The entries that a group stands for. */
export function entriesOf(group: Group): readonly Entry[] {
  return group.flatMap(([templates, all]) => all.flatMap((one) => templates.map((hash): Entry => [hash, one])));
}

/** The templates that a group names. */
export function templatesOf(group: Group): readonly Hash[] {
  return group.flatMap(([templates]) => templates);
}

/** What a proxy is made of: groups with the values of its own holes. Few: two for most, one more a mesh for a zone's own proxies. */
export interface ProxyEntry {
  readonly groups: readonly (readonly [group: Hash, bindings: Bindings])[];
}

/** A resource without holes. */
export interface Filled {
  readonly kind: EnvoyKind;
  readonly name: string;
  readonly body: Json;
}

/** Only `hole` and `joined` make marks, and JSON cannot carry one: what users write is never read as a hole. */
const MARK = Symbol("hole");

interface Mark {
  readonly [MARK]: Json;
}

/**
 * A hole for a value that differs per proxy, typed as what will stand there: `port_value: hole<number>("0.port")`.
 * Only `template` understands it; anything else that reads it sees an empty object.
 */
export function hole<T = string>(name: string): T {
  return { [MARK]: { $: name } } as T;
}

/** Text with holes in it: `` joined`inbound:${hole("address")}:${hole("0.port")}` ``. Without holes it is plain text. */
export function joined(texts: TemplateStringsArray, ...values: readonly unknown[]): string {
  const parts: Json[] = [];
  texts.forEach((text, at) => {
    parts.push(text);
    if (at >= values.length) return;
    const value = values[at];
    if (!isMark(value)) parts.push(String(value));
    else parts.push(...(Array.isArray((value[MARK] as { readonly $: Json }).$) ? inner(value) : [value[MARK]]));
  });
  const merged = mergeTexts(parts);
  if (merged.length === 0) return "";
  if (merged.length === 1 && typeof merged[0] === "string") return merged[0];
  return { [MARK]: { $: merged } } as unknown as string;
}

/**
 * Makes a template of Envoy JSON in which `hole` and `joined` may stand for values; the name is the body's `name`.
 * Undefined members are left out. Throws a TypeError for what is not JSON.
 */
export function template(kind: EnvoyKind, body: { readonly name?: string }): Template {
  const written = write(body) as { readonly [key: string]: Json };
  const name = written.name;
  if (name === undefined || name === "") throw new TypeError(`a ${kind} without a name`);
  return { kind, name, body: written };
}

/** JSON that somebody wrote, in the notation of a template's body: a `$` of its own is none of ours. */
export function asNotation(value: Json): Json {
  return write(value);
}

/** Names of the template's holes, sorted. Throws a TypeError for a `$` that is neither a hole nor joined text. */
export function holesOf({ name, body }: Pick<Template, "name" | "body">): readonly string[] {
  const found = new Set<string>();
  collect(name, found);
  collect(body, found);
  return [...found].sort();
}

/** Fills every hole. Throws a TypeError that names a hole without a value: a compiled snapshot has none (consistency.ts). */
export function fill({ kind, name, body }: Template, bindings: Bindings): Filled {
  const filledName = fillJson(name, bindings, true);
  if (typeof filledName !== "string") throw new TypeError(`the name of a ${kind} is not text`);
  return { kind, name: filledName, body: fillJson(body, bindings, true) };
}

/** Fills the holes that have a value and leaves the others in the template's notation. */
export function fillPartly(value: Json, bindings: Bindings): Json {
  return fillJson(value, bindings, false);
}

function isMark(value: unknown): value is Mark {
  return typeof value === "object" && value !== null && MARK in value;
}

function inner(mark: Mark): readonly Json[] {
  return (mark[MARK] as { readonly $: readonly Json[] }).$;
}

function mergeTexts(parts: readonly Json[]): Json[] {
  const merged: Json[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (part === "") continue;
    if (typeof part === "string" && typeof last === "string") merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  return merged;
}

/** Marks become `{"$": …}`; a user's key that begins with `$` gets one more, so that a single `$` is always a hole. */
function write(value: unknown): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`a template cannot carry ${value}`);
    return value;
  }
  if (Array.isArray(value)) return value.map(write);
  if (isMark(value)) return value[MARK];
  if (typeof value !== "object") throw new TypeError(`a template cannot carry a ${typeof value}`);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError("a template carries plain JSON only");
  const members: [string, Json][] = [];
  let sorted = true;
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const name = key.startsWith("$") ? `$${key}` : key;
    sorted &&= members.length === 0 || members[members.length - 1]![0] < name;
    members.push([name, write(member)]);
  }
  // In the order of canonical JSON, which then takes it as it is.
  if (!sorted) members.sort(byName);
  // fromEntries and not assignment: a tag may be called __proto__.
  return Object.fromEntries(members);
}

function byName([a]: readonly [string, Json], [b]: readonly [string, Json]): number {
  return a < b ? -1 : 1;
}

function collect(value: Json, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, found);
  else if (typeof value === "object" && value !== null) {
    const object = value as { readonly [key: string]: Json };
    const mark = object.$;
    if (mark !== undefined && (Object.keys(object).length > 1 || !(typeof mark === "string" || Array.isArray(mark)))) {
      throw new TypeError("a $ that is neither a hole nor joined text");
    }
    if (typeof mark === "string") found.add(mark);
    else for (const member of Object.values(object)) collect(member, found);
  }
}

function fillJson(value: Json, bindings: Bindings, whole: boolean): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return value.flatMap((item) => (isNoItem(item, bindings) ? [] : [fillJson(item, bindings, whole)]));
  }
  const object = value as { readonly [key: string]: Json };
  const mark = object.$;
  if (typeof mark === "string") {
    if (Object.hasOwn(bindings, mark)) return whole ? bindings[mark]! : write(bindings[mark]);
    if (whole) throw new TypeError(`the hole ${JSON.stringify(mark)} has no value`);
    return object;
  }
  if (Array.isArray(mark)) return fillJoined(mark, bindings, whole);
  const members: [string, Json][] = [];
  for (const key of Object.keys(object)) {
    const plain = whole && key.startsWith("$$") ? key.slice(1) : key;
    members.push([plain, fillJson(object[key]!, bindings, whole)]);
  }
  return Object.fromEntries(members);
}

function isNoItem(item: Json, bindings: Bindings): boolean {
  const name =
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? (item as { readonly [key: string]: Json }).$
      : undefined;
  return typeof name === "string" && Object.hasOwn(bindings, name) && bindings[name] === null;
}

function fillJoined(parts: readonly Json[], bindings: Bindings, whole: boolean): Json {
  const filled = parts.map((part) => {
    if (typeof part === "string") return part;
    const value = fillJson(part, bindings, whole);
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
    if (!whole && typeof value === "object" && value !== null && "$" in value) return value;
    throw new TypeError(`a hole inside text is filled with ${JSON.stringify(value)}`);
  });
  const merged = mergeTexts(filled);
  if (merged.length === 0) return "";
  return merged.length === 1 && typeof merged[0] === "string" ? merged[0] : { $: merged };
}
