// Connections on live traffic: split by weight, sent elsewhere, and closed where they lead nowhere.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { type Program, tcpEcho, tcpProgram } from "#test/workload.ts";

let mesh: TestMesh;
let first: Program;
let second: Program;
let web: Sidecar;

const subset = (version: string, weight = 1) => ({ kind: "MeshServiceSubset", name: "db", tags: { version }, weight });
const route = (...backendRefs: object[]): Resource => ({
  type: "MeshTCPRoute",
  mesh: "default",
  name: "db",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "MeshService", name: "db" }, rules: [{ default: { backendRefs } }] }],
  },
});
const exchange = (text: string): Promise<string> => {
  const { hostname, port } = new URL(web.outbound());
  return tcpEcho(hostname, Number(port), text);
};

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  [first, second] = [await tcpProgram(), await tcpProgram()];
  for (const [version, program] of [
    ["v1", first],
    ["v2", second],
  ] as const) {
    const tags = { version };
    await mesh.proxy({ name: `db-${version}`, service: "db", tags, protocol: "tcp", program: program.port });
  }
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["db"] });
  await until("the path to be open", async () => (await exchange("x")) === "x");
});

afterAll(async () => {
  await mesh?.close();
  for (const program of [first, second]) await program?.close();
});

test("one connection in five goes to the new version", async () => {
  await mesh.apply(route(subset("v2")));
  await until("all to go to v2", async () => {
    const before = first.count();
    const all = await Promise.all(Array.from({ length: 5 }, () => exchange("x")));
    return first.count() === before && all.every((one) => one === "x");
  });
  await mesh.apply(route(subset("v1", 80), subset("v2", 20)));
  await until("v1 again", async () => {
    const before = first.count();
    await exchange("x");
    return first.count() > before;
  });
  const [count, share] = [300, 0.2];
  const before = second.count();
  for (let sent = 0; sent < count; sent += 25) {
    const all = await Promise.all(Array.from({ length: 25 }, () => exchange("hello")));
    expect(all).toEqual(all.map(() => "hello"));
  }
  // Six standard deviations of the binomial: chance alone breaks it once in a hundred million runs.
  const reach = 6 * Math.sqrt(count * share * (1 - share));
  expect(second.count() - before).toBeGreaterThan(count * share - reach);
  expect(second.count() - before).toBeLessThan(count * share + reach);
});

test("a connection that leads nowhere is closed, and not sent to the service", async () => {
  await mesh.apply(route({ kind: "MeshExternalService", name: "nowhere" }));
  await until("connections to be closed", async () => (await exchange("x")) === "");
  const before = first.count() + second.count();
  for (let sent = 0; sent < 5; sent++) expect(await exchange("x")).toBe("");
  expect(first.count() + second.count()).toBe(before);
});
