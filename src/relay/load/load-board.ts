// The load board: what the zone's clients' requests did, by mesh and destination, before each of the newest revisions and since.
import type { Envelope, ReportedLoad, ReportedLoads } from "#api/zone.ts";
import { MOST_DESTINATIONS } from "#api/zone-shape.ts";
import type { ClusterLoad } from "./load-stats.ts";

/** Destinations that are counted in one period of one mesh. */
const MOST_COUNTED = 2000;
/** Envoys report in so many milliseconds, or a multiple of that, up to the most. */
const PERIOD = { least: 1000, most: 10_000 } as const;
/** Periods of one window. */
const PERIODS = 6;
/** Revisions that are told of at one time: the newest, whose windows last. */
const MOST_OPEN = 4;

/** What the proxy is told of itself and of its own program is no destination. */
const NO_DESTINATION = /^(ads_cluster$|localhost[:_]|inbound[:_]|self_|kuma:|_kuma)/;

export interface LoadBoard {
  /** How often the proxies of a mesh are to report, milliseconds; null = nobody asks. */
  period(mesh: string): number | null;
  /** The report of one proxy. */
  add(mesh: string, loads: readonly ClusterLoad[]): void;
  /** A revision is about to be served: from now on is since. */
  fetched(revision: { readonly epoch: number; readonly revision: number }): void;
  close(): void;
}

export interface LoadBoardOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Meshes that are asked for loads, and how long before and after a revision; milliseconds. */
  readonly windows: () => ReadonlyMap<string, number>;
  /** Of each revision whose window lasts, oldest first. */
  readonly report: (loads: readonly ReportedLoads[]) => void;
}

const NO_WINDOWS: ReadonlyMap<string, number> = new Map();
const known = new WeakMap<Envelope, ReadonlyMap<string, number>>();

/** The windows that an envelope asks for, milliseconds; asked for at every report, so made once for each envelope. */
export function loadWindows(envelope: Envelope | null): ReadonlyMap<string, number> {
  if (envelope === null) return NO_WINDOWS;
  const before = known.get(envelope);
  if (before !== undefined) return before;
  const made = new Map(
    envelope.meshes.flatMap(({ name, loads }) =>
      loads === undefined ? [] : [[name, loads.windowSeconds * 1000] as const],
    ),
  );
  known.set(envelope, made);
  return made;
}

interface Open {
  readonly epoch: number;
  readonly revision: number;
  /** Of its receipt. */
  readonly at: number;
}

interface Sum {
  total: number;
  errors: number;
}

/** What ended within one period; `at` is its middle, and `until` when the last of it was told. */
interface Slot {
  readonly at: number;
  until: number;
  readonly sums: Map<string, Sum>;
}

/** Costs memory where a mesh is asked for loads alone: sums of two windows. It reports while a revision's window lasts. */
export function createLoadBoard({ now, windows, report }: LoadBoardOptions): LoadBoard {
  const slots = new Map<string, Slot[]>();
  let open: readonly Open[] = [];
  let timer: NodeJS.Timeout | undefined;

  function slotOf(mesh: string, window: number): Slot {
    const own = slots.get(mesh) ?? [];
    const every = periodOf(window);
    // A report tells of the period that ends with it: what is counted ended at its middle.
    const at = now() - every / 2;
    const last = own.at(-1);
    const until = now();
    const isParted = open.some((one) => last !== undefined && lies(one.at, last, { at, until }));
    if (last !== undefined && at - last.at < every / 2 && !isParted) return Object.assign(last, { until });
    const slot: Slot = { at, until, sums: new Map() };
    slots.set(mesh, [...own.filter((one) => one.at > at - 2 * window - every), slot]);
    return slot;
  }

  function tell(): void {
    timer = undefined;
    const asked = [...windows()];
    for (const mesh of slots.keys()) if (!windows().has(mesh)) slots.delete(mesh);
    const told = open.flatMap(({ epoch, revision, at }) => {
      const meshes = asked.flatMap(([mesh, window]) => {
        const destinations = now() - at > window + PERIOD.most ? [] : loadsOf(slots.get(mesh) ?? [], at, window);
        return destinations.length === 0 ? [] : [{ mesh, destinations }];
      });
      return meshes.length === 0 ? [] : [{ epoch, revision, meshes }];
    });
    if (told.length > 0) report(told);
    again();
  }

  function again(): void {
    clearTimeout(timer);
    timer = undefined;
    const longest = Math.max(0, ...windows().values());
    open = open.filter(({ at }) => now() - at <= longest + PERIOD.most);
    if (open.length === 0 || longest === 0) return;
    timer = setTimeout(tell, Math.min(...[...windows().values()].map(periodOf)));
    timer.unref();
  }

  return {
    period(mesh) {
      const window = windows().get(mesh);
      return window === undefined ? null : periodOf(window);
    },
    add(mesh, loads) {
      const window = windows().get(mesh);
      if (window === undefined) return;
      const { sums } = slotOf(mesh, window);
      for (const { name, total, errors } of loads) {
        if (total === 0 || NO_DESTINATION.test(name)) continue;
        const sum = sums.get(name);
        if (sum !== undefined) {
          sum.total += total;
          sum.errors += errors;
        } else if (sums.size < MOST_COUNTED) sums.set(name, { total, errors });
      }
    },
    fetched({ epoch, revision }) {
      const newest = open.at(-1);
      if (newest !== undefined && newest.epoch === epoch && newest.revision >= revision) return;
      open = [...open, { epoch, revision, at: now() }].slice(-MOST_OPEN);
      if (timer === undefined) again();
    },
    close: () => clearTimeout(timer),
  };
}

function periodOf(window: number): number {
  return Math.min(PERIOD.most, Math.ceil(window / PERIODS / PERIOD.least) * PERIOD.least);
}

/** Whether the moment lies between two reports, by their middles or by their ends. */
function lies(moment: number, one: Pick<Slot, "at" | "until">, other: Pick<Slot, "at" | "until">): boolean {
  return (one.at < moment && moment <= other.at) || (one.until < moment && moment <= other.until);
}

/** Destinations that were called since, those with the most errors first. */
function loadsOf(slots: readonly Slot[], at: number, window: number): readonly ReportedLoad[] {
  const found = new Map<string, { readonly before: Sum; readonly since: Sum }>();
  for (const slot of slots) {
    if (slot.at < at - window || slot.at > at + window) continue;
    // Mostly of the time before, and with what the revision has done already: it says nothing of either.
    if (slot.at < at && slot.until > at) continue;
    for (const [name, { total, errors }] of slot.sums) {
      const load = found.get(name) ?? { before: { total: 0, errors: 0 }, since: { total: 0, errors: 0 } };
      found.set(name, load);
      const sum = slot.until <= at ? load.before : load.since;
      sum.total += total;
      sum.errors += errors;
    }
  }
  return [...found]
    .filter(([, { since }]) => since.total > 0)
    .sort(([a, one], [b, other]) => other.since.errors - one.since.errors || (a < b ? -1 : 1))
    .slice(0, MOST_DESTINATIONS)
    .map(([name, load]) => ({ name, ...load }));
}
