// Rolling back: what comes back, what stays, and what is refused with words that say what to do.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { splitStatements } from "#store/migrations.ts";
import {
  client,
  dataplane,
  enrol,
  faultOf,
  keyOf,
  mesh,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  secret,
  signUp,
  timeout,
  zone,
} from "#test/control/harness.ts";
import { joinOf, refusals, send, tokenFor } from "#test/control/joining.ts";
import { migrationsOf } from "#test/store/migration-files.ts";

let plane: Plane;
let made = 0;
const fresh = (): Promise<Org> => signUp(plane, `rollback-${++made}`);

beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

const specOf = async ({ store }: Org, text: string): Promise<unknown> => (await store.get(keyOf(text)))?.resource.spec;
const seconds = async (org: Org, name: string): Promise<unknown> =>
  JSON.stringify(await specOf(org, `MeshTimeout/default/${name}`))?.match(/"(\d+)s"/)?.[1];

describe("to a revision", () => {
  test("brings back what was changed and deleted, takes away what is new, and is a revision of its own", async () => {
    const org = await fresh();
    await org.apply([mesh(), zone()]);
    const { revision } = await org.apply([timeout("a", 1), timeout("b", 1), dataplane("web-1", "web")]);
    await org.apply([timeout("a", 2)], ["MeshTimeout/default/b"]);
    await org.apply([timeout("a", 3), timeout("c", 3)], ["Dataplane/default/web-1"]);
    const done = await org.apply([], [], { rollback: { to: revision }, reason: "too slow" });
    expect(done).toEqual({
      revision: revision + 3,
      sequence: expect.any(Number),
      results: [],
      changes: [
        { type: "MeshTimeout", mesh: "default", name: "c", change: "deleted" },
        { type: "Dataplane", mesh: "default", name: "web-1", change: "created" },
        { type: "MeshTimeout", mesh: "default", name: "a", change: "updated" },
        { type: "MeshTimeout", mesh: "default", name: "b", change: "created" },
      ],
      left: [],
    });
    expect([await seconds(org, "a"), await seconds(org, "b"), await seconds(org, "c")]).toEqual(["1", "1", undefined]);
    expect(await org.store.get(keyOf("Dataplane/default/web-1"))).not.toBeNull();
    const [record] = await org.store.revisions({ size: 1 });
    expect(record).toMatchObject({ reason: `too slow (roll back to revision ${revision})`, actor: "token:test" });
    expect(record?.changes).toHaveLength(4);
  });

  test("a zone's snapshot is byte for byte what it was after that revision", async () => {
    const org = await fresh();
    const body = mtlsMesh("default", { meshServices: { mode: "Everywhere" } });
    await org.apply([body, zone(), dataplane("web-1", "web"), client("shop-1", "web")]);
    await enrol(org);
    const one = await org.apply([timeout("a", 1)]);
    const version = async (): Promise<string> => {
      await org.settle();
      return (await org.store.zoneHeads("east"))[0]?.version ?? "";
    };
    const before = await version();
    await org.apply([timeout("a", 2), timeout("b", 2)], ["MeshRetry/default/mesh-retry-all-default"]);
    expect(await version()).not.toBe(before);
    await org.apply([dataplane("web-1", "other")]);
    await org.apply([], [], { rollback: { to: one.revision } });
    expect(await version()).toBe(before);
  });

  test("a rollback can be taken back as any other revision", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    const one = await org.apply([timeout("a", 1)]);
    const two = await org.apply([timeout("a", 2)]);
    const back = await org.apply([], [], { rollback: { to: one.revision } });
    expect(await seconds(org, "a")).toBe("1");
    await org.apply([], [], { rollback: { undo: back.revision } });
    expect(await seconds(org, "a")).toBe("2");
    await org.apply([], [], { rollback: { to: two.revision } });
    expect(await seconds(org, "a")).toBe("2");
  });

  test("the newest, or one after which nothing differs, is nothing to do and no revision", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    const one = await org.apply([timeout("a", 1)]);
    await org.apply([timeout("a", 2)]);
    const three = await org.apply([timeout("a", 1)]);
    for (const to of [three.revision, one.revision]) {
      const done = await org.apply([], [], { rollback: { to } });
      expect(done).toMatchObject({ revision: three.revision, changes: [], left: [] });
    }
  });

  test("repeated with the same write id it answers as the first time", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    const one = await org.apply([timeout("a", 1)]);
    await org.apply([timeout("a", 2)]);
    const once = () => org.apply([], [], { rollback: { to: one.revision }, writeId: "once" });
    const [first, second] = [await once(), await once()];
    expect(second).toMatchObject({ revision: first.revision, changes: first.changes });
    expect((await org.store.heads()).revision).toBe(first.revision);
  });

  test("a revision that is not there, and one that is kept no longer", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    await org.apply([timeout("a", 1)]);
    for (const rollback of [{ to: 3 }, { undo: 3 }, { to: 0 }]) {
      const fault = await faultOf(org.apply([], [], { rollback }));
      expect(fault).toMatchObject({ code: "absent", title: "Could not roll back" });
      expect(fault.detail).toMatch(/^There is no revision \d in this organisation; the newest is 2$/);
    }
    await org.store.commit({
      writeId: "forget",
      kind: "revision",
      actor: "token:test",
      reason: "",
      writes: [],
      forgetBefore: new Date(plane.now + 1).toISOString(),
    });
    const again = org.at(plane.reopen());
    expect((await faultOf(again.apply([], [], { rollback: { to: 1 } }))).detail).toMatch(
      /^Revision 1 is kept no longer: history begins at revision 3 of 2026-03-04T/,
    );
    expect((await again.apply([], [], { rollback: { to: 3 } })).changes).toEqual([]);
  });

  test("a resource that was deleted and made anew for another zone comes back for its own", async () => {
    const org = await fresh();
    const east = { ...timeout("a", 1), labels: { "kuma.io/zone": "east" } };
    const one = await org.apply([mesh(), zone("east"), zone("west"), east]);
    await org.apply([], ["MeshTimeout/default/a"]);
    await org.apply([{ ...timeout("a", 2), labels: { "kuma.io/zone": "west" } }]);
    await org.apply([], [], { rollback: { to: one.revision } });
    const now = await org.store.get(keyOf("MeshTimeout/default/a"));
    expect(now?.resource.labels).toMatchObject({ "kuma.io/zone": "east", "kuma.io/origin": "zone" });
  });

  test("no token writes by a rollback what it may not write", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    const one = await org.apply([secret("own", "one")]);
    await org.apply([secret("own", "two"), timeout("a", 1)]);
    const caller = { ...org.admin, scopes: ["write"] };
    const fault = await faultOf(org.apply([], [], { caller, rollback: { to: one.revision } }));
    expect(fault.code).toBe("forbidden");
    expect(fault.detail).toContain("Secret");
    expect(await seconds(org, "a")).toBe("1");
  });
});

