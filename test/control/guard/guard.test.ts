// Guard rails: what holds which change back, what lets it through, and who may override it.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Caller } from "#control/face/caller.ts";
import type { Plan } from "#control/face/plan.ts";
import { ROLLBACK_ACTOR } from "#control/rollback/actor.ts";
import {
  type Asked,
  type Body,
  changeOf,
  dataplane,
  faultOf,
  mesh,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  START,
  secret,
  signUp,
  timeout,
  zone,
} from "#test/control/harness.ts";

let plane: Plane;
let org: Org;

beforeEach(async () => {
  plane = await openPlane();
  org = await signUp(plane, "shop");
  await org.apply([mesh(), mesh("free"), zone(), timeout("slow", 1), timeout("other", 1)]);
});
afterEach(() => plane.close());

const control = (spec: object, name = "guard"): Body => ({ type: "ChangeControl", mesh: "default", name, spec });
const by = (name: string, ...scopes: readonly string[]): Caller => ({
  tenant: org.tenant,
  actor: `token:${name}`,
  scopes: scopes.length === 0 ? ["write", "plan:approve"] : scopes,
});
const over = (caller: Caller, override = "the shop is down"): Caller => ({ ...caller, override });

const w = () => org.control.writer;
const apply = (caller: Caller, asked: Asked) => w().apply(caller, changeOf(asked));
const plan = (caller: Caller, asked: Asked): Promise<Plan> => w().plan(caller, changeOf(asked));
const commit = (caller: Caller, planId: string) => apply(caller, { planId });

/** Every way to write something of the mesh `default`. */
const WAYS: readonly (readonly [string, Asked])[] = [
  ["a put of one resource", { put: [timeout("slow", 2)] }],
  ["a new resource", { put: [timeout("new", 2)] }],
  ["a delete", { delete: ["MeshTimeout/default/slow"] }],
  ["a change of two meshes", { put: [timeout("a", 1, "free"), timeout("slow", 2)] }],
  ["the mesh's own settings", { put: [mtlsMesh()] }],
  ["the mesh's end", { delete: ["Mesh//default"] }],
  ["a Secret", { put: [secret("own", "x")] }],
  ["a dataplane that a user writes", { put: [dataplane("web", "web")] }],
  ["the control weakened", { put: [control({ rollback: { window: "1m", nacks: 0 } })] }],
  ["the control deleted", { delete: ["ChangeControl/default/guard"] }],
  ["another control beside it", { put: [control({ approvals: { required: 1 } }, "more")] }],
  [
    "what a selection prunes",
    { prune: { meshes: ["default"], types: ["MeshTimeout"], labels: {}, empty: true } as never },
  ],
  ["a rollback to a time without the control", { rollback: { to: 1 } }],
  ["an undoing", { rollback: { undo: 2 } }],
];

