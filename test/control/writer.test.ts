// The writer: commits in order, publishes what was committed, and makes good whatever a crash left undone.
import { afterEach, describe, expect, test } from "vitest";
import type { Database } from "#store/database.ts";
import { always, breakable } from "./breakable.ts";
import {
  client,
  dataplane,
  defer,
  enrol,
  keyOf,
  mesh,
  mtlsMesh,
  openPlane,
  type Plane,
  signUp,
  timeout,
  zone,
} from "./harness.ts";
import { joinOf, send, tokenFor } from "./joining.ts";
import { look, readView } from "./snapshot-reader.ts";

let plane: Plane;
afterEach(() => plane.close());

describe("publication", () => {
  test("follows each commit: envelope, snapshot and diff hold together", async () => {
    plane = await openPlane();
    const org = await signUp(plane, "acme");
    await org.apply([mtlsMesh(), zone(), client("caller", "web")]);
    const relay = await enrol(org);
    await org.settle();
    const first = await look(org.control, org.store, relay, null);
    expect(first?.envelope).toMatchObject({
      controlPlane: "test-plane",
      tenant: org.tenant,
      zone: "east",
      previous: "",
      ...(await org.store.heads()),
    });
    expect(await look(org.control, org.store, relay, first)).toBe(null);
    const { sequence } = await org.apply([dataplane("web-1", "web")]);
    await org.settle();
    const second = await look(org.control, org.store, relay, first);
    expect(second?.envelope).toMatchObject({ sequence, previous: first?.snapshot.version });
    expect(second?.endpoints["default/web"]).toEqual(["10.0.0.1:8080"]);
    expect(plane.rings.at(-1)).toEqual({ tenant: org.tenant, zone: "east", sequence });
    // A diff carries less than the whole, and makes the same of it.
    const whole = await look(org.control, org.store, relay, null);
    expect(whole?.snapshot.version).toBe(second?.snapshot.version);
    const diff = await org.control.poll.snapshot(relay, first?.snapshot.version ?? "", 0);
    expect(diff?.base).toBe(first?.snapshot.version);
    expect(Object.keys(diff?.blobs ?? {}).length).toBeLessThan(whole?.snapshot.blobs.size ?? 0);
  });

  test("a change of nothing that a snapshot holds gives the same version, and a new envelope to who asks", async () => {
    plane = await openPlane();
    const org = await signUp(plane, "acme");
    await org.apply([mesh(), zone()]);
    const relay = await enrol(org);
    await org.settle();
    const first = await look(org.control, org.store, relay, null);
    const { version, epoch, sequence } = first?.envelope ?? { version: "", epoch: 0, sequence: 0 };
    await org.apply([zone("west")]);
    await org.settle();
    expect(await org.control.poll.snapshot(relay, version, 0)).toBe(null);
    const answer = await org.control.poll.snapshot(relay, `${version}:${epoch}.${sequence}`, 0);
    expect(answer).toMatchObject({ base: version, sections: {}, blobs: {} });
    expect(await org.control.poll.snapshot(relay, `${version}:${epoch}.${sequence + 1}`, 0)).toBe(null);
  });

  test("each zone has its own proxies, and a new relay's envelope names all of its zone", async () => {
    plane = await openPlane();
    const org = await signUp(plane, "acme");
    const inWest = { labels: { "kuma.io/zone": "west" } };
    await org.apply([
      mesh(),
      zone(),
      zone("west"),
      dataplane("w", "web", inWest),
      dataplane("e", "web", { labels: { "kuma.io/zone": "east" } }),
    ]);
    const [one, west, two] = [await enrol(org), await enrol(org, "west"), await enrol(org)];
    await org.settle();
    const seen = await look(org.control, org.store, one, null);
    expect(seen?.proxies).toEqual(["default/e"]);
    expect(seen?.envelope.relays.map(({ id }) => id).sort()).toEqual([one.relay, two.relay].sort());
    expect((await look(org.control, org.store, west, null))?.proxies).toEqual(["default/w"]);
    await org.control.writer.revokeRelay(org.admin, "east", two.relay);
    await org.settle();
    expect((await look(org.control, org.store, one, null))?.envelope.relays.map(({ id }) => id)).toEqual([one.relay]);
    await expect(org.control.poll.snapshot(two, null, 0)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("thirty applies at once end in one snapshot that has them all", async () => {
    plane = await openPlane();
    const org = await signUp(plane, "acme");
    await org.apply([mesh(), zone(), client("caller", "web")]);
    const relay = await enrol(org);
    await org.settle();
    const rings = plane.rings.length;
    const many = Array.from({ length: 30 }, (_, index) => {
      const inbound = [{ port: 8000 + index, tags: { "kuma.io/service": "web" } }];
      return org.apply([dataplane(`web-${index}`, "web", { networking: { address: "10.0.0.2", inbound } })]);
    });
    const applied = await Promise.all(many);
    expect(new Set(applied.map(({ revision }) => revision)).size).toBe(30);
    await org.settle();
    const seen = await look(org.control, org.store, relay, null);
    expect(seen?.envelope.revision).toBe(Math.max(...applied.map(({ revision }) => revision)));
    expect(seen?.proxies).toHaveLength(31);
    expect(seen?.endpoints["default/web"]).toHaveLength(30);
    // Bursts are coalesced: what comes while one is published is published once.
    expect(plane.rings.length - rings).toBeLessThan(30);
    // And what was patched commit by commit is what the store holds.
    const again = plane.reopen();
    const fresh = await readView(again, relay);
    expect(await readView(org.control, relay)).toEqual(fresh);
    await again.writerOf(org.tenant).recover();
    expect((await look(org.control, org.store, relay, null))?.snapshot.version).toBe(seen?.snapshot.version);
  });

  test("two processes may write at once: each change is judged by what really stands", async () => {
    plane = await openPlane();
    const one = await signUp(plane, "acme");
    const two = one.at(plane.reopen());
    await one.apply([mesh(), zone()]);
    await two.apply([timeout("slow", 1)]);
    // The first has not seen the second's commits, and the mesh of its next change is one of them.
    await two.apply([mesh("later")]);
    await one.apply([timeout("slow", 2, "later")]);
    const relay = await enrol(one);
    const writes = Array.from({ length: 12 }, (_, index) =>
      (index % 2 === 0 ? one : two).apply([timeout(`t-${index}`, index + 1)]),
    );
    const revisions = (await Promise.all(writes)).map(({ revision }) => revision);
    expect(new Set(revisions).size).toBe(12);
    await one.settle();
    await two.settle();
    await one.control.writerOf(one.tenant).recover();
    const head = await one.store.zoneHead(relay.zone, relay.relay);
    expect(head).toMatchObject(await one.store.heads().then(({ epoch, sequence }) => ({ epoch, sequence })));
  });
});

test("a step of another process is in the next snapshot, though it moved no revision", async () => {
  plane = await openPlane();
  const one = await signUp(plane, "acme");
  const two = one.at(plane.reopen());
  await one.apply([mesh(), zone(), client("caller", "web")]);
  const relay = await enrol(one);
  await send(plane, two, relay, joinOf(dataplane("web-1", "web"), await tokenFor(two)));
  const { sequence } = await one.apply([timeout("slow", 1)]);
  await one.settle();
  const seen = await look(one.control, one.store, relay, null);
  expect(seen?.envelope.sequence).toBe(sequence);
  expect(seen?.proxies).toEqual(["default/caller", "default/web-1"]);
});

test("a look that reads everything again beside a commit keeps nothing of that commit back", async () => {
  const asked = defer();
  const answered = defer();
  let holds = false;
  // Holds the answer to where the store stands: others commit while it is on its way.
  const wrap = (database: Database): Database => ({
    ...database,
    async batch(statements) {
      if (holds && statements.length === 1 && /^select .* from "heads"/.test(statements[0]?.sql ?? "")) {
        holds = false;
        asked.resolve();
        await answered.promise;
      }
      return database.batch(statements);
    },
  });
  plane = await openPlane({ wrap });
  let wait: (() => Promise<void>) | null = null;
  const control = plane.reopen({ beforeCommit: async () => wait?.() });
  const org = (await signUp(plane, "acme")).at(control);
  await org.apply([mesh(), zone()]);
  const relay = await enrol(org);
  await org.settle();
  holds = true;
  const search = control.writer.search(org.admin, "slow", 5);
  await asked.promise;
  await org.apply([timeout("slow", 5)]);
  const [begun, goOn] = [defer(), defer()];
  wait = () => {
    begun.resolve();
    return goOn.promise;
  };
  const second = org.apply([timeout("slower", 9)]);
  await begun.promise;
  answered.resolve();
  expect((await search).items.map(({ name }) => name)).toEqual(["slow"]);
  goOn.resolve();
  const { sequence } = await second;
  await org.settle();
  expect((await org.store.zoneHead("east", relay.relay))?.sequence).toBe(sequence);
});

describe("crashes", () => {
  test("a commit whose answer never comes is published by the next use, whatever it is", async () => {
    const engine = breakable();
    plane = await openPlane({ wrap: engine.wrap });
    const org = await signUp(plane, "acme");
    await org.apply([mesh(), zone()]);
    const relay = await enrol(org);
    await org.settle();
    const before = (await org.store.heads()).sequence;
    engine.fail = { words: "write_id", when: "after", times: 1000 };
    await expect(org.apply([dataplane("web-1", "web")])).rejects.toThrow();
    engine.fail = null;
    // It may have been published by now: whatever looks again on its own account finds it, too.
    expect((await org.store.heads()).sequence).toBe(before + 1);
    await tokenFor(org);
    await org.settle();
    expect((await look(org.control, org.store, relay, null))?.proxies).toEqual(["default/web-1"]);
  });

  test("the answer of a commit is lost: it is found again, and done once", async () => {
    const engine = breakable();
    plane = await openPlane({ wrap: engine.wrap });
    const org = await signUp(plane, "acme");
    await org.apply([mesh(), zone()]);
    const relay = await enrol(org);
    await org.settle();
    engine.fail = { words: "INSERT INTO revision ", when: "after", times: 1 };
    const { revision, results } = await org.apply([timeout("slow", 1)]);
    expect(engine.fail).toBe(null);
    expect(results).toMatchObject([{ created: true }]);
    expect((await org.store.heads()).revision).toBe(revision);
    await org.settle();
    expect((await look(org.control, org.store, relay, null))?.envelope.revision).toBe(revision);
  });

  test("the store is gone for long: the fault says so, and the next change sees what stands", async () => {
    const engine = breakable();
    plane = await openPlane({ wrap: engine.wrap });
    const org = await signUp(plane, "acme");
    await org.apply([mesh(), zone()]);
    engine.fail = { words: "INSERT INTO revision ", when: "before", times: 100 };
    await expect(org.apply([timeout("slow", 1)])).rejects.toThrow();
    engine.fail = null;
    expect(await org.store.get(keyOf("MeshTimeout/default/slow"))).toBe(null);
    await org.apply([timeout("slow", 1)]);
    expect((await org.store.heads()).revision).toBe(2);
  });

  test("the process dies between commit and publication: the next one's first use publishes", async () => {
    const engine = breakable();
    plane = await openPlane({ wrap: engine.wrap });
    const org = await signUp(plane, "acme");
    await org.apply([mesh(), zone()]);
    const relay = await enrol(org);
    await org.settle();
    engine.fail = { words: "INSERT INTO manifest ", when: "before", times: 1000 };
    const { sequence } = await org.apply([dataplane("web-1", "web")]);
    await org.settle();
    expect((await org.store.zoneHead("east", relay.relay))?.sequence).toBeLessThan(sequence);
    expect(plane.log.some(({ label }) => label === "publishing failed")).toBe(true);
    await org.control.close();
    engine.fail = null;
    const later = org.at(plane.reopen());
    await later.control.writer.createDataplaneToken(org.admin, {
      name: "",
      mesh: "default",
      tags: {},
      type: "",
      workload: "",
      validForSeconds: 60,
    });
    await later.settle();
    expect((await look(later.control, org.store, relay, null))?.proxies).toEqual(["default/web-1"]);
  });

  test("publication fails in a process that lives on: it is tried again", async () => {
    const engine = breakable();
    plane = await openPlane({ wrap: engine.wrap });
    const org = await signUp(plane, "acme");
    await org.apply([mesh(), zone()]);
    const relay = await enrol(org);
    await org.settle();
    engine.fail = { words: "INSERT INTO manifest ", when: "before", times: 1000 };
    await org.apply([dataplane("web-1", "web")]);
    await org.settle();
    engine.fail = null;
    await org.apply([timeout("slow", 1)]);
    await org.settle();
    expect((await look(org.control, org.store, relay, null))?.proxies).toEqual(["default/web-1"]);
  });

  test("and by itself, when nobody writes anything more", async () => {
    const engine = breakable();
    plane = await openPlane({ wrap: engine.wrap });
    const org = await signUp(plane, "acme");
    await org.apply([mesh(), zone()]);
    const relay = await enrol(org);
    await org.settle();
    engine.fail = always("INSERT INTO manifest ");
    const { sequence } = await org.apply([dataplane("web-1", "web")]);
    await org.settle();
    const reached = async () => (await org.store.zoneHead("east", relay.relay))?.sequence === sequence;
    expect(await reached()).toBe(false);
    engine.fail = null;
    await expect.poll(reached).toBe(true);
  });

  test("an answer of a publication is lost: the snapshot stands, and the next one is whole", async () => {
    const engine = breakable();
    plane = await openPlane({ wrap: engine.wrap });
    const org = await signUp(plane, "acme");
    await org.apply([mesh(), zone()]);
    const relay = await enrol(org);
    await org.settle();
    engine.fail = { words: "INSERT INTO manifest ", when: "after", times: 1 };
    await org.apply([dataplane("web-1", "web")]);
    await org.settle();
    await org.apply([dataplane("web-2", "web")]);
    await org.settle();
    expect((await look(org.control, org.store, relay, null))?.proxies).toEqual(["default/web-1", "default/web-2"]);
  });

  test("the alarm is set before each commit", async () => {
    plane = await openPlane();
    const org = await signUp(plane, "acme");
    const seen: number[] = [];
    const control = plane.reopen({
      beforeCommit: async (tenant) => {
        seen.push((await plane.store.within(tenant).heads()).revision);
      },
    });
    await org.at(control).apply([mesh()]);
    await org.at(control).apply([zone()]);
    expect(seen).toEqual([0, 1]);
  });
});

describe("a policy that cannot be used as it is", () => {
  test("stops nothing, shows the fault in its status, and loses it when mended", async () => {
    plane = await openPlane();
    const org = await signUp(plane, "acme");
    await org.apply([mesh(), zone(), client("caller", "web"), dataplane("web-1", "web")]);
    const relay = await enrol(org);
    const key = keyOf("MeshTimeout/default/odd");
    const odd = (kind: string) => {
      const to = [
        { targetRef: kind === "Mesh" ? { kind } : { kind, name: "nowhere" }, default: { connectionTimeout: "3s" } },
      ];
      return { ...timeout("odd", 3), spec: { targetRef: { kind: "Mesh" }, to } };
    };
    await org.apply([odd("MeshExternalService")]);
    await org.settle();
    const before = await org.store.get(key);
    expect(before?.resource.status).toMatchObject({
      faults: [{ field: "spec.to[0].targetRef", reason: expect.stringContaining("nowhere"), zones: ["east"] }],
    });
    expect((await look(org.control, org.store, relay, null))?.endpoints["default/web"]).toEqual(["10.0.0.1:8080"]);
    const { sequence } = await org.store.heads();
    // A status moves no head and no ETag; another writer finds it standing, and mends it all the same.
    expect((await org.store.zoneHead("east", relay.relay))?.sequence).toBe(sequence);
    const later = org.at(plane.reopen());
    await later.apply([odd("Mesh")]);
    await later.settle();
    expect((await org.store.get(key))?.resource.status).toEqual({});
  });
});