describe("undo", () => {
  test("takes back one revision and leaves the later ones", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    await org.apply([timeout("a", 1), timeout("b", 1)]);
    const wrong = await org.apply([timeout("a", 2)]);
    await org.apply([timeout("b", 3)]);
    const done = await org.apply([], [], { rollback: { undo: wrong.revision } });
    expect(done.changes).toEqual([{ type: "MeshTimeout", mesh: "default", name: "a", change: "updated" }]);
    expect([await seconds(org, "a"), await seconds(org, "b")]).toEqual(["1", "3"]);
    expect((await org.store.revisions({ size: 1 }))[0]?.reason).toBe(`test (undo revision ${wrong.revision})`);
  });

  test("later revisions that wrote the same are named, each with what it wrote", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    const first = await org.apply([timeout("a", 1), timeout("b", 1)]);
    const second = await org.apply([timeout("a", 2)]);
    const before = await org.store.heads();
    const fault = await faultOf(org.apply([], [], { rollback: { undo: first.revision } }));
    expect(fault).toEqual({
      code: "conflict",
      title: "Could not roll back",
      detail: `Weft cannot undo revision ${first.revision}, and nothing was changed`,
      violations: [
        `rollback: MeshTimeout/default/a was written again by revision ${second.revision}: undo that one first, or roll back to revision ${first.revision - 1}`,
      ],
    });
    expect(await org.store.heads()).toEqual(before);
  });
});

