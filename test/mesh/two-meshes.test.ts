// Two meshes with the same service names: each its own CA, each its own traffic, and no certificate of one is good in the other.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { leafOf } from "#test/leaf.ts";
import { allowAll, type Sidecar, startMesh, strictMesh, type TestMesh } from "#test/mesh.ts";
import { counterSum, endpointsOf, tlsRequest } from "#test/stats.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

const MESHES = ["default", "other"] as const;

let world: TestMesh;
const programs: Record<string, Program> = {};
const servers: Record<string, Sidecar> = {};
const clients: Record<string, Sidecar> = {};

beforeAll(async () => {
  world = await startMesh();
  await world.apply(strictMesh("other"), allowAll("default"), allowAll("other"));
  for (const mesh of MESHES) {
    const program = await httpProgram(`backend of ${mesh}`);
    programs[mesh] = program;
    servers[mesh] = await world.proxy({ mesh, name: "backend-1", service: "backend", program: program.port });
    clients[mesh] = await world.proxy({ mesh, name: "web-1", service: "web", calls: ["backend"] });
  }
});

afterAll(async () => {
  await world?.close();
  for (const program of Object.values(programs)) await program.close();
});

test.each(MESHES)("a client of %s reaches its own mesh's backend, and only that", async (mesh) => {
  const client = clients[mesh]!;
  await until("the path to be open", async () => (await httpGet(`${client.outbound()}/`)).status === 200);
  for (let i = 0; i < 10; i++) expect((await httpGet(`${client.outbound()}/`)).body).toBe(`backend of ${mesh} /`);
  expect(await endpointsOf(client, "backend")).toEqual([servers[mesh]!.inbound]);
});

test.each([
  ["default", "other"],
  ["other", "default"],
])("a certificate of %s is good at home and refused in %s", async (home, abroad) => {
  const identity = await leafOf(world, home, `visitor-${home}`, "web");
  const at = (mesh: string): [string, number] => [servers[mesh]!.address, 8080];
  expect((await tlsRequest(...at(home), identity)).refused).toBe(null);
  const failures = /^listener\..*\.ssl\.fail_verify_error$/;
  const [count, refusedBefore] = [programs[abroad]!.count(), await counterSum(servers[abroad]!, failures)];
  expect((await tlsRequest(...at(abroad), identity)).refused).not.toBe(null);
  expect(programs[abroad]!.count()).toBe(count);
  await until("Envoy to count it", async () => (await counterSum(servers[abroad]!, failures)) > refusedBefore);
});
