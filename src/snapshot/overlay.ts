// The overlay: registrations that the snapshot does not know yet, laid over its endpoint sets and taken off once it does.
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

/** What is known of one dataplane name in one mesh. */
interface Life {
  /** The latest announcement of any registration; kept after it is covered, to know whose *gone* still counts. */
  current: OverlayEvent | undefined;
  /** Uncovered ends of registrations, by registration id. */
  readonly gone: Map<string, OverlayEvent>;
}

/**
 * An empty overlay. Its state depends on the set of events and the cover, never on their order. A *gone* counts only
 * for the current registration; where none is known it counts for whatever the snapshot has under that name.
 */
export function createOverlay(): Overlay {
  const meshes = new Map<string, Map<string, Life>>();
  let covered: ReadonlyMap<string, number> = new Map();
  const isCovered = ({ relay, number }: OverlayEvent) => number <= (covered.get(relay) ?? 0);

  const add = (event: OverlayEvent): void => {
    const lives = at(meshes, event.mesh, () => new Map<string, Life>());
    const life = at(lives, event.dataplane, () => ({ current: undefined, gone: new Map() }));
    if (event.endpoints === null) {
      if (!isCovered(event)) life.gone.set(event.registration, event);
    } else if (life.current === undefined || isLater(event, life.current)) life.current = event;
  };

  const cover = (next: ReadonlyMap<string, number>): void => {
    covered = new Map([
      ...covered,
      ...[...next].map(([relay, n]) => [relay, Math.max(n, covered.get(relay) ?? 0)] as const),
    ]);
    for (const lives of meshes.values()) {
      for (const [name, life] of lives) {
        for (const [registration, end] of life.gone) {
          if (!isCovered(end)) continue;
          life.gone.delete(registration);
          if (life.current?.registration === registration) life.current = undefined;
        }
        if (life.current === undefined && life.gone.size === 0) lives.delete(name);
      }
    }
  };

  /** Undefined = as in the snapshot; else exactly these. */
  const override = ({ current, gone }: Life): OverlayEvent["endpoints"] | undefined => {
    if (current === undefined) return gone.size > 0 ? null : undefined;
    if (gone.has(current.registration)) return null;
    return isCovered(current) ? undefined : current.endpoints;
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
    for (const set of base) {
      const extra = added.get(set.cluster);
      added.delete(set.cluster);
      if (extra === undefined && !set.endpoints.some(({ dataplane }) => replaced.has(dataplane))) continue;
      const kept = set.endpoints.filter(({ dataplane }) => !replaced.has(dataplane));
      changed.set(set.cluster, { cluster: set.cluster, endpoints: [...kept, ...(extra ?? [])].sort(byDataplane) });
    }
    for (const [cluster, endpoints] of added) changed.set(cluster, { cluster, endpoints: endpoints.sort(byDataplane) });
    return changed;
  };

  const pending = (): readonly OverlayEvent[] => {
    const events: OverlayEvent[] = [];
    for (const lives of meshes.values()) {
      for (const { current, gone } of lives.values()) {
        if (current !== undefined && !isCovered(current)) events.push(current);
        events.push(...gone.values());
      }
    }
    return events.sort((a, b) => (a.relay === b.relay ? a.number - b.number : a.relay < b.relay ? -1 : 1));
  };

  return { add, cover, changedSets, pending };
}

/** The order of endpoints in a set: by dataplane name, then port, then address; never by arrival. */
export function byDataplane(a: Endpoint, b: Endpoint): number {
  if (a.dataplane !== b.dataplane) return a.dataplane < b.dataplane ? -1 : 1;
  if (a.port !== b.port) return a.port - b.port;
  return a.address === b.address ? 0 : a.address < b.address ? -1 : 1;
}

/** Which of two announcements is current. One relay's own order goes by its count; between relays, by time. */
function isLater(a: OverlayEvent, b: OverlayEvent): boolean {
  if (a.relay === b.relay) return a.number > b.number;
  return a.at === b.at ? a.relay > b.relay : a.at > b.at;
}

function at<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const had = map.get(key);
  if (had !== undefined) return had;
  const made = make();
  map.set(key, made);
  return made;
}
