// A plan holds while what moved cannot change what was planned; else it is refused with what moved, or what would differ.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StoredEffect } from "#control/effect-book.ts";
import type { Plan } from "#control/face/plan.ts";
import type { Outcome } from "#control/outcome.ts";
import { kindDifferences, kindsOf } from "#control/plan/kinds.ts";
import {
  type Asked,
  type Body,
  changeOf,
  client,
  dataplane,
  enrol,
  faultOf,
  mesh,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  secret,
  signUp,
  type TestRelay,
  timeout,
  zone,
} from "./harness.ts";
import { csrFor, joinOf, refusals, send, tokenFor } from "./joining.ts";

let plane: Plane;
let org: Org;
let relay: TestRelay;
let token: string;

beforeEach(async () => {
  plane = await openPlane();
  org = await signUp(plane, "shop");
  await org.apply([mtlsMesh(), mesh("free"), zone()]);
  relay = await enrol(org);
  token = await tokenFor(org);
  await org.apply([dataplane("api-1", "api"), client("web-1", "api"), allow("first", "web-1")]);
  await org.settle();
});
afterEach(() => plane.close());

const plan = (asked: Asked): Promise<Plan> => org.control.writer.plan(org.admin, changeOf(asked));
const commit = (planId: string) => org.control.writer.apply(org.admin, changeOf({ planId }));
const apply = (asked: Asked) => org.control.writer.apply(org.admin, changeOf(asked));