describe("secrets and keys", () => {
  test("a Secret's content comes out of the sealed past, and its sealed text is new", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    const one = await org.apply([secret("own", "the first")]);
    const before = (await specOf(org, "Secret/default/own")) as { data: string };
    await org.apply([secret("own", "the second")]);
    await org.apply([], ["Secret/default/own"]);
    const done = await org.apply([], [], { rollback: { to: one.revision } });
    expect(JSON.stringify(done)).not.toContain(Buffer.from("the first").toString("base64"));
    const read = await org.control.reader.get(org.admin, keyOf("Secret/default/own"));
    expect(read.resource.spec).toEqual({ data: Buffer.from("the first").toString("base64") });
    const now = (await specOf(org, "Secret/default/own")) as { data: string };
    expect(now.data).not.toBe(before.data);
    expect(now.data).toMatch(/^v1\.test\./);
  });

  test("keys, CAs and revocations stay as they are, and the answer says so", async () => {
    const org = await fresh();
    const one = await org.apply([mesh(), timeout("a", 1)]);
    await org.apply([mtlsMesh()]);
    await org.apply([secret("dataplane-token-revocations-default", "id-1"), timeout("a", 2)]);
    const done = await org.apply([], [], { rollback: { to: one.revision } });
    expect(done.left?.map(({ name, why }) => [name, why])).toEqual(
      ["dataplane-token-revocations-default", "default.ca-builtin-cert-ca-1", "default.ca-builtin-key-ca-1"].map(
        (name) => [name, "keys and revocations are never taken back"],
      ),
    );
    expect(await specOf(org, "Mesh//default")).toEqual({});
    expect(await seconds(org, "a")).toBe("1");
    expect(await specOf(org, "Secret/default/dataplane-token-revocations-default")).toBeDefined();
    const ca = await org.store.get(keyOf("Secret/default/default.ca-builtin-cert-ca-1"));
    await org.apply([mtlsMesh()]);
    expect(await org.store.get(keyOf("Secret/default/default.ca-builtin-cert-ca-1"))).toEqual(ca);
  });
});

