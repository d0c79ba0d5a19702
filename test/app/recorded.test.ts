// What a stock kuma-cp 2.14 answered about one dataplane, and what Weft answers about the same.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kindOfType } from "#model/kinds.ts";
import { type Running, startControlPlane } from "./control-plane.ts";
import { createOrganisation, type Organisation } from "./subject.ts";

let running: Running;
let organisation: Organisation;

const TAGS = { "kuma.io/service": "backend", "kuma.io/protocol": "http", version: "v1" };

beforeAll(async () => {
  running = await startControlPlane();
  organisation = await createOrganisation(running);
  await put("/zones/default", { type: "Zone", name: "default" });
  await put("/meshes/default", { type: "Mesh", name: "default" });
  const inbound = [{ port: 8080, servicePort: 18080, tags: TAGS }];
  const networking = { address: "10.0.0.2", inbound };
  await put("/meshes/default/dataplanes/backend-1", {
    type: "Dataplane",
    mesh: "default",
    name: "backend-1",
    networking,
  });
  const retry = { numRetries: 5, perTryTimeout: "16s", backOff: { baseInterval: "25ms", maxInterval: "250ms" } };
  await forMesh("MeshRetry", "mesh-retry-all-default", { tcp: { maxConnectAttempt: 5 }, http: retry, grpc: retry });
  await forMesh("MeshCircuitBreaker", "mesh-circuit-breaker-all-default", {
    connectionLimits: { maxConnections: 1024, maxPendingRequests: 1024, maxRetries: 3, maxRequests: 1024 },
  });
});

/** Kuma's default policy, as the recorded control plane had it. */
function forMesh(type: string, name: string, conf: object): Promise<void> {
  const to = [{ targetRef: { kind: "Mesh" }, default: conf }];
  const spec = { targetRef: { kind: "Mesh" }, to };
  return put(`/meshes/default/${kindOfType(type)?.path}/${name}`, { type, mesh: "default", name, spec });
}

afterAll(() => running?.close());

async function put(path: string, body: object): Promise<void> {
  const answer = await organisation.call("PUT", path, body);
  if (answer.status !== 201 && answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
}

async function get(path: string): Promise<unknown> {
  return (await organisation.call("GET", `/meshes/default${path}`)).json;
}

const permission = {
  type: "MeshTrafficPermission",
  mesh: "default",
  name: "mtp-1",
  spec: {
    targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "backend" } },
    from: [
      { targetRef: { kind: "Mesh" }, default: { action: "Deny" } },
      { targetRef: { kind: "MeshService", name: "web" }, default: { action: "Allow" } },
      { targetRef: { kind: "MeshSubset", tags: { env: "dev" } }, default: { action: "AllowWithShadowDeny" } },
    ],
  },
};

/**
 * The differences that are meant: Weft is a global control plane, so its policies are of no zone, and a list says that no
 * page follows; times are those of the writing.
 */
function alike(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) => {
    if (key === "kri") return String(member).replace(/^(kri_(?!dp_)[^_]+_[^_]*)_[^_]*_/, "$1__");
    if (key === "creationTime" || key === "modificationTime") return "";
    if (key !== "labels") return member;
    const { "kuma.io/zone": zone, "kuma.io/origin": origin, ...labels } = member as Record<string, string>;
    return "kuma.io/proxy-type" in labels ? { ...labels, zone, origin } : labels;
  });
}

function recorded(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`kuma/${name}.json`, import.meta.url), "utf8"));
}

test("policies of a dataplane, as kumactl asks for them", async () => {
  expect(alike(await get("/dataplanes/backend-1/policies"))).toEqual(alike(recorded("policies")));
});

test("rules of a dataplane, and the dataplanes of a policy", async () => {
  await put("/meshes/default/meshtrafficpermissions/mtp-1", permission);
  expect(alike(await get("/dataplanes/backend-1/_rules"))).toEqual(alike(recorded("rules")));
  expect(await get("/dataplanes/backend-1/rules"), "in the older form").toEqual(recorded("older-rules"));
  const { next, ...page } = (await get("/meshtrafficpermissions/mtp-1/_resources/dataplanes")) as { next: unknown };
  expect(alike(page)).toEqual(alike(recorded("selected")));
  expect(next).toBeNull();
});
