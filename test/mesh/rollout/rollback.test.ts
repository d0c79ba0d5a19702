// Automatic rollback on real Envoys under live traffic: errors that Envoys report to their relay, and refusals, take a revision back by themselves.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { RevisionDeliveryBody } from "#api/weft.ts";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { httpGet, httpProgram, type Load, type Program, startLoad } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let shop: Program;
let web: Sidecar;
let load: Load;
/** Status → how many answers had it. */
const answers = new Map<number, number>();

const control: Resource = {
  type: "ChangeControl",
  mesh: "default",
  name: "guard",
  spec: { rollback: { window: "30s", errorRate: 20, minRequests: 20, nacks: 0 } },
};

/** So many of the requests to backend end with 500, which nobody tries again. */
const faults = (percentage: number): Resource => ({
  type: "MeshFaultInjection",
  mesh: "default",
  name: "faults",
  spec: {
    targetRef: { kind: "Dataplane", labels: { app: "backend" } },
    rules: [{ default: { http: [{ abort: { httpStatus: 500, percentage } }] } }],
  },
});

interface Revision {
  readonly revision: number;
  readonly actor: string;
  readonly reason: string;
}

const newest = async (): Promise<Revision> =>
  ((await mesh.api("GET", "v1/revisions?size=1")) as { items: Revision[] }).items[0]!;
const rollbacks = async (): Promise<
  readonly { readonly revision: number; readonly by: number; readonly why: string }[]
> => {
  const { status } = (await mesh.api("GET", "meshes/default/changecontrols/guard")) as {
    readonly status?: { readonly rollbacks?: readonly { revision: number; by: number; why: string }[] };
  };
  return status?.rollbacks ?? [];
};
const exists = (path: string): Promise<boolean> =>
  mesh.api("GET", path).then(
    () => true,
    () => false,
  );

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  // Proxies that start after the rule report their loads.
  await mesh.apply(control);
  backend = await httpProgram("backend");
  await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port, labels: { app: "backend" } });
  shop = await httpProgram("shop");
  await mesh.proxy({ name: "shop-1", service: "shop", program: shop.port, labels: { app: "shop" } });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend", "shop"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
  await until("the other path", async () => (await httpGet(`${web.outbound(1)}/`)).status === 200);
});

beforeEach(() => {
  load = startLoad(async () => {
    const { status } = await httpGet(`${web.outbound()}/`);
    answers.set(status, (answers.get(status) ?? 0) + 1);
  });
});
afterEach(async () => {
  await load.stop();
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
  await shop?.close();
});

const count = (status: number): number => answers.get(status) ?? 0;
/** Answers with anything but 200. */
const failures = (): number => [...answers].reduce((sum, [status, number]) => sum + (status === 200 ? 0 : number), 0);

test("an Envoy tells its relay of its loads, and a change under which nothing fails stays", async () => {
  const { configs } = await web.configDump();
  expect(JSON.stringify(configs)).toContain('"load_stats_config"');
  await mesh.apply(faults(0));
  const { revision } = await newest();
  const before = count(200);
  await until("many requests under it", async () => count(200) > before + 300);
  expect((await newest()).revision).toBe(revision);
  expect(failures()).toBe(0);
});

test("errors of a service that the change did not touch are not its doing", async () => {
  await mesh.apply({
    type: "MeshTimeout",
    mesh: "default",
    name: "backend-alone",
    spec: { to: [{ targetRef: { kind: "MeshService", name: "backend" }, default: { connectionTimeout: "4s" } }] },
  });
  const { revision } = await newest();
  let failed = 0;
  const storm = startLoad(
    async () => {
      if ((await httpGet(`${web.outbound(1)}/?status=500`)).status === 500) failed++;
    },
    1,
    100,
  );
  // So many take 16 s and more: Envoys report every 5 s, and the relay tells of it every 5 s.
  await until("many failures", () => failed > 160);
  await storm.stop();
  expect((await newest()).revision).toBe(revision);
  expect(await rollbacks()).toEqual([]);
});

test("a change that makes requests fail is taken back within its window, and they succeed again", async () => {
  await mesh.apply(faults(50));
  const { revision } = await newest();
  await until("the revision to be taken back", async () => (await newest()).revision > revision);
  const undone = await newest();
  console.log(`revision ${undone.revision} by ${undone.actor}: ${undone.reason}`);
  expect(undone.actor).toBe("control-plane:rollback");
  expect(undone.reason).toMatch(
    /^taken back by ChangeControl guard of mesh default: \d+ of \d+ requests to backend.* failed since \(\d.* %, and 0 % before\); it may rise by 20/,
  );
  expect((await rollbacks())[0]).toMatchObject({ revision, by: undone.revision });
  const left = (await mesh.api("GET", "meshes/default/meshfaultinjections/faults")) as { spec: { rules: unknown } };
  expect(left.spec).toEqual(faults(0).spec);
  await until("its proxies to have it", async () => {
    const delivery = await mesh.api("GET", `v1/revisions/${undone.revision}/delivery`);
    return (delivery as RevisionDeliveryBody).state === "delivered";
  });
  expect(count(500)).toBeGreaterThan(0);
  // What was under way when the last Envoy had it may come before them.
  let [failed, before] = [failures(), count(200)];
  await until("300 good answers in a row", () => {
    if (failures() !== failed) [failed, before] = [failures(), count(200)];
    return count(200) > before + 300;
  });
  expect((await newest()).revision, "what the control plane made is not judged").toBe(undone.revision);
});

test("a change that an Envoy refuses is taken back at once, without a failed request", async () => {
  const failed = failures();
  const value =
    "name: envoy.filters.http.lua\ntypedConfig:\n  '@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua\n";
  await mesh.apply({
    type: "MeshProxyPatch",
    mesh: "default",
    name: "odd",
    spec: {
      targetRef: { kind: "Dataplane", labels: { app: "backend" } },
      default: { appendModifications: [{ httpFilter: { operation: "AddLast", match: { origin: "inbound" }, value } }] },
    },
  });
  const path = "meshes/default/meshproxypatches/odd";
  await until("the patch to be gone", async () => !(await exists(path)));
  const { reason } = await newest();
  expect(reason).toMatch(/: proxy default\.backend-1 refuses it, and 0 may; .*terminal/s);
  expect(failures()).toBe(failed);
  expect([...answers.keys()].sort()).toEqual([200, 500]);
});
