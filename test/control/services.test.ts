// Services of several zones from joins to answers: generated, told, compiled, and ended by time.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GRACE } from "#control/derive/generated-services.ts";
import { hashedName } from "#model/hashed-name.ts";
import { toWire } from "#model/wire.ts";
import {
  dataplane,
  enrol,
  faultOf,
  mesh,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  signUp,
  type TestRelay,
  zone,
} from "./harness.ts";
import { csrFor, joinOf, refusals, send, tokenFor } from "./joining.ts";

let plane: Plane;
let org: Org;
let east: TestRelay;
let west: TestRelay;

beforeEach(async () => {
  plane = await openPlane();
  org = await signUp(plane, "acme");
  await org.apply([zone("east"), zone("west"), mesh("default", { meshServices: { mode: "Everywhere" } })]);
  [east, west] = [await enrol(org, "east"), await enrol(org, "west")];
});
afterEach(() => plane.close());

const join = async (relay: TestRelay, name: string, service = "backend", more: Parameters<typeof joinOf>[2] = {}) =>
  send(plane, org, relay, joinOf(dataplane(name, service), await tokenFor(org), more));

async function services(): Promise<readonly Record<string, unknown>[]> {
  const { items } = await org.store.list({ type: "MeshService", mesh: "default", offset: 0, size: 50 });
  return items.map(({ resource }) => toWire(resource));
}

test("a join makes its zone's service, which is told whole at once", async () => {
  await join(west, "b-1");
  const [service, ...others] = await services();
  expect(others).toEqual([]);
  expect(service).toMatchObject({
    name: hashedName("default", "backend", "west"),
    kri: "kri_msvc_default_west__backend_",
    labels: { "kuma.io/display-name": "backend", "kuma.io/origin": "zone", "kuma.io/zone": "west" },
    snis: [{ port: 8080, sni: "sni.msvc.default.west.backend.8080" }],
    spec: {
      state: "Available",
      identities: [{ type: "ServiceTag", value: "backend" }],
      ports: [{ name: "8080", port: 8080, targetPort: 8080, appProtocol: "http" }],
      selector: { dataplaneTags: { "kuma.io/service": "backend" } },
    },
    status: {
      dataplaneProxies: { connected: 1, healthy: 1, total: 1 },
      tls: { status: "NotReady" },
      addresses: [
        {
          hostname: "backend.svc.mesh.local",
          origin: "HostnameGenerator",
          hostnameGeneratorRef: { coreName: "local-universal-mesh-service" },
          zones: ["west"],
        },
        { hostname: "backend.svc.west.mesh.local", exceptZones: ["west"] },
      ],
    },
  });
});

test("two zones have one each of a name, and the view that relays get shows both", async () => {
  await join(east, "b-1");
  await join(west, "b-2");
  const { views } = await org.control.writerOf(org.tenant).view();
  const shown = views[0]?.resources.MeshService ?? [];
  expect(
    shown.map(({ labels, spec }) => [labels["kuma.io/zone"], (spec as { state: string }).state]).toSorted(),
  ).toEqual([
    ["east", "Available"],
    ["west", "Available"],
  ]);
});

test("a name of a dataplane is one zone's, and the refusal says where it lives", async () => {
  await join(east, "b-1");
  expect(refusals(await join(west, "b-1"))).toEqual([
    'name: the dataplane b-1 of the mesh default lives in the zone "east", and this relay is in the zone "west": a name is one zone\'s; start it under a name that no other zone has, such as "b-1-west" or its host\'s, or end that one first if it moves here',
  ]);
});

test("a dataplane that says it is in another zone is refused with the field", async () => {
  const inbound = [{ port: 80, tags: { "kuma.io/service": "web", "kuma.io/zone": "west" } }];
  const body = dataplane("web-1", "web", { networking: { address: "10.0.0.1", inbound } });
  expect(refusals(await send(plane, org, east, joinOf(body, await tokenFor(org))))).toEqual([
    'networking.inbound[0].tags["kuma.io/zone"]: is "west", and the dataplane is in the zone "east": leave it out, it is set by itself',
  ]);
});

test("health and leaving are told in the same step; after an hour without dataplanes the service goes, by the clock alone", async () => {
  await join(east, "b-1", "backend", { registration: "r-1", event: 1 });
  const report = (number: number, event: object) =>
    org.control.writer.report(east, proof(plane), {
      events: [{ number, mesh: "default", name: "b-1", registration: "r-1", at: "", ...event }],
    } as unknown as Parameters<typeof org.control.writer.report>[2]);
  await report(2, { kind: "health", ready: [false] });
  expect((await services())[0]).toMatchObject({
    spec: { state: "Unavailable" },
    status: { dataplaneProxies: { connected: 1, healthy: 0, total: 1 } },
  });
  await report(3, { kind: "gone" });
  expect((await services())[0]).toMatchObject({
    labels: { "kuma.io/deletion-grace-period-started-at": new Date(plane.now).toISOString() },
  });
  plane.now += GRACE - 1;
  await org.control.writerOf(org.tenant).recover();
  expect(await services()).toHaveLength(1);
  plane.now += 1;
  await org.control.writerOf(org.tenant).recover();
  expect(await services()).toEqual([]);
});

