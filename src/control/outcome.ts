// The outcome of a change: its effect on each zone, who gains or loses access, which faults come and go.
import { type Access, type AccessChange, accessDelta, accessOf } from "#compile/access.ts";
import type { Compiled, CompileFault } from "#compile/compile.ts";
import { effectOf, isNoEffect, NAMES } from "#compile/effect/effect.ts";
import type { Effect } from "#compile/effect/shape.ts";
import type { Digest } from "#model/json.ts";
import type { View } from "#model/view.ts";

export type { AccessChange } from "#compile/access.ts";

/** All that stands at one moment, compiled. */
export interface Moment {
  readonly views: readonly View[];
  readonly zones: ReadonlyMap<string, Compiled>;
  readonly access: Access;
}

/** A fault with the zones that meet it. */
export interface ZonesFault extends CompileFault {
  readonly zones: readonly string[];
}

export interface Outcome {
  readonly effect: {
    /** In all zones together. */
    readonly proxies: number;
    /** Those in which anything differs, by name. */
    readonly zones: readonly Effect[];
  };
  readonly access: readonly AccessChange[];
  readonly faults: {
    readonly new: readonly ZonesFault[];
    readonly mended: readonly ZonesFault[];
  };
  /** How much was left out because the whole was too large; absent = nothing. */
  readonly cut?: Cut;
}

export interface Cut {
  readonly patches?: number;
  readonly shapes?: number;
  readonly endpoints?: number;
  readonly access?: number;
  readonly faults?: number;
}

/** The moment of compiles of the same views. `before` changes the time it takes. */
export function momentOf(
  views: readonly View[],
  zones: ReadonlyMap<string, Compiled>,
  digest: Digest,
  before?: Pick<Moment, "access">,
): Moment {
  const compiled = new Map([...zones].map(([zone, { memo }]) => [zone, memo]));
  return { views, zones, access: accessOf(views, { digest, compiled }, before?.access) };
}

/** What differs between two moments; of alike proxies at most so many `names`. */
export function outcomeOf(before: Moment, after: Moment, names: number = NAMES): Outcome {
  const effects = [...after.zones]
    .map(([zone, compiled]) => effectOf(before.zones.get(zone)?.snapshot ?? null, compiled, names))
    .filter((effect) => !isNoEffect(effect))
    .sort((a, b) => (a.zone < b.zone ? -1 : 1));
  const [old, now] = [faultsOf(before), faultsOf(after)];
  const only = (one: typeof old, other: typeof old): readonly ZonesFault[] =>
    [...one].flatMap(([key, fault]) => (other.has(key) ? [] : [fault]));
  return {
    effect: { proxies: effects.reduce((sum, { proxies }) => sum + proxies, 0), zones: effects },
    access: accessDelta(before.access, after.access),
    faults: { new: only(now, old), mended: only(old, now) },
  };
}

/** Whether no proxy, no access and no fault differs. */
export function isNoOutcome({ effect, access, faults }: Outcome): boolean {
  return effect.zones.length === 0 && access.length === 0 && faults.new.length + faults.mended.length === 0;
}

function faultsOf({ zones }: Moment): ReadonlyMap<string, ZonesFault> {
  const found = new Map<string, ZonesFault>();
  for (const zone of [...zones.keys()].sort()) {
    for (const fault of zones.get(zone)?.faults ?? []) {
      const key = JSON.stringify([fault.kri, fault.field, fault.reason]);
      found.set(key, { ...fault, zones: [...(found.get(key)?.zones ?? []), zone] });
    }
  }
  return found;
}
