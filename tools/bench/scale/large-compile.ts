// large-compile: the least heap that a compile of ten thousand services needs in real workerd, and what its process holds.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { startWorkerd } from "../edge/bare-workerd.ts";
import { cpuOf } from "../edge/process-cpu.ts";
import type { Shape } from "./large-world.ts";
import { peakOf, resetPeak } from "./process-memory.ts";
import { tell } from "./tell.ts";

const SERVICES = { services: 10_000, instances: 2, reach: 10 } as const;
interface Case {
  readonly what: string;
  readonly shape: Shape;
  /** `compile`: each zone is let go before the next; `kept`: all stay, and are compiled again after a change for every proxy. */
  readonly way: "compile" | "kept";
}
const letGo = (what: string, more: Partial<Shape>): Case => ({
  what,
  way: "compile",
  shape: { ...SERVICES, meshes: 1, zones: 1, ...more },
});
const CASES: readonly Case[] = [
  letGo("one mesh, one zone", {}),
  letGo("one mesh, ten zones", { zones: 10 }),
  letGo("a hundred meshes, one zone", { meshes: 100 }),
  letGo("one mesh, one zone, all reached by name", { reach: "names" }),
  // As large as the compiles that a worker keeps (KEPT_PROXIES in src/worker/floor.ts).
  { what: "kept: one zone", way: "kept", shape: { ...SERVICES, services: 4000, meshes: 1, zones: 1 } },
  { what: "kept: four zones", way: "kept", shape: { ...SERVICES, services: 1000, meshes: 1, zones: 4 } },
];
/** Megabytes that V8 may use; an isolate on Cloudflare has 128. */
const HEAPS = [48, 64, 80, 96, 112, 128, 160, 192, 256, 320] as const;

/** One record a shape. Expects to run in the checkout. */
export async function* largeCompile(): AsyncGenerator<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "weft-scale-"));
  try {
    const script = join(folder, "compile.js");
    await build({
      entryPoints: [join(process.cwd(), "tools/bench/scale/compile-worker.ts")],
      ...{ outfile: script, bundle: true, format: "esm", target: "es2022", external: ["node:*"] },
    });
    const empty = join(folder, "empty.js");
    writeFileSync(empty, "export default { fetch: () => new Response('{}') };");
    const bare = (await runIn(empty, 320, CASES[0] as Case))?.rss_mb ?? 0;
    for (const one of CASES) yield await measured(script, one, bare);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measured(script: string, one: Case, bare: number): Promise<Record<string, unknown>> {
  const { what, shape } = one;
  for (const heap of HEAPS) {
    tell(`${what}, ${heap} MB of heap`);
    const found = await runIn(script, heap, one);
    if (found === null) continue;
    return {
      measure: "large-compile",
      what,
      ...shape,
      least_heap_mb: heap,
      ...found,
      rss_above_empty_mb: Math.round(found.rss_mb - bare),
      reference: { isolate_mb: 128, empty_worker_rss_mb: Math.round(bare) },
      ratio: Number((heap / 128).toFixed(2)),
    };
  }
  return { measure: "large-compile", what, ...shape, least_heap_mb: null, tried_mb: HEAPS.at(-1) };
}

/** Makes and compiles it in a workerd whose heap is bounded; null where V8 ran out of it. */
async function runIn(
  script: string,
  heap: number,
  { shape, way }: Case,
): Promise<{ cpu_ms: number; rss_mb: number; blobs: number; characters: number } | null> {
  const worker = await startWorkerd(script, [`--max-old-space-size=${heap}`, "--max-semi-space-size=1"]);
  const ask = async (path: string) =>
    (await (await fetch(`${worker.url}${path}?shape=${encodeURIComponent(JSON.stringify(shape))}`)).json()) as {
      blobs: number;
      characters: number;
    };
  try {
    await ask("/make");
    resetPeak(worker.pid);
    const before = cpuOf(worker.pid);
    const { blobs, characters } = await ask(`/${way}`);
    return {
      cpu_ms: Math.round(cpuOf(worker.pid) - before),
      rss_mb: Math.round(peakOf(worker.pid)),
      ...{ blobs, characters },
    };
  } catch {
    return null;
  } finally {
    await worker.close();
  }
}