describe("meshes and zones", () => {
  test("a mesh that was deleted is refused: its keys are gone; also when it stands again", async () => {
    const org = await fresh();
    await org.apply([mesh("shop"), mesh()]);
    const one = await org.apply([timeout("a", 1), timeout("slow", 1, "shop")]);
    const gone = await org.apply([], ["Mesh//shop"]);
    const words = [
      `rollback: the mesh shop was deleted by revision ${gone.revision}, and its keys are gone: its proxies could never trust it again. Roll back to revision ${gone.revision} or later; what the mesh held stands in revision ${gone.revision}, from which it can be made anew`,
    ];
    const asked = () => faultOf(org.apply([], [], { rollback: { to: one.revision } }));
    expect(await asked()).toMatchObject({ code: "conflict", violations: words });
    expect(await faultOf(org.apply([], [], { rollback: { undo: gone.revision } }))).toMatchObject({
      violations: words,
    });
    await org.apply([mesh("shop")]);
    expect(await asked()).toMatchObject({ code: "conflict", violations: words });
    await org.apply([timeout("a", 2)]);
    await org.apply([], [], { rollback: { to: gone.revision, created: "keep" } });
    expect(await seconds(org, "a")).toBe("1");
  });

  test("a mesh and a zone made since are deleted or kept only where that is said", async () => {
    const org = await fresh();
    const one = await org.apply([mesh(), timeout("a", 1)]);
    await org.apply([mesh("shop"), zone("west"), timeout("slow", 1, "shop"), timeout("a", 2)]);
    const fault = await faultOf(org.apply([], [], { rollback: { to: one.revision } }));
    expect(fault.code).toBe("conflict");
    expect(fault.violations.map((text) => text.slice(0, 48))).toEqual([
      "rollback.created: the mesh shop was made since, ",
      "rollback.created: the zone west was made since, ",
    ]);
    const kept = await org.apply([], [], { rollback: { to: one.revision, created: "keep" } });
    expect(kept.left?.map(({ type, name }) => `${type} ${name}`)).toEqual(["Mesh shop", "Zone west"]);
    expect(kept.changes).toEqual([{ type: "MeshTimeout", mesh: "default", name: "a", change: "updated" }]);
    expect(await specOf(org, "MeshTimeout/shop/slow")).toBeDefined();
    const gone = await org.apply([], [], { rollback: { to: one.revision, created: "delete" } });
    expect(gone.changes).toEqual([
      { type: "Zone", mesh: "", name: "west", change: "deleted" },
      { type: "Mesh", mesh: "", name: "shop", change: "deleted" },
    ]);
    expect(await org.store.get(keyOf("MeshTimeout/shop/slow"))).toBeNull();
  });

  test("a zone with a relay is not deleted, and the whole rollback is refused in words", async () => {
    const org = await fresh();
    const one = await org.apply([mesh(), timeout("a", 1)]);
    await org.apply([zone(), timeout("a", 2)]);
    const relay = await enrol(org);
    const fault = await faultOf(org.apply([], [], { rollback: { to: one.revision, created: "delete" } }));
    expect(fault).toMatchObject({ code: "invalid", title: "Could not roll back" });
    expect(fault.violations).toEqual([
      `Zone/east.zone: unable to delete Zone, its relay "${relay.relay}" is still enrolled, please shut it down and revoke it first: weft zone revoke-relay east ${relay.relay}`,
    ]);
    expect(await seconds(org, "a")).toBe("2");
  });
});

