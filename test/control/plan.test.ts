// Plans: they tell what then happens, change nothing, hold where they were made, and refuse what was not planned.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StoredEffect } from "#control/effect-book.ts";
import type { Plan } from "#control/face/plan.ts";
import type { Outcome } from "#control/outcome.ts";
import type { Fault } from "#model/fault.ts";
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
  secret,
  signUp,
  timeout,
  zone,
} from "./harness.ts";

let plane: Plane;
let org: Org;

beforeEach(async () => {
  plane = await openPlane();
  org = await signUp(plane, "shop");
  await org.apply([mesh(), zone()]);
  await enrol(org);
  await org.apply([
    dataplane("api-1", "api"),
    dataplane("api-2", "api"),
    client("web-1", "api"),
    client("web-2", "api"),
  ]);
  await org.settle();
});
afterEach(() => plane.close());

test("who may plan nothing at all is refused, whatever is asked", async () => {
  const caller = { ...org.admin, scopes: ["token:read", "read", "member:read"] };
  for (const asked of [{}, { rollback: { to: 1 } }] as Asked[]) {
    const fault = await faultOf(org.control.writer.plan(caller, changeOf(asked)));
    expect([fault.code, fault.detail]).toEqual([
      "forbidden",
      expect.stringContaining("do not allow to plan changes of resources: it takes write or plan"),
    ]);
  }
  expect(await org.store.countPlans()).toBe(0);
});

const plan = (asked: Asked): Promise<Plan> => org.control.writer.plan(org.admin, changeOf(asked));
const commit = (planId: string, asked: Asked = {}) =>
  org.control.writer.apply(org.admin, changeOf({ planId, ...asked }));

/** What the publisher stored of a revision, as an outcome. */
async function storedOutcome(revision: number): Promise<Pick<Outcome, "access" | "faults"> & { zones: unknown }> {
  const rows = await org.store.effects(revision);
  const bodies = rows.map(({ body }) => JSON.parse(body) as StoredEffect);
  const { access = [], faults = { new: [], mended: [] } } = bodies.find(({ effect }) => effect === undefined) ?? {};
  return { access, faults, zones: bodies.flatMap(({ effect }) => effect ?? []) };
}

