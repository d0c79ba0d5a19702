// Generated MeshServices: which there are, with what ports, and when they go.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GRACE, generatedServices } from "#control/derive/generated-services.ts";
import { dueOf } from "#control/derive.ts";
import type { TenantState } from "#control/state.ts";
import { hashedName } from "#model/hashed-name.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import { commitTo, keyOf, listOf, putOf, rederive, remove, resource, stateOf, step } from "#test/deriving.ts";

const T0 = Date.parse("2026-03-04T05:06:07.000Z");
const DERIVERS = [generatedServices];
const zones = ["east", "west"].map((name) => resource(keyOf("Zone", name, "")));
const meshOf = (mode?: string): Resource =>
  resource(keyOf("Mesh", "m", ""), mode === undefined ? {} : { meshServices: { mode } });

/** `backend:8080/http` an inbound. */
function dataplane(name: string, zone: string, ...inbounds: readonly string[]): Resource {
  const inbound = inbounds.map((text) => {
    const [, service = "", port = "", protocol] = /^(.*?):(\d+)(?:\/(\w+))?$/.exec(text) ?? [];
    const tags = { "kuma.io/service": service, ...(protocol && { "kuma.io/protocol": protocol }) };
    return { port: Number(port), tags };
  });
  return resource(keyOf("Dataplane", name), { networking: { address: "10.0.0.1", inbound } }, { [LABEL.zone]: zone });
}

const join = (state: TenantState, one: Resource, now = T0) => commitTo(state, step([putOf(one)]), now, DERIVERS);
const leave = (state: TenantState, name: string, now = T0) =>
  commitTo(state, step([remove(keyOf("Dataplane", name))]), now, DERIVERS);
const services = (state: TenantState): readonly string[] =>
  listOf(state, "MeshService").map(({ labels, spec }) => {
    const ports = (spec as { ports?: readonly { port: number; appProtocol: string }[] }).ports ?? [];
    const told = ports.map(({ port, appProtocol }) => `${port}/${appProtocol}`).join(",");
    const ends = labels[LABEL.graceStartedAt] === undefined ? "" : " ends";
    return `${labels[LABEL.zone] ?? ""}/${labels[LABEL.displayName] ?? "?"} ${told}${ends}`;
  });

const conditions = (state: TenantState, type: string, name: string): unknown =>
  (listOf(state, type).find((one) => one.name === name)?.status as { conditions?: unknown } | undefined)?.conditions;

describe("in a mesh that asks for them", () => {
  test.each(["Everywhere", "ReachableBackends", "Exclusive"])("%s: one a zone and service", async (mode) => {
    const state = await stateOf(meshOf(mode), ...zones);
    const { derived } = join(state, dataplane("b-1", "east", "backend:8080/http", "admin:9000"));
    join(state, dataplane("b-2", "west", "backend:8080/http"));
    expect(services(state).toSorted()).toEqual([
      "east/admin 9000/tcp",
      "east/backend 8080/http",
      "west/backend 8080/http",
    ]);
    expect(derived?.find(({ after }) => after?.labels[LABEL.displayName] === "backend")?.after).toEqual({
      type: "MeshService",
      mesh: "m",
      name: hashedName("m", "backend", "east"),
      labels: {
        "kuma.io/display-name": "backend",
        "kuma.io/env": "universal",
        "kuma.io/managed-by": "meshservice-generator",
        "kuma.io/mesh": "m",
        "kuma.io/origin": "zone",
        "kuma.io/zone": "east",
      },
      creationTime: "",
      modificationTime: "",
      spec: {
        selector: { dataplaneTags: { "kuma.io/service": "backend" } },
        ports: [{ name: "8080", port: 8080, targetPort: 8080, appProtocol: "http" }],
      },
    });
  });

  test("a name that is no DNS label gets none, and its dataplane tells why", async () => {
    const state = await stateOf(meshOf("Everywhere"), ...zones);
    join(state, dataplane("b-1", "east", "redis_ns_svc_6379:1", "1st:2", `${"x".repeat(64)}:3`, "ok:4"));
    expect(services(state)).toEqual(["east/ok 4/tcp"]);
    expect(conditions(state, "Dataplane", "b-1")).toEqual([
      {
        type: "MeshServiceGenerated",
        status: "False",
        reason: "InvalidName",
        message: `No MeshService is generated for "1st", "redis_ns_svc_6379", "${"x".repeat(64)}": a name must be a DNS label (RFC 1035)`,
      },
    ]);
    join(state, dataplane("b-1", "east", "ok:4"));
    expect(conditions(state, "Dataplane", "b-1")).toBeUndefined();
  });

  test("dataplanes with other ports are left out of account until none has the standing ones", async () => {
    const state = await stateOf(meshOf("Everywhere"), ...zones);
    join(state, dataplane("b-1", "east", "backend:1"));
    join(state, dataplane("b-2", "east", "backend:2"), T0 + 1);
    join(state, dataplane("b-3", "east", "backend:2"), T0 + 2);
    expect(services(state)).toEqual(["east/backend 1/tcp"]);
    const name = hashedName("m", "backend", "east");
    expect(conditions(state, "MeshService", name)).toMatchObject([
      { type: "PortsIdentical", status: "False", reason: "PortConflict", message: expect.stringContaining("b-2, b-3") },
    ]);
    leave(state, "b-1", T0 + 3);
    expect(conditions(state, "MeshService", name)).toBeUndefined();
    expect(services(state)).toEqual(["east/backend 2/tcp"]);
  });

  test("without dataplanes it is stamped, and goes an hour later; coming back ends the grace", async () => {
    const state = await stateOf(meshOf("Everywhere"), ...zones);
    join(state, dataplane("b-1", "east", "backend:1"));
    expect(dueOf(state, DERIVERS)).toBeNull();
    leave(state, "b-1");
    expect(services(state)).toEqual(["east/backend 1/tcp ends"]);
    expect(dueOf(state, DERIVERS)).toBe(T0 + GRACE);
    expect(rederive(state, T0 + GRACE - 1, DERIVERS)).toBeNull();
    join(state, dataplane("b-2", "east", "backend:1"), T0 + GRACE - 1);
    expect(services(state)).toEqual(["east/backend 1/tcp"]);
    leave(state, "b-2", T0 + GRACE);
    rederive(state, T0 + 2 * GRACE - 1, DERIVERS);
    expect(services(state)).toEqual(["east/backend 1/tcp ends"]);
    rederive(state, T0 + 2 * GRACE, DERIVERS);
    expect(services(state)).toEqual([]);
  });

  test("a user's service of the name, of the zone or of none, is left alone and has no twin", async () => {
    const own = resource(keyOf("MeshService", "backend"), { ports: [{ port: 5 }] }, { [LABEL.zone]: "east" });
    const state = await stateOf(meshOf("Everywhere"), ...zones, own);
    join(state, dataplane("b-1", "east", "backend:1"));
    join(state, dataplane("b-2", "west", "backend:1"));
    expect(services(state).toSorted()).toEqual(
      ["east/? 5/", "west/backend 1/tcp"].map((text) => text.replace("5/", "5/undefined")),
    );
    commitTo(state, step([putOf({ ...own, labels: {} })]), T0, DERIVERS);
    expect(services(state)).toEqual(["/? 5/undefined"]);
    commitTo(state, step([remove(keyOf("MeshService", "backend"))]), T0, DERIVERS);
    expect(services(state).toSorted()).toEqual(["east/backend 1/tcp", "west/backend 1/tcp"]);
  });

  test("one that a user deletes while it has dataplanes comes again", async () => {
    const state = await stateOf(meshOf("Everywhere"), ...zones);
    join(state, dataplane("b-1", "east", "backend:1"));
    commitTo(state, step([remove(keyOf("MeshService", hashedName("m", "backend", "east")))]), T0, DERIVERS);
    expect(services(state)).toEqual(["east/backend 1/tcp"]);
  });

  test("they go with their zone, and all at once when the mesh asks for none any more", async () => {
    const state = await stateOf(meshOf("Everywhere"), ...zones);
    join(state, dataplane("b-1", "east", "backend:1"));
    join(state, dataplane("b-2", "west", "backend:1"));
    const gone = [remove(keyOf("Zone", "west", "")), remove(keyOf("Dataplane", "b-2"))];
    commitTo(state, step(gone), T0, DERIVERS);
    expect(services(state)).toEqual(["east/backend 1/tcp"]);
    commitTo(state, step([putOf(meshOf("Disabled"))]), T0, DERIVERS);
    expect(services(state)).toEqual([]);
  });
});

