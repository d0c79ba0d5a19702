// JSON Patch (RFC 6902) on JSON with holes in it.
import { HoleInTheWay } from "#envoy/native.ts";
import { isJsonObject, type Json } from "#model/json.ts";
import type { JsonPatch } from "#model/policy/mesh-proxy-patch.ts";

/** A step that does not apply; the message says which and why. */
export class PatchFailure extends Error {}

/** What the copies of one list of steps may add: each can double what is there, and forty of them would fill any memory. */
const MOST_COPIED = 10_000;

/** The patched value; the given one stays as it is. Throws PatchFailure, or HoleInTheWay where a step leads into a hole. */
export function patchedJson(value: Json, patches: readonly JsonPatch[]): Json {
  const room: Room = { values: MOST_COPIED };
  return patches.reduce((made, patch, index) => {
    try {
      return applied(made, patch, room);
    } catch (error) {
      if (!(error instanceof PatchFailure)) throw error;
      throw new PatchFailure(`jsonPatches[${index}]: ${error.message}`);
    }
  }, value);
}

/** How many values may still be copied. */
interface Room {
  values: number;
}

function applied(value: Json, { op, path, from = "", value: given }: JsonPatch, room: Room): Json {
  const at = stepsOf(path);
  switch (op) {
    case "add":
      return changed(value, at, (holder, step) => added(holder, step, given as Json), given as Json);
    case "replace":
      return changed(value, at, (holder, step) => replaced(holder, step, given as Json), given as Json);
    case "remove":
      return changed(value, at, removed, null);
    case "copy": {
      const found = valueAt(value, stepsOf(from));
      room.values = roomAfter(found, room.values);
      if (room.values < 0) throw new PatchFailure(`copies add more than ${MOST_COPIED} values`);
      return changed(value, at, (holder, step) => added(holder, step, found), found);
    }
    case "move": {
      if (path === from) return value;
      if (path.startsWith(`${from}/`)) throw new PatchFailure("nothing can be moved into itself");
      const found = valueAt(value, stepsOf(from));
      const without = changed(value, stepsOf(from), removed, null);
      return changed(without, at, (holder, step) => added(holder, step, found), found);
    }
  }
}

/** What is left of `room` when all values inside were counted; negative where it does not suffice, counted no further. */
export function roomAfter(value: Json, room: number): number {
  let left = room - 1;
  if (typeof value !== "object" || value === null) return left;
  for (const member of Object.values(value)) {
    if (left < 0) return left;
    left = roomAfter(member, left);
  }
  return left;
}

type Change = (holder: Json, step: string) => Json;

/** The value with its last holder changed; `whole` where the path is the whole. */
function changed(value: Json, [step, ...rest]: readonly string[], change: Change, whole: Json): Json {
  if (step === undefined) return whole;
  if (rest.length === 0) return change(open(value), nameIn(value, step));
  const name = nameIn(value, step);
  const inside = memberOf(open(value), name);
  return replaced(value, name, changed(inside, rest, change, whole));
}

function valueAt(value: Json, steps: readonly string[]): Json {
  return steps.reduce<Json>((found, step) => memberOf(open(found), nameIn(found, step)), value);
}

function memberOf(holder: Json, step: string): Json {
  if (Array.isArray(holder)) return holder[indexIn(holder, step, holder.length - 1)] as Json;
  if (isJsonObject(holder) && Object.hasOwn(holder, step)) return holder[step] as Json;
  throw new PatchFailure(`there is no ${JSON.stringify(step)}`);
}

function added(holder: Json, step: string, value: Json): Json {
  if (Array.isArray(holder)) {
    const index = step === "-" ? holder.length : indexIn(holder, step, holder.length);
    return [...holder.slice(0, index), value, ...holder.slice(index)];
  }
  if (isJsonObject(holder)) return { ...holder, [step]: value };
  throw new PatchFailure(`${JSON.stringify(step)} cannot be added to a single value`);
}

function replaced(holder: Json, step: string, value: Json): Json {
  memberOf(holder, step);
  if (Array.isArray(holder)) return holder.map((item: Json, index) => (index === Number(step) ? value : item));
  return { ...(holder as object), [step]: value };
}

function removed(holder: Json, step: string): Json {
  memberOf(holder, step);
  if (Array.isArray(holder)) return holder.filter((_, index) => index !== Number(step));
  return Object.fromEntries(Object.entries(holder as object).filter(([key]) => key !== step));
}

function indexIn(list: readonly Json[], step: string, last: number): number {
  if (!/^(0|[1-9]\d*)$/.test(step) || Number(step) > last) {
    throw new PatchFailure(`there is no place ${step} in a list of ${list.length}`);
  }
  return Number(step);
}

/** RFC 6901 §3. A `$` of the user's is written double in templates. */
function stepsOf(pointer: string): readonly string[] {
  if (pointer === "" || pointer === "/") return [];
  if (!pointer.startsWith("/")) throw new PatchFailure(`${JSON.stringify(pointer)} does not begin with /`);
  const steps = pointer.slice(1).split("/");
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~").replace(/^\$/, "$$$$"));
}

/** Envoy's fields go by two names: `connect_timeout` means `connectTimeout` where only that is there. */
function nameIn(holder: Json, step: string): string {
  if (!isJsonObject(holder) || Object.hasOwn(holder, step) || !step.includes("_")) return step;
  const camel = step.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(holder, camel) ? camel : step;
}

function open(value: Json): Json {
  if (isJsonObject(value) && Object.hasOwn(value, "$")) throw new HoleInTheWay();
  return value;
}
