// Faults on live traffic: so many requests are aborted as the percentage says, some clients alone, delayed and slowed down.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { counterSum } from "#test/stats.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let server: Sidecar;
let web: Sidecar;
let stranger: Sidecar;

const WEB = { spiffeID: { type: "Exact", value: "spiffe://default/web" } };

const faults = (spec: object): Resource => ({
  type: "MeshFaultInjection",
  mesh: "default",
  name: "faults",
  spec: { targetRef: { kind: "Dataplane", labels: { "kuma.io/display-name": "backend-1" } }, ...spec },
});
const statusFor = async (proxy: Sidecar): Promise<number> => (await httpGet(`${proxy.outbound()}/`)).status;

/** Statuses of so many requests, ten at a time. */
async function statuses(proxy: Sidecar, count: number): Promise<readonly number[]> {
  const found: number[] = [];
  while (found.length < count) found.push(...(await Promise.all(Array.from({ length: 10 }, () => statusFor(proxy)))));
  return found;
}

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  backend = await httpProgram("backend");
  server = await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port });
  web = await mesh.proxy({ name: "web-1", service: "web", tags: { env: "dev" }, calls: ["backend"] });
  stranger = await mesh.proxy({ name: "stranger-1", service: "stranger", calls: ["backend"] });
  for (const proxy of [web, stranger]) await until("the path to be open", async () => (await statusFor(proxy)) === 200);
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
});

test("a percentage with decimals is aborted, within what chance allows", async () => {
  await mesh.apply(faults({ rules: [{ default: { http: [{ abort: { httpStatus: 418, percentage: "25.5" } }] } }] }));
  await until("a first abort", async () => (await statusFor(web)) === 418);
  const [count, share] = [600, 0.255];
  const aborted = (await statuses(web, count)).filter((status) => status === 418).length;
  // Five standard deviations of the binomial: once in two million runs chance alone would break it.
  const reach = 5 * Math.sqrt(count * share * (1 - share));
  expect(aborted).toBeGreaterThan(count * share - reach);
  expect(aborted).toBeLessThan(count * share + reach);
});

test("a rule for one client leaves the others alone", async () => {
  const abort = { abort: { httpStatus: 503, percentage: 100 } };
  await mesh.apply(faults({ rules: [{ matches: [WEB], default: { http: [abort] } }] }));
  await until("web to be aborted", async () => (await statusFor(web)) === 503);
  await until("the others to be spared", async () => (await statuses(stranger, 20)).every((status) => status === 200));
  expect(new Set(await statuses(web, 20))).toEqual(new Set([503]));
});

test("from tells clients apart by the tags of their certificates", async () => {
  const abort = (httpStatus: number): object => ({ http: [{ abort: { httpStatus, percentage: 100 } }] });
  await mesh.apply({
    ...faults({}),
    spec: {
      targetRef: { kind: "MeshService", name: "backend" },
      from: [
        { targetRef: { kind: "MeshSubset", tags: { env: "dev" } }, default: abort(501) },
        { targetRef: { kind: "MeshService", name: "stranger" }, default: abort(502) },
      ],
    },
  });
  await until("the dev client's own fault", async () => (await statusFor(web)) === 501);
  await until("the stranger's own fault", async () => (await statusFor(stranger)) === 502);
  expect(new Set(await statuses(web, 20))).toEqual(new Set([501]));
});

test("a delay and a narrow answer come on top of each other, for whom they are meant", async () => {
  await mesh.apply(
    faults({
      rules: [
        { matches: [WEB], default: { http: [{ delay: { value: "700ms", percentage: 100 } }] } },
        { default: { http: [{ responseBandwidth: { limit: "10 kbps", percentage: 100 } }] } },
      ],
    }),
  );
  const impatient = async (proxy: Sidecar): Promise<number | "cut"> =>
    httpGet(`${proxy.outbound()}/`, 400).then(
      ({ status }) => status,
      () => "cut",
    );
  await until("web to wait longer than it has patience", async () => (await impatient(web)) === "cut");
  await until("the answer to come in the end", async () => (await statusFor(web)) === 200);
  await until("a stranger to be served at once", async () => (await impatient(stranger)) === 200);
  expect(await counterSum(server, /\.fault\.delays_injected$/)).toBeGreaterThan(0);
  expect(await counterSum(server, /\.fault\.response_rl_injected$/)).toBeGreaterThan(0);
});
