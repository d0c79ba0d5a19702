// What weft reach says of every client, service and request is what happens to the request on real Envoys, whatever the permissions are.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { httpCall, httpGet, httpProgram, type Program } from "#test/workload.ts";

const SERVICES = ["orders", "stock"] as const;
const CLIENTS = ["web", "batch"] as const;
const REQUESTS = [
  { method: "GET", path: "/open" },
  { method: "GET", path: "/open/more" },
  { method: "DELETE", path: "/open" },
  { method: "GET", path: "/admin" },
] as const;

let mesh: TestMesh;
const programs = new Map<string, Program>();
const clients = new Map<string, Sidecar>();

const permission = (name: string, targetRef: object, spec: object): Resource => ({
  type: "MeshTrafficPermission",
  mesh: "default",
  name,
  spec: { targetRef, ...spec },
});
const id = (service: string, type = "Exact"): object => ({ spiffeID: { type, value: `spiffe://default/${service}` } });
const ORDERS = { kind: "Dataplane", labels: { app: "orders" } };
const ALL = { kind: "Mesh" };

/** Each with what stands besides; names that are not among them are gone. */
const STATES: readonly (readonly Resource[])[] = [
  [],
  [permission("one", ORDERS, { rules: [{ default: { allow: [id("web")] } }] })],
  [
    permission("one", ALL, {
      rules: [
        { default: { allow: [{ spiffeID: { type: "Prefix", value: "spiffe://default" } }], deny: [id("batch")] } },
      ],
    }),
  ],
  [
    permission("one", ALL, { rules: [{ default: { allow: [{}] } }] }),
    permission("two", ORDERS, { rules: [{ default: { deny: [{ ...id("web"), methods: ["DELETE"] }] } }] }),
  ],
  [
    permission("one", ORDERS, {
      rules: [{ default: { allow: [{ ...id("web"), path: { type: "PathPrefix", value: "/open" } }, id("batch")] } }],
    }),
    permission("two", ALL, {
      rules: [{ default: { allowWithShadowDeny: [{ ...id("b", "Prefix"), methods: ["GET"] }] } }],
    }),
  ],
  [
    permission("one", ALL, {
      from: [
        { targetRef: { kind: "Mesh" }, default: { action: "Allow" } },
        { targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "batch" } }, default: { action: "Deny" } },
      ],
    }),
  ],
  [permission("one", ALL, { rules: [{ default: { allow: [{ path: { type: "Exact", value: "/open" } }] } }] })],
];
const NAMES = ["one", "two"];

/** By client, service and request: what reach says, and what happens. */
type Table = Readonly<Record<string, string>>;

async function predicted(): Promise<Table> {
  const found: Record<string, string> = {};
  for (const from of CLIENTS)
    for (const to of SERVICES)
      for (const { method, path } of REQUESTS) {
        const query = new URLSearchParams({ from, to, method, path });
        const { verdict } = (await mesh.api("GET", `v1/reach?${query}`)) as { verdict: { outcome: string } };
        found[`${from} ${to} ${method} ${path}`] = verdict.outcome;
      }
  return found;
}

async function happening(): Promise<Table> {
  const found: Record<string, string> = {};
  for (const from of CLIENTS)
    for (const [at, to] of SERVICES.entries())
      for (const { method, path } of REQUESTS) {
        const { status } = await httpCall(`${clients.get(from)!.outbound(at)}${path}`, { method });
        found[`${from} ${to} ${method} ${path}`] =
          status === 200 ? "allowed" : status === 403 ? "denied" : String(status);
      }
  return found;
}

beforeAll(async () => {
  mesh = await startMesh();
  for (const name of SERVICES) {
    const program = await httpProgram(name);
    programs.set(name, program);
    await mesh.proxy({ name: `${name}-1`, service: name, program: program.port, labels: { app: name } });
  }
  for (const name of CLIENTS)
    clients.set(name, await mesh.proxy({ name: `${name}-1`, service: name, calls: SERVICES }));
  for (const client of clients.values())
    for (const at of SERVICES.keys())
      await until("its Envoy to answer", async () => (await httpGet(`${client.outbound(at)}/`)).status === 403);
});

afterAll(async () => {
  await mesh?.close();
  for (const program of programs.values()) await program.close();
});

test("every verdict is what the Envoys do, and only what is allowed reaches the programs", async () => {
  const outcomes = new Set<string>();
  for (const state of STATES) {
    const { items } = (await mesh.api("GET", "meshes/default/meshtrafficpermissions")) as { items: { name: string }[] };
    for (const { name } of items)
      if (NAMES.includes(name) && !state.some((one) => one.name === name))
        await mesh.remove(`meshes/default/meshtrafficpermissions/${name}`);
    await mesh.apply(...state);
    const told = await predicted();
    let real: Table = {};
    await until("the Envoys to do what was said", async () => {
      real = await happening();
      return JSON.stringify(real) === JSON.stringify(told);
    }).catch(() => expect(real).toEqual(told));
    const before = [...programs.values()].reduce((sum, program) => sum + program.count(), 0);
    expect(await happening()).toEqual(told);
    const allowed = Object.values(told).filter((outcome) => outcome === "allowed").length;
    expect([...programs.values()].reduce((sum, program) => sum + program.count(), 0) - before).toBe(allowed);
    for (const outcome of Object.values(told)) outcomes.add(outcome);
  }
  expect([...outcomes].sort()).toEqual(["allowed", "denied"]);
});