describe("proxies of streams", () => {
  /** `web-1` and `web-2` of a relay, joined by themselves. */
  async function joined(): Promise<{ readonly org: Org; readonly revision: number }> {
    const org = await fresh();
    await org.apply([mesh("default", { meshServices: { mode: "Everywhere" } }), zone()]);
    const relay = await enrol(org);
    const token = await tokenFor(org);
    const joins = ["web-1", "web-2"].map((name) => joinOf(dataplane(name, "web"), token));
    expect(refusals(await send(plane, org, relay, ...joins))).toEqual([null, null]);
    return { org, revision: (await org.apply([timeout("a", 1)])).revision };
  }

  test("what joined, was deleted, or joined since stays as it is; so do the services that are made of them", async () => {
    const { org, revision } = await joined();
    await org.apply([timeout("a", 2)], ["Dataplane/default/web-1"]);
    const services = () => org.store.list({ type: "MeshService", offset: 0, size: 9 });
    const before = await services();
    const done = await org.apply([], [], { rollback: { to: revision } });
    expect(done.changes).toEqual([{ type: "MeshTimeout", mesh: "default", name: "a", change: "updated" }]);
    expect(done.left).toEqual([
      { type: "Dataplane", mesh: "default", name: "web-1", why: "it is its proxy's own: it comes and goes with it" },
    ]);
    expect(await services()).toEqual(before);
    expect(before.total).toBe(1);
    expect(await org.store.get(keyOf("Dataplane/default/web-2"))).not.toBeNull();
  });

  test("one that a user has written since gets its content back, and stays the user's", async () => {
    const { org, revision } = await joined();
    await org.apply([dataplane("web-1", "other")]);
    await org.apply([], [], { rollback: { to: revision } });
    expect(JSON.stringify(await specOf(org, "Dataplane/default/web-1"))).toContain('"kuma.io/service":"web"');
    const lives = await org.store.registrations({ mesh: "default" });
    expect(lives.map(({ name, owner }) => [name, owner])).toEqual([
      ["web-1", "user"],
      ["web-2", "stream"],
    ]);
  });

  test("history from before that was told apart knows them by never having been written", async () => {
    const { org, revision } = await joined();
    await org.apply([dataplane("own", "own")]);
    await org.apply([], ["Dataplane/default/web-1", "Dataplane/default/own"]);
    const streams = async (): Promise<unknown> =>
      (await org.store.passages({ from: revision + 1, to: revision + 2 }, { offset: 0, size: 9 })).map(
        ({ key, stream }) => [key.name, stream],
      );
    const before = await streams();
    expect(before).toEqual([
      ["own", false],
      ["web-1", true],
    ]);
    const sql = migrationsOf("tenant").find(({ name }) => name.endsWith("_follow-resources.sql"))?.sql ?? "";
    const upgrade = splitStatements(sql).at(-1) ?? "";
    expect(upgrade).toMatch(/^UPDATE revision_change/);
    const older = { sql: "UPDATE revision_change SET stream = 0 WHERE tenant_id = ?1", params: [org.tenant] };
    await plane.tenants.batch([older, { sql: upgrade, params: [] }]);
    expect(await streams()).toEqual(before);
  });

  test("a service that a user wrote in a generated one's place gives way to it again", async () => {
    const { org, revision } = await joined();
    const [generated] = (await org.store.list({ type: "MeshService", offset: 0, size: 9 })).items;
    const { name = "", labels, spec } = generated?.resource ?? {};
    const { "kuma.io/managed-by": _, ...own } = labels ?? {};
    await org.apply([{ type: "MeshService", mesh: "default", name, labels: own, spec }]);
    const done = await org.apply([], [], { rollback: { to: revision } });
    await org.settle();
    expect(done.changes).toMatchObject([{ type: "MeshService", name, change: "deleted" }]);
    const [again] = (await org.store.list({ type: "MeshService", offset: 0, size: 9 })).items;
    expect(again?.resource.labels).toMatchObject({ "kuma.io/managed-by": "meshservice-generator" });
  });
});

test("what would not be valid any more is refused, with every violation and the resource that it is of", async () => {
  const org = await fresh();
  await org.apply([mesh(), zone()]);
  const one = await org.apply([timeout("a", 1), timeout("b", 1)]);
  await org.apply([timeout("a", 2), timeout("b", 2)]);
  // As an older release might have stored it.
  await plane.tenants.batch([
    {
      sql: `UPDATE revision_change SET before = replace(before, '"connectionTimeout"', '"connectionTimeOut"')
        WHERE tenant_id = ?1 AND revision > ?2`,
      params: [org.tenant, one.revision],
    },
  ]);
  const fault = await faultOf(org.apply([], [], { rollback: { to: one.revision } }));
  expect(fault).toMatchObject({
    code: "invalid",
    detail: `Weft cannot roll back to revision ${one.revision}, and nothing was changed: what would stand breaks rules of now`,
  });
  expect(fault.violations.map((text) => text.replace(/ .*/, ""))).toEqual([
    "MeshTimeout/default/a.spec.to[0].default.connectionTimeOut:",
    "MeshTimeout/default/b.spec.to[0].default.connectionTimeOut:",
  ]);
});

test("revisions are kept as long as the edge says, and the newest always", async () => {
  const org = (await fresh()).at(plane.reopen({ historyDays: 30 }));
  await org.apply([mesh()]);
  await org.apply([timeout("a", 1)]);
  plane.now += 31 * 86_400_000;
  await org.apply([timeout("a", 2)]);
  expect((await org.store.revisions({ size: 9 })).map(({ revision }) => revision)).toEqual([3]);
  await org.apply([timeout("a", 3)]);
  expect((await org.store.oldestRevision())?.revision).toBe(3);
});