describe("a mesh that requires a second person", () => {
  beforeEach(() => org.apply([control({ approvals: { required: 1 } })]));

  test("holds every way to write back, and nothing is written", async () => {
    const before = await org.store.heads();
    for (const [way, asked] of WAYS) {
      const { code, detail, violations } = await faultOf(apply(org.admin, asked));
      expect(code, way).toBe("guarded");
      expect(detail, way).toContain("ChangeControl guard of mesh default holds the change back");
      expect(detail, way).toContain("weft plan approve <id>");
      expect(violations, way).toEqual([
        "ChangeControl/default/guard: a change needs a plan with 1 approval by others than its author",
      ]);
    }
    expect(await org.store.heads()).toEqual(before);
  });

  test.each(WAYS.filter(([name]) => !name.startsWith("an undoing")))(
    "%s goes by a plan that another has approved",
    async (_, asked) => {
      const made = await plan(org.admin, asked);
      expect(made.demands).toEqual([{ mesh: "default", control: "guard", kind: "approvals", required: 1 }]);
      const { code, detail } = await faultOf(commit(org.admin, made.id));
      expect([code, detail]).toEqual(["guarded", expect.stringContaining(`weft plan approve ${made.id}`)]);
      await w().approvePlan(by("bob"), made.id);
      const { revision } = await commit(org.admin, made.id);
      expect(revision).toBe(made.revision + 1);
    },
  );

  test.each([
    ["another mesh", { put: [timeout("a", 1, "free")] }],
    ["what is of no mesh", { put: [zone("west")] }],
    ["what stands already", { put: [timeout("slow", 1)] }],
  ])("%s is not held", async (_, asked) => {
    await apply(org.admin, asked);
  });

  test("a plan's author approves nothing, whatever its scopes; others need the scope", async () => {
    const { id } = await plan(by("ann", "admin"), { put: [timeout("slow", 2)] });
    const own = await faultOf(w().approvePlan(by("ann", "admin"), id));
    expect([own.code, own.detail]).toEqual(["forbidden", expect.stringContaining("somebody else approves it")]);
    const weak = await faultOf(w().approvePlan(by("bob", "write"), id));
    expect([weak.code, weak.detail]).toEqual(["forbidden", expect.stringContaining("plan:approve")]);
    expect((await faultOf(w().approvePlan(by("bob"), "nothing"))).code).toBe("absent");
    await w().approvePlan({ ...by("bob"), reason: "read it" }, id);
    await w().approvePlan(by("bob"), id);
    expect(await org.store.approvals(id)).toEqual([
      { plan: id, actor: "token:bob", time: new Date(START).toISOString(), reason: "read it" },
    ]);
    const [entry, ...more] = await org.store.audit({ action: "plan.approve", newestFirst: true, size: 9 });
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ actor: "token:bob", subject: `plan ${id}`, details: { author: "token:ann" } });
  });

  test("an approval that is withdrawn, or whose token is revoked, counts no more", async () => {
    const { id } = await plan(by("ann"), { put: [timeout("slow", 2)] });
    await w().approvePlan(by("bob"), id);
    await w().withdrawApproval(by("bob"), id);
    await w().withdrawApproval(by("bob"), id);
    expect((await faultOf(commit(by("ann"), id))).code).toBe("guarded");
    const token = { name: "carol", scopes: ["plan:approve"], expiresAt: null };
    const carol = await w().createToken(org.admin, token);
    await w().approvePlan(by(carol.id), id);
    await w().revokeToken(org.admin, carol.id);
    expect((await faultOf(commit(by("ann"), id))).code).toBe("guarded");
    await w().approvePlan(by("bob"), id);
    await commit(by("ann"), id);
    expect((await faultOf(w().withdrawApproval(by("bob"), id))).code).toBe("stale");
    const deeds = await org.store.audit({ subject: `plan ${id}`, newestFirst: false, size: 9 });
    expect(deeds.map(({ action }) => action).filter((one) => one.startsWith("plan."))).toEqual([
      "plan.approve",
      "plan.withdraw",
      "plan.approve",
      "plan.approve",
    ]);
  });

  test("what has moved, expired or been committed is approved no more, and its approvals are worth nothing", async () => {
    const moved = await plan(by("ann"), { put: [timeout("slow", 2)] });
    await w().approvePlan(by("bob"), moved.id);
    await apply(over(org.admin), { put: [timeout("slow", 3)] });
    expect((await faultOf(commit(by("ann"), moved.id))).code).toBe("stale");
    expect((await faultOf(w().approvePlan(by("carol"), moved.id))).code).toBe("stale");
    const late = await plan(by("ann"), { put: [timeout("slow", 2)] });
    plane.now += 86_400_001;
    expect((await faultOf(w().approvePlan(by("bob"), late.id))).code).toBe("stale");
  });

  test("what cannot change what was approved leaves the approval; a control that came since counts", async () => {
    const { id } = await plan(by("ann"), { put: [timeout("slow", 2)] });
    await w().approvePlan(by("bob"), id);
    await org.apply([timeout("a", 1, "free"), zone("west")]);
    await apply(over(org.admin), { put: [control({ approvals: { required: 2 } }, "more")] });
    expect((await w().planStanding(org.admin, id)).stale).toBeNull();
    expect((await faultOf(commit(by("ann"), id))).violations).toEqual([
      `ChangeControl/default/more: plan ${id} has 1 of 2 approvals by others than its author`,
    ]);
    await w().approvePlan(by("carol"), id);
    await commit(by("ann"), id);
  });

  test("more may be required, by several controls, and one person is one", async () => {
    const more = await plan(by("ann"), { put: [control({ approvals: { required: 3 } }, "strict")] });
    await w().approvePlan(by("bob"), more.id);
    await commit(by("ann"), more.id);
    const { id } = await plan(by("ann"), { put: [timeout("slow", 2)] });
    for (const name of ["bob", "carol"]) await w().approvePlan(by(name), id);
    const { violations } = await faultOf(commit(by("ann"), id));
    expect(violations).toEqual([
      `ChangeControl/default/strict: plan ${id} has 2 of 3 approvals by others than its author`,
    ]);
    await w().approvePlan(by("dave"), id);
    // Whoever commits it: it is what was approved.
    await commit(by("bob"), id);
  });

  test("tokens of one line are one person, whoever of them asks", async () => {
    const { token } = await plane.control.organisations.create("lines");
    const tenant = token.token.split("_")[2] as string;
    const as = (id: string): Caller => ({ tenant, actor: `token:${id}`, scopes: ["admin"] });
    const mint = async (by: string, name: string, scopes = ["write", "plan:approve"]): Promise<string> =>
      (await w().createToken(as(by), { name, scopes, expiresAt: null })).id;
    await apply(as(token.id), { put: [mesh(), control({ approvals: { required: 2 } })] });
    const ann = await mint(token.id, "ann", ["admin"]);
    const own = await mint(ann, "ann-2");
    const second = await mint(ann, "ann-3");
    const [bob, carol] = [await mint(token.id, "bob", ["admin"]), await mint(token.id, "carol")];
    const { id } = await plan(as(own), { put: [timeout("slow", 2)] });
    for (const same of [own, second, ann, token.id]) {
      const { code, detail } = await faultOf(w().approvePlan(as(same), id));
      expect([code, detail], same).toEqual(["forbidden", expect.stringMatching(/[Ss]omebody else approves it/)]);
    }
    await w().approvePlan(as(bob), id);
    await w().approvePlan(as(await mint(bob, "bob-2")), id);
    expect((await faultOf(commit(as(own), id))).violations).toEqual([
      `ChangeControl/default/guard: plan ${id} has 1 of 2 approvals by others than its author`,
    ]);
    await w().approvePlan(as(carol), id);
    await commit(as(own), id);
  });

  test("another organisation approves nothing", async () => {
    const { id } = await plan(by("ann"), { put: [timeout("slow", 2)] });
    const stranger = await signUp(plane, "stranger");
    expect((await faultOf(stranger.control.writer.approvePlan(stranger.admin, id))).code).toBe("absent");
  });

  test("what takes revisions back by itself is not held", async () => {
    await apply({ ...org.admin, actor: ROLLBACK_ACTOR }, { put: [timeout("slow", 9)] });
  });
});

