// One run of the load: a control plane, its relays, its writes, and what came of them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Envelope } from "#api/zone.ts";
import { compareHistory } from "./history.ts";
import { holdPolls } from "./hold.ts";
import { type Held, type Plane, startPlane } from "./plane.ts";
import { makeWorld, type World } from "./world.ts";
import { type Writing, type Written, writeAtRate } from "./write.ts";

export interface Asked {
  readonly seconds: number;
  readonly relays: number;
  readonly writes: number;
  readonly organisations: number;
  /** Of a hundred writes. */
  readonly moving: number;
  /** Folder for a CPU profile of the control plane. */
  readonly profile?: string | undefined;
  readonly tell: (text: string) => void;
}

export interface Done {
  readonly line: Readonly<Record<string, unknown>>;
  /** Why it is no good; empty where it is. */
  readonly failed: readonly string[];
}

interface Sample extends Held {
  /** Seconds since the writes began. */
  readonly at: number;
}

const MIB = 2 ** 20;
/** How long relays may take for what was written last; milliseconds. */
const SETTLE = 30_000;

/** Starts everything, runs, compares, and ends everything. */
export async function run(asked: Asked): Promise<Done> {
  const folder = mkdtempSync(join(tmpdir(), "weft-load-"));
  const plane = await startPlane(process.cwd(), folder, asked.profile);
  try {
    return await loaded(plane, asked);
  } finally {
    await plane.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function loaded(plane: Plane, asked: Asked): Promise<Done> {
  const { tell, seconds } = asked;
  const world = await makeWorld(plane, asked, tell);
  const wakes: number[] = [];
  /** Moving writes whose zone has not heard of them, by `<organisation>/<zone>`. */
  const waiting = new Map<string, Written[]>();
  const heard = (key: string, { sequence }: Envelope): void => {
    const now = performance.now();
    const left = (waiting.get(key) ?? []).filter((one) => {
      // An answer to a write may come after the snapshot that has it.
      if (one.sequence === null || one.sequence > sequence) return one.failure === null;
      wakes.push(now - one.sentAt);
      return false;
    });
    waiting.set(key, left);
  };
  const holding = holdPolls(plane.url, world.relays, heard);
  await until(() => holding.newest.size === world.relays.length, SETTLE);
  tell(`load: ${holding.newest.size} relays hold their polls; writing for ${seconds} s`);
  const before = await plane.held();
  const own = process.cpuUsage();
  const told = holding.count();
  const began = performance.now();
  const samples: Sample[] = [];
  let answered = 0;
  const tick = setInterval(
    () => {
      void plane.held().then((held) => {
        samples.push({ ...held, at: (performance.now() - began) / 1000 });
        tell(
          `load: ${Math.round((performance.now() - began) / 1000)} s, ${answered} writes, ${wakes.length} wake-ups, heap ${mib(held.heap)} MB, RSS ${mib(held.rss)} MB`,
        );
      });
    },
    Math.max(5000, (seconds * 1000) / 40),
  );
  const writing = await writeAtRate(plane.url, world.organisations, asked, (one) => {
    answered++;
    if (one.zone === null || one.sequence === null) return;
    const key = `${one.organisation}/${one.zone}`;
    const newest = holding.newest.get(key);
    if (newest !== undefined && newest.sequence >= one.sequence) wakes.push(performance.now() - one.sentAt);
    else waiting.set(key, [...(waiting.get(key) ?? []), one]);
  });
  clearInterval(tick);
  const took = (performance.now() - began) / 1000;
  await until(() => [...waiting.values()].every((left) => left.length === 0), SETTLE);
  const after = await plane.held();
  const mine = process.cpuUsage(own);
  const news = holding.count() - told;
  const failed = [...holding.troubles];
  const late = [...waiting.values()].reduce((sum, left) => sum + left.length, 0);
  if (late > 0) failed.push(`${late} writes did not reach their zone's relay`);
  await holding.close();
  const compared = await compareAll(plane, world, writing);
  failed.push(...compared.wrong, ...writing.all.flatMap(({ failure }) => failure ?? []));
  if (writing.held > 0) failed.push(`${writing.held} writes were put off: as many as are asked for are not carried`);
  return {
    line: {
      measure: "load",
      ...{ seconds: Math.round(took), relays: world.relays.length, organisations: asked.organisations },
      ...{ writes_asked: asked.writes, moving: asked.moving },
      writes: writing.all.length,
      writes_per_s: round(writing.all.length / took),
      errors: writing.all.filter(({ failure }) => failure !== null).length,
      put_off: writing.held,
      revisions: compared.revisions,
      lost: compared.lost,
      relay_troubles: holding.troubles.length,
      write_ms: spread(writing.all.flatMap(({ took: one }) => one ?? [])),
      wake_ms: spread(wakes),
      news,
      plane_cpu: round((after.cpu - before.cpu) / 1000 / took),
      plane_cpu_ms_per_write: round((after.cpu - before.cpu) / Math.max(1, writing.all.length)),
      load_cpu: round((mine.user + mine.system) / 1e6 / took),
      heap_mb: [mib(before.heap), mib(after.heap)],
      rss_mb: [mib(before.rss), mib(after.rss)],
      heap_mb_per_hour: slope(samples.map(({ at, heap }) => [at, heap])),
      rss_mb_per_hour: slope(samples.map(({ at, rss }) => [at, rss])),
    },
    failed: failed.slice(0, 20),
  };
}

async function compareAll(plane: Plane, { organisations }: World, { all }: Writing) {
  const wrong: string[] = [];
  let [revisions, lost] = [0, 0];
  for (const organisation of organisations) {
    const own = all.filter((one) => one.organisation === organisation.name);
    const compared = await compareHistory(plane.url, organisation, own);
    wrong.push(...compared.wrong);
    revisions += compared.revisions;
    lost += compared.lost;
  }
  return { wrong, revisions, lost };
}

async function until(holds: () => boolean, milliseconds: number): Promise<void> {
  for (const end = performance.now() + milliseconds; !holds() && performance.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 50));
}

const round = (value: number): number => Math.round(value * 100) / 100;
const mib = (bytes: number): number => Math.round((bytes / MIB) * 10) / 10;

function spread(values: readonly number[]): Readonly<Record<string, number>> | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { count: values.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** MB an hour by least squares over the second half, when what is filled once is full; null where there are too few. */
function slope(points: readonly (readonly [at: number, bytes: number])[]): number | null {
  const half = points.slice(Math.floor(points.length / 2));
  if (half.length < 3) return null;
  const mean = (of: (point: readonly [number, number]) => number): number =>
    half.reduce((sum, one) => sum + of(one), 0) / half.length;
  const [at, bytes] = [mean(([x]) => x), mean(([, y]) => y)];
  const over = half.reduce((sum, [x, y]) => sum + (x - at) * (y - bytes), 0);
  const under = half.reduce((sum, [x]) => sum + (x - at) ** 2, 0);
  return round(((over / under) * 3600) / MIB);
}
