// Host names of endpoints, resolved in the zone: Envoy's EDS takes IP addresses only.
import { lookup } from "node:dns/promises";
import type { Resolve } from "#snapshot/endpoints.ts";

export interface Resolver {
  /** Addresses known now, sorted; empty until the first answer. Asking keeps a name fresh. */
  readonly resolve: Resolve;
  /** Rises whenever `resolve` would answer otherwise. */
  readonly resolutions: () => number;
  close(): void;
}

export type Lookup = (host: string) => Promise<readonly string[]>;

interface Entry {
  addresses: readonly string[];
  /** Rounds since somebody asked. */
  idle: number;
}

/** How often names are looked up again; Kuma's resolver keeps them as long. Milliseconds. */
const EVERY_MS = 10_000;
/** A name that nobody asked for in so many rounds is forgotten; what is served asks only when it changes. */
const MOST_IDLE = 360;

/** `onChange` is called after each change. A failed look-up keeps what was known: a flapping DNS must not take endpoints away. */
export function createResolver(onChange: () => void, find: Lookup = findAll, everyMs: number = EVERY_MS): Resolver {
  const entries = new Map<string, Entry>();
  let resolutions = 0;

  const refresh = async (host: string, entry: Entry): Promise<void> => {
    const found = await find(host).catch(() => null);
    if (found === null || entries.get(host) !== entry) return;
    const addresses = [...new Set(found)].sort();
    if (addresses.join() === entry.addresses.join()) return;
    entry.addresses = addresses;
    resolutions += 1;
    onChange();
  };

  const timer = setInterval(() => {
    for (const [host, entry] of entries) {
      entry.idle += 1;
      if (entry.idle > MOST_IDLE) entries.delete(host);
      else void refresh(host, entry);
    }
  }, everyMs);
  timer.unref();

  return {
    resolve(host) {
      const known = entries.get(host);
      if (known !== undefined) {
        known.idle = 0;
        return known.addresses;
      }
      const entry: Entry = { addresses: [], idle: 0 };
      entries.set(host, entry);
      void refresh(host, entry);
      return entry.addresses;
    },
    resolutions: () => resolutions,
    close() {
      clearInterval(timer);
      entries.clear();
    },
  };
}

async function findAll(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
