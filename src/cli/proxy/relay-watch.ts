// The zone's relays as they come and go: asked for now and then, and told to the Envoy that runs.
import { reasonOf } from "#cli/failure.ts";
import type { RelayAddress } from "./relay-call.ts";
import { addressesOf, callable, type Lookup, type RelayPlaces, writeRelayFiles } from "./relay-places.ts";

export interface RelayWatchOptions {
  /** As the bootstrap had them. */
  readonly first: RelayPlaces;
  /** As they were given: asked when none of the zone's own answers. */
  readonly given: readonly RelayAddress[];
  /** What one relay says of them now; rejects, or null where it gives no bootstrap. */
  readonly ask: (relay: RelayAddress) => Promise<RelayPlaces | null>;
  /** Where Envoy reads them. */
  readonly folder: string;
  readonly say: (line: string) => void;
  /** Milliseconds between two questions; a fifth more or less each time, so that many proxies do not ask together; 0 = never. */
  readonly everyMs: number;
  /** Milliseconds between two resolutions of their names. */
  readonly resolveMs?: number;
  readonly find?: Lookup;
  readonly random?: () => number;
}

export interface RelayWatch {
  /** All that are known, the zone's own first. */
  relays(): readonly RelayAddress[];
  close(): void;
}

/** As Envoy resolves names itself. */
const RESOLVE_MS = 5_000;

/** Writes the files, and goes on doing so until it is closed. A relay that is no more is asked no more. */
export async function watchRelays(options: RelayWatchOptions): Promise<RelayWatch> {
  const { given, ask, folder, say, everyMs, resolveMs = RESOLVE_MS, find, random = Math.random } = options;
  let now = options.first;
  let addresses: ReadonlyMap<string, readonly string[]> = new Map();
  let written = "";
  let over = false;
  const timers = new Set<NodeJS.Timeout>();

  async function write(): Promise<void> {
    addresses = await addressesOf(now.places, addresses, find);
    const text = JSON.stringify([now, ...addresses]);
    // Nobody at all is never news: Envoy goes on with those that it had.
    if (over || text === written || [...addresses.values()].every((list) => list.length === 0)) return;
    writeRelayFiles(now, addresses, folder);
    written = text;
  }

  const known = (): readonly RelayAddress[] => {
    const own = callable(now);
    const origins = new Set(own.map(({ url }) => url.origin));
    return [...own, ...given.filter(({ url }) => !origins.has(url.origin))];
  };

  async function learn(): Promise<void> {
    const own = callable(now);
    const from = Math.floor(random() * own.length);
    const others = known().slice(own.length);
    for (const relay of [...own.slice(from), ...own.slice(0, from), ...others]) {
      const told = await ask(relay).catch(() => null);
      if (over) return;
      if (told === null) continue;
      tell(told);
      now = told;
      return;
    }
  }

  function tell({ places }: RelayPlaces): void {
    const textOf = ({ host, port }: RelayPlaces["places"][number]): string => `${host}:${port}`;
    const [before, after] = [now.places.map(textOf).sort(), places.map(textOf).sort()];
    if (before.join() !== after.join()) say(`the zone's relays are ${after.join(", ")}`);
  }

  function often(work: () => Promise<void>, pause: () => number): void {
    const timer = setTimeout(async () => {
      timers.delete(timer);
      await work().catch((error: unknown) => say(`the zone's relays could not be followed: ${reasonOf(error)}`));
      if (!over) often(work, pause);
    }, pause()).unref();
    timers.add(timer);
  }

  await write();
  const follow = async (): Promise<void> => {
    await learn();
    await write();
  };
  if (everyMs > 0) often(follow, () => everyMs * (0.8 + 0.4 * random()));
  often(write, () => resolveMs);
  return {
    relays: known,
    close() {
      over = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
