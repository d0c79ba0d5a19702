// Measures: full compiles of 1,000 services, and an endpoint edit and a new name after them, beside bare JSON of the same size.
import { type CompileInput, type CompileMemo, compile } from "#compile/compile.ts";
import { canonical } from "#model/canonical.ts";
import type { View } from "#model/view.ts";
import { openedOf } from "#snapshot/opened.ts";
import { entriesOf } from "#snapshot/template.ts";
import { measured, reference, round2 } from "./compile/measured.ts";
import { borderOf, type Dataplane, dataplaneOf, named, type Size, sha256, sorted, viewOf } from "./compile/world.ts";

const SERVICES = 1_000;
const LISTED: Size = { services: SERVICES, instances: 3, reach: 10 };
const ALL_LISTED: Size = { services: SERVICES, instances: 3, reach: SERVICES };
/** One instance each, redirected. */
const NAMED: Size = { services: SERVICES, instances: 1, reach: "names" };
/** The same in each of two zones. */
const ZONES: Size = { services: SERVICES, instances: 2, reach: "names", zones: 2 };
/** Three million outbounds take seconds and warm up by themselves. */
const RUNS = { few: { warmUp: 10, runs: 15 }, all: { warmUp: 0, runs: 1 } } as const;

const inputOf = (size: Size, view: View): CompileInput => ({
  zone: "east",
  views: [view],
  zoneProxies: borderOf(size),
});

/** How a record names a world. */
function told({ services, instances, reach, zones = 1 }: Size): Record<string, unknown> {
  return {
    services,
    instances,
    ...(reach === "names" ? { redirected: true, names: services } : { outbounds: reach }),
    ...(zones > 1 && { zones, zone_proxies: 2 }),
  };
}

/** The view with one instance of a service at another address; all other resources keep their identity. */
function edited(view: View, round: number): View {
  const all = view.resources.Dataplane as readonly Dataplane[];
  const at = (round * 37) % all.length;
  const old = all[at] as Dataplane;
  const networking = { ...old.spec.networking, address: `11.0.0.${(round % 250) + 1}` };
  const Dataplane = [...all];
  Dataplane[at] = { ...old, spec: { ...old.spec, networking } };
  return { ...view, resources: { ...view.resources, Dataplane } };
}

/** The view with one more service, which has a name. */
function widened(view: View, round: number, size: Size): View {
  const all = view.resources.Dataplane as readonly Dataplane[];
  const Dataplane = sorted([...all, dataplaneOf(size.services + round, 0, size)]);
  return named({ ...view, resources: { ...view.resources, Dataplane } });
}

function fullCompile(size: Size, referenceMs: number): Record<string, unknown> {
  const { warmUp, runs } = size === ALL_LISTED ? RUNS.all : RUNS.few;
  let compiled: ReturnType<typeof compile> | undefined;
  const make = () => {
    const input = inputOf(size, viewOf(size));
    return () => {
      compiled = compile(input, sha256);
    };
  };
  const cpuMs = measured(make, warmUp, runs);
  if (compiled === undefined) throw new Error("nothing was compiled");
  const { snapshot } = compiled;
  const { groups, templates, endpointSets } = openedOf(snapshot);
  const { filled, most, proxies } = fillings(snapshot);
  return {
    measure: "full-compile",
    ...told(size),
    cpu_ms: round2(cpuMs),
    resources: groups.size + templates.size + endpointSets.size,
    templates: templates.size,
    groups: groups.size,
    endpoint_sets: endpointSets.size,
    filled,
    proxies,
    bindings_per_proxy: most,
    bytes: [...snapshot.blobs.values()].reduce((sum, text) => sum + text.length, 0),
    reference: { what: "build and stringify 1,000 TLS clusters", cpu_ms: round2(referenceMs) },
    ratio: round2(cpuMs / referenceMs),
  };
}

/** Distinct fillings that a relay encodes, and the most bindings that a proxy has. */
function fillings(snapshot: Parameters<typeof openedOf>[0]): { filled: number; most: number; proxies: number } {
  const { sections, groups, templates } = openedOf(snapshot);
  const filled = new Set<string>();
  const done = new Set<string>();
  let most = 0;
  let proxies = 0;
  for (const { name, rows } of sections.values()) {
    if (name.kind !== "proxies") continue;
    for (const entry of rows.values()) {
      if (typeof entry === "string") continue;
      proxies++;
      most = Math.max(most, entry.groups.length);
      for (const [hash, own] of entry.groups) {
        if (Object.keys(own).length === 0 && done.has(hash)) continue;
        done.add(hash);
        for (const [template, bindings] of entriesOf(groups.get(hash) ?? [])) {
          const holes = templates.get(template)?.holes ?? [];
          filled.add(
            canonical([template, Object.fromEntries(holes.map((hole) => [hole, bindings[hole] ?? own[hole] ?? null]))]),
          );
        }
      }
    }
  }
  return { filled: filled.size, most, proxies };
}

/** Edits of one world, one after the other. */
function edit(
  measure: string,
  size: Size,
  change: (view: View, round: number, size: Size) => View,
  referenceMs: number,
): Record<string, unknown> {
  const { warmUp, runs } = RUNS.few;
  let view = viewOf(size);
  let memo: CompileMemo = compile(inputOf(size, view), sha256).memo;
  let round = 0;
  let version = "";
  const cpuMs = measured(
    () => {
      view = change(view, ++round, size);
      return () => {
        const compiled = compile(inputOf(size, view), sha256, memo);
        memo = compiled.memo;
        version = compiled.snapshot.version;
      };
    },
    warmUp * 3,
    runs * 2,
  );
  const equal = compile(inputOf(size, view), sha256).snapshot.version === version;
  if (!equal) throw new Error("the incremental compile differs from the full one");
  return {
    measure,
    ...told(size),
    cpu_ms: round2(cpuMs),
    equals_full: equal,
    reference: { what: "build and stringify 1,000 TLS clusters", cpu_ms: round2(referenceMs) },
    ratio: round2(cpuMs / referenceMs),
  };
}

/** Records for dataplanes that list 10 services, and for those that reach all by name; and of a full compile where each lists all. */
export async function run(): Promise<Record<string, unknown>[]> {
  let length = 0;
  const referenceMs = measured(
    () => () => {
      length += reference();
    },
    RUNS.few.warmUp,
    RUNS.few.runs,
  );
  if (length === 0) throw new Error("the reference wrote nothing");
  return [
    ...[LISTED, NAMED, ZONES, ALL_LISTED].map((size) => fullCompile(size, referenceMs)),
    ...[LISTED, NAMED, ZONES].map((size) => edit("endpoint-edit", size, edited, referenceMs)),
    edit("name-edit", NAMED, widened, referenceMs),
  ];
}
