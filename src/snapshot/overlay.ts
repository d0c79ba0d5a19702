// The overlay: registrations that the snapshot does not know yet, laid over its endpoint sets and taken off once it does.
import { arranged } from "#model/arrangement.ts";
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { Resource } from "#model/resource.ts";

/** One event of one relay of the zone about one life of a dataplane. */
export interface OverlayEvent {
  readonly relay: string;
  /** The relay's own count; (relay, number) names the event. */
  readonly number: number;
  /** When the life began, by the zone's relays' clocks: which of two lives of one name is the later. */
  readonly at: number;
  readonly mesh: string;
  readonly dataplane: string;
  /** Random id of the life; it begins at one relay, and any may end it, once and for all. */
  readonly registration: string;
  /** What it serves from now on, by cluster; empty = nothing at the moment (not ready); null = gone. */
  readonly endpoints: readonly { readonly cluster: string; readonly endpoint: Endpoint }[] | null;
  /** What it is from now on, of those that lead to more than themselves. */
  readonly resource?: Resource;
}

export interface Overlay {
  /** Takes an event in any order, any number of times. */
  readonly add: (event: OverlayEvent) => void;
  /** Notes a life that the snapshot holds already: a *gone* of another life of its name takes nothing away. */
  readonly hold: (life: Pick<OverlayEvent, "relay" | "at" | "mesh" | "dataplane" | "registration">) => void;
  /** Forgets what the snapshot holds: `covered` is the envelope's last event number of each relay. */
  readonly cover: (covered: ReadonlyMap<string, number>) => void;
  /** Forgets all that came from relays which are no more; what the snapshot says of their dataplanes stands. */
  readonly dismiss: (isGone: (relay: string) => boolean) => void;
  /** The life that counts under a name, as the snapshot does not know it yet; null = gone, undefined = as in the snapshot. */
  readonly stands: (mesh: string, dataplane: string) => OverlayEvent | null | undefined;
  /** All of a mesh of which the snapshot does not know. */
  readonly standing: (
    mesh: string,
  ) => readonly { readonly mesh: string; readonly name: string; readonly event: OverlayEvent | null }[];
  /** The sets of a mesh that differ from the snapshot's, by cluster. `base` yields the snapshot's sets of that mesh. */
  readonly changedSets: (mesh: string, base: Iterable<EndpointSet>) => ReadonlyMap<string, EndpointSet>;
}

/** What is known of one dataplane's name: what came before it is of no consequence. Lists, as nearly all have one of it. */
interface Lives {
  /** The latest announcement of each relay. */
  announced: readonly OverlayEvent[];
  /** Ends, one of a registration: of two that tell of the same, one is enough. */
  ended: readonly OverlayEvent[];
}

const NONE: readonly OverlayEvent[] = [];

/**
 * An empty overlay. Its state depends on the set of events and the cover, never on their order. Of the lives of one name
 * that nobody has ended the latest counts; a *gone* takes away what the snapshot has under that name only while there is
 * no such life.
 */