describe("a freeze", () => {
  const window = { from: "2026-03-04T05:00:00Z", to: "2026-03-04T06:00:00Z", reason: "the yearly sale" };
  beforeEach(async () => {
    plane.now = START - 3_600_000;
    await org.apply([control({ freezes: [window] })]);
  });

  test("holds every way to write while it lasts", async () => {
    plane.now = START;
    for (const [way, asked] of WAYS) {
      const { code, detail, violations } = await faultOf(apply(org.admin, asked));
      expect(code, way).toBe("guarded");
      expect(violations, way).toEqual([
        "ChangeControl/default/guard: nothing is changed until 2026-03-04T06:00:00Z: the yearly sale",
      ]);
      expect(detail, way).toContain("wait until then");
      expect(detail, way).toContain("--override");
    }
  });

  test("holds neither before nor after, and plans are made in it", async () => {
    await apply(org.admin, { put: [timeout("slow", 2)] });
    plane.now = START;
    const made = await plan(org.admin, { put: [timeout("slow", 3)] });
    expect((await faultOf(commit(org.admin, made.id))).code).toBe("guarded");
    plane.now = Date.parse(window.to);
    await commit(org.admin, made.id);
  });
});

describe("protected resources", () => {
  beforeEach(() =>
    org.apply([control({ protected: [{ type: "MeshTimeout", name: "slow" }, { type: "Secret" }, { type: "Mesh" }] })]),
  );

  const slow = "MeshTimeout/default/slow";
  test.each([
    ["changed", { put: [timeout("slow", 2)] }, `${slow} is protected`],
    ["deleted", { delete: [slow] }, `${slow} is protected`],
    ["the mesh's settings", { put: [mtlsMesh()] }, "Mesh/default is protected"],
    ["the mesh's end", { delete: ["Mesh//default"] }, "are protected"],
    [
      "one of the list dropped",
      { put: [control({ protected: [{ type: "Secret" }, { type: "Mesh" }] })] },
      "ChangeControl/default/guard is protected",
    ],
    ["the control's end", { delete: ["ChangeControl/default/guard"] }, "ChangeControl/default/guard is protected"],
  ])("%s: refused", async (_, asked, wanted) => {
    const { code, violations } = await faultOf(apply(org.admin, asked));
    expect(code).toBe("guarded");
    expect(violations).toEqual([expect.stringContaining(wanted)]);
  });

  test.each([
    ["another of the type", { put: [timeout("other", 2)] }],
    ["made anew", { put: [secret("own", "x")] }],
    [
      "more protected",
      { put: [control({ protected: [{ type: "MeshTimeout" }, { type: "Secret" }, { type: "Mesh" }] })] },
    ],
  ])("%s: let through", async (_, asked) => {
    await apply(org.admin, asked);
  });

  test("what is of no mesh, or misspelt, cannot be protected", async () => {
    const { code, violations } = await faultOf(
      apply(org.admin, {
        put: [
          control({ protected: [{ type: "Zone" }, { type: "MeshTimeouts" }, { type: "Mesh", name: "free" }] }, "wrong"),
        ],
      }),
    );
    expect(code).toBe("invalid");
    expect(violations.map((text) => text.split(":")[0])).toEqual([
      "spec.protected[0].type",
      "spec.protected[1].type",
      "spec.protected[2].name",
    ]);
  });
});

