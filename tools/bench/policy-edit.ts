// Measures: a policy of the whole mesh is edited; CPU time to the new snapshot of 1,000 proxies in 100 services.
import { type CompileMemo, compile } from "#compile/compile.ts";
import { kindOfType } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { measured, reference, round2 } from "./compile/measured.ts";
import { meta, sha256, sorted, viewOf } from "./compile/world.ts";

const SIZE = { services: 100, instances: 10, reach: 10 };
const WARM_UP = 20;
const RUNS = 25;

/** By type: a policy that holds for every proxy and says something else each time. */
const EDITS: Readonly<Record<string, (round: number) => object>> = {
  MeshTimeout: (round) => ({
    to: [{ targetRef: { kind: "Mesh" }, default: { http: { requestTimeout: `${10 + round}s` } } }],
    from: [{ targetRef: { kind: "Mesh" }, default: { idleTimeout: `${10 + round}m` } }],
  }),
  MeshRetry: (round) => ({
    to: [{ targetRef: { kind: "Mesh" }, default: { http: { numRetries: 1 + round, retryOn: ["5xx"] } } }],
  }),
  MeshCircuitBreaker: (round) => ({
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionLimits: { maxConnections: 100 + round } } }],
  }),
};

/** One record for each policy that there is. */
export async function run(): Promise<Record<string, unknown>[]> {
  let length = 0;
  const referenceMs = measured(
    () => () => {
      length += reference();
    },
    WARM_UP,
    RUNS,
  );
  if (length === 0) throw new Error("the reference wrote nothing");
  return Object.keys(EDITS)
    .filter((type) => kindOfType(type) !== undefined)
    .map((type) => policyEdit(type, referenceMs));
}

function policyEdit(type: string, referenceMs: number): Record<string, unknown> {
  let view = viewOf(SIZE);
  const first = compile({ zone: "east", views: [view] }, sha256);
  let memo: CompileMemo = first.memo;
  let round = 0;
  let version = first.snapshot.version;
  const cpuMs = measured(
    () => {
      view = edited(view, type, ++round);
      return () => {
        const compiled = compile({ zone: "east", views: [view] }, sha256, memo);
        memo = compiled.memo;
        if (compiled.snapshot.version === version) throw new Error("the edit changed nothing");
        version = compiled.snapshot.version;
      };
    },
    WARM_UP,
    RUNS,
  );
  const equal = compile({ zone: "east", views: [view] }, sha256).snapshot.version === version;
  if (!equal) throw new Error("the incremental compile differs from the full one");
  return {
    measure: "policy-edit",
    policy: type,
    proxies: SIZE.services * SIZE.instances,
    services: SIZE.services,
    outbounds: SIZE.reach,
    policies: Object.keys(view.resources).reduce((sum, one) => sum + listOf(view, one).length, 0) - dataplanes(view),
    cpu_ms: round2(cpuMs),
    equals_full: equal,
    reference: { what: "build and stringify 1,000 TLS clusters", cpu_ms: round2(referenceMs) },
    ratio: round2(cpuMs / referenceMs),
  };
}

function edited(view: View, type: string, round: number): View {
  const others = listOf(view, type).filter(({ name }) => name !== "edited");
  const policy = { ...meta(type, "default", "edited"), spec: { targetRef: { kind: "Mesh" }, ...EDITS[type]?.(round) } };
  return { ...view, resources: { ...view.resources, [type]: sorted([...others, policy]) } };
}

function listOf(view: View, type: string): readonly Resource[] {
  return view.resources[type] ?? [];
}

function dataplanes(view: View): number {
  return listOf(view, "Dataplane").length;
}
