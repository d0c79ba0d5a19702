// Reports: numbered events are taken once, lives end when they should, and a thousand ACKs cost next to nothing.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { livesDigest } from "#api/lives.ts";
import type { Join, RelayEvent, ReportRequest } from "#api/zone.ts";
import { reportRequest } from "#api/zone-shape.ts";
import type { SpecOf } from "#model/kinds.ts";
import { always, breakable } from "#test/control/breakable.ts";
import {
  client,
  dataplane,
  enrol,
  faultOf,
  keyOf,
  mesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  signUp,
  type TestRelay,
  zone,
} from "#test/control/harness.ts";
import { joinOf, send, tokenFor } from "#test/control/joining.ts";
import { look, readView } from "#test/control/snapshot-reader.ts";
import { CA_PEM } from "#test/xds/ca.ts";

let plane: Plane;
let made = 0;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

interface Subject {
  readonly org: Org;
  readonly relay: TestRelay;
  report(...events: readonly RelayEvent[]): ReturnType<Org["control"]["writer"]["report"]>;
  names(): Promise<readonly string[]>;
}

async function fresh(): Promise<Subject> {
  const org = await signUp(plane, `reports-${++made}`);
  await org.apply([mesh(), zone()]);
  const relay = await enrol(org);
  return {
    org,
    relay,
    report: (...events) => org.control.writer.report(relay, proof(plane), { events }),
    names: async () =>
      (await org.store.list({ type: "Dataplane", offset: 0, size: 100 })).items.map(({ resource }) => resource.name),
  };
}

const gone = (number: number, name: string, registration: string): RelayEvent => ({
  kind: "gone",
  number,
  mesh: "default",
  name,
  registration,
});

describe("where a relay is reached", () => {
  test("stands in the envelope of every relay of the zone; the same again is no step", async () => {
    const { org, relay } = await fresh();
    const other = await enrol(org);
    const reach = { address: "relay-1.example:5678", ca: CA_PEM };
    const tell = (body: ReportRequest) => org.control.writer.report(relay, proof(plane), body);
    await tell({ events: [], reach });
    await org.settle();
    const seen = await look(org.control, org.store, other, null);
    const relays = Object.fromEntries(seen?.envelope.relays.map((one) => [one.id, one]) ?? []);
    expect(relays[relay.relay]).toMatchObject(reach);
    expect(relays[other.relay]).not.toHaveProperty("address");
    const before = await org.store.heads();
    await tell({ events: [], reach });
    expect(await org.store.heads()).toEqual(before);
    await tell({ events: [], reach: { ...reach, address: "relay-1.example:5679" } });
    expect((await org.store.heads()).sequence).toBe(before.sequence + 1);
    const wrong = { ...reach, ca: "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n" };
    expect((await faultOf(tell({ events: [], reach: wrong }))).violations).toEqual([
      "reach.ca: must be PEM of certificates",
    ]);
    expect((await org.store.heads()).sequence).toBe(before.sequence + 1);
  });

  test("is taken when it is told again, where the step that would tell of it failed", async () => {
    const engine = breakable();
    const own = await openPlane({ wrap: engine.wrap });
    try {
      const org = await signUp(own, "acme");
      await org.apply([mesh(), zone()]);
      const [one, two] = [await enrol(org), await enrol(org)];
      const reach = { address: "relay-2.example:5678", ca: CA_PEM };
      const tell = () => org.control.writer.report(two, proof(own), { events: [], reach });
      engine.fail = always("INSERT INTO step");
      await expect(tell()).rejects.toMatchObject({ code: "unavailable" });
      engine.fail = null;
      await tell();
      await org.settle();
      const seen = await look(org.control, org.store, one, null);
      expect(seen?.envelope.relays.find(({ id }) => id === two.relay)).toMatchObject(reach);
    } finally {
      await own.close();
    }
  });

  test.each([
    ["relay-1.example:5678", true],
    ["192.0.2.1:1", true],
    ["[fd00::1]:65535", true],
    ["relay-1.example:65536", false],
    ["relay-1.example:0", false],
    ["relay-1.example", false],
    ["[::::]:5678", false],
    ["fd00::1:5678", false],
    ["a b:5678", false],
    [`${"x".repeat(64)}.example:5678`, false],
  ])("%s may be one: %j", (address, good) => {
    expect(reportRequest.safeParse({ events: [], reach: { address, ca: CA_PEM } }).success).toBe(good);
  });
});