test("an edge that has alarms is asked for one when a grace begins", async () => {
  const asked: number[] = [];
  // A day later the audit log is looked at, which is not meant here.
  const soon = (at: number): boolean => at - plane.now < 86_400_000;
  const control = plane.reopen({ wake: async (_, at) => void asked.push(...[at].filter(soon)) });
  const other = org.at(control);
  await send(plane, other, east, joinOf(dataplane("b-1", "backend"), await tokenFor(org), { registration: "r-1" }));
  expect(asked).toEqual([]);
  await other.apply([], ["Dataplane/default/b-1"]);
  expect(asked).toEqual([plane.now + GRACE]);
});

test("a process that starts makes good what the one before it left", async () => {
  await join(east, "b-1");
  await org.apply([], ["Dataplane/default/b-1"]);
  plane.now += GRACE;
  const other = await signUp(plane, "other");
  await plane.reopen().wakeAll();
  expect(await services()).toEqual([]);
  expect((await other.store.heads()).revision).toBe(0);
});

test("a process on its own wakes itself", async () => {
  await join(east, "b-1");
  await org.apply([], ["Dataplane/default/b-1"]);
  await org.settle();
  // The timer is set by the difference to the clock: nearly nothing is left of the hour.
  plane.now += GRACE - 20;
  const control = plane.reopen();
  await control.writerOf(org.tenant).recover();
  plane.now += 20;
  await expect.poll(services).toEqual([]);
});

describe("in a mesh with mTLS", () => {
  test("the first certificate is a step, by which the service is ready; renewals are none", async () => {
    await org.apply([mtlsMesh("default", { meshServices: { mode: "Everywhere" } })]);
    await join(east, "b-1", "backend", { registration: "r-1" });
    expect((await services())[0]).toMatchObject({ status: { tls: { status: "NotReady" } } });
    const renew = async () =>
      send(plane, org, east, {
        mesh: "default",
        name: "b-1",
        registration: "r-1",
        owner: "stream",
        csr: await csrFor(["spiffe://default/backend"]),
      } as Parameters<typeof send>[3]);
    const before = (await org.store.heads()).sequence;
    expect(refusals(await renew())).toEqual([null]);
    expect((await services())[0]).toMatchObject({ status: { tls: { status: "Ready" } } });
    const after = (await org.store.heads()).sequence;
    expect(after).toBe(before + 1);
    expect(refusals(await renew())).toEqual([null]);
    expect((await org.store.heads()).sequence).toBe(after);
    // Another process reads what the first knows.
    const other = org.at(plane.reopen());
    await other.control.writerOf(org.tenant).recover();
    expect((await org.store.heads()).sequence).toBe(after);
  });
});

describe("a service that a user writes", () => {
  const own = {
    type: "MeshService",
    mesh: "default",
    name: "api",
    spec: { selector: { dataplaneTags: { "kuma.io/service": "backend" } }, ports: [{ port: 8080 }] },
  };

  test("keeps its ETag while its dataplanes come and go, and an answer that is sent back changes nothing", async () => {
    const { results, revision } = await org.apply([own]);
    await join(east, "b-1");
    const stored = await org.store.get({ type: "MeshService", mesh: "default", name: "api" });
    expect(stored?.etag).toBe(results[0]?.etag);
    const told = toWire(stored?.resource as Parameters<typeof toWire>[0]);
    expect(told).toMatchObject({ spec: { state: "Available", identities: [{ value: "backend" }] } });
    const again = await org.apply([told as typeof own]);
    expect([again.revision, again.results[0]?.etag]).toEqual([revision, stored?.etag]);
  });

  test("a generated one that is deleted while it has dataplanes comes again", async () => {
    await join(east, "b-1");
    const name = hashedName("default", "backend", "east");
    await org.apply([], [`MeshService/default/${name}`]);
    await org.settle();
    expect((await services()).map((one) => one.name)).toEqual([name]);
  });

  test("what is derived stands in no revision", async () => {
    await org.apply([dataplane("b-9", "web", { labels: { "kuma.io/zone": "east" } })]);
    expect(await services()).toHaveLength(1);
    const [revision] = await org.store.revisions({ size: 1 });
    expect(revision?.changes.map(({ key }) => key.type)).toEqual(["Dataplane"]);
  });
});

test("two processes that see joins of one service at once end with what both have joined", async () => {
  const [one, other] = [org.at(plane.reopen()), org.at(plane.reopen())];
  const token = await tokenFor(org);
  await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      send(plane, index % 2 === 0 ? one : other, east, joinOf(dataplane(`b-${index}`, "backend"), token)),
    ),
  );
  expect((await services())[0]).toMatchObject({ status: { dataplaneProxies: { connected: 6, healthy: 6, total: 6 } } });
});

test("an enabled mode is refused nothing and a missing zone is told", async () => {
  const fault = await faultOf(org.apply([dataplane("b-1", "backend")]));
  expect(fault.violations[0]).toContain("must name the Zone that the dataplane is in");
});
