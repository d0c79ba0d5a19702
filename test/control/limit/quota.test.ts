// Quotas: counted in the batch that writes, by every way to write; named where they refuse, and never in the way of what makes nothing more.
import { afterEach, beforeEach, expect, test } from "vitest";
import { Fault } from "#model/fault.ts";
import type { LimitChanges } from "#model/limit/limit.ts";
import {
  dataplane,
  enrol,
  faultOf,
  mesh,
  type Org,
  openPlane,
  type Plane,
  signUp,
  timeout,
  zone,
} from "#test/control/harness.ts";
import { joinOf, refusals, send, tokenFor } from "#test/control/joining.ts";

let plane: Plane;
let org: Org;
beforeEach(async () => {
  plane = await openPlane();
  org = await signUp(plane, "acme");
});
afterEach(() => plane.close());

async function limit(limits: LimitChanges): Promise<void> {
  const organisation = { id: org.tenant, name: "acme", createdAt: "" };
  await plane.control.tiers.set(organisation, { tier: "free", limits });
}

const used = async (what: string): Promise<number> => {
  const { items } = await org.control.usage(org.admin);
  return items.find((one) => one.what === what)?.used ?? -1;
};

test("one more than there may be is refused by name, value and use, and nothing of its change is done", async () => {
  await limit({ meshes: 2, zones: 1 });
  await org.apply([mesh("a"), mesh("b"), zone("east")]);
  const refused = await org.apply([timeout("slow", 5, "a"), mesh("c")]).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Fault);
  expect(refused).toMatchObject({
    code: "conflict",
    message:
      "The tier free allows an organisation 2 meshes, and there are 2: delete one first, or ask the operator for more",
    limit: { name: "meshes", most: 2, used: 2 },
  });
  expect(await org.store.get({ type: "MeshTimeout", mesh: "a", name: "slow" })).toBeNull();
  expect((await faultOf(org.apply([zone("west")]))).detail).toContain("1 zones, and there are 1");
  // A plan of it is refused alike, before anybody believes in it.
  const { writer } = org.control;
  const change = {
    put: [{ key: { type: "Mesh", mesh: "", name: "c" }, body: mesh("c") }],
    delete: [],
    reason: "",
    writeId: "p",
  };
  expect((await faultOf(writer.plan(org.admin, change))).code).toBe("conflict");
  // In place of another one there is room, and what stands may change and go.
  await org.apply([mesh("c")], ["Mesh//b"]);
  await org.apply([mesh("c", { labels: { team: "shop" } })]);
  await org.apply([], ["Mesh//a"]);
  expect(await used("meshes")).toBe(1);
});

test("resources of all kinds are counted together, those that go with a mesh too", async () => {
  await org.apply([mesh("default", { skipCreatingInitialPolicies: ["*"] })]);
  const stand = await used("resources");
  await limit({ resources: stand + 2 });
  await org.apply([timeout("one", 1), timeout("two", 2)]);
  expect((await faultOf(org.apply([timeout("three", 3)]))).detail).toContain(`${stand + 2} resources`);
  await org.apply([timeout("three", 3)], ["MeshTimeout/default/one"]);
  await org.apply([mesh("other", { skipCreatingInitialPolicies: ["*"] })], ["Mesh//default"]);
  expect(await used("resources")).toBeLessThan(stand + 2);
});

test("an organisation whose tier was made smaller keeps what it has, changes it and deletes of it; no more comes", async () => {
  await org.apply([mesh("a"), mesh("b"), mesh("c")]);
  await limit({ meshes: 1 });
  await org.apply([mesh("a", { labels: { team: "shop" } })]);
  expect((await faultOf(org.apply([mesh("d")]))).code).toBe("conflict");
  await org.apply([], ["Mesh//a"]);
  expect((await faultOf(org.apply([mesh("d")]))).code).toBe("conflict");
});