describe("who lives at the relay", () => {
  const lives = async (subject: Subject, relay: TestRelay, ...ids: readonly string[]) =>
    (await subject.org.control.writer.report(relay, proof(plane), { events: [], lives: ids })).lives;

  test("stands as a digest in the envelope, and is compared when the relay asks", async () => {
    const subject = await fresh();
    const { org, relay } = subject;
    const other = await enrol(org);
    const token = await tokenFor(org);
    const [one, two, far] = ["web-1", "web-2", "web-3"].map((name) => joinOf(dataplane(name, "web"), token)) as [
      Join,
      Join,
      Join,
    ];
    await send(plane, org, relay, { ...one, event: 1 }, { ...two, event: 2 });
    await send(plane, org, other, { ...far, event: 1 });
    await org.settle();
    const seen = await look(org.control, org.store, relay, null);
    const digests = Object.fromEntries(seen?.envelope.relays.map((each) => [each.id, each.lives]) ?? []);
    expect(digests).toEqual({
      [relay.relay]: livesDigest([two.registration, one.registration]),
      [other.relay]: livesDigest([far.registration]),
    });
    expect(await lives(subject, relay, one.registration, two.registration)).toEqual({
      missing: [],
      ended: [],
      extra: [],
    });
    expect(await lives(subject, relay, one.registration, far.registration, "nobody")).toEqual({
      missing: [far.registration, "nobody"],
      ended: [],
      extra: [{ mesh: "default", name: "web-2", registration: two.registration }],
    });
    await subject.report(gone(3, "web-1", one.registration));
    expect(await lives(subject, relay, one.registration, two.registration)).toEqual({
      missing: [one.registration],
      ended: [],
      extra: [],
    });
  });

  test("what a user registered is not told to have gone", async () => {
    const subject = await fresh();
    const { org, relay } = subject;
    const join = joinOf(dataplane("db-1", "db"), await tokenFor(org), { owner: "user", event: 1 });
    await org.apply([dataplane("db-1", "db")]);
    await send(plane, org, relay, join);
    expect(await lives(subject, relay)).toEqual({ missing: [], ended: [], extra: [] });
    expect(await lives(subject, relay, join.registration)).toEqual({ missing: [], ended: [], extra: [] });
    await subject.report(gone(2, "db-1", join.registration));
    const { registration } = join;
    expect(await lives(subject, relay, registration)).toEqual({
      missing: [registration],
      ended: [registration],
      extra: [],
    });
  });
});

