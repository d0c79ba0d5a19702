// The face of effects: which proxies of a zone a change gives another Envoy config, and how; alike ones are told once.
import type { Compiled } from "#compile/compile.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { cellsOf } from "./cell.ts";
import { endpointEffects } from "./endpoints.ts";
import { createResourceDiffer } from "./resource-diff.ts";
import { secretEffects } from "./secrets.ts";
import type { Change, Effect, ResourceEffect, Shape } from "./shape.ts";

/** Names told of each shape unless more are asked for. */
export const NAMES = 5;

/**
 * The effect of going from one snapshot to what was compiled after it; `before` null = there was none. Costs what differs:
 * sections with equal hashes are not looked at, and alike proxies are looked at once. Node holes, which only an Envoy fills,
 * stand as `<node.…>`. At most so many `names` of each shape are told.
 */
export function effectOf(before: Snapshot | null, after: Compiled, names: number = NAMES): Effect {
  const { snapshot } = after;
  const differ = createResourceDiffer(before, snapshot);
  const shapes = new Map<string, { readonly mesh: string; readonly change: Change; names: string[]; sample: Sample }>();
  let proxies = 0;
  for (const cell of cellsOf(before, snapshot)) {
    const found = differ(cell);
    if (found.length === 0) continue;
    proxies += cell.names.length;
    const key = JSON.stringify([cell.mesh, cell.change, found.map(({ alike }) => alike).sort()]);
    const shape = shapes.get(key);
    const sample: Sample = { name: cell.names[0] as string, resources: found.map(({ effect }) => effect) };
    if (shape === undefined) shapes.set(key, { mesh: cell.mesh, change: cell.change, names: [...cell.names], sample });
    else {
      for (const name of cell.names) shape.names.push(name);
      if (sample.name < shape.sample.name) shape.sample = sample;
    }
  }
  return {
    zone: snapshot.manifest.zone,
    proxies,
    shapes: [...shapes.values()]
      .map(({ mesh, change, names: all, sample }) => ({
        mesh,
        change,
        proxies: { count: all.length, names: all.sort().slice(0, names) },
        resources: [...sample.resources].sort(byKindAndName),
      }))
      .sort(bySize),
    endpoints: endpointEffects(before, after),
    secrets: secretEffects(before, snapshot),
  };
}

/** Whether nothing of the zone differs. */
export function isNoEffect({ proxies, endpoints, secrets }: Effect): boolean {
  return proxies === 0 && endpoints.length === 0 && secrets.length === 0;
}

interface Sample {
  readonly name: string;
  readonly resources: readonly ResourceEffect[];
}

function byKindAndName(a: ResourceEffect, b: ResourceEffect): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function bySize(a: Shape, b: Shape): number {
  if (a.proxies.count !== b.proxies.count) return b.proxies.count - a.proxies.count;
  const [one, other] = [a, b].map(({ mesh, change, proxies }) => `${mesh} ${proxies.names[0]} ${change}`);
  return (one as string) < (other as string) ? -1 : 1;
}
