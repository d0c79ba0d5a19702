// MeshHealthCheck on live traffic: an instance that says it is not well gets no requests, and gets them again when it is.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { type Moody, moodyHttp } from "#test/moody.ts";
import { counterSum } from "#test/stats.ts";
import { httpGet } from "#test/workload.ts";

let mesh: TestMesh;
let web: Sidecar;
let first: Moody;
let second: Moody;

const check = (conf: object): Resource => ({
  type: "MeshHealthCheck",
  mesh: "default",
  name: "backend",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [
      {
        targetRef: { kind: "MeshService", name: "backend" },
        // A check that waits long on a busy machine has not failed.
        default: { interval: "300ms", timeout: "60s", unhealthyThreshold: 1, healthyThreshold: 1, ...conf },
      },
    ],
  },
});

/** Answers of ten requests, by the program's name. */
async function answers(): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (let at = 0; at < 10; at++) {
    const { body } = await httpGet(`${web.outbound()}/`);
    found[body] = (found[body] ?? 0) + 1;
  }
  return found;
}

const healthy = (): Promise<number> => counterSum(web, /^cluster\.backend\.membership_healthy$/);

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  [first, second] = await Promise.all([moodyHttp("first"), moodyHttp("second")]);
  await mesh.proxy({ name: "backend-1", service: "backend", program: first.port });
  await mesh.proxy({ name: "backend-2", service: "backend", program: second.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("both instances", async () => Object.keys(await answers()).length === 2);
});

afterAll(async () => {
  await mesh?.close();
  await Promise.all([first?.close(), second?.close()]);
});

test("without the policy an instance that is not well gets its share", async () => {
  second.health(false);
  expect((await answers()).second).toBeGreaterThan(0);
});

test("with it, the other instance gets all, until this one is well again", async () => {
  await mesh.apply(check({ http: { path: "/health", expectedStatuses: [200] } }));
  await until("the check to fail", async () => (await healthy()) === 1);
  // Checks are made, and counted, before their cluster takes the old one's place.
  await until("the other to get all", async () => (await answers()).first === 10);
  expect(await answers()).toEqual({ first: 10 });
  second.health(true);
  await until("the check to pass", async () => (await healthy()) === 2);
  await until("both instances", async () => Object.keys(await answers()).length === 2);
});

test("a check over TCP asks less: a program that listens is well", async () => {
  second.health(false);
  await until("the check to fail", async () => (await healthy()) === 1);
  await mesh.apply(check({ http: { disabled: true }, tcp: {} }));
  await until("the check to pass", async () => (await healthy()) === 2);
  await until("both instances", async () => Object.keys(await answers()).length === 2);
});
