// Merging confs: RFC 7396 in ascending precedence, with the provenance of every value of the result.

import { freeze } from "#model/freeze.ts";
import { pointerStep } from "#model/json.ts";
import type { Merged, Origin, Origins } from "./matched.ts";

/** Where merging differs from RFC 7396, by JSON pointer. Members whose name begins with `append` are always concatenated. */
export interface MergeHooks {
  /** Rules of an inbound stay apart though their matches are equal: all that match act. */
  readonly apart?: boolean;
  /** Lists that are concatenated in order of precedence. */
  readonly concatenate?: readonly string[];
  /** Lists of objects that are merged by the named member; what was said last stands first, in its own order. */
  readonly byKey?: Readonly<Record<string, string>>;
}

export interface Said {
  readonly conf: unknown;
  readonly origin: Origin;
}

/** Who set a node, the last first; a chain, because of hundreds of policies each adds one. */
interface Setters {
  readonly origin: Origin;
  readonly before: Setters | null;
}

/** Whoever sets something inside an object is a setter of the object too. */
type Node =
  | { readonly kind: "leaf"; readonly value: unknown; readonly setters: Setters }
  | { readonly kind: "object"; readonly members: Map<string, Node>; readonly setters: Setters }
  | { readonly kind: "list"; readonly items: readonly Node[]; readonly setters: Setters };

/** One conf from those that hold, weakest first. For each leaf: the rule that set it, then those that it beat. */
export function mergeConfs<Conf>(said: readonly Said[], hooks: MergeHooks = {}): Merged<Conf> {
  let root: Node | undefined;
  for (const { conf, origin } of said) root = merged(root, conf ?? {}, origin, "", hooks);
  const origins: Record<string, readonly Origin[]> = {};
  const conf = root === undefined ? {} : printed(root, "", origins);
  return freeze({ conf: conf as Conf, origins: origins as Origins });
}

function merged(node: Node | undefined, patch: unknown, origin: Origin, at: string, hooks: MergeHooks): Node {
  if (Array.isArray(patch)) {
    const key = hooks.byKey?.[at];
    if (key !== undefined) return mergedByKey(node, patch, key, origin, hooks);
    if (isConcatenated(at, hooks)) {
      const before = node?.kind === "list" ? node.items : [];
      const items = [...before, ...patch.map((value) => leaf(value, { origin, before: null }))];
      return { kind: "list", items, setters: settersOf(node, origin) };
    }
  }
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return leaf(patch, settersOf(node, origin));
  const members = node?.kind === "object" ? new Map(node.members) : new Map<string, Node>();
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) members.delete(key);
    else members.set(key, merged(members.get(key), value, origin, `${at}/${pointerStep(key)}`, hooks));
  }
  return { kind: "object", members, setters: settersOf(node, origin) };
}

function mergedByKey(
  node: Node | undefined,
  patch: readonly unknown[],
  key: string,
  origin: Origin,
  hooks: MergeHooks,
): Node {
  // Strongest last, so that what is said again moves to the end at no cost.
  const items = new Map<string, Node>();
  for (const item of node?.kind === "list" ? [...node.items].reverse() : []) items.set(keyOf(item, key), item);
  // Backwards, so that of two equal keys in one list the first is the stronger, and stands where it stands.
  for (const value of [...patch].reverse()) {
    const wanted = keyText((value as Record<string, unknown> | null)?.[key]);
    const item = merged(items.get(wanted), value, origin, "\u0000", hooks);
    keyTexts.set(item, wanted);
    items.delete(wanted);
    items.set(wanted, item);
  }
  return { kind: "list", items: [...items.values()].reverse(), setters: settersOf(node, origin) };
}

/** Of items of lists that are merged by key: of thousands each is written out once, not once for each of the others. */
const keyTexts = new WeakMap<Node, string>();

function keyOf(item: Node, key: string): string {
  return keyTexts.get(item) ?? keyText(memberOf(item, key));
}

function memberOf(node: Node, key: string): unknown {
  const member = node.kind === "object" ? node.members.get(key) : undefined;
  return member === undefined ? undefined : printed(member, "", {});
}

function keyText(value: unknown): string {
  return JSON.stringify(value ?? null, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function isConcatenated(at: string, hooks: MergeHooks): boolean {
  return hooks.concatenate?.includes(at) === true || /\/append[A-Z][^/]*$/.test(at);
}

function leaf(value: unknown, setters: Setters): Node {
  return { kind: "leaf", value, setters };
}

/** The setters of a node that is set again: those before it, all of whose values it replaces, and the new one. */
function settersOf(node: Node | undefined, origin: Origin): Setters {
  const before = node?.setters ?? null;
  return before?.origin === origin ? before : { origin, before };
}

/** The last first, each once. */
function listed(setters: Setters): readonly Origin[] {
  const found = new Set<Origin>();
  for (let one: Setters | null = setters; one !== null; one = one.before) found.add(one.origin);
  return [...found];
}

/** Whether both name the same rule of the same resource. */
export function sameOrigin(a: Origin, b: Origin): boolean {
  return a === b || (a.kri === b.kri && a.part === b.part && a.rule === b.rule);
}

/** The node's value; its leaves' setters go into `origins`, winner first. An empty object or list is a leaf. */
function printed(node: Node, at: string, origins: Record<string, readonly Origin[]>): unknown {
  if (node.kind === "object" && node.members.size > 0) {
    const value: Record<string, unknown> = {};
    for (const [key, member] of node.members) value[key] = printed(member, `${at}/${pointerStep(key)}`, origins);
    return value;
  }
  if (node.kind === "list" && node.items.length > 0) {
    return node.items.map((item, index) => printed(item, `${at}/${index}`, origins));
  }
  if (node.kind === "leaf" || at !== "") origins[at] = listed(node.setters);
  return node.kind === "leaf" ? node.value : node.kind === "list" ? [] : {};
}