test("of processes that race for the last place, one gets it", async () => {
  await limit({ zones: 2 });
  await org.apply([zone("first")]);
  for (let round = 0; round < 3; round++) {
    const others = [1, 2, 3].map(() => org.at(plane.reopen()));
    // Each knows the same state before anybody writes.
    await Promise.all(others.map((other) => other.control.writerOf(org.tenant).view()));
    const told = await Promise.allSettled(others.map((other, index) => other.apply([zone(`r${index}`)])));
    expect(told.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await used("zones")).toBe(2);
    const winner = told.findIndex(({ status }) => status === "fulfilled");
    await org.apply([], [`Zone//r${winner}`]);
  }
});

test("what was counted before others committed is counted again in the batch, and what was counted on the newest is not", async () => {
  await org.apply([zone("east"), zone("west")]);
  const { sequence } = await org.store.heads();
  const commit = (name: string, counted: number) =>
    org.store.commit({
      writeId: name,
      kind: "step",
      actor: "test",
      reason: "",
      writes: [
        {
          key: { type: "Zone", mesh: "", name },
          expect: "any",
          after: { ...zone(name), mesh: "", labels: {}, spec: {} } as never,
        },
      ],
      quotas: { sequence: counted, each: [{ types: ["Zone"], most: 2 }] },
    });
  expect((await faultOf(commit("stale", sequence - 1))).code).toBe("conflict");
  expect(await used("zones")).toBe(2);
  // Its writer has counted on what stands: it is believed.
  await commit("counted", sequence);
  expect(await used("zones")).toBe(3);
});

test("a proxy beyond the limit is refused alone; one that joins again is none more, and what is refused is told by the limit", async () => {
  await org.apply([zone("east"), mesh()]);
  const relay = await enrol(org);
  const token = await tokenFor(org);
  await limit({ proxies: 2 });
  const joins = ["web-1", "web-2", "web-3"].map((name) => joinOf(dataplane(name, "web"), token));
  const [one, two, three] = refusals(await send(plane, org, relay, ...joins));
  expect([one, two]).toEqual([null, null]);
  expect(three).toBe(
    "quota: The tier free allows an organisation 2 proxies, and there are 2: stop or delete some first, or ask the operator for more",
  );
  expect(refusals(await send(plane, org, relay, joinOf(dataplane("web-1", "web"), token)))).toEqual([null]);
  expect((await faultOf(org.apply([dataplane("mine", "web")]))).detail).toContain("2 proxies");
  expect(await used("proxies")).toBe(2);
});

test("tokens and webhooks that race for the last place: one gets it", async () => {
  await limit({ tokens: 3, webhooks: 1 });
  const { writer } = org.control;
  const another = org.at(plane.reopen()).control.writer;
  const token = (by: typeof writer) => by.createToken(org.admin, { name: "ci", scopes: ["read"], expiresAt: null });
  // The founding one is the first.
  const told = await Promise.allSettled([writer, another, writer, another].map(token));
  expect(told.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  const made = told.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect((await faultOf(token(writer))).detail).toContain("3 API tokens that hold, and there are 3: revoke one first");
  await writer.revokeToken(org.admin, made[0]?.id ?? "");
  await token(writer);
  const hook = (by: typeof writer) =>
    by.createWebhook(org.admin, { url: "https://hook.example", events: ["revision.committed"], description: "" });
  const hooks = await Promise.allSettled([hook(writer), hook(another)]);
  expect(hooks.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("what the operator may set is told where it is wrong, all at once, and nothing is set", async () => {
  const organisation = { id: org.tenant, name: "acme", createdAt: "" };
  const wrong = { tier: "gold", limits: { meshes: 0, "body-bytes": 5, zones: 1.5 } };
  const { violations } = await faultOf(plane.control.tiers.set(organisation, wrong));
  expect(violations).toEqual([
    "tier: must be one of free, team, self-hosted, or null",
    "limits.meshes: must be a whole number from 1 to 1000000000, or null for no limit",
    expect.stringMatching(/^limits\["body-bytes"\]: is no limit that can be set; those are meshes, /),
    "limits.zones: must be a whole number from 1 to 1000000000, or null for no limit",
  ]);
  expect(await plane.control.tiers.said(organisation)).toEqual({ tier: null, limits: {} });
});
