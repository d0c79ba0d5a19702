// The overlay: registrations that the snapshot does not know yet, laid over its endpoint sets and taken off once it does.
import { arranged } from "#model/arrangement.ts";
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";

/** One event of one relay of the zone about one life of a dataplane. */
export interface OverlayEvent {
  readonly relay: string;
  /** The relay's own count; (relay, number) names the event. */
  readonly number: number;
  /** Milliseconds since the epoch at the relay that saw it: which of two lives of one name is the later. */
  readonly at: number;
  readonly mesh: string;
  readonly dataplane: string;
  readonly registration: string;
  /** What it serves from now on, by cluster; empty = nothing at the moment (not ready); null = gone. */
  readonly endpoints: readonly { readonly cluster: string; readonly endpoint: Endpoint }[] | null;
}

export interface Overlay {
  /** Takes an event in any order, any number of times. */
  readonly add: (event: OverlayEvent) => void;
  /** Forgets what the snapshot holds: `covered` is the envelope's last event number of each relay. */
  readonly cover: (covered: ReadonlyMap<string, number>) => void;
  /** The sets of a mesh that differ from the snapshot's, by cluster. `base` yields the snapshot's sets of that mesh. */
  readonly changedSets: (mesh: string, base: Iterable<EndpointSet>) => ReadonlyMap<string, EndpointSet>;
  /** Events not yet covered, oldest first by relay and number: what a replica that comes back must be told. */
  readonly pending: () => readonly OverlayEvent[];
}

/** The latest event of each relay about one dataplane name: the rest of its history is of no consequence. */
type Life = Map<string, OverlayEvent>;

/**
 * An empty overlay. Its state depends on the set of events and the cover, never on their order. A *gone* takes away
 * what the snapshot has under that name only while no relay holds another registration of it.
 */
export function createOverlay(): Overlay {
  const meshes = new Map<string, Map<string, Life>>();
  const covered = new Map<string, number>();
  const isCovered = ({ relay, number }: OverlayEvent) => number <= (covered.get(relay) ?? 0);

  const add = (event: OverlayEvent): void => {
    const lives = at(meshes, event.mesh, () => new Map<string, Life>());
    if (isCovered(event) && !lives.has(event.dataplane)) return;
    const life = at(lives, event.dataplane, () => new Map());
    const before = life.get(event.relay);
    if (before === undefined || before.number < event.number) life.set(event.relay, event);
  };

  const cover = (next: ReadonlyMap<string, number>): void => {
    for (const [relay, number] of next) covered.set(relay, Math.max(number, covered.get(relay) ?? 0));
    for (const lives of meshes.values()) {
      for (const [name, life] of lives) {
        // Covered announcements stay: they tell that another relay's *gone* is of an older registration.
        if ([...life.values()].every((event) => event.endpoints === null && isCovered(event))) lives.delete(name);
      }
    }
  };

  /** Undefined = as in the snapshot; else exactly these. The control plane takes uncovered events last, so they win. */
  const override = (life: Life): OverlayEvent["endpoints"] | undefined => {
    const events = [...life.values()];
    const newest = events.filter((event) => event.endpoints !== null && !isCovered(event)).sort(later)[0];
    if (newest !== undefined) return newest.endpoints;
    if (events.some((event) => event.endpoints !== null)) return undefined;
    return events.some((event) => !isCovered(event)) ? null : undefined;
  };

  const changedSets = (mesh: string, base: Iterable<EndpointSet>): ReadonlyMap<string, EndpointSet> => {
    const changed = new Map<string, EndpointSet>();
    const added = new Map<string, Endpoint[]>();
    const replaced = new Set<string>();
    for (const [name, life] of meshes.get(mesh) ?? []) {
      const endpoints = override(life);
      if (endpoints === undefined) continue;
      replaced.add(name);
      for (const { cluster, endpoint } of endpoints ?? []) at(added, cluster, () => []).push(endpoint);
    }
    if (replaced.size === 0) return changed;
    const seen = new Set<string>();
    for (const set of base) {
      seen.add(set.cluster);
      const { arrangement } = set;
      const all = added.get(set.of ?? set.cluster) ?? [];
      const placed = arrangement === undefined ? all : all.flatMap((one) => arranged(one, arrangement) ?? []);
      // Ingresses may have come or gone since the event.
      const weight = set.localWeight ?? 1;
      const extra = placed.map((one) => (one.weight === weight ? one : { ...one, weight }));
      if (extra.length === 0 && !set.endpoints.some(({ dataplane }) => replaced.has(dataplane))) continue;
      const kept = set.endpoints.filter(({ dataplane }) => !replaced.has(dataplane));
      changed.set(set.cluster, { ...set, endpoints: [...kept, ...extra].sort(byDataplane) });
    }
    for (const [cluster, endpoints] of added) {
      if (!seen.has(cluster)) changed.set(cluster, { cluster, endpoints: endpoints.sort(byDataplane) });
    }
    return changed;
  };

  const pending = (): readonly OverlayEvent[] => {
    const events = [...meshes.values()].flatMap((lives) => [...lives.values()].flatMap((life) => [...life.values()]));
    const open = events.filter((event) => !isCovered(event));
    return open.sort((a, b) => (a.relay === b.relay ? a.number - b.number : a.relay < b.relay ? -1 : 1));
  };

  return { add, cover, changedSets, pending };
}

/** The order of endpoints in a set: by dataplane name, then port, then address; never by arrival. */
export function byDataplane(a: Endpoint, b: Endpoint): number {
  if (a.dataplane !== b.dataplane) return a.dataplane < b.dataplane ? -1 : 1;
  if (a.port !== b.port) return a.port - b.port;
  return a.address === b.address ? 0 : a.address < b.address ? -1 : 1;
}

/** The later announcement first, by the relays' clocks; a tie goes to the greater relay id. */
function later(a: OverlayEvent, b: OverlayEvent): number {
  return a.at === b.at ? (a.relay > b.relay ? -1 : 1) : b.at - a.at;
}

function at<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const had = map.get(key);
  if (had !== undefined) return had;
  const made = make();
  map.set(key, made);
  return made;
}
