// What differs in one cell: its first proxy's resources before and after, each difference as a patch, and what makes it alike.

import { canonical } from "#model/canonical.ts";
import { type Bindings, type Hash, isJsonObject, type Json } from "#model/json.ts";
import { type DiffStep, jsonDiff } from "#model/json-diff.ts";
import { isNodeHole } from "#model/node-hole.ts";
import { sameJson } from "#model/same.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { fill, fillPartly, holesOf, type ProxyEntry } from "#snapshot/template.ts";
import { type Cell, ownValues } from "./cell.ts";
import { bodyOf, createExpander, hasOwn, type OpenTemplate, type ProxyResource, withNode } from "./resources.ts";
import type { ResourceEffect } from "./shape.ts";

/** One resource's difference; equal `alike` = the same happens to it, but for values of a proxy's own. */
export interface ResourceDiff {
  readonly effect: ResourceEffect;
  readonly alike: string;
}

type Found = Pick<ResourceEffect, "patch" | "own"> & { readonly alike: string };

const NOTHING: Found = { patch: [], own: false, alike: "" };

/** The values of the holes that the proxy fills itself. */
interface Own {
  readonly old: Bindings;
  readonly now: Bindings;
  /** They are the same, and leave no item out of a list. */
  readonly plain: boolean;
  readonly same: boolean;
}

function ownOf(before: ProxyEntry | null, after: ProxyEntry | null): Own {
  const [old, now] = [ownValues(before), ownValues(after)];
  const same = sameJson(old, now);
  return { old, now, same, plain: same && !Object.values(now).includes(null) };
}

/** Tells the differences of cells between two snapshots; templates are compared once for all cells. */
export function createResourceDiffer(
  before: Snapshot | null,
  after: Snapshot,
): (cell: Cell) => readonly ResourceDiff[] {
  const seen = new Map<Hash, OpenTemplate>();
  const [old, now] = [createExpander(before, seen), createExpander(after, seen)];
  const templates = createTemplateDiffer();
  const filled = new Map<string, Found>();
  const ids = new Map<string, number>();
  /** A short text for a long one. */
  const short = (text: string): number => {
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    return id;
  };

  const changed = (was: ProxyResource, is: ProxyResource, own: Own): Found => {
    if (!isSameFilling(was, is, own)) {
      const oldValues = { ...own.old, ...was.bindings };
      const values = { ...own.now, ...is.bindings };
      const usesOwn = hasOwn(was) || hasOwn(is);
      const key = `${was.open.hash}${was.text}>${is.open.hash}${is.text}`;
      const known = usesOwn ? undefined : filled.get(key);
      if (known !== undefined) return known;
      const patch = jsonDiff(bodyOf(was, oldValues), bodyOf(is, values));
      const found = { patch, own: usesOwn, alike: `${short(JSON.stringify(patch))}` };
      if (!usesOwn) filled.set(key, found);
      return found;
    }
    if (was.open === is.open) return NOTHING;
    const raw = templates(was.open, is.open);
    if (raw.holes.length === 0) return { patch: raw.patch, own: false, alike: `${short(raw.text)}` };
    const patch = filledSteps(raw.patch, withNode(raw.holes, { ...own.now, ...is.bindings }));
    const usesOwn = raw.holes.some((hole) => !Object.hasOwn(is.bindings, hole) && !isNodeHole(hole));
    return { patch, own: usesOwn, alike: `${short(raw.text)}${canonical(given(is, raw.holes))}` };
  };

  return (cell) => {
    const own = ownOf(cell.before, cell.after);
    const was = cell.before === null ? [] : old.expand(cell.before);
    const is = cell.after === null ? [] : now.expand(cell.after);
    const diffs: ResourceDiff[] = [];
    for (const key of keysThatMayDiffer(was, is, own)) {
      const [one, other] = [lastOf(was, key), lastOf(is, key)];
      const some = other ?? one;
      if (some === undefined) continue;
      const { kind } = some.open.template;
      const place = `${kind} ${notationOf(some)}`;
      if (one !== undefined && other !== undefined) {
        const found = changed(one, other, own);
        if (found.patch.length === 0) continue;
        const { patch, own: usesOwn, alike } = found;
        const named = usesOwn || hasOwnName(some);
        diffs.push({
          effect: { kind, name: some.name, change: "changed", patch, own: named },
          alike: `${place} ~ ${alike}`,
        });
        continue;
      }
      const change = other === undefined ? "removed" : "added";
      const values = other === undefined ? own.old : own.now;
      const body = change === "added" ? bodyOf(some, { ...values, ...some.bindings }) : null;
      const patch: readonly DiffStep[] =
        change === "added" ? [{ op: "add", path: "", value: body }] : [{ op: "remove", path: "" }];
      const effect: ResourceEffect = { kind, name: some.name, change, patch, own: hasOwn(some) };
      const filling = canonical(given(some, some.open.holes));
      diffs.push({ effect, alike: `${place} ${change} ${some.open.hash}${filling}` });
    }
    return diffs;
  };
}

