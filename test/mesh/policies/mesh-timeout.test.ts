// A timeout changes under load: no request fails by the change.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { valuesOf } from "#test/stats.ts";
import { httpGet, httpProgram, type Program, startLoad } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let web: Sidecar;

const timeout = (connectionTimeout: string, requestTimeout: string): Resource => ({
  type: "MeshTimeout",
  mesh: "default",
  // Smaller than the default policy's name, so it wins the tie.
  name: "backend-timeout",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout, http: { requestTimeout } } }],
  },
});

/** The clusters named `backend` that Envoy has active. */
async function connectTimeouts(): Promise<unknown[]> {
  const dump = await web.configDump();
  const clusters = valuesOf(dump, "cluster").filter((cluster) => (cluster as { name?: string }).name === "backend");
  return clusters.flatMap((cluster) => valuesOf(cluster, "connect_timeout"));
}

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll(), timeout("5s", "15s"));
  backend = await httpProgram("backend");
  await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
});

test("a cluster's timeout changes under load without a failed request", async () => {
  const load = startLoad(async () => {
    const { status, body } = await httpGet(`${web.outbound()}/load`);
    if (status !== 200) throw new Error(`${status} ${body}`);
  });
  await until("the load to run", () => load.good() > 50);
  for (const [connect, wanted] of [
    ["3s", "3s"],
    ["1500ms", "1.500s"],
    ["4s", "4s"],
  ] as const) {
    await mesh.apply(timeout(connect, "15s"));
    await until(`connect_timeout ${wanted}`, async () => (await connectTimeouts()).every((value) => value === wanted));
    const reached = load.good();
    await until("requests over the changed cluster", () => load.good() > reached + 50);
  }
  const result = await load.stop();
  expect(result.firstFailures).toEqual([]);
  expect(result.bad).toBe(0);
  expect(result.good).toBeGreaterThan(200);
});

test("a request timeout cuts a slow request and spares a fast one", async () => {
  await mesh.apply(timeout("5s", "4s"));
  await until("the timeout to hold", async () => (await httpGet(`${web.outbound()}/slow?ms=6000`)).status === 504);
  expect((await httpGet(`${web.outbound()}/fast`)).status).toBe(200);
  await mesh.apply(timeout("5s", "15s"));
  await until("the timeout to be gone", async () => (await httpGet(`${web.outbound()}/slow?ms=4500`)).status === 200);
});
