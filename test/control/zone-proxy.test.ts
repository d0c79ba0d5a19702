// Ingresses and egresses as users write them: their zone, their names, where views show them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Body, enrol, faultOf, keyOf, mesh, type Org, openPlane, type Plane, signUp, zone } from "./harness.ts";
import { readView } from "./snapshot-reader.ts";

let plane: Plane;
let org: Org;
let made = 0;

beforeAll(async () => {
  plane = await openPlane();
});
beforeEach(async () => {
  org = await signUp(plane, `zones-${++made}`);
  await org.apply([zone("east"), mesh()]);
});
afterAll(() => plane.close());

const ingress = (name: string, more: object = {}, networking: object = {}): Body => ({
  type: "ZoneIngress",
  name,
  networking: {
    address: "10.0.0.4",
    port: 10001,
    advertisedAddress: "ingress.example",
    advertisedPort: 30001,
    ...networking,
  },
  ...more,
});
const egress = (name: string, more: object = {}): Body => ({
  type: "ZoneEgress",
  name,
  networking: { address: "10.0.0.5", port: 10002 },
  ...more,
});
const stored = async (key: string) => (await org.store.get(keyOf(key)))?.resource;
const zones = async () => (await org.control.writerOf(org.tenant).view()).views[0]?.zones;
const relay = async () => {
  const [head] = await org.store.zoneHeads("east");
  return head === undefined ? enrol(org) : { tenant: org.tenant, zone: "east", relay: head.relay };
};

describe("an ingress that a user writes", () => {
  test("is of the only zone, labelled as Kuma does, and its services are the control plane's to say", async () => {
    const availableServices = [{ tags: { "kuma.io/service": "mine" }, instances: 7, mesh: "default" }];
    await org.apply([ingress("in", { availableServices })]);
    const found = await stored("ZoneIngress//in");
    expect(found?.labels).toEqual({
      "kuma.io/env": "universal",
      "kuma.io/origin": "zone",
      "kuma.io/proxy-type": "zoneingress",
      "kuma.io/zone": "east",
    });
    expect(found?.spec).toEqual({
      zone: "east",
      networking: {
        address: "10.0.0.4",
        advertisedAddress: "ingress.example",
        port: 10001,
        advertisedPort: 30001,
      },
    });
  });

  test("names its zone where there are several, by label or member, and both say the same", async () => {
    await org.apply([zone("west")]);
    const unsaid = await faultOf(org.apply([ingress("in")]));
    expect(unsaid.violations).toEqual([
      'labels["kuma.io/zone"]: must name the Zone that the proxy is in: there is not exactly one',
    ]);
    expect((await faultOf(org.apply([ingress("in", { zone: "north" })]))).violations).toEqual([
      'zone: there is no Zone "north"',
    ]);
    const labels = { "kuma.io/zone": "east" };
    expect((await faultOf(org.apply([ingress("in", { zone: "west", labels })]))).violations).toEqual([
      'zone: is "west", and the label kuma.io/zone says "east"',
    ]);
    await org.apply([ingress("in", { zone: "west" }), egress("out", { labels })]);
    expect((await stored("ZoneIngress//in"))?.labels["kuma.io/zone"]).toBe("west");
    expect(await stored("ZoneEgress//out")).toMatchObject({
      spec: { zone: "east" },
      labels: { "kuma.io/proxy-type": "zoneegress" },
    });
    expect((await faultOf(org.apply([ingress("in", { zone: "east" })]))).violations).toEqual([
      'labels["kuma.io/zone"]: is immutable, cannot be changed from "west" to "east"',
    ]);
  });

  test("shares its name with no egress", async () => {
    await org.apply([ingress("both")]);
    const fault = await faultOf(org.apply([egress("both")]));
    expect(fault.violations).toEqual([
      'name: a ZoneIngress has the name "both" already; ingresses and egresses share one space of names, so choose another',
    ]);
    expect(await stored("ZoneEgress//both")).toBeUndefined();
    await org.apply([egress("both")], ["ZoneIngress//both"]);
    expect(await stored("ZoneEgress//both")).toBeDefined();
  });

  test("that no other zone can reach is told so, and goes with its zone", async () => {
    const { results } = await org.apply([ingress("in", {}, { advertisedAddress: "", advertisedPort: 0 })]);
    expect(results[0]?.warnings).toEqual([
      "without networking.advertisedAddress and advertisedPort other zones send nothing to this ingress",
    ]);
    await org.apply([egress("out")]);
    await org.apply([], ["Zone//east"]);
    expect(await stored("ZoneIngress//in")).toBeUndefined();
    expect(await stored("ZoneEgress//out")).toBeUndefined();
  });

  test.each([
    ["0.0.0.0", "must not be 0.0.0.0 or ::"],
    ["0:0::0", "must not be 0.0.0.0 or ::"],
    ["0.1.2.3", "must not be 0.0.0.0 or ::"],
    ["224.0.0.1", "must be the address of one host: other zones connect to it"],
    ["255.255.255.255", "must be the address of one host: other zones connect to it"],
    ["ff02::1", "must be the address of one host: other zones connect to it"],
    ["*.example", "address has to be valid IP address or domain name"],
  ])("cannot be reached at %s, and neither can a MeshZoneAddress", async (address, reason) => {
    const fault = await faultOf(org.apply([ingress("in", {}, { advertisedAddress: address })]));
    expect(fault.violations).toEqual([`networking.advertisedAddress.address: ${reason}`]);
    const zoneAddress = { type: "MeshZoneAddress", mesh: "default", name: "east", spec: { address, port: 1 } };
    expect((await faultOf(org.apply([zoneAddress]))).violations).toEqual([`spec.address: ${reason}`]);
  });
});

test("views show zones with what is reached in them, the same object until it differs", async () => {
  await org.apply([ingress("in"), ingress("inner", {}, { advertisedAddress: "", advertisedPort: 0 }), egress("out")]);
  const before = await zones();
  expect(before).toEqual([
    {
      name: "east",
      enabled: true,
      ingresses: [{ name: "in", address: "ingress.example", port: 30001 }],
      egresses: [{ name: "out", address: "10.0.0.5", port: 10002 }],
    },
  ]);
  await org.apply([ingress("in", {}, { admin: { port: 9911 } })]);
  expect(await zones()).toBe(before);
  await org.apply([], ["ZoneEgress//out"]);
  expect((await zones())?.[0]?.egresses).toEqual([]);
  expect((await readView(org.control, await relay())).zoneProxies?.map(({ name }) => name)).toEqual(["in", "inner"]);
});

test("two zones have no name in common", async () => {
  const before = await stored("Zone//east");
  const again = await org.apply([zone("east")]);
  expect(again.results[0]?.created).toBe(false);
  expect(await stored("Zone//east")).toEqual(before);
});
