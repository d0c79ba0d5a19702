// plan: CPU time of a whole plan, judged, simulated, compiled, compared and kept, over 1,000 proxies in 100 services.
import { enrol, type Org, openPlane, signUp } from "../../test/control/harness.ts";
import { measured, reference, round2 } from "./compile/measured.ts";
import { type Dataplane, dataplanesOf } from "./compile/world.ts";

const SIZE = { services: 100, instances: 10, reach: 10 };
const WARM_UP = 8;
const RUNS = 15;
const REFERENCE_RUNS = 25;

type Body = Readonly<Record<string, unknown>> & { readonly type: string; readonly name: string };

/** What is planned, each time with another value. */
const PLANS: Readonly<Record<string, (round: number) => readonly Body[]>> = {
  "a timeout of the whole mesh": (round) => [
    policy("MeshTimeout", {
      to: [{ targetRef: { kind: "Mesh" }, default: { http: { requestTimeout: `${10 + round}s` } } }],
      from: [{ targetRef: { kind: "Mesh" }, default: { idleTimeout: `${10 + round}m` } }],
    }),
  ],
  "who may call, in the whole mesh": (round) => [
    policy("MeshTrafficPermission", {
      from: [
        {
          targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": `service-${round % SIZE.services}` } },
          default: { action: "Allow" },
        },
      ],
    }),
  ],
};

/** One record a plan. */
export async function run(): Promise<Record<string, unknown>[]> {
  let length = 0;
  const referenceMs = measured(
    () => () => {
      length += reference();
    },
    REFERENCE_RUNS,
    REFERENCE_RUNS,
  );
  if (length === 0) throw new Error("the reference wrote nothing");
  const plane = await openPlane();
  try {
    const org = await signUp(plane, "bench");
    await org.apply([secured(), { type: "Zone", name: "east" }]);
    await enrol(org);
    await org.apply(dataplanesOf(SIZE).map(bodyOf));
    await org.settle();
    const records: Record<string, unknown>[] = [];
    for (const [what, of] of Object.entries(PLANS)) records.push(await planned(org, what, of, referenceMs));
    return records;
  } finally {
    await plane.close();
  }
}

async function planned(
  org: Org,
  what: string,
  of: (round: number) => readonly Body[],
  referenceMs: number,
): Promise<Record<string, unknown>> {
  const times: number[] = [];
  let told = { proxies: 0, lines: 0, access: 0 };
  for (let round = 0; round < WARM_UP + RUNS; round++) {
    const put = of(round).map((body) => ({
      key: { type: body.type, mesh: "default", name: body.name },
      body,
    }));
    const change = { put, delete: [], reason: "", writeId: `bench-${what}-${round}` };
    const start = process.cpuUsage();
    const { outcome } = await org.control.writer.plan(org.admin, change);
    const { user, system } = process.cpuUsage(start);
    if (round >= WARM_UP) times.push((user + system) / 1_000);
    const { proxies, zones } = outcome.effect;
    told = { proxies, lines: zones.flatMap(({ shapes }) => shapes).length, access: outcome.access.length };
    if (proxies !== SIZE.services * SIZE.instances) throw new Error(`the plan of ${what} tells of ${proxies} proxies`);
  }
  const cpuMs = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] as number;
  return {
    measure: "plan",
    what,
    ...told,
    services: SIZE.services,
    outbounds: SIZE.reach,
    cpu_ms: round2(cpuMs),
    reference: { what: "build and stringify 1,000 TLS clusters", cpu_ms: round2(referenceMs) },
    ratio: round2(cpuMs / referenceMs),
  };
}

function secured(): Body {
  return {
    type: "Mesh",
    name: "default",
    mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] },
  };
}

function bodyOf({ type, mesh, name, spec }: Dataplane): Body {
  return { type, mesh, name, ...(spec as object) };
}

function policy(type: string, spec: object): Body {
  return { type, mesh: "default", name: "planned", spec: { targetRef: { kind: "Dataplane" }, ...spec } };
}