test("a mesh that says nothing gets none", async () => {
  const state = await stateOf(meshOf(), ...zones);
  join(state, dataplane("b-1", "east", "backend:1"));
  expect(services(state)).toEqual([]);
});

describe("whatever joins and leaves", () => {
  const event = fc.record({
    name: fc.constantFrom("a", "b", "c", "d"),
    zone: fc.constantFrom("east", "west"),
    services: fc.uniqueArray(fc.constantFrom("backend:1", "web:2/http", "bad_name:3", "api:4/grpc"), { maxLength: 3 }),
    gone: fc.boolean(),
  });

  test("each commit leaves nothing to derive, and what stands is what its dataplanes ask for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
        const state = await stateOf(meshOf("Everywhere"), ...zones);
        events.forEach(({ name, zone, services: offered, gone }, index) => {
          if (gone) leave(state, name, T0 + index);
          else join(state, dataplane(name, zone, ...offered), T0 + index);
          expect(rederive(state, T0 + index, DERIVERS)).toBeNull();
        });
        const wanted = listOf(state, "Dataplane").flatMap(({ labels, spec }) => {
          const { inbound } = (spec as { networking: { inbound: readonly { tags: Record<string, string> }[] } })
            .networking;
          return inbound.map(({ tags }) => `${labels[LABEL.zone]}/${tags["kuma.io/service"]}`);
        });
        const kept = new Set(wanted.filter((text) => !text.endsWith("bad_name")));
        const lasting = services(state).filter((text) => !text.endsWith(" ends"));
        expect(lasting.map((text) => text.split(" ")[0]).toSorted()).toEqual([...kept].toSorted());
      }),
      { numRuns: 60 },
    );
  });

  test("the order of joins does not matter, nor whether they come at once", async () => {
    const names = fc.shuffledSubarray(["a", "b", "c", "d", "e", "f"]);
    const zoneOf = (name: string): string => (name < "d" ? "east" : "west");
    const made = (name: string) => dataplane(name, zoneOf(name), name < "b" ? "web:2/http" : "backend:1", "api:4/grpc");
    await fc.assert(
      fc.asyncProperty(names, async (order) => {
        const one = await stateOf(meshOf("Everywhere"), ...zones);
        for (const name of order) join(one, made(name));
        const other = await stateOf(meshOf("Everywhere"), ...zones);
        commitTo(other, step(order.toSorted().map((name) => putOf(made(name)))), T0, DERIVERS);
        expect(services(one)).toEqual(services(other));
      }),
      { numRuns: 60 },
    );
  });
});
