// Outcomes as they are kept: within a size, the most telling first, and what was left out is counted.
import { NAMES } from "#compile/effect/effect.ts";
import type { Effect, EndpointEffect, ResourceEffect, Shape } from "#compile/effect/shape.ts";
import type { Cut, Outcome } from "./outcome.ts";

/** At the most so many of each are kept, whatever their size. */
const MOST = { shapes: 200, resources: 400, endpoints: 200, places: 20, access: 400, faults: 100 } as const;

/** The outcome with patches of at most so many characters of JSON together, and bounded lists. */
export function boundedOutcome(outcome: Outcome, characters: number): Outcome {
  const left = { ...count(outcome.cut) };
  let room = characters;
  const resource = (one: ResourceEffect): ResourceEffect => {
    const size = JSON.stringify(one.patch).length;
    if (size <= room) {
      room -= size;
      return one;
    }
    left.patches += 1;
    return { ...one, patch: [], cut: true };
  };
  const shape = (one: Shape): Shape => {
    left.patches += Math.max(0, one.resources.length - MOST.resources);
    const proxies = { ...one.proxies, names: one.proxies.names.slice(0, NAMES) };
    return { ...one, proxies, resources: one.resources.slice(0, MOST.resources).map(resource) };
  };
  const endpoint = (one: EndpointEffect): EndpointEffect => {
    const [added, removed, changed] = [one.added, one.removed, one.changed].map((list) => list.slice(0, MOST.places));
    const more = one.added.length + one.removed.length + one.changed.length;
    const kept = [added, removed, changed].reduce((sum, list) => sum + (list?.length ?? 0), 0);
    left.endpoints += more - kept;
    return { ...one, added: added ?? [], removed: removed ?? [], changed: changed ?? [] };
  };
  const zones = outcome.effect.zones.map((effect): Effect => {
    left.shapes += Math.max(0, effect.shapes.length - MOST.shapes);
    left.endpoints += Math.max(0, effect.endpoints.length - MOST.endpoints);
    return {
      ...effect,
      shapes: effect.shapes.slice(0, MOST.shapes).map(shape),
      endpoints: effect.endpoints.slice(0, MOST.endpoints).map(endpoint),
    };
  });
  left.access += Math.max(0, outcome.access.length - MOST.access);
  const faults = {
    new: outcome.faults.new.slice(0, MOST.faults),
    mended: outcome.faults.mended.slice(0, MOST.faults),
  };
  left.faults += outcome.faults.new.length + outcome.faults.mended.length - faults.new.length - faults.mended.length;
  const cut = Object.fromEntries(Object.entries(left).filter(([, number]) => number > 0)) as Cut;
  return {
    effect: { ...outcome.effect, zones },
    access: outcome.access.slice(0, MOST.access),
    faults,
    ...(Object.keys(cut).length > 0 && { cut }),
  };
}

function count(cut: Cut = {}): Record<keyof Cut, number> {
  const { patches = 0, shapes = 0, endpoints = 0, access = 0, faults = 0 } = cut;
  return { patches, shapes, endpoints, access, faults };
}