type Maps = readonly ReadonlyMap<string, ProxyResource>[];

/** Keys whose resources are not known to be the same, each once. */
function* keysThatMayDiffer(was: Maps, is: Maps, own: Own): Iterable<string> {
  const told = new Set<string>();
  for (const [one, other] of [[was, is] as const, [is, was] as const]) {
    for (const map of one) {
      if (own.same && other.includes(map)) continue;
      for (const key of map.keys()) {
        if (told.has(key)) continue;
        if (own.same && isSameResource(lastOf(one, key), lastOf(other, key))) continue;
        told.add(key);
        yield key;
      }
    }
  }
}

/** Later groups win where names collide. */
function lastOf(maps: Maps, key: string): ProxyResource | undefined {
  for (let at = maps.length - 1; at >= 0; at--) {
    const found = maps[at]?.get(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isSameResource(one: ProxyResource | undefined, other: ProxyResource | undefined): boolean {
  return one?.open === other?.open && one?.text === other?.text;
}

/** Whether both fill their holes with the same values, and none leaves an item out of a list: then templates tell it all. */
function isSameFilling(was: ProxyResource, is: ProxyResource, own: Own): boolean {
  if (own.plain && was.text === is.text && !is.text.includes("null")) return true;
  const holes = new Set([...was.open.holes, ...is.open.holes]);
  const filledWith = (hole: string, { bindings }: ProxyResource, values: Bindings): Json | undefined =>
    Object.hasOwn(bindings, hole) ? bindings[hole] : values[hole];
  return [...holes].every((hole) => {
    if (isNodeHole(hole)) return true;
    const [one, other] = [filledWith(hole, was, own.old), filledWith(hole, is, own.now)];
    return one !== undefined && one !== null && other !== undefined && other !== null && sameJson(one, other);
  });
}

interface RawDiff {
  /** In the notation of templates, keys as Envoy has them. */
  readonly patch: readonly DiffStep[];
  readonly holes: readonly string[];
  readonly text: string;
}

/** Differences of templates, whatever fills them. */
function createTemplateDiffer(): (was: OpenTemplate, is: OpenTemplate) => RawDiff {
  const known = new Map<string, RawDiff>();
  return (was, is) => {
    const key = was.hash + is.hash;
    const before = known.get(key);
    if (before !== undefined) return before;
    const steps = jsonDiff(marked(was.template.body), marked(is.template.body)).map(unmarkedStep);
    const holes = holesIn(steps);
    const patch = holes.length === 0 ? filledSteps(steps, {}) : steps;
    const made = { patch, holes, text: JSON.stringify(steps) };
    known.set(key, made);
    return made;
  };
}

/** Begins the text that stands for a hole while templates are compared: no step may lead into one. */
const MARK = "\u0000hole ";

function marked(value: Json): Json {
  if (Array.isArray(value)) return value.map(marked);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, "$")) return MARK + canonical(value);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, marked(member)]));
}

function unmarked(value: Json): Json {
  if (typeof value === "string") return value.startsWith(MARK) ? (JSON.parse(value.slice(MARK.length)) as Json) : value;
  if (Array.isArray(value)) return value.map(unmarked);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unmarked(member)]));
}

function unmarkedStep(step: DiffStep): DiffStep {
  return step.op === "remove" ? step : { ...step, value: unmarked(step.value) };
}

function holesIn(steps: readonly DiffStep[]): readonly string[] {
  return holesOf({ name: "", body: steps.flatMap((step) => ("value" in step ? [step.value] : [])) });
}

/** The steps with their holes filled, and a user's own `$` written once again. */
function filledSteps(steps: readonly DiffStep[], values: Bindings): readonly DiffStep[] {
  return steps.map((step): DiffStep => {
    const path = step.path.replaceAll("/$$", "/$");
    if (step.op === "remove") return { ...step, path };
    const { body } = fill({ kind: "listener", name: "", body: step.value }, values);
    return { ...step, path, value: body };
  });
}

/** The resource's name, with its entry's values and without the proxy's own. */
function notationOf({ open: { template }, bindings }: ProxyResource): string {
  if (typeof template.name === "string") return template.name;
  const name = fillPartly(template.name, bindings);
  return typeof name === "string" ? name : canonical(name);
}

function hasOwnName({ open: { template }, bindings }: ProxyResource): boolean {
  return isJsonObject(template.name) && isJsonObject(fillPartly(template.name, bindings));
}

function given({ bindings }: ProxyResource, holes: readonly string[]): Bindings {
  return Object.fromEntries(
    holes.filter((hole) => Object.hasOwn(bindings, hole)).map((hole) => [hole, bindings[hole] as Json]),
  );
}
