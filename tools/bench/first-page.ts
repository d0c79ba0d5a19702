// first-page: CPU time of what a first page asks of the control plane, over 10,000 proxies in 500 services.
import { enrol, type Org, openPlane, signUp } from "../../test/control/harness.ts";
import { measured, reference, round2 } from "./compile/measured.ts";
import { type Dataplane, dataplanesOf } from "./compile/world.ts";

const SIZE = { services: 500, instances: 20, reach: 10 };
const AT_ONCE = 1000;
const WARM_UP = 5;
const RUNS = 15;
const REFERENCE_RUNS = 25;

/** One record a call; before each run of `changed` one dataplane's address has changed. */
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
    const backends = [{ name: "ca-1", type: "builtin" }];
    await org.apply([
      { type: "Mesh", name: "default", mtls: { enabledBackend: "ca-1", backends } },
      { type: "Zone", name: "east" },
    ]);
    const { relay } = await enrol(org);
    const bodies = dataplanesOf(SIZE).map(bodyOf);
    for (let at = 0; at < bodies.length; at += AT_ONCE) await org.apply(bodies.slice(at, at + AT_ONCE));
    await org.settle();
    const presences = [{ zone: "east", relay, online: true, lastContact: null }];
    const { admin } = org;
    const { writer } = org.control;
    const page = { sort: "state", descending: false, offset: 0, size: 100 } as const;
    const graph = { mesh: "default", focus: null, hops: 1, group: null, size: 500, edges: 2000 };
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      overview: () => writer.overview(admin, presences),
      "a page of proxies by state": () => writer.proxies(admin, presences, page),
      "search for a part of many names": () => writer.search(admin, "service-1", 20),
      "graph of the mesh": () => writer.graph(admin, presences, graph),
    };
    const records: Record<string, unknown>[] = [];
    for (const [what, call] of Object.entries(calls)) {
      const standing = await cpuOf(async () => {}, call);
      const changed = await cpuOf(async (round) => {
        // Long enough for lint to look at everything again.
        plane.now += 10_000;
        await moved(org, bodies, round);
      }, call);
      const result = { cpu_ms: round2(standing), after_a_change_cpu_ms: round2(changed) };
      records.push({
        measure: "first-page",
        what,
        proxies: bodies.length,
        ...result,
        reference: { cpu_ms: round2(referenceMs) },
      });
    }
    return records;
  } finally {
    await plane.close();
  }
}

/** Median of the runs. */
async function cpuOf(before: (round: number) => Promise<void>, call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + RUNS; round++) {
    await before(round);
    const start = process.cpuUsage();
    await call();
    const { user, system } = process.cpuUsage(start);
    if (round >= WARM_UP) times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] as number;
}

async function moved(org: Org, bodies: readonly ReturnType<typeof bodyOf>[], round: number): Promise<void> {
  const body = bodies[round % bodies.length] as ReturnType<typeof bodyOf>;
  await org.apply([{ ...body, networking: { ...body.networking, address: `10.250.${round}.1` } }]);
  await org.settle();
}

function bodyOf({ type, mesh, name, spec }: Dataplane) {
  return { type, mesh, name, ...spec, networking: spec.networking ?? {} };
}
