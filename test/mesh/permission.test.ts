// Permissions flip live traffic: nothing permitted is closed, an Allow opens, a Deny closes again, for exactly whom it names.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let web: Sidecar;
let stranger: Sidecar;

const permission = (action: "Allow" | "Deny"): Resource => ({
  type: "MeshTrafficPermission",
  mesh: "default",
  name: "web-to-backend",
  spec: {
    targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "backend" } },
    from: [{ targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "web" } }, default: { action } }],
  },
});
const statusFor = async (proxy: Sidecar): Promise<number> => (await httpGet(`${proxy.outbound()}/`)).status;

beforeAll(async () => {
  mesh = await startMesh();
  backend = await httpProgram("backend");
  await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  stranger = await mesh.proxy({ name: "stranger-1", service: "stranger", calls: ["backend"] });
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
});

test("a mesh with mTLS and no permission is closed", async () => {
  for (const one of [web, stranger])
    await until(`${one.name} to be refused`, async () => (await statusFor(one)) === 403);
  expect((await httpGet(`${web.outbound()}/`)).body).toBe("RBAC: access denied");
  expect(backend.count()).toBe(0);
});

test("Allow opens for whom it names, and for nobody else", async () => {
  await mesh.apply(permission("Allow"));
  await until("web to be let in", async () => (await statusFor(web)) === 200);
  expect(await statusFor(stranger)).toBe(403);
  expect(backend.count()).toBeGreaterThan(0);
});

test("Deny closes again", async () => {
  await mesh.apply(permission("Deny"));
  await until("web to be kept out", async () => (await statusFor(web)) === 403);
  const before = backend.count();
  expect(await statusFor(web)).toBe(403);
  expect(backend.count()).toBe(before);
});

test("deleting the last permission leaves the mesh closed", async () => {
  await mesh.apply(permission("Allow"));
  await until("web to be let in", async () => (await statusFor(web)) === 200);
  await mesh.remove("meshes/default/meshtrafficpermissions/web-to-backend");
  await until("web to be kept out", async () => (await statusFor(web)) === 403);
  expect(await statusFor(stranger)).toBe(403);
});