describe("events", () => {
  test("a stream's end takes its dataplane along, an older life's end does not", async () => {
    const { org, relay, report, names } = await fresh();
    const token = await tokenFor(org);
    await send(plane, org, relay, joinOf(dataplane("web-1", "web"), token, { registration: "first", event: 1 }));
    await send(plane, org, relay, joinOf(dataplane("web-1", "web"), token, { registration: "second", event: 2 }));
    expect(await report(gone(3, "web-1", "first"))).toMatchObject({ lastEvent: 3 });
    expect(await names()).toEqual(["web-1"]);
    await report(gone(4, "web-1", "second"));
    expect(await names()).toEqual([]);
    expect(await org.store.registrations({})).toEqual([]);
    await org.settle();
    const seen = await look(org.control, org.store, relay, null);
    expect(seen?.proxies).toEqual([]);
    expect(seen?.envelope.relays[0]?.lastEvent).toBe(4);
  });

  test("a user's dataplane stays and shows offline, and is no endpoint", async () => {
    const { org, relay, report, names } = await fresh();
    await org.apply([dataplane("web-1", "web"), client("caller", "web")]);
    await send(
      plane,
      org,
      relay,
      joinOf(dataplane("web-1", "web"), await tokenFor(org), { registration: "life", event: 1 }),
    );
    expect(await org.store.registrations({})).toMatchObject([{ owner: "user", online: true }]);
    await org.settle();
    expect((await look(org.control, org.store, relay, null))?.endpoints["default/web"]).toEqual(["10.0.0.1:8080"]);
    await report(gone(2, "web-1", "life"));
    expect(await names()).toEqual(["caller", "web-1"]);
    expect(await org.store.registrations({})).toMatchObject([{ owner: "user", online: false }]);
    await org.settle();
    const { views } = await readView(org.control, relay);
    expect(views[0]?.departed).toEqual(["web-1"]);
    expect((await look(org.control, org.store, relay, null))?.endpoints["default/web"] ?? []).toEqual([]);
  });

  test("what a user writes over a stream's dataplane outlives the stream", async () => {
    const { org, relay, report, names } = await fresh();
    await send(
      plane,
      org,
      relay,
      joinOf(dataplane("web-1", "web"), await tokenFor(org), { registration: "life", event: 1 }),
    );
    await org.apply([dataplane("web-1", "web-two")]);
    await report(gone(2, "web-1", "life"));
    expect(await names()).toEqual(["web-1"]);
  });

  test("are taken once, however often they are sent", async () => {
    const { org, relay, report } = await fresh();
    const token = await tokenFor(org);
    const joined: RelayEvent = {
      kind: "joined",
      number: 1,
      join: joinOf(dataplane("web-1", "web"), token, { registration: "life" }),
    };
    await report(joined);
    const before = await org.store.heads();
    expect(await report(joined)).toEqual({ lastEvent: 1, epoch: before.epoch, sequence: before.sequence });
    expect(await org.store.heads()).toEqual(before);
    expect((await org.store.zoneHead(relay.zone, relay.relay))?.lastEvent).toBe(1);
  });

  test("a life that its dataplane has outlived at another relay does not come back with it", async () => {
    const { org, relay, report, names } = await fresh();
    const other = await enrol(org);
    const token = await tokenFor(org);
    const join = (registration: string, age: number) => joinOf(dataplane("web-1", "web"), token, { registration, age });
    await send(plane, org, other, joinOf(dataplane("web-1", "web"), token, { registration: "moved", event: 1 }));
    await report({ kind: "joined", number: 1, join: join("stayed-behind", 60_000) }, gone(2, "web-1", "stayed-behind"));
    expect(await org.store.registrations({})).toMatchObject([{ id: "moved", relay: other.relay }]);
    expect(await names()).toEqual(["web-1"]);
    const refused = await send(plane, org, relay, { ...join("stayed-behind", 60_000), event: 3 });
    expect(refused.answers).toEqual([
      { registration: "stayed-behind", refused: expect.stringContaining("another relay of the zone") },
    ]);
    await send(plane, org, relay, { ...join("came-back", 0), event: 4 });
    expect(await org.store.registrations({})).toMatchObject([{ id: "came-back", relay: relay.relay }]);
  });

  test("of many kinds in one report become one step", async () => {
    const { org, relay, report, names } = await fresh();
    const token = await tokenFor(org);
    const before = await org.store.heads();
    const join = (name: string) => joinOf(dataplane(name, "web"), token, { registration: `life of ${name}` });
    const answer = await report(
      { kind: "joined", number: 1, join: { ...join("a"), registration: "life-a" } },
      { kind: "joined", number: 2, join: { ...join("b"), registration: "life-b" } },
      { kind: "joined", number: 3, join: { ...join("c"), token: "forged", registration: "life-c" } },
      gone(4, "a", "life-a"),
      { kind: "health", number: 5, mesh: "default", name: "b", registration: "life-b", ready: [false] },
      { kind: "refused", number: 6, mesh: "default", name: "d", reason: "the token has expired" },
      {
        kind: "issued",
        number: 7,
        mesh: "default",
        name: "b",
        serial: "0102",
        notAfter: "2026-03-05T00:00:00.000Z",
        issuer: "zone",
        tokenId: "t",
      },
    );
    expect(answer).toEqual({
      lastEvent: 7,
      epoch: before.epoch,
      sequence: before.sequence + 1,
      refused: [{ registration: "life-c", reason: expect.stringContaining("token: ") }],
    });
    expect((await org.store.heads()).revision).toBe(before.revision);
    expect(await names()).toEqual(["b"]);
    const inbounds = async () => (await org.store.get(keyOf("Dataplane/default/b")))?.resource.spec;
    expect(await inbounds()).toMatchObject({
      networking: { inbound: [{ state: "NotReady", health: { ready: false } }] },
    });
    expect(await org.store.certificates({ size: 5 })).toMatchObject([{ serial: "0102", name: "b" }]);
    const status = (await org.store.get({ type: "Zone", mesh: "", name: "east" }))?.resource.status;
    expect(status).toMatchObject({
      refused: [
        { mesh: "default", name: "c", reason: expect.stringContaining("token: "), relay: relay.relay },
        { mesh: "default", name: "d", reason: "the token has expired", relay: relay.relay },
      ],
    });
    expect(
      plane.log.some(({ label, fields }) => label === "a join made while cut off is refused" && fields.name === "c"),
    ).toBe(true);
    await report({ kind: "health", number: 8, mesh: "default", name: "b", registration: "life-b", ready: [true] });
    expect(JSON.stringify(await inbounds())).not.toMatch(/NotReady|health/);
  });

  test("of health say of listeners, after the inbounds, what of those is reached", async () => {
    const { org, report } = await fresh();
    const own = dataplane("gate", "gate");
    const listeners = [{ type: "ZoneEgress", address: "192.0.2.1", port: 10_012, state: "NotReady" }];
    const body = { ...own, networking: { ...(own.networking as object), listeners } };
    const join = { ...joinOf(body, await tokenFor(org)), registration: "life-g" };
    const listening = async () => {
      const stored = await org.store.get(keyOf("Dataplane/default/gate"));
      const spec = stored?.resource.spec as SpecOf<"Dataplane"> | undefined;
      return spec?.networking?.listeners?.map(({ state }) => state);
    };
    const health = { kind: "health", mesh: "default", name: "gate", registration: "life-g" } as const;
    await report({ kind: "joined", number: 1, join });
    expect(await listening()).toEqual(["NotReady"]);
    await report({ ...health, number: 2, ready: [true, true] });
    expect(await listening()).toEqual([undefined]);
    await report({ ...health, number: 3, ready: [true] });
    expect(await listening()).toEqual([undefined]);
    await report({ ...health, number: 4, ready: [true, false] });
    expect(await listening()).toEqual(["NotReady"]);
  });

  test("of certificates count unless the dataplane is another zone's, and for no longer than an issuer lives", async () => {
    const { org, relay, report } = await fresh();
    await org.apply([zone("west")]);
    const token = await tokenFor(org);
    const other = await enrol(org, "west");
    await send(plane, org, relay, joinOf(dataplane("here", "a"), token));
    await send(plane, org, other, joinOf(dataplane("there", "b"), token));
    await org.apply([dataplane("stored", "c", { labels: { "kuma.io/zone": "east" } })]);
    const issued = (number: number, name: string, more = {}): RelayEvent => ({
      kind: "issued",
      number,
      mesh: "default",
      name,
      serial: `serial-${name}`,
      notAfter: "9999-01-01T00:00:00+02:00",
      issuer: "zone",
      tokenId: "t",
      ...more,
    });
    const answer = await report(
      issued(1, "there"),
      issued(2, "nobody"),
      issued(3, "here", { mesh: "absent", serial: "x" }),
      issued(4, "here"),
      issued(5, "stored", { notAfter: "2026-03-05T02:00:00+02:00" }),
    );
    expect(answer.lastEvent).toBe(5);
    expect(await org.store.certificates({ size: 9 })).toMatchObject([
      { name: "here", mesh: "default", zone: "east", notAfter: new Date(plane.now + 7 * 86_400_000).toISOString() },
      { name: "nobody", mesh: "default", zone: "east", tokenId: "t" },
      { name: "stored", mesh: "default", zone: "east", notAfter: "2026-03-05T00:00:00.000Z" },
    ]);
    const dropped = plane.log.filter(
      ({ label, fields }) => label.includes("not its zone's") && fields.relay === relay.relay,
    );
    expect(dropped.map(({ fields }) => [fields.mesh, fields.name, fields.number])).toEqual([
      ["default", "there", 1],
      ["absent", "here", 3],
    ]);
  });

  test("whose numbers don't rise are refused", async () => {
    const { report } = await fresh();
    await expect(report(gone(2, "a", "x"), gone(2, "b", "y"))).rejects.toMatchObject({ code: "malformed" });
  });

  test("a join that overtakes an earlier event does not count as all before it", async () => {
    const { org, relay, report } = await fresh();
    const token = await tokenFor(org);
    await send(plane, org, relay, joinOf(dataplane("a", "a"), token, { registration: "life", event: 1 }));
    await send(plane, org, relay, joinOf(dataplane("b", "b"), token, { event: 3 }));
    expect((await org.store.zoneHead(relay.zone, relay.relay))?.lastEvent).toBe(1);
    expect(
      await report(gone(2, "a", "life"), { kind: "refused", number: 4, mesh: "default", name: "x", reason: "y" }),
    ).toMatchObject({ lastEvent: 4 });
    expect((await org.store.registrations({})).map(({ name }) => name)).toEqual(["b"]);
  });

  test("that come with joins are taken among them, in the order of their numbers, in one step", async () => {
    const { org, relay, names } = await fresh();
    const token = await tokenFor(org);
    const join = (name: string, life: string, more = {}) =>
      joinOf(dataplane(name, "web"), token, { registration: life, ...more });
    const before = await org.store.heads();
    const ready: RelayEvent = {
      ...{ kind: "health", number: 5, mesh: "default", name: "c", registration: "life-c", ready: [false] },
    };
    const used = proof(plane);
    const body = {
      joins: [join("a", "life-a", { event: 1 }), join("a2", "life-a2", { event: 3 })],
      events: [
        gone(2, "a", "life-a"),
        { kind: "joined", number: 4, join: join("c", "life-c") },
        ready,
        { kind: "joined", number: 6, join: join("d", "life-d", { token: "forged" }) },
        { kind: "refused", number: 7, mesh: "default", name: "e", reason: "the token has expired" },
      ] as const,
    };
    const answer = await org.control.writer.certificates(relay, used, body);
    expect(answer.answers.map(({ registration }) => registration)).toEqual(["life-a", "life-a2"]);
    expect(answer.lastEvent).toBe(7);
    expect(answer.refused).toMatchObject([{ registration: "life-d", reason: expect.stringMatching(/^token: /) }]);
    const after = await org.store.heads();
    expect(after.sequence).toBe(before.sequence + 1);
    expect(await names()).toEqual(["a2", "c"]);
    const stored = await org.store.get({ type: "Dataplane", mesh: "default", name: "c" });
    expect(stored?.resource.spec).toMatchObject({ networking: { inbound: [{ state: "NotReady" }] } });
    const status = (await org.store.get({ type: "Zone", mesh: "", name: relay.zone }))?.resource.status;
    expect((status as { refused: { name: string }[] }).refused.map(({ name }) => name)).toEqual(["d", "e"]);
    // The same again, after a lost answer: joins are answered anew, events change nothing.
    const again = await org.control.writer.certificates(relay, proof(plane), body);
    expect(again.lastEvent).toBe(7);
    expect(await names()).toEqual(["a2", "c"]);
    await expect(org.control.writer.certificates(relay, used, body)).rejects.toThrow();
  });

  test("that come with joins after a number that is missing wait for it", async () => {
    const { org, relay, report, names } = await fresh();
    const token = await tokenFor(org);
    const join = (name: string, life: string, event: number) =>
      joinOf(dataplane(name, "web"), token, { registration: life, event });
    await send(plane, org, relay, join("a", "life-a", 1));
    const answer = await org.control.writer.certificates(relay, proof(plane), {
      joins: [join("b", "life-b", 3)],
      events: [gone(4, "a", "life-a")],
    });
    expect(answer).toMatchObject({ lastEvent: 1, answers: [{ registration: "life-b" }] });
    expect(await names()).toEqual(["a", "b"]);
    expect(await report(gone(4, "a", "life-a"))).toMatchObject({ lastEvent: 4 });
    expect(await names()).toEqual(["b"]);
    const disorder = [gone(6, "a", "x"), gone(5, "a", "x")];
    const body = { joins: [join("c", "life-c", 7)], events: disorder };
    await expect(org.control.writer.certificates(relay, proof(plane), body)).rejects.toMatchObject({
      code: "malformed",
    });
  });
});