/** Nearer than the mesh's default, for proxies that call. */
const slow = (seconds: number, name = "slow"): Body => ({
  ...timeout(name, seconds),
  spec: {
    targetRef: { kind: "Dataplane" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${seconds}s` } }],
  },
});

function allow(name: string, from: string, action = "Allow"): Body {
  const targetRef = { kind: "MeshSubset", tags: { "kuma.io/service": from } };
  return {
    type: "MeshTrafficPermission",
    mesh: "default",
    name,
    spec: { targetRef: { kind: "Mesh" }, from: [{ targetRef, default: { action } }] },
  };
}

/** A newcomer by itself, at an address of its own; its life. */
async function joins(body: Body & { networking?: object }, address: string): Promise<string> {
  const join = joinOf({ ...body, networking: { ...body.networking, address } }, token, { csr: await csrFor() });
  expect(refusals(await send(plane, org, relay, join))).toEqual([null]);
  return join.registration;
}

const more = (name: string, service: string, address: string): Body => {
  const body = dataplane(name, service) as Body & { networking: object };
  return { ...body, networking: { ...body.networking, address } };
};

describe("a plan holds", () => {
  test.each<readonly [string, Asked]>([
    ["another mesh", { put: [timeout("slow", 3, "free")] }],
    [
      "a zone, a Secret and a proxy of a service that is shown",
      {
        put: [secret("key", "password"), more("api-2", "api", "10.0.0.7")],
      },
    ],
    ["another policy of the same proxies", { put: [allow("more", "shop-1")] }],
    ["the end of what it does not touch", { delete: ["Mesh//free"] }],
  ])("where %s was committed", async (_, between) => {
    const made = await plan({ put: [slow(9)], delete: ["MeshTimeout/default/mesh-timeout-all-default"] });
    const { revision } = await apply(between);
    expect(revision).toBe(made.revision + 1);
    expect((await org.control.writer.planStanding(org.admin, made.id)).stale).toBeNull();
    expect(await commit(made.id)).toMatchObject({ revision: revision + 1 });
  });

  test("where proxies of services that are shown come and go by themselves, the last of one too", async () => {
    const registration = await joins(client("web-2", "api"), "10.0.0.8");
    const { revision, sequence } = await org.store.heads();
    const made = await plan({ put: [slow(9)] });
    expect(made.outcome.effect.proxies).toBe(2);
    await joins(dataplane("api-2", "api"), "10.0.0.7");
    const gone = { kind: "gone" as const, number: 1, mesh: "default", name: "web-2", registration };
    await org.control.writer.report(relay, proof(plane), { events: [gone] });
    expect(await org.store.heads()).toMatchObject({ revision, sequence: sequence + 2 });
    expect(await commit(made.id)).toMatchObject({ revision: revision + 1 });
  });
});

describe("a plan is refused, and what moved or differs is named", () => {
  const deleted: Asked = { delete: ["MeshTrafficPermission/default/first"] };
  test.each<readonly [string, Asked, Asked, string]>([
    [
      "its resource was changed",
      { put: [slow(9)] },
      { put: [slow(3), timeout("x", 1, "free")] },
      "MeshTimeout/default/slow: was made",
    ],
    ["its resource is gone", deleted, deleted, "MeshTrafficPermission/default/first: was deleted"],
    ["its mesh is gone", { put: [timeout("new", 1, "free")] }, { delete: ["Mesh//free"] }, "mesh"],
    [
      "others changed the value that it replaces",
      { put: [slow(9, "a")] },
      { put: [slow(3, "b")] },
      "effect: cluster api of mesh default would be changed otherwise than the plan shows",
    ],
    [
      "others have taken its effect away",
      { put: [slow(9, "b")] },
      { delete: ["Dataplane/default/web-1"] },
      "effect: shown, and no more so: cluster api of mesh default would be changed",
    ],
    [
      "a service that was not there gets it",
      { put: [slow(9)] },
      { put: [client("shop-1", "api")] },
      "effect: cluster api of mesh default would be changed for proxies of shop-1 too",
    ],
    [
      "somebody else loses access",
      { put: [mesh()] },
      { put: [client("shop-1", "api"), allow("second", "shop-1")] },
      "access: * → shop-1 in mesh default: denied → open, and the plan does not show that",
    ],
    [
      "somebody loses nothing any more",
      deleted,
      { put: [allow("other", "web-1")] },
      "access: shown, and no more so: web-1 → api in mesh default: allowed → denied",
    ],
    [
      "more is in its selection",
      { prune: { meshes: ["default"], types: ["MeshTrafficPermission"], empty: true } },
      { put: [allow("second", "web-2")] },
      "MeshTrafficPermission/default/second: would be written, and the plan does not show that",
    ],
    [
      "more would be rolled back",
      { rollback: { to: 1 } },
      { put: [slow(3)] },
      "MeshTimeout/default/slow: would be written",
    ],
  ])("%s", async (_, planned, between, wanted) => {
    const made = await plan(planned);
    expect(made.changes.length).toBeGreaterThan(0);
    await apply({ reason: "in between", ...between });
    const before = await org.store.heads();
    const { code, title, detail, violations } = await faultOf(commit(made.id));
    expect([code, title]).toEqual(["stale", "Stale plan"]);
    expect(detail).toContain(`made on revision ${made.revision}, and revision ${made.revision + 1} came since`);
    expect(violations).toContainEqual(expect.stringContaining(wanted));
    expect(violations.join()).not.toContain("free/x");
    expect(await org.store.heads()).toEqual(before);
    const { stale } = await org.control.writer.planStanding(org.admin, made.id);
    expect(stale?.reason).toBe(detail);
    expect((await faultOf(org.control.writer.approvePlan({ ...org.admin, actor: "token:bob" }, made.id))).code).toBe(
      "stale",
    );
  });

  test("where a service that was not there joins by itself and would get it", async () => {
    const made = await plan({ put: [slow(9)] });
    await joins(client("shop-1", "api"), "10.0.0.7");
    const { code, detail, violations } = await faultOf(commit(made.id));
    expect([code, detail]).toEqual(["stale", expect.stringContaining("proxies have come or gone since")]);
    expect(violations).toEqual(["effect: cluster api of mesh default would be changed for proxies of shop-1 too"]);
  });

  test("of a mesh's end where proxies have joined the mesh", async () => {
    const made = await plan({ delete: ["Mesh//free"] });
    token = await tokenFor(org, { mesh: "free" });
    await joins({ ...dataplane("api-2", "api"), mesh: "free" }, "10.0.0.7");
    const { code, detail, violations } = await faultOf(commit(made.id));
    expect([code, detail]).toEqual(["stale", expect.stringContaining("it cannot be committed on what stands now")]);
    expect(violations).toEqual([expect.stringContaining("there are still some dataplanes attached")]);
  });

  test("where a proxy that it writes has joined by itself", async () => {
    const made = await plan({ put: [dataplane("api-2", "api")] });
    await joins(dataplane("api-2", "api"), "10.0.0.7");
    const { code, violations } = await faultOf(commit(made.id));
    expect([code, violations]).toEqual(["stale", ["Dataplane/default/api-2: is not as it was planned on"]]);
  });
});

test("all plans at once are judged by versions", async () => {
  const held = await plan({ put: [slow(9, "b")] });
  const moved = await plan({ put: [slow(9)] });
  const done = await plan({ put: [timeout("own", 1, "free")] });
  await commit(done.id);
  await apply({ put: [slow(3)] });
  const all = await org.control.writer.planStandings(org.admin);
  expect(Object.keys(all).sort()).toEqual([held.id, moved.id, done.id].sort());
  expect([all[held.id]?.stale, all[done.id]?.stale]).toEqual([null, null]);
  expect(all[moved.id]?.stale?.moved).toEqual([
    { field: "MeshTimeout/default/slow", reason: "is not as it was planned on" },
  ]);
  expect((await faultOf(org.control.writer.planStanding(org.admin, "nosuch"))).code).toBe("absent");
  plane.now += 86_400_000;
  expect((await org.control.writer.planStandings(org.admin))[held.id]?.stale?.reason).toContain("has expired");
});

/** What the publisher stored of a revision, as an outcome. */
async function storedOutcome(revision: number): Promise<Outcome> {
  const rows = await org.store.effects(revision);
  expect(rows.every(({ first }) => first === revision)).toBe(true);
  const bodies = rows.map(({ body }) => JSON.parse(body) as StoredEffect);
  const { access = [], faults = { new: [], mended: [] } } = bodies.find(({ effect }) => effect === undefined) ?? {};
  const zones = bodies.flatMap(({ effect }) => effect ?? []);
  return { access, faults, effect: { proxies: 0, zones } };
}

test("whatever comes in between: what holds does what was shown", async () => {
  const changes: readonly Asked[] = [
    { put: [slow(4)] },
    { put: [slow(6, "b")] },
    { put: [client("shop-1", "api")] },
    { put: [more("api-2", "api", "10.0.0.7")] },
    { put: [allow("first", "web-1", "Deny")] },
    { put: [timeout("t", 2, "free")] },
    { put: [allow("second", "shop-1")] },
    { delete: ["Dataplane/default/shop-1"] },
    { put: [allow("first", "web-1")] },
  ];
  let [held, refused] = [0, 0];
  const kinds = (outcome: Outcome) => kindsOf(outcome, () => "", plane.deps.digest);
  for (const [index, asked] of changes.entries()) {
    const made = await plan(asked);
    const between = changes[(index * 4 + 3) % changes.length] as Asked;
    const passed = await apply(between).then(
      () => true,
      () => false,
    );
    await org.settle();
    const done = await commit(made.id).catch(() => null);
    await org.settle();
    if (done === null) refused += 1;
    else if (passed && made.changes.length > 0) {
      held += 1;
      const now = kinds(await storedOutcome(done.revision));
      expect(kindDifferences(kinds(made.outcome), now, true), JSON.stringify([asked, between])).toEqual([]);
    }
    await apply(asked).catch(() => undefined);
    await org.settle();
  }
  expect(held).toBeGreaterThan(1);
  expect(refused).toBeGreaterThan(1);
});
