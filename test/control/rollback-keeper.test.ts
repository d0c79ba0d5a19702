// Automatic rollback: a revision that proxies refuse, or under which errors rise, is taken back by itself, once, with its reason.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ReportedLoads, ReportedRevision } from "#api/zone.ts";
import { ROLLBACK_ACTOR } from "#control/rollback-actor.ts";
import {
  type Body,
  enrol,
  mesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  signUp,
  type TestRelay,
  zone,
} from "./harness.ts";
import { look } from "./snapshot-reader.ts";

let plane: Plane;
let made = 0;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

const control = (rollback: object, name = "guard", of = "default"): Body => ({
  type: "ChangeControl",
  mesh: of,
  name,
  spec: { rollback },
});
const timeout = (milliseconds: number, of = "default"): Body => ({
  type: "MeshTimeout",
  mesh: of,
  name: "slow",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${milliseconds}ms` } }],
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
  await org.apply([timeout(1000)]);
  return {
    org,
    relay,
    async report(body, by = relay) {
      await org.control.writer.report(by, proof(plane), { events: [], ...body });
      await org.settle();
    },
    newest: async () => (await org.store.revisions({ size: 1 }))[0]!,
    async timeout(of = "default") {
      const found = await org.store.get({ type: "MeshTimeout", mesh: of, name: "slow" });
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
      reason: `taken back by ChangeControl guard of mesh default: ${why} (undo revision ${revision})`,
    });
    expect(await rollbacks()).toMatchObject([{ revision, by: revision + 1, why }]);
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

  test("counts proxies of all relays", async () => {
    const { org, report, newest } = await fresh({ window: "1m", nacks: 1 });
    const second = await enrol(org);
    const { revision } = await org.apply([timeout(2000)]);
    await report({ revisions: [refused(revision, ["default.web-1"])] });
    expect((await newest()).revision).toBe(revision);
    await report({ revisions: [refused(revision, ["default.web-2"])] }, second);
    expect((await newest()).reason).toContain("2 proxies refuse it, and 1 may");
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

  test("are laid at the door of the newest revision of their mesh, whatever is written in others", async () => {
    const { org, report, newest } = await fresh({ window: "1m", errorRate: 10, minRequests: 50 });
    const { revision } = await org.apply([timeout(2000)]);
    const other = await org.apply([timeout(3000, "other")]);
    await report({ loads: [told(other.revision, 60)] });
    expect((await newest()).revision, "it wrote nothing in this mesh").toBe(other.revision);
    await report({ loads: [told(revision, 30), told(other.revision, 30)] });
    expect((await newest()).reason).toContain(`(undo revision ${revision})`);
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
