// MeshLoadBalancingStrategy on live traffic: a hash pins each key to one instance, and near instances come first.
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { type Moody, moodyHttp } from "#test/moody.ts";
import { endpointsOf } from "#test/stats.ts";

const NAMES = ["a", "b", "c"] as const;
const RACKS = { a: "left", b: "right", c: "right" } as const;

let mesh: TestMesh;
let web: Sidecar;
let programs: Moody[];
const backends = new Map<string, Sidecar>();

const strategy = (conf: object): Resource => ({
  type: "MeshLoadBalancingStrategy",
  mesh: "default",
  name: "backend",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "MeshService", name: "backend" }, default: conf }],
  },
});

/** The name of the program that answers. */
function ask(user: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(`${web.outbound()}/`, { agent: false, headers: { "x-user": user } }, (incoming) => {
      let body = "";
      incoming.on("data", (chunk) => {
        body += chunk;
      });
      incoming.on("end", () => resolve(body));
    });
    call.on("error", reject);
    call.end();
  });
}

/** How many of these requests, each of another user, each program answers. */
async function share(count: number): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (let at = 0; at < count; at++) {
    const name = await ask(`user-${at}`);
    found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}

async function backend(name: (typeof NAMES)[number], at: number): Promise<void> {
  const tags = { rack: RACKS[name] };
  const proxy = await mesh.proxy({
    name: `backend-${name}`,
    service: "backend",
    program: programs[at]?.port ?? 0,
    tags,
  });
  backends.set(name, proxy);
}

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  programs = await Promise.all(NAMES.map((name) => moodyHttp(name)));
  for (const [at, name] of NAMES.entries()) await backend(name, at);
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"], tags: { rack: "left" } });
  await until("all instances", async () => Object.keys(await share(12)).length === 3);
});

afterAll(async () => {
  await mesh?.close();
  await Promise.all((programs ?? []).map((program) => program.close()));
});

test("a ring by a header pins every key to one instance, and spreads keys", async () => {
  // No multiple of three: turns of three instances would look like a ring. So many that chance leaves no instance without one.
  const users = Array.from({ length: 61 }, (_, at) => `user-${at}`);
  const homes = async (): Promise<readonly string[]> => Promise.all(users.map((user) => ask(user)));
  await mesh.apply(
    strategy({ loadBalancer: { type: "RingHash" }, hashPolicies: [{ type: "Header", header: { name: "x-user" } }] }),
  );
  await until("keys to stay", async () => {
    const [once, twice, again] = [await homes(), await homes(), await homes()];
    return users.every((_, at) => once[at] === twice[at] && once[at] === again[at]);
  });
  const pinned = await homes();
  for (let round = 0; round < 3; round++) expect(await homes()).toEqual(pinned);
  expect(new Set(pinned).size).toBe(3);
});

test("instances of the client's own rack come first, and others take over when those are gone", async () => {
  await mesh.apply(
    strategy({ localityAwareness: { localZone: { affinityTags: [{ key: "rack", weight: 100_000 }] } } }),
  );
  await until("the near instance alone", async () => (await share(10)).a === 10);
  expect(await share(30)).toEqual({ a: 30 });
  await backends.get("a")?.leave();
  await until(
    "the others",
    async () => !(await endpointsOf(web, "backend")).includes(backends.get("a")?.inbound ?? ""),
  );
  const far = await share(30);
  expect(far.a).toBeUndefined();
  expect(Object.keys(far).sort()).toEqual(["b", "c"]);
});

test("an instance that joins the rack is near at once, also while the control plane is away", async () => {
  const token = await mesh.dataplaneToken("default", "backend-a2");
  await mesh.killControlPlane();
  await mesh.proxy({
    name: "backend-a2",
    service: "backend",
    program: programs[0]?.port ?? 0,
    tags: { rack: "left" },
    token,
  });
  await until("the near instance alone", async () => (await share(10)).a === 10);
  expect(await share(30)).toEqual({ a: 30 });
});
