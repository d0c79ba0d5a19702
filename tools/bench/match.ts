// Measures: 10,000 policies matched with 1,000 proxies, beside a double loop that only asks each policy about each proxy.
import { indexView, matchProxy, type ViewIndex } from "#match/match.ts";
import { proxyOf, selectedInbounds } from "#match/select.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { measured, round2 } from "./compile/measured.ts";
import { dataplanesOf, meta, sha256 } from "./compile/world.ts";

const SIZE = { services: 100, instances: 10, reach: 10 };
const POLICIES = 10_000;
const TEAMS = 20;
const WARM_UP = 2;
const RUNS = 5;

const timeouts = (seconds: number): object => ({
  connectionTimeout: `${seconds}s`,
  http: { requestTimeout: `${seconds}s`, ...(seconds % 3 === 0 && { streamIdleTimeout: "1h" }) },
});

/** Every kind of top level that there is; a few hold for the mesh, the others for one service, team or proxy. */
function topOf(at: number): object {
  const service = at % SIZE.services;
  switch (at % 10) {
    case 0:
    case 1:
    case 2:
      return { kind: "MeshSubset", tags: { "kuma.io/service": `service-${service}`, version: `v${1 + (at % 3)}` } };
    case 3:
    case 4:
      return { kind: "Dataplane", labels: { app: `service-${service}`, team: `team-${at % TEAMS}` } };
    case 5:
      return { kind: "MeshServiceSubset", name: `service-${service}`, tags: { version: "v1" } };
    case 6:
      return { kind: "Dataplane", labels: { app: `service-${service}` }, sectionName: "8080" };
    case 7:
      return { kind: "Dataplane", name: `service-${service}-${((at / SIZE.services) % SIZE.instances) | 0}` };
    case 8:
      return { kind: "MeshService", name: `service-${service}` };
    default:
      return at % 100 === 9
        ? { kind: "Mesh", proxyTypes: ["Sidecar"] }
        : { kind: "MeshSubset", tags: { "kuma.io/service": `service-${service}` }, proxyTypes: ["Sidecar"] };
  }
}

function policyAt(at: number): Resource {
  const type = at % 4 === 3 ? "MeshTrafficPermission" : "MeshTimeout";
  const seconds = 1 + (at % 50);
  const near = { kind: "MeshService", name: `service-${(at + 1 + (at % SIZE.reach)) % SIZE.services}` };
  const spec =
    type === "MeshTimeout"
      ? {
          to: [{ targetRef: at % 2 === 0 ? near : { kind: "Mesh" }, default: timeouts(seconds) }],
          from: [{ targetRef: { kind: "Mesh" }, default: timeouts(seconds) }],
        }
      : { from: [{ targetRef: near, default: { action: at % 8 === 3 ? "Allow" : "Deny" } }] };
  return { ...meta(type, "default", `policy-${at}`), spec: { targetRef: topOf(at), ...spec } };
}

/** Objects are made anew, so nothing is known of them. */
function world(): View {
  const byType: Record<string, Resource[]> = {};
  for (let at = 0; at < POLICIES; at++) {
    const policy = policyAt(at);
    byType[policy.type] = [...(byType[policy.type] ?? []), policy];
  }
  const Dataplane = dataplanesOf(SIZE).map((one, at) => {
    const [app] = /^service-\d+/.exec(one.name) ?? [""];
    return { ...one, labels: { ...one.labels, app, team: `team-${at % TEAMS}` } };
  });
  const mesh = { ...meta("Mesh", "", "default"), spec: {} } as Resource<SpecOf<"Mesh">>;
  return { mesh, resources: { ...byType, Dataplane }, bundle: [], departed: [] };
}

/** How many policies select each proxy, summed. */
function doubleLoop({ dataplanes, policies }: ViewIndex): number {
  let selected = 0;
  for (const dataplane of dataplanes) {
    const proxy = proxyOf(dataplane, policies.gateways);
    for (const policy of policies.all) if (selectedInbounds(policy, proxy) !== null) selected++;
  }
  return selected;
}

function matchAll(view: View): ViewIndex {
  const index = indexView(view, "east", sha256);
  for (const dataplane of index.dataplanes) matchProxy(index, dataplane);
  return index;
}

/** One record. */
export async function run(): Promise<Record<string, unknown>[]> {
  const cpuMs = measured(
    () => {
      const view = world();
      return () => {
        matchAll(view);
      };
    },
    WARM_UP,
    RUNS,
  );
  const index = matchAll(world());
  let selected = 0;
  const naiveMs = measured(
    () => () => {
      selected = doubleLoop(index);
    },
    WARM_UP,
    RUNS,
  );
  return [
    {
      measure: "match",
      name: "match",
      policies: POLICIES,
      proxies: SIZE.services * SIZE.instances,
      selected,
      cpu_ms: round2(cpuMs),
      reference: {
        what: "a double loop that asks each policy about each proxy, and merges nothing",
        cpu_ms: round2(naiveMs),
      },
      ratio: round2(cpuMs / naiveMs),
    },
  ];
}