/** Nearer than the mesh's default. */
const slow = (seconds: number, inMesh = "default"): Body => ({
  ...timeout("slow", seconds, inMesh),
  spec: {
    targetRef: { kind: "Dataplane" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${seconds}s` } }],
  },
});

const allow = (name: string, from: string): Body => ({
  type: "MeshTrafficPermission",
  mesh: "default",
  name,
  spec: {
    targetRef: { kind: "Mesh" },
    from: [{ targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": from } }, default: { action: "Allow" } }],
  },
});

const moved = (name: string, address: string): Body => {
  const body = dataplane(name, "api") as Body & { networking: object };
  return { ...body, networking: { ...body.networking, address } };
};

/** Each follows what those before it have done. */
const CHANGES: readonly (readonly [string, Asked])[] = [
  ["a timeout of all", { put: [slow(9)] }],
  ["another value of it", { put: [slow(7)] }],
  ["a proxy at another address", { put: [moved("api-1", "10.0.0.77")] }],
  ["one more instance", { put: [moved("api-3", "10.0.0.78")] }],
  ["one instance less", { delete: ["Dataplane/default/api-2"] }],
  ["mTLS", { put: [mtlsMesh()] }],
  ["a permission", { put: [allow("web", "web-1")] }],
  ["services of their own", { put: [mtlsMesh("default", { meshServices: { mode: "Everywhere" } })] }],
  [
    "what cannot be compiled",
    {
      put: [
        {
          type: "MeshHTTPRoute",
          mesh: "default",
          name: "lost",
          spec: {
            targetRef: { kind: "Mesh" },
            to: [
              {
                targetRef: { kind: "MeshService", name: "nobody" },
                rules: [{ matches: [{ path: { type: "PathPrefix", value: "/" } }], default: {} }],
              },
            ],
          },
        },
      ],
    },
  ],
  [
    "several at once",
    {
      put: [slow(3), allow("web", "web-2"), moved("api-4", "10.0.0.79")],
      delete: ["Dataplane/default/web-2"],
    },
  ],
  ["a step back", { rollback: { undo: 11 } }],
  ["a second mesh", { put: [mesh("other"), slow(5, "other")] }],
  ["the second mesh's end", { delete: ["Mesh//other"] }],
  ["nothing", { put: [slow(3)] }],
];

test("a plan of anything changes nothing, and tells what its commit then does", async () => {
  let told = 0;
  for (const [name, asked] of CHANGES) {
    const heads = await org.store.heads();
    const made = await plan(asked).catch((error: unknown) => {
      throw new Error(`${name}: ${(error as Fault).message} ${JSON.stringify((error as Fault).violations)}`);
    });
    await org.settle();
    expect(await org.store.heads(), name).toEqual(heads);
    const { revision } = await commit(made.id);
    await org.settle();
    if (made.changes.length === 0) {
      expect(revision, name).toBe(heads.revision);
      continue;
    }
    expect(revision, name).toBe(heads.revision + 1);
    const { effect, access, faults } = made.outcome;
    expect(await storedOutcome(revision), name).toEqual(
      JSON.parse(JSON.stringify({ access, faults, zones: effect.zones })),
    );
    told += effect.proxies + access.length + effect.zones.length;
    const [record] = await org.store.revisions({ size: 1 });
    const texts = (list: readonly { type: string; mesh: string; name: string }[]) =>
      list.map(({ type, mesh: of, name: own }) => `${type}/${of}/${own}`).sort();
    expect(texts(made.changes), name).toEqual(texts((record?.changes ?? []).map(({ key }) => key)));
  }
  expect(told).toBeGreaterThan(20);
});

test("the effect is of alike proxies, the access by service, and the faults are new ones", async () => {
  const made = await plan({ put: [slow(9)] });
  expect(made.outcome.effect.proxies).toBe(2);
  expect(made.outcome.effect.zones.map(({ shapes }) => shapes.map(({ proxies }) => proxies))).toEqual([
    [{ count: 2, names: ["web-1", "web-2"] }],
  ]);
  const secured = await plan({ put: [mtlsMesh()] });
  expect(
    secured.outcome.access.map(({ from, to, before, after }) => [from, to, before.outcome, after.outcome]),
  ).toContainEqual(["web-1", "api", "open", "denied"]);
  expect(secured.changes.filter(({ type }) => type === "Secret").map(({ after }) => after?.spec)).toEqual([{}, {}]);
});

describe("a plan is refused", () => {
  test("where the world moved, with what moved", async () => {
    const made = await plan({ put: [slow(9)] });
    await org.apply([timeout("other", 1), slow(2)], [], { reason: "in between" });
    const fault = await faultOf(commit(made.id));
    expect(fault.code).toBe("stale");
    expect(fault.detail).toContain(`made on revision ${made.revision}, and revision ${made.revision + 1} came since`);
    expect(fault.violations).toEqual([
      `MeshTimeout/default/slow: was made by revision ${made.revision + 1} of token:test: in between`,
    ]);
  });

  test("where another process has moved it", async () => {
    const made = await plan({ put: [slow(9)] });
    const other = org.at(plane.reopen());
    await other.apply([slow(3)]);
    expect((await faultOf(commit(made.id))).code).toBe("stale");
  });

  test("when it has expired, is unknown, or is of another organisation", async () => {
    const made = await plan({ put: [slow(9)] });
    const stranger = await signUp(plane, "other");
    const theirs = stranger.control.writer.apply(stranger.admin, changeOf({ planId: made.id }));
    expect((await faultOf(theirs)).code).toBe("absent");
    expect((await faultOf(commit("nosuch"))).code).toBe("absent");
    plane.now += 86_400_000;
    expect(await faultOf(commit(made.id))).toMatchObject({ code: "stale", detail: expect.stringContaining("expired") });
  });

  test("when something else is to be committed than was planned", async () => {
    const made = await plan({ put: [slow(9), timeout("b", 1)] });
    const fault = await faultOf(commit(made.id, { put: [slow(8), timeout("b", 1)] }));
    expect(fault.code).toBe("stale");
    expect(fault.violations).toEqual([`MeshTimeout/default/slow: is not what plan ${made.id} was made of`]);
    const { results } = await commit(made.id, { put: [slow(9), timeout("b", 1)] });
    expect(results.map(({ created }) => created)).toEqual([true, true]);
  });

  test("by all that is wrong with it at once, and nothing is kept", async () => {
    const wrong = { ...timeout("bad", 1), spec: { to: "everything" } };
    const fault = await faultOf(
      plan({ put: [timeout("good", 1), wrong, timeout("lost", 1, "absent"), mtlsMesh("2nd")] }),
    );
    expect(fault.code).toBe("invalid");
    expect(fault.violations.map((text) => text.split(":")[0])).toEqual(
      expect.arrayContaining(["put[1].resource.spec.to", "put[2].resource.mesh", "put[3].resource.name"]),
    );
    expect(await org.store.plans({ size: 9 })).toEqual([]);
  });
});

test("a plan is committed once: whoever asks again is told what that did", async () => {
  const made = await plan({ put: [slow(9)] });
  const first = await commit(made.id);
  expect(await commit(made.id)).toMatchObject({ revision: first.revision, results: first.results });
  expect((await org.store.plan(made.id))?.committed).toBe(first.revision);
  expect((await org.store.heads()).revision).toBe(first.revision);
});

test("what a plan was asked for lies sealed, and what it tells withholds secrets", async () => {
  const made = await plan({ put: [secret("password", "hunter2-hunter2")] });
  const row = await org.store.plan(made.id);
  const parts = await org.store.planParts(made.id);
  const data = Buffer.from("hunter2-hunter2").toString("base64");
  for (const text of [row?.body ?? "", ...parts]) expect(text.includes(data) || text.includes("hunter2")).toBe(false);
  expect(parts.length).toBeGreaterThan(0);
  await commit(made.id);
  const stored = await org.control.reader.get(org.admin, { type: "Secret", mesh: "default", name: "password" });
  expect(stored.resource.spec).toEqual({ data });
});

describe("pruning", () => {
  const labelled = (name: string, team: string): Body => ({ ...timeout(name, 5), labels: { team } });
  const gone = (made: Plan) => made.changes.filter(({ change }) => change === "deleted").map(({ name }) => name);

  beforeEach(() => org.apply([labelled("a", "web"), labelled("b", "web"), labelled("c", "api")]));

  test("deletes what has the label and is not put, and nothing else", async () => {
    const asked: Asked = { put: [labelled("a", "web")], prune: { labels: { team: "web" } } };
    const made = await plan(asked);
    expect(gone(made)).toEqual(["b"]);
    await commit(made.id, asked);
    const { items } = await org.store.list({ type: "MeshTimeout", mesh: "default", offset: 0, size: 99 });
    expect(items.map(({ resource }) => resource.name)).toEqual(expect.arrayContaining(["a", "c"]));
    expect(items.map(({ resource }) => resource.name)).not.toContain("b");
  });

  test("by mesh leaves the mesh's own defaults, proxies of streams and keys", async () => {
    const made = await plan({ put: [labelled("a", "web")], prune: { meshes: ["default"] } });
    expect(gone(made)).toEqual(["b", "c"]);
    const wide = await plan({
      put: [labelled("a", "web")],
      prune: { meshes: ["default"], types: ["MeshTimeout", "Secret", "MeshRetry"] },
    });
    expect(gone(wide)).toEqual(["b", "c"]);
  });

  test.each<readonly [string, Asked, string]>([
    ["that selects everything", { put: [timeout("a", 1)], prune: {} }, "prune: names neither labels nor meshes"],
    ["of nothing", { prune: { labels: { team: "web" }, types: ["MeshTimeout"] } }, "prune.empty: nothing is put"],
    [
      "that would forget what it puts",
      { put: [timeout("a", 1)], prune: { labels: { team: "web" } } },
      "put[0].resource.labels: must have team=web",
    ],
    [
      "of an unknown type",
      { put: [timeout("a", 1)], prune: { meshes: ["default"], types: ["Nosuch"] } },
      "prune.types[0]: there is no kind",
    ],
    [
      "of what is of no mesh",
      { put: [timeout("a", 1)], prune: { meshes: ["default"], types: ["Zone"] } },
      "prune.types[0]: a Zone belongs to no mesh",
    ],
    [
      "of an unknown mesh",
      { put: [timeout("a", 1)], prune: { meshes: ["nosuch"] } },
      "prune.meshes[0]: there is no mesh",
    ],
  ])("%s is refused", async (_, asked, reason) => {
    const fault = await faultOf(plan(asked));
    expect(fault.code).toBe("invalid");
    expect(fault.violations.join("\n")).toContain(reason);
  });

  test("of everything selected is done when it is asked for", async () => {
    const made = await plan({ prune: { labels: { team: "web" }, types: ["MeshTimeout"], empty: true } });
    expect(gone(made)).toEqual(["a", "b"]);
  });
});