test("a first call that could not be noted is noted when it is told again", async () => {
  const engine = breakable();
  const own = await openPlane({ wrap: engine.wrap });
  try {
    const org = await signUp(own, "acme");
    await org.apply([mesh(), zone()]);
    const relay = await enrol(org);
    const calls = [{ mesh: "default", proxy: "web-1", way: "sent", to: "backend" }] as const;
    const tell = () => org.control.writer.report(relay, proof(own), { events: [], calls });
    const codes = async () => (await org.store.joinNotes()).map(({ code }) => code).sort();
    engine.fail = always("INSERT INTO join_note");
    await expect(tell()).rejects.toMatchObject({ code: "unavailable" });
    expect(await codes()).toEqual([]);
    engine.fail = null;
    await tell();
    await tell();
    expect(await codes()).toEqual(["call-sent", "first-request"]);
  } finally {
    await own.close();
  }
});

describe("delivery", () => {
  const delivery = (acked: number): NonNullable<ReportRequest["delivery"]> => ({
    epoch: 1,
    sequence: 3,
    acked,
    nacked: 1,
    pending: 1000 - acked,
    laggards: Array.from({ length: 30 }, (_, index) => ({ proxy: `default/web-${index}`, reason: "" })),
  });

  test("is one row a change, changes no head, and keeps twenty laggards", async () => {
    const { org, relay } = await fresh();
    const before = await org.store.heads();
    await org.control.writer.report(relay, proof(plane), { events: [], delivery: delivery(10) });
    await org.control.writer.report(relay, proof(plane), { events: [], delivery: delivery(999) });
    expect(await org.store.heads()).toEqual(before);
    const rows = await org.store.deliveries("east");
    expect(rows).toMatchObject([{ relay: relay.relay, epoch: 1, sequence: 3, acked: 999, nacked: 1, pending: 1 }]);
    expect(rows[0]?.laggards).toHaveLength(20);
  });

  test("an old count does not come back with its old proof", async () => {
    const { org, relay } = await fresh();
    const old = proof(plane);
    await org.control.writer.report(relay, old, { events: [], delivery: delivery(10) });
    await org.control.writer.report(relay, proof(plane), { events: [], delivery: delivery(999) });
    await expect(org.control.writer.report(relay, old, { events: [], delivery: delivery(10) })).rejects.toMatchObject({
      name: "ProofRepeated",
      status: 200,
    });
    expect(await org.store.deliveries("east")).toMatchObject([{ acked: 999 }]);
  });
});
