// Automatic rollback: a revision that proxies refuse, or under which errors rise, is taken back by itself, once, with its reason.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ReportedLoads, ReportedRevision } from "#api/zone.ts";
import { ROLLBACK_ACTOR } from "#control/rollback/actor.ts";
import { always, breakable } from "#test/control/breakable.ts";
import {
  type Body,
  client,
  dataplane,
  defer,
  enrol,
  mesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  signUp,
  type TestRelay,
  zone,
} from "#test/control/harness.ts";
import { look } from "#test/control/snapshot-reader.ts";

let plane: Plane;
let made = 0;
/** Snapshots are stored when this has resolved. */
let storing = Promise.resolve();
/** One is about to be stored. */
let begun = (): void => {};
const engine = breakable();
beforeAll(async () => {
  plane = await openPlane({
    wrap: (database) =>
      engine.wrap({
        ...database,
        async batch(statements) {
          if (statements.some(({ sql }) => sql.startsWith("UPDATE zone_head SET epoch"))) {
            begun();
            await storing;
          }
          return database.batch(statements);
        },
      }),
  });
});
afterAll(() => plane.close());

const control = (rollback: object, name = "guard", of = "default"): Body => ({
  type: "ChangeControl",
  mesh: of,
  name,
  spec: { rollback },
});
/** Its name is before that of the mesh's own timeouts, so it wins. */
const timeout = (milliseconds: number, of = "default"): Body => ({
  type: "MeshTimeout",
  mesh: of,
  name: "early",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${milliseconds}ms` } }],
  },
});

/** For requests to one service. */
const timeoutTo = (service: string, milliseconds: number): Body => ({
  ...timeout(milliseconds),
  name: `before-${service}`,
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "MeshService", name: service }, default: { connectionTimeout: `${milliseconds}ms` } }],
  },
});

interface Subject {
  readonly org: Org;
  readonly relay: TestRelay;
  report(
    body: { readonly revisions?: ReportedRevision[]; readonly loads?: ReportedLoads[] },
    by?: TestRelay,
  ): Promise<void>;
  newest(): Promise<{ readonly revision: number; readonly actor: string; readonly reason: string }>;
  timeout(of?: string): Promise<unknown>;
  rollbacks(): Promise<readonly Record<string, unknown>[]>;
}

async function fresh(rollback: object = { window: "1m", nacks: 0 }): Promise<Subject> {
  const org = await signUp(plane, `rollbacks-${++made}`);
  await org.apply([mesh(), mesh("other"), zone()]);
  const relay = await enrol(org);
  await org.apply([control(rollback)]);
  plane.now += 1;
  const servers = ["backend", "shop"];
  await org.apply(servers.flatMap((name) => [dataplane(`${name}-1`, name), client(`web-${name}`, name)]));
  await org.apply([timeout(1000), timeout(1000, "other")]);
  // One effect may cover revisions that are published together.
  await org.settle();
  return {
    org,
    relay,
    async report(body, by = relay) {
      await org.control.writer.report(by, proof(plane), { events: [], ...body });
      await org.settle();
    },
    newest: async () => (await org.store.revisions({ size: 1 }))[0]!,
    async timeout(of = "default") {
      const found = await org.store.get({ type: "MeshTimeout", mesh: of, name: "early" });
      return (found?.resource.spec as { to: { default: { connectionTimeout: string } }[] } | undefined)?.to[0]?.default
        .connectionTimeout;
    },
    async rollbacks() {
      const found = await org.store.get({ type: "ChangeControl", mesh: "default", name: "guard" });
      return ((found?.resource.status ?? {}) as { rollbacks?: Record<string, unknown>[] }).rollbacks ?? [];
    },
  };
}

const nothing = { count: 0, max: 0, buckets: [] };

/** What a relay tells of a revision that `proxies` refuse. */
function refused(revision: number, proxies: readonly string[], since = revision): ReportedRevision {
  return {
    ...{ epoch: 1, revision, sequence: 99, acked: 1, nacked: proxies.length, pending: 0, absent: 0, untouched: 0 },
    ...{ pushed: nothing, taken: nothing },
    laggards: proxies.map((proxy) => ({ proxy, reason: "no such filter", state: "nacked", since })),
  };
}

describe("a refusal", () => {
  test("takes the revision back, as a revision that says why; the rule's status tells of it, and no report does it twice", async () => {
    const { org, report, newest, timeout: standing, rollbacks } = await fresh();
    const { revision } = await org.apply([timeout(2000)]);
    await report({ revisions: [refused(revision, [])] });
    expect(await standing()).toBe("2s");
    await report({ revisions: [refused(revision, ["default.web-1"])] });
    expect(await standing()).toBe("1s");
    const why = "proxy default.web-1 refuses it, and 0 may; no such filter";
    expect(await newest()).toMatchObject({
      revision: revision + 1,
      actor: ROLLBACK_ACTOR,
      reason: `taken back by ChangeControl guard of mesh default: ${why} (undo revision ${revision} in mesh default)`,
    });
    expect(await rollbacks()).toMatchObject([{ revision, by: revision + 1, why }]);
    const deeds = await org.store.audit({ newestFirst: true, size: 2 });
    expect(deeds.map(({ action, revision: of }) => [action, of])).toEqual([
      ["rollback.automatic", revision + 1],
      ["resources.change", revision + 1],
    ]);
    expect(deeds[0]).toMatchObject({
      ...{ actor: ROLLBACK_ACTOR, subject: `revision ${revision}` },
      details: { undone: revision, reason: expect.stringContaining(why) },
    });
    await report({ revisions: [refused(revision, ["default.web-1", "default.web-2"])] });
    await report({ revisions: [refused(revision + 1, ["default.web-1"])] });
    expect((await newest()).revision, "nor is what the keeper made taken back").toBe(revision + 1);
  });

  test.each([
    ["of another mesh's proxy", (revision: number) => refused(revision, ["other.web-1"])],
    ["that began under an earlier revision", (revision: number) => refused(revision, ["default.web-1"], revision - 1)],
  ])("%s does not", async (_, told) => {
    const { org, report, newest } = await fresh();
    const { revision } = await org.apply([timeout(2000)]);
    await report({ revisions: [told(revision)] });
    expect((await newest()).revision).toBe(revision);
  });

  test("does not take back what was written in another mesh, nor anything after its window", async () => {
    const { org, report, newest } = await fresh();
    const other = await org.apply([timeout(2000, "other")]);
    await report({ revisions: [refused(other.revision, ["default.web-1"])] });
    expect((await newest()).revision).toBe(other.revision);
    const { revision } = await org.apply([timeout(2000)]);
    plane.now += 60_000 + 15_001;
    await report({ revisions: [refused(revision, ["default.web-1"])] });
    expect((await newest()).revision).toBe(revision);
  });

  test.each(["goes on", "is opened anew"])(
    "is not forgotten where nothing could be written when it was told, and the writer %s",
    async (how) => {
      const { org, relay, report, newest } = await fresh();
      const { revision } = await org.apply([timeout(2000)]);
      await org.settle();
      engine.fail = always("INSERT INTO revision (");
      await org.control.writer.report(relay, proof(plane), {
        ...{ events: [], revisions: [refused(revision, ["default.web-1"])] },
      });
      await org.control.writerOf(org.tenant).settle();
      engine.fail = null;
      expect((await newest()).revision).toBe(revision);
      plane.now += 5000;
      const at = how === "goes on" ? org : org.at(plane.reopen());
      await at.control.writerOf(org.tenant).recover();
      await at.settle();
      expect((await newest()).reason).toContain(`(undo revision ${revision} in mesh default)`);
      await at.control.writerOf(org.tenant).recover();
      await at.settle();
      expect((await newest()).revision).toBe(revision + 1);
      await report({});
    },
  );

  test("takes back what was written in its mesh, and neither what another has nor what is of none", async () => {
    const { org, report, newest, timeout: standing, rollbacks } = await fresh();
    const held: Body = {
      ...control({ window: "1m", nacks: 5 }, "held", "other"),
      spec: { approvals: { required: 2 } },
    };
    const disabled: Body = { type: "Zone", name: "zone-1", enabled: false };
    const { revision } = await org.apply([timeout(2000), timeout(2000, "other"), held, disabled]);
    await report({ revisions: [refused(revision, ["default.web-1"])] });
    expect([await standing(), await standing("other")]).toEqual(["1s", "2s"]);
    const found = await Promise.all([
      org.store.get({ type: "ChangeControl", mesh: "other", name: "held" }),
      org.store.get({ type: "Zone", mesh: "", name: "zone-1" }),
    ]);
    expect(found.map((one) => one?.resource.spec)).toMatchObject([held.spec, { enabled: false }]);
    expect((await newest()).reason).toContain(`(undo revision ${revision} in mesh default)`);
    expect(await rollbacks()).toMatchObject([{ revision, by: revision + 1 }]);
  });

  test("takes nothing back that is of no mesh, and says who can", async () => {
    const { org, report, newest, rollbacks } = await fresh();
    const { revision } = await org.apply([{ type: "Zone", name: "zone-1", enabled: false }]);
    for (const _ of [1, 2]) await report({ revisions: [refused(revision, ["default.web-1"])] });
    expect((await newest()).revision).toBe(revision);
    const told = await rollbacks();
    expect(told).toMatchObject([
      {
        revision,
        refused: expect.stringContaining("it wrote nothing in that mesh but Zone/zone-1: who may write that"),
      },
    ]);
  });

  test("of two meshes takes what was written in each back by its own rule", async () => {
    const { org, report, timeout: standing } = await fresh();
    await org.apply([control({ window: "1m", nacks: 0 }, "guard", "other")]);
    plane.now += 1;
    const { revision } = await org.apply([timeout(2000), timeout(2000, "other")]);
    await report({ revisions: [refused(revision, ["default.web-1", "other.web-1"])] });
    expect([await standing(), await standing("other")]).toEqual(["1s", "1s"]);
  });

  test("counts proxies of all relays", async () => {
    const { org, report, newest } = await fresh({ window: "1m", nacks: 1 });
    const second = await enrol(org);
    const { revision } = await org.apply([timeout(2000)]);
    await report({ revisions: [refused(revision, ["default.web-1"])] });
    expect((await newest()).revision).toBe(revision);
    await report({ revisions: [refused(revision, ["default.web-2"])] }, second);
    expect((await newest()).reason).toContain("2 proxies refuse it, and 1 may");
  });

  test("of what was committed before the rule is none of its business", async () => {
    const { org, report, newest } = await fresh();
    const { revision } = await org.apply([timeout(2000)]);
    await org.apply([], ["ChangeControl/default/guard"]);
    plane.now += 1;
    const later = await org.apply([control({ window: "1m", nacks: 0 })]);
    await report({ revisions: [refused(revision, ["default.web-1"]), refused(later.revision, ["default.web-1"])] });
    expect((await newest()).revision).toBe(later.revision);
  });

  test("of what a later revision has written again is told and taken back by nobody", async () => {
    const { org, report, newest, rollbacks } = await fresh();
    const { revision } = await org.apply([timeout(2000)]);
    const later = await org.apply([timeout(3000)]);
    await report({ revisions: [refused(revision, ["default.web-1"])] });
    expect((await newest()).revision).toBe(later.revision);
    const [told] = await rollbacks();
    expect(told).toMatchObject({ revision, refused: expect.stringContaining(`${later.revision}`) });
    expect(told).not.toHaveProperty("by");
    const [deed] = await org.store.audit({ newestFirst: true, size: 1 });
    expect(deed).toMatchObject({
      ...{ action: "rollback.refuse", actor: ROLLBACK_ACTOR, subject: `revision ${revision}`, revision: null },
      details: { undone: revision, refused: told?.refused, reason: expect.stringContaining("refuses it, and 0 may") },
    });
  });
});

describe("errors", () => {
  const told = (revision: number, errors: number, before = 0): ReportedLoads => ({
    ...{ epoch: 1, revision },
    meshes: [
      {
        mesh: "default",
        destinations: [{ name: "backend", before: { total: 100, errors: before }, since: { total: 60, errors } }],
      },
    ],
  });

  test("of all relays together take the revision back", async () => {
    const {
      org,
      relay,
      report,
      newest,
      timeout: standing,
    } = await fresh({ window: "1m", errorRate: 10, minRequests: 100 });
    const second = await enrol(org);
    await org.settle();
    const seen = await look(org.control, org.store, relay, null);
    expect(seen?.envelope.meshes.map(({ name, loads }) => [name, loads])).toEqual([
      ["default", { windowSeconds: 60 }],
      ["other", undefined],
    ]);
    const { revision } = await org.apply([timeout(2000)]);
    await report({ loads: [told(revision, 30)] });
    expect((await newest()).revision, "too few requests").toBe(revision);
    await report({ loads: [told(revision, 0)] }, second);
    expect((await newest()).reason).toContain("30 of 120 requests to backend failed since (25 %, and 0 % before)");
    expect(await standing()).toBe("1s");
  });

  test("that were there before, or are told of an earlier revision, do not", async () => {
    const { org, report, newest } = await fresh({ window: "1m", errorRate: 10, minRequests: 50 });
    const earlier = await org.apply([{ ...timeout(2000), name: "else" }]);
    const { revision } = await org.apply([timeout(3000)]);
    await report({ loads: [told(revision, 30, 45)] });
    await report({ loads: [told(earlier.revision, 60)] });
    expect((await newest()).revision).toBe(revision);
  });

  test.each([
    ["", [1, 1]],
    [", also where both were published together", [2, 2]],
  ])(
    "are laid at the door of the newest revision of their mesh, whatever is written in others%s",
    async (_, covered) => {
      const { org, report, newest } = await fresh({ window: "1m", errorRate: 10, minRequests: 50 });
      const [stored, first] = [defer(), defer()];
      if (covered[0] === 2) [storing, begun] = [stored.promise, first.resolve];
      // While this one is being stored, the next two wait for one publication.
      await org.apply([timeout(1500, "other")]);
      await (covered[0] === 2 ? first.promise : org.settle());
      const { revision } = await org.apply([timeout(2000)]);
      if (covered[0] === 1) await org.settle();
      const other = await org.apply([timeout(3000, "other")]);
      stored.resolve();
      await org.settle();
      const effects = await Promise.all([revision, other.revision].map((one) => org.store.effects(one)));
      expect(effects.map(([row]) => (row === undefined ? 0 : row.revision - row.first + 1))).toEqual(covered);
      await report({ loads: [told(other.revision, 60)] });
      expect((await newest()).revision, "it wrote nothing in this mesh").toBe(other.revision);
      await report({ loads: [told(revision, 30), told(other.revision, 30)] });
      expect((await newest()).reason).toContain(`(undo revision ${revision} in mesh default)`);
    },
  );
});

describe("errors of a destination", () => {
  const rule = { window: "1m", errorRate: 10, minRequests: 50 };
  const storm = (revision: number, name: string): ReportedLoads => ({
    ...{ epoch: 1, revision },
    meshes: [
      {
        mesh: "default",
        destinations: [
          { name, before: { total: 100, errors: 0 }, since: { total: 60, errors: 60 } },
          { name: "busy", before: { total: 90_000, errors: 0 }, since: { total: 90_000, errors: 0 } },
        ],
      },
    ],
  });

  test("that the revision did not touch are not its doing; those of one that it touched are, however rare in the mesh", async () => {
    const { org, report, newest } = await fresh(rule);
    const { revision } = await org.apply([timeoutTo("shop", 2000)]);
    await report({ loads: [storm(revision, "backend")] });
    expect((await newest()).revision).toBe(revision);
    await report({ loads: [storm(revision, "shop")] });
    expect((await newest()).reason).toContain("60 of 60 requests to shop failed since");
  });

  test("whose instances take requests otherwise are its doing", async () => {
    const { org, report, newest } = await fresh(rule);
    const targetRef = { kind: "MeshSubset", tags: { "kuma.io/service": "backend" }, proxyTypes: ["Sidecar"] };
    const limit = { local: { http: { requestRate: { num: 1, interval: "1s" } } } };
    const limited = { type: "MeshRateLimit", mesh: "default", name: "few" };
    const spec = { targetRef, from: [{ targetRef: { kind: "Mesh" }, default: limit }] };
    const { revision } = await org.apply([{ ...limited, spec }]);
    await report({ loads: [storm(revision, "shop")] });
    expect((await newest()).revision).toBe(revision);
    await report({ loads: [storm(revision, "backend")] });
    expect((await newest()).reason).toContain("requests to backend failed since");
  });

  test("are laid at the door of the newest revision that touched it: an innocent one that follows shields nobody", async () => {
    const { org, report, newest } = await fresh(rule);
    const { revision } = await org.apply([timeoutTo("shop", 2000)]);
    await org.settle();
    const later = await org.apply([timeoutTo("backend", 2000)]);
    await report({ loads: [storm(later.revision, "shop")] });
    expect((await newest()).revision).toBe(later.revision);
    await report({ loads: [storm(revision, "shop")] });
    expect((await newest()).reason).toContain(`(undo revision ${revision} in mesh default)`);
  });

  test("are nobody's where a later revision touched it too", async () => {
    const { org, report, newest } = await fresh(rule);
    const { revision } = await org.apply([timeoutTo("shop", 2000)]);
    await org.settle();
    const later = await org.apply([{ ...timeoutTo("shop", 3000), name: "again-shop" }]);
    await org.settle();
    await report({ loads: [storm(revision, "shop")] });
    expect((await newest()).revision).toBe(later.revision);
  });
});

test("a mesh without a rule has nothing taken back, and nobody is asked for loads", async () => {
  const { org, relay, report, newest } = await fresh();
  await org.apply([], ["ChangeControl/default/guard"]);
  const { revision } = await org.apply([timeout(2000)]);
  await report({ revisions: [refused(revision, ["default.web-1"])] });
  expect((await newest()).revision).toBe(revision);
  const seen = await look(org.control, org.store, relay, null);
  expect(seen?.envelope.meshes.every((one) => !("loads" in one))).toBe(true);
});