describe("an override", () => {
  beforeEach(() =>
    org.apply([
      control({
        approvals: { required: 2 },
        freezes: [{ from: "Mon 00:00", to: "Sun 23:59", timeZone: "UTC", reason: "always" }],
        protected: [{ type: "MeshTimeout" }],
      }),
    ]),
  );

  test("needs the scope and a why, and stands in the revision's reason and in the audit log", async () => {
    const asked = { put: [timeout("slow", 2)] };
    expect((await faultOf(apply(by("ann"), asked))).violations).toHaveLength(3);
    const weak = await faultOf(apply(over(by("ann")), asked));
    expect([weak.code, weak.detail]).toEqual(["forbidden", expect.stringContaining("guard:override")]);
    const { revision } = await apply(over(by("ann", "write", "guard:override")), asked);
    const [record] = await org.store.revisions({ before: revision + 1, size: 1 });
    expect(record?.reason).toBe("test (override of ChangeControl default/guard: the shop is down)");
    const [entry] = await org.store.audit({ action: "guard.override", newestFirst: true, size: 9 });
    expect(entry).toMatchObject({
      actor: "token:ann",
      token: "ann",
      revision,
      subject: "ChangeControl default/guard",
      details: { reason: "the shop is down", needs: [expect.any(String), expect.any(String), expect.any(String)] },
    });
    expect(await org.store.audit({ action: "resources.change", newestFirst: true, size: 1 })).toMatchObject([
      { revision },
    ]);
  });

  test("of nothing is not told", async () => {
    const { revision } = await apply(over(org.admin), { put: [timeout("a", 1, "free")] });
    const [record] = await org.store.revisions({ before: revision + 1, size: 1 });
    expect(record?.reason).toBe("test");
    expect(await org.store.audit({ action: "guard.override", newestFirst: true, size: 9 })).toEqual([]);
  });
});
