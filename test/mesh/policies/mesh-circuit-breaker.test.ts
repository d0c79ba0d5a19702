// MeshCircuitBreaker on live traffic: an instance that fails is left out and returns, and what is over a limit is refused.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { type Moody, moodyHttp } from "#test/moody.ts";
import { counterSum, valuesOf } from "#test/stats.ts";
import { httpGet } from "#test/workload.ts";

let mesh: TestMesh;
let web: Sidecar;
let server: Sidecar;
let good: Moody;
let bad: Moody;

const MESH = { kind: "Mesh" };
const policy = (spec: object): Resource => ({ type: "MeshCircuitBreaker", mesh: "default", name: "backend", spec });
const to = (conf: object): Resource =>
  policy({ targetRef: MESH, to: [{ targetRef: { kind: "MeshService", name: "backend" }, default: conf }] });

/** How many of these requests, one after another, come back with each status. */
async function statuses(count: number, path = "/"): Promise<Record<number, number>> {
  const found: Record<number, number> = {};
  for (let at = 0; at < count; at++) {
    const { status } = await httpGet(`${web.outbound()}${path}`);
    found[status] = (found[status] ?? 0) + 1;
  }
  return found;
}

/** The same of requests at one time. */
async function together(count: number): Promise<readonly number[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => httpGet(`${web.outbound()}/slow?ms=700`)));
  return answers.map(({ status }) => status).sort();
}

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  await mesh.remove("meshes/default/meshretries/mesh-retry-all-default");
  [good, bad] = await Promise.all([moodyHttp("good"), moodyHttp("bad")]);
  server = await mesh.proxy({ name: "backend-1", service: "backend", program: good.port });
  await mesh.proxy({ name: "backend-2", service: "backend", program: bad.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("both instances", async () => {
    await statuses(4);
    return good.count() > 0 && bad.count() > 0;
  });
  await until(
    "no retries",
    async () => valuesOf(valuesOf(await web.configDump(), "virtual_hosts"), "retry_policy").length === 0,
  );
});

afterAll(async () => {
  await mesh?.close();
  await Promise.all([good?.close(), bad?.close()]);
});

test("an instance that fails three times in a row is ejected, and returns when it is well", async () => {
  bad.fail(1_000_000);
  expect((await statuses(20))[503]).toBeGreaterThan(3);
  await mesh.apply(
    to({
      outlierDetection: {
        interval: "1s",
        baseEjectionTime: "2s",
        maxEjectionPercent: 50,
        healthyPanicThreshold: 0,
        detectors: { totalFailures: { consecutive: 3 } },
      },
    }),
  );
  await until("the ejection", async () => {
    await statuses(8);
    return (await counterSum(web, /^cluster\.backend\.outlier_detection\.ejections_active$/)) === 1;
  });
  bad.fail(0);
  good.fail(0);
  await until("requests to reach it again", async () => {
    await statuses(4);
    return bad.count() > 0;
  });
  // Where requests were slow it may have come back and failed again before it was told that it is well.
  const enforced = /^cluster\.backend\.outlier_detection\.ejections_enforced_consecutive_5xx$/;
  expect(await counterSum(web, enforced)).toBeGreaterThan(0);
  // While it was out, all went to the other.
  expect(good.count()).toBeGreaterThan(0);
  expect(await statuses(10)).toEqual({ 200: 10 });
});

test("requests over a client's limits are refused, and are not when the limits are gone", async () => {
  expect(await together(6)).toEqual([200, 200, 200, 200, 200, 200]);
  await mesh.apply(to({ connectionLimits: { maxConnections: 1, maxPendingRequests: 1, maxRequests: 1 } }));
  await until("an overflow", async () => (await together(6)).includes(503));
  expect(await counterSum(web, /^cluster\.backend\.upstream_rq_pending_overflow$/)).toBeGreaterThan(0);
  expect(await statuses(5)).toEqual({ 200: 5 });
  await mesh.remove("meshes/default/meshcircuitbreakers/backend");
  await until("no overflow", async () => !(await together(6)).includes(503));
});

test("a limit of the service's own side holds for all its clients", async () => {
  const refused = async (): Promise<number> =>
    counterSum(server, /^cluster\.localhost_\d+\.upstream_rq_pending_overflow$/);
  expect(await refused()).toBe(0);
  await mesh.apply(
    policy({
      targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "backend" } },
      rules: [{ default: { connectionLimits: { maxConnections: 1, maxPendingRequests: 1, maxRequests: 1 } } }],
    }),
  );
  await until("an overflow", async () => (await together(8)).includes(503) && (await refused()) > 0);
  expect(await statuses(5)).toEqual({ 200: 5 });
});