export function createOverlay(): Overlay {
  const meshes = new Map<string, Map<string, Lives>>();
  const covered = new Map<string, number>();
  const isCovered = ({ relay, number }: OverlayEvent) => number <= (covered.get(relay) ?? 0);

  const livesOf = (mesh: string, name: string): Lives =>
    at(
      at(meshes, mesh, () => new Map<string, Lives>()),
      name,
      () => ({ announced: NONE, ended: NONE }),
    );

  const add = (event: OverlayEvent): void => {
    const { mesh, dataplane, relay, registration } = event;
    if (isCovered(event) && meshes.get(mesh)?.has(dataplane) !== true) return;
    const lives = livesOf(mesh, dataplane);
    if (event.endpoints === null) {
      const before = lives.ended.find((one) => one.registration === registration);
      // One that stays uncovered longer says the same for longer.
      if (before === undefined || isCovered(before)) lives.ended = withEvent(lives.ended, before, event);
      return;
    }
    const before = lives.announced.find((one) => one.relay === relay);
    // The same again is what another view makes of it.
    if (before === undefined || before.number <= event.number)
      lives.announced = withEvent(lives.announced, before, event);
  };

  const hold: Overlay["hold"] = (life) => {
    const lives = livesOf(life.mesh, life.dataplane);
    const before = lives.announced.find(({ relay }) => relay === life.relay);
    if (before === undefined || (before.number === 0 && before.at < life.at))
      lives.announced = withEvent(lives.announced, before, bare({ ...life, number: 0 }));
  };

  const cover = (next: ReadonlyMap<string, number>): void => {
    for (const [relay, number] of next) covered.set(relay, Math.max(number, covered.get(relay) ?? 0));
    for (const lives of meshes.values()) {
      for (const [name, life] of lives) {
        // Covered announcements stay: they tell that a *gone* is of an older registration.
        forget(life);
        if (life.announced.length + life.ended.length === 0) lives.delete(name);
      }
    }
  };

  const dismiss = (isGone: (relay: string) => boolean): void => {
    for (const lives of meshes.values()) {
      for (const [name, life] of lives) {
        life.announced = life.announced.filter(({ relay }) => !isGone(relay));
        life.ended = life.ended.filter(({ relay }) => !isGone(relay));
        if (life.announced.length + life.ended.length === 0) lives.delete(name);
      }
    }
  };

  const forget = (life: Lives): void => {
    const { announced, ended } = life;
    if (!announced.some(isCovered) && !ended.some(isCovered)) return;
    const isOver = (event: OverlayEvent): boolean =>
      isCovered(event) && ended.some((end) => end.registration === event.registration && isCovered(end));
    const left = announced.filter((event) => !isOver(event));
    // What the snapshot has is its own affair: of its announcement only whose it was still counts.
    life.announced = left.map((event) => (isCovered(event) && !isBare(event) ? bare(event) : event));
    const isOpen = ({ registration }: OverlayEvent): boolean => left.some((one) => one.registration === registration);
    const open = ended.filter((end) => !isCovered(end) || isOpen(end));
    life.ended = open.length === 0 ? NONE : open;
  };

  const override = ({ announced, ended }: Lives): OverlayEvent | null | undefined => {
    const [latest] = announced
      .filter(({ registration }) => !ended.some((end) => end.registration === registration))
      .sort(later);
    if (latest !== undefined) return isCovered(latest) ? undefined : latest;
    return ended.some((event) => !isCovered(event)) ? null : undefined;
  };

  const stands: Overlay["stands"] = (mesh, dataplane) => {
    const lives = meshes.get(mesh)?.get(dataplane);
    return lives && override(lives);
  };

  const standing: Overlay["standing"] = (mesh) =>
    [...(meshes.get(mesh) ?? [])].flatMap(([name, lives]) => {
      const event = override(lives);
      return event === undefined ? [] : [{ mesh, name, event }];
    });

  const changedSets = (mesh: string, base: Iterable<EndpointSet>): ReadonlyMap<string, EndpointSet> => {
    const changed = new Map<string, EndpointSet>();
    const added = new Map<string, Endpoint[]>();
    const replaced = new Set<string>();
    for (const [name, life] of meshes.get(mesh) ?? []) {
      const now = override(life);
      if (now === undefined) continue;
      replaced.add(name);
      for (const { cluster, endpoint } of now?.endpoints ?? []) at(added, cluster, () => []).push(endpoint);
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

  return { add, hold, cover, dismiss, stands, standing, changedSets };
}

/** The events with this one in the place of another, or after them. */
function withEvent(
  events: readonly OverlayEvent[],
  before: OverlayEvent | undefined,
  event: OverlayEvent,
): readonly OverlayEvent[] {
  return before === undefined ? [...events, event] : events.map((one) => (one === before ? event : one));
}

/** An announcement of which nothing but whose it is counts. */
function bare({ relay, number, at, mesh, dataplane, registration }: Omit<OverlayEvent, "endpoints">): OverlayEvent {
  return { relay, number, at, mesh, dataplane, registration, endpoints: NOTHING };
}

const NOTHING: readonly never[] = [];

function isBare({ endpoints, resource }: OverlayEvent): boolean {
  return endpoints === NOTHING && resource === undefined;
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
