// Measures: a full compile of 1,000 services × 3 instances, and one endpoint edit after it, beside bare JSON of the same size.
import { type CompileMemo, compile } from "#compile/compile.ts";
import type { View } from "#model/view.ts";
import { canonical } from "#snapshot/canonical.ts";
import { openedOf } from "#snapshot/opened.ts";
import { entriesOf } from "#snapshot/template.ts";
import { measured, reference, round2 } from "./compile/measured.ts";
import { type Dataplane, sha256, viewOf } from "./compile/world.ts";

const SERVICES = 1_000;
const INSTANCES = 3;
/** Three million outbounds take seconds and warm up by themselves. */
const RUNS = { few: { warmUp: 10, runs: 15 }, all: { warmUp: 0, runs: 1 } } as const;

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

function fullCompile(reach: number, referenceMs: number): Record<string, unknown> {
  const { warmUp, runs } = reach === SERVICES ? RUNS.all : RUNS.few;
  let compiled: ReturnType<typeof compile> | undefined;
  const make = () => {
    const view = viewOf({ services: SERVICES, instances: INSTANCES, reach });
    return () => {
      compiled = compile({ zone: "east", views: [view] }, sha256);
    };
  };
  const cpuMs = measured(make, warmUp, runs);
  if (compiled === undefined) throw new Error("nothing was compiled");
  const { snapshot } = compiled;
  const { groups, templates, endpointSets } = openedOf(snapshot);
  const { filled, most, proxies } = fillings(snapshot);
  return {
    measure: "full-compile",
    services: SERVICES,
    instances: INSTANCES,
    outbounds: reach,
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

function endpointEdit(reach: number, referenceMs: number): Record<string, unknown> {
  const { warmUp, runs } = RUNS.few;
  let view = viewOf({ services: SERVICES, instances: INSTANCES, reach });
  let memo: CompileMemo = compile({ zone: "east", views: [view] }, sha256).memo;
  let round = 0;
  let version = "";
  const cpuMs = measured(
    () => {
      view = edited(view, ++round);
      return () => {
        const compiled = compile({ zone: "east", views: [view] }, sha256, memo);
        memo = compiled.memo;
        version = compiled.snapshot.version;
      };
    },
    warmUp * 3,
    runs * 2,
  );
  const equal = compile({ zone: "east", views: [view] }, sha256).snapshot.version === version;
  if (!equal) throw new Error("the incremental compile differs from the full one");
  return {
    measure: "endpoint-edit",
    services: SERVICES,
    instances: INSTANCES,
    outbounds: reach,
    cpu_ms: round2(cpuMs),
    equals_full: equal,
    reference: { what: "build and stringify 1,000 TLS clusters", cpu_ms: round2(referenceMs) },
    ratio: round2(cpuMs / referenceMs),
  };
}

/** Records of both measures for dataplanes that call 10 services, and of a full compile where each calls all. */
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
  return [fullCompile(10, referenceMs), endpointEdit(10, referenceMs), fullCompile(SERVICES, referenceMs)];
}
