// Virtual addresses in the batch that makes a name exist: which names, how long, and where they are shown.
import { expect, test } from "vitest";
import { generatedServices } from "#control/derive/generated-services.ts";
import { virtualAddresses } from "#control/derive/virtual-addresses.ts";
import type { TenantState } from "#control/state.ts";
import { viewOf } from "#control/view/view.ts";
import type { Resource } from "#model/resource.ts";
import { REST_MS } from "#model/virtual/allot.ts";
import { commitTo, keyOf, putOf, rederive, remove, resource, stateOf, step } from "#test/deriving.ts";

const DERIVERS = [generatedServices, virtualAddresses];
const zone = (name: string) => resource(keyOf("Zone", name, ""));
const mesh = (mode?: string) => resource(keyOf("Mesh", "m", ""), mode === undefined ? {} : { meshServices: { mode } });
const dataplane = (name: string, service: string, tags: object = {}): Resource =>
  resource(
    keyOf("Dataplane", name),
    {
      networking: { address: "10.0.0.1", inbound: [{ port: 8080, tags: { "kuma.io/service": service, ...tags } }] },
    },
    { "kuma.io/zone": "east" },
  );
const join = (state: TenantState, one: Resource, now = 0) => commitTo(state, step([putOf(one)]), now, DERIVERS);
const leave = (state: TenantState, name: string, now: number) =>
  commitTo(state, step([remove(keyOf("Dataplane", name))]), now, DERIVERS);
const shown = (state: TenantState): readonly string[] => {
  const own = state.meshes.get("m");
  if (own === undefined) throw new Error("no mesh");
  const trust = { bundle: [], authorities: new Map(), clients: new Map() } as unknown as Parameters<typeof viewOf>[1];
  return (viewOf(own, trust, [], []).addresses ?? []).map(({ name, address, also = [] }) =>
    [name, address, ...also].join(" "),
  );
};

test("a service has one with its first instance, and none comes with the second", async () => {
  const state = await stateOf(mesh(), zone("east"));
  const first = join(state, dataplane("b-1", "backend"));
  expect(first.addresses).toEqual([
    { mesh: "m", name: "service/backend", address: "240.0.0.0", givenAt: 0, goneAt: null },
    { mesh: "m", name: "zone/east", address: "0", givenAt: 0, goneAt: null },
  ]);
  expect(join(state, dataplane("b-2", "backend")).addresses).toBeUndefined();
  expect(shown(state)).toEqual(["service/backend 240.0.0.0", "zone/east 0"]);
  expect(leave(state, "b-1", 1).addresses ?? []).toEqual([]);
});

test("it rests with the last instance, and is the service's own again when it comes back", async () => {
  const state = await stateOf(mesh());
  join(state, dataplane("b-1", "backend"));
  leave(state, "b-1", 1);
  expect(shown(state)).toEqual([]);
  join(state, dataplane("a-1", "api"), 2);
  join(state, dataplane("b-1", "backend"), 3);
  expect(shown(state)).toEqual(["service/api 240.0.0.1", "service/backend 240.0.0.0"]);
  leave(state, "b-1", 4);
  join(state, dataplane("c-1", "cart"), 4 + REST_MS);
  expect(shown(state)).toEqual(["service/api 240.0.0.1", "service/cart 240.0.0.0"]);
});

test("MeshServices made in the same batch have theirs, and show it; in a mesh of them alone services have none", async () => {
  const state = await stateOf(mesh("Exclusive"), zone("east"));
  const { statuses, derived } = join(state, dataplane("b-1", "backend"));
  const name = derived?.[0]?.key.name ?? "";
  expect(statuses).toEqual([{ key: keyOf("MeshService", name), patch: { vips: [{ ip: "241.0.0.0" }] } }]);
  expect(shown(state)).toEqual([`MeshService/${name} 241.0.0.0`, "zone/east 0"]);
  expect(rederive(state, 1, DERIVERS)).toBeNull();
});

test("external services, services of many zones and names that users made have theirs", async () => {
  const external = resource(keyOf("MeshExternalService", "db"), { match: { type: "HostnameGenerator", port: 5432 } });
  const multi = resource(keyOf("MeshMultiZoneService", "all"), {
    selector: { meshService: {} },
    ports: [{ port: 80 }],
  });
  const outside = resource(keyOf("ExternalService", "out"), {
    networking: { address: "httpbin.example.org:443" },
    tags: { "kuma.io/service": "httpbin" },
  });
  const outbound = resource(keyOf("VirtualOutbound", "versions"), {
    selectors: [{ match: { "kuma.io/service": "*", version: "*" } }],
    conf: {
      host: "{{.v}}.{{.svc}}.mesh",
      port: "81",
      parameters: [
        { name: "svc", tagKey: "kuma.io/service" },
        { name: "v", tagKey: "version" },
      ],
    },
  });
  const state = await stateOf(mesh());
  const change = step([external, multi, outside, outbound, dataplane("b-1", "backend", { version: "v1" })].map(putOf));
  const { statuses = [] } = commitTo(state, change, 0, DERIVERS);
  expect(shown(state)).toEqual([
    "MeshExternalService/db 242.0.0.0",
    "MeshMultiZoneService/all 243.0.0.0",
    "host/httpbin.example.org 240.0.0.0",
    "host/v1.backend.mesh 240.0.0.1",
    "service/backend 240.0.0.2",
    "service/httpbin 240.0.0.3",
  ]);
  expect(statuses.map(({ patch }) => patch)).toEqual([{ vips: [{ ip: "243.0.0.0" }] }, { vip: { ip: "242.0.0.0" } }]);
});

test("what a zone gave while it was cut off is taken over; of two zones both stay valid", async () => {
  const state = await stateOf(mesh(), zone("east"), zone("west"));
  join(state, dataplane("a-1", "api"));
  const claim = (address: string) => ({ mesh: "m", name: "service/new", address });
  const joined = step([putOf(dataplane("n-1", "new"))], { claims: [claim("240.8.0.0")] });
  commitTo(state, joined, 1, DERIVERS);
  expect(shown(state)).toContain("service/new 240.8.0.0");
  commitTo(state, step([], { claims: [claim("240.8.4.0")] }), 2, DERIVERS);
  expect(shown(state)).toContain("service/new 240.8.0.0 240.8.4.0");
  expect(commitTo(state, step([], { claims: [claim("240.8.4.0")] }), 3, DERIVERS).addresses).toBeUndefined();
});
