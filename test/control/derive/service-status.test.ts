// Statuses of services: their dataplanes, their state and mTLS, what multi-zone services gather, and host names.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TenantState } from "#control/state.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import { toWire } from "#model/wire.ts";
import type { Registration } from "#store/face/registration.ts";
import { commitTo, keyOf, listOf, putOf, rederive, remove, resource, stateOf, step } from "#test/deriving.ts";

const T0 = Date.parse("2026-03-04T05:06:07.000Z");
const MTLS = { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin" }] };
const mesh = (spec: object = {}): Resource => resource(keyOf("Mesh", "m", ""), spec);
const zones = ["east", "west"].map((name) => resource(keyOf("Zone", name, "")));

function dataplane(
  name: string,
  service: string,
  states: readonly (string | undefined)[] = [undefined],
  zone = "east",
) {
  const inbound = states.map((state, index) => ({
    port: 80 + index,
    tags: { "kuma.io/service": service },
    ...(state && { state }),
  }));
  return resource(keyOf("Dataplane", name), { networking: { address: "10.0.0.1", inbound } }, { [LABEL.zone]: zone });
}

const backend = resource(keyOf("MeshService", "backend"), {
  selector: { dataplaneTags: { "kuma.io/service": "backend" } },
  ports: [{ port: 80 }],
});
const life = (name: string, online = true): Registration => ({
  mesh: "m",
  name,
  id: `id-${name}`,
  zone: "east",
  relay: "r",
  owner: "user",
  online,
  ready: true,
  since: "",
  tokenId: null,
});
const leaf = (name: string) => ({
  serial: name,
  mesh: "m",
  name,
  zone: "east",
  issuer: "ca",
  notAfter: "",
  tokenId: null,
});

function told(state: TenantState, name = "backend", type = "MeshService"): Record<string, unknown> {
  const found = listOf(state, type).find((one) => one.name === name);
  const { spec, status } = toWire(found as Resource) as Record<"spec" | "status", Record<string, unknown>>;
  return { state: spec?.state, identities: spec?.identities, ...status };
}

describe("a MeshService", () => {
  test("counts its dataplanes as Kuma does, and is available while one is healthy", async () => {
    const state = await stateOf(mesh(), ...zones, backend);
    rederive(state, T0);
    expect(told(state)).toMatchObject({
      state: "Unavailable",
      dataplaneProxies: { connected: 0, healthy: 0, total: 0 },
    });
    commitTo(state, step([putOf(dataplane("b-1", "backend"))], { registrations: [{ set: life("b-1") }] }), T0);
    commitTo(state, step([putOf(dataplane("b-2", "backend", ["NotReady"]))]), T0);
    expect(told(state)).toMatchObject({
      state: "Available",
      identities: [{ type: "ServiceTag", value: "backend" }],
      dataplaneProxies: { connected: 1, healthy: 1, total: 2 },
      tls: { status: "NotReady" },
    });
    commitTo(state, step([putOf(dataplane("b-1", "backend", ["NotReady"]))]), T0);
    expect(told(state)).toMatchObject({
      state: "Unavailable",
      dataplaneProxies: { connected: 1, healthy: 0, total: 2 },
    });
    commitTo(state, step([remove(keyOf("Dataplane", "b-1"))]), T0);
    expect(told(state)).toMatchObject({ dataplaneProxies: { connected: 0, healthy: 0, total: 1 } });
  });

  test("a dataplane that serves only one of its ports is not healthy, nor is a departed one", async () => {
    const two = { ...backend, spec: { ...(backend.spec as object), ports: [{ port: 80 }, { port: 81 }] } };
    const state = await stateOf(mesh(), ...zones, two);
    commitTo(state, step([putOf(dataplane("b-1", "backend", [undefined, "NotReady"]))]), T0);
    expect(told(state)).toMatchObject({ dataplaneProxies: { healthy: 0, total: 1 } });
    commitTo(state, step([putOf(dataplane("b-1", "backend", [undefined, undefined]))]), T0);
    expect(told(state)).toMatchObject({ dataplaneProxies: { healthy: 1, total: 1 } });
    commitTo(state, step([], { registrations: [{ set: life("b-1") }, { gone: life("b-1") }] }), T0);
    expect(told(state)).toMatchObject({ dataplaneProxies: { connected: 0, healthy: 0, total: 1 } });
  });

  test("is ready for mTLS once all have certificates, and stays so while the mesh has mTLS", async () => {
    const state = await stateOf(mesh({ mtls: MTLS }), ...zones, backend);
    const join = (name: string, ...names: readonly string[]) =>
      commitTo(state, step([putOf(dataplane(name, "backend"))], { certificates: names.map(leaf) }), T0);
    join("b-1");
    expect(told(state).tls).toEqual({ status: "NotReady" });
    join("b-2", "b-2");
    expect(told(state).tls).toEqual({ status: "NotReady" });
    commitTo(state, step([], { certificates: [leaf("b-1")] }), T0);
    expect(told(state).tls).toEqual({ status: "Ready" });
    join("b-3");
    expect(told(state).tls).toEqual({ status: "Ready" });
    commitTo(state, step([putOf(mesh())]), T0);
    expect(told(state).tls).toEqual({ status: "NotReady" });
  });

  test("one of a zone counts that zone's dataplanes alone", async () => {
    const own = { ...backend, labels: { [LABEL.origin]: "zone", [LABEL.zone]: "west" } };
    const state = await stateOf(mesh(), ...zones, own);
    commitTo(state, step([putOf(dataplane("b-1", "backend"))]), T0);
    expect(told(state)).toMatchObject({ state: "Unavailable", dataplaneProxies: { total: 0 } });
  });
});

test("a MeshMultiZoneService tells what it gathers, or that it gathers nothing", async () => {
  const multi = resource(keyOf("MeshMultiZoneService", "all"), {
    selector: { meshService: { matchLabels: { [LABEL.displayName]: "backend" } } },
    ports: [{ port: 80 }],
  });
  const state = await stateOf(mesh({ meshServices: { mode: "Everywhere" } }), ...zones, multi);
  rederive(state, T0);
  expect(told(state, "all", "MeshMultiZoneService").conditions).toEqual([
    {
      type: "MeshServicesMatched",
      status: "False",
      reason: "NoMatchesFound",
      message: "Selector does not match any MeshService in any zone",
    },
  ]);
  for (const zone of ["west", "east"])
    commitTo(state, step([putOf(dataplane(zone, "backend", [undefined], zone))]), T0);
  expect(told(state, "all", "MeshMultiZoneService")).toMatchObject({
    meshServices: ["east", "west"].map((zone) => ({ name: "backend", namespace: "", zone, mesh: "m" })),
    conditions: [
      { type: "MeshServicesMatched", status: "True", reason: "MatchesFound", message: "Matched 2 MeshService(s)" },
    ],
  });
});

test("host names stand in statuses from the batch that makes a service or a generator, and go with them", async () => {
  const generator = resource(
    keyOf("HostnameGenerator", "local", ""),
    { selector: { meshService: { matchLabels: {} } }, template: "{{ .DisplayName }}.svc" },
    { [LABEL.origin]: "global" },
  );
  const state = await stateOf(mesh(), ...zones, backend);
  commitTo(state, step([putOf(generator)]), T0);
  expect(told(state)).toMatchObject({
    addresses: [{ hostname: "backend.svc", origin: "HostnameGenerator", hostnameGeneratorRef: { coreName: "local" } }],
    hostnameGenerators: [
      {
        hostnameGeneratorRef: { coreName: "local" },
        conditions: [{ type: "Generated", status: "True", reason: "Generated", message: "" }],
      },
    ],
  });
  commitTo(state, step([remove(keyOf("HostnameGenerator", "local", ""))]), T0);
  expect(told(state).addresses).toBeUndefined();
  expect(told(state).hostnameGenerators).toBeUndefined();
});

test("whatever happens, nothing is left to derive", async () => {
  const name = fc.constantFrom("a", "b", "c");
  const change = fc.oneof(
    fc.record({ name, service: fc.constantFrom("backend", "web"), state: fc.constantFrom(undefined, "NotReady") }),
    fc.record({ name, gone: fc.constant(true) }),
    fc.record({ name, online: fc.boolean() }),
    fc.record({ name, certified: fc.constant(true) }),
    fc.record({ mode: fc.constantFrom("Disabled", "Everywhere"), mtls: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 10 }), async (changes) => {
      const state = await stateOf(mesh(), ...zones, backend);
      rederive(state, T0);
      for (const one of changes) {
        if ("mode" in one)
          commitTo(
            state,
            step([putOf(mesh({ meshServices: { mode: one.mode }, ...(one.mtls && { mtls: MTLS }) }))]),
            T0,
          );
        else if ("service" in one) commitTo(state, step([putOf(dataplane(one.name, one.service, [one.state]))]), T0);
        else if ("gone" in one) commitTo(state, step([remove(keyOf("Dataplane", one.name))]), T0);
        else if ("certified" in one) commitTo(state, step([], { certificates: [leaf(one.name)] }), T0);
        else if (listOf(state, "Dataplane").some((dp) => dp.name === one.name))
          commitTo(state, step([], { registrations: [{ set: life(one.name, one.online) }] }), T0);
        expect(rederive(state, T0)).toBeNull();
      }
    }),
    { numRuns: 80 },
  );
});
