// Plans over HTTP: seen before, committed as seen or refused, and what a committed revision did.
import { expect, test } from "vitest";
import {
  createMesh,
  createOrganisation,
  createToken,
  dataplane,
  mesh,
  type Organisation,
  type Subject,
  timeout,
} from "./subject.ts";

const put = (...resources: readonly object[]): { put: { resource: object }[] } => ({
  put: resources.map((resource) => ({ resource })),
});

const newest = async (organisation: Organisation): Promise<number> =>
  (await organisation.call("GET", "/v1/revisions?size=1")).json.items[0].revision;

async function planOf(organisation: Organisation, body: object): Promise<{ id: string; revision: number }> {
  const answer = await organisation.call("POST", "/v1/plan", body);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}

export function planSuite(subject: () => Subject): void {
  test("a plan shows each resource, is kept, and its commit is one revision", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const before = await newest(organisation);
    const change = put(timeout("default", "a"), dataplane("default", "d", "web"));
    const made = await organisation.call("POST", "/v1/plan", { ...change, reason: "ticket 7" });
    expect(made.status, made.text).toBe(200);
    expect(made.json).toMatchObject({
      revision: before,
      reason: "ticket 7",
      actor: expect.stringMatching(/^token:/),
      committed: null,
      changes: [
        { type: "MeshTimeout", name: "a", change: "created", before: null, after: { spec: expect.anything() } },
        { type: "Dataplane", name: "d", change: "created" },
      ].sort((a, b) => (a.type < b.type ? -1 : 1)),
      effect: { proxies: 0, zones: [] },
      faults: { new: [], mended: [] },
    });
    expect(await newest(organisation)).toBe(before);
    expect((await organisation.call("GET", `/v1/plans/${made.json.id}`)).json).toEqual(made.json);
    const applied = await organisation.call("POST", "/v1/changes", { planId: made.json.id });
    expect(applied.json).toMatchObject({ revision: before + 1, results: [{ created: true }, { created: true }] });
    expect((await organisation.call("GET", `/v1/plans/${made.json.id}`)).json.committed).toBe(before + 1);
    const again = await organisation.call("POST", "/v1/changes", { planId: made.json.id });
    expect(again.json.revision).toBe(before + 1);
    const { items } = (await organisation.call("GET", "/v1/plans")).json;
    expect(items).toMatchObject([{ id: made.json.id, changes: 2, proxies: 0, committed: before + 1 }]);
    const { reason } = (await organisation.call("GET", `/v1/revisions/${before + 1}`)).json;
    expect(reason).toBe("ticket 7");
  });

  test("a revision tells what it did once it is published", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const made = await planOf(organisation, put(timeout("default", "a")));
    const { revision } = (await organisation.call("POST", "/v1/changes", { planId: made.id })).json;
    const told = async () => (await organisation.call("GET", `/v1/revisions/${revision}`)).json;
    await expect.poll(async () => (await told()).covers).not.toBeNull();
    const json = await told();
    expect(json.covers.from).toBeLessThanOrEqual(revision);
    expect(json.covers.to).toBeGreaterThanOrEqual(revision);
    expect(json).toMatchObject({ effect: { proxies: 0, zones: [] }, access: [], faults: { new: [], mended: [] } });
  });

  test("a stale plan is refused with what moved", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const made = await planOf(organisation, put(timeout("default", "a")));
    await organisation.call("POST", "/v1/changes", {
      ...put(timeout("default", "a", 7), timeout("default", "b")),
      reason: "mine first",
    });
    const answer = await organisation.call("POST", "/v1/changes", { planId: made.id });
    expect(answer.status).toBe(412);
    expect(answer.json.detail).toContain(`made on revision ${made.revision}`);
    expect(answer.json.invalid_parameters).toEqual([
      { field: "MeshTimeout/default/a", reason: expect.stringContaining("mine first") },
    ]);
    const stale = { reason: answer.json.detail, moved: answer.json.invalid_parameters };
    expect((await organisation.call("GET", `/v1/plans/${made.id}`)).json).toMatchObject({ stale, ready: false });
    const { items } = (await organisation.call("GET", "/v1/plans")).json;
    expect(items).toMatchObject([{ id: made.id, ready: false, stale: { reason: stale.reason } }]);
    const other = await planOf(organisation, put(timeout("default", "a")));
    const changed = await organisation.call("POST", "/v1/changes", {
      ...put(timeout("default", "a", 6)),
      planId: other.id,
    });
    expect(changed.status).toBe(412);
    expect(changed.json.invalid_parameters).toMatchObject([{ field: "MeshTimeout/default/a" }]);
  });

  test("all that is wrong is told at once, and nothing is kept", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const bad = { ...timeout("default", "b"), spec: { to: [{ targetRef: { kind: "Nonsense" }, default: {} }] } };
    const answer = await organisation.call("POST", "/v1/plan", {
      ...put(timeout("default", "a"), bad, timeout("nosuch", "c")),
    });
    expect(answer.status).toBe(400);
    const fields = answer.json.invalid_parameters.map(({ field }: { field: string }) => field);
    expect(fields).toEqual(expect.arrayContaining([expect.stringMatching(/^put\[1\]/), "put[2].resource.mesh"]));
    for (const wrong of [{ rollback: { to: 1 }, prune: { meshes: ["default"] } }, { prune: {} }, { planId: "x" }, 7])
      expect((await organisation.call("POST", "/v1/plan", wrong)).status).toBe(400);
    expect((await organisation.call("GET", "/v1/plans")).json).toEqual({ items: [], names: {} });
  });

  test("a selection is pruned", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const labelled = (name: string): object => ({ ...timeout("default", name), labels: { team: "web" } });
    await organisation.call("POST", "/v1/changes", put(labelled("a"), labelled("b")));
    const body = { ...put(labelled("a")), prune: { labels: { team: "web" } } };
    const made = await organisation.call("POST", "/v1/plan", body);
    expect(made.json.changes).toMatchObject([{ type: "MeshTimeout", name: "b", change: "deleted", after: null }]);
    const applied = await organisation.call("POST", "/v1/changes", { ...body, planId: made.json.id });
    expect(applied.json.changes).toEqual([{ type: "MeshTimeout", mesh: "default", name: "b", change: "deleted" }]);
  });

  test("who may not write plans nothing, sees no secret, and nothing of another organisation", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const secret = { type: "Secret", mesh: "default", name: "s", data: btoa("hunter2-hunter2") };
    const made = await planOf(organisation, put(secret, timeout("default", "a"), mesh("second")));
    const reader = organisation.as(await createToken(organisation, ["read"]));
    expect((await reader.call("POST", "/v1/plan", put(timeout("default", "b")))).status).toBe(403);
    const seen = await reader.call("GET", `/v1/plans/${made.id}`);
    expect(seen.json.changes.map(({ type }: { type: string }) => type)).not.toContain("Secret");
    expect(seen.json.changes.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["a", "second"]),
    );
    const whole = await organisation.call("GET", `/v1/plans/${made.id}`);
    const told = whole.json.changes.find(({ name }: { name: string }) => name === "s");
    expect(told).toMatchObject({ change: "created", withheld: true });
    expect(whole.text).not.toContain(btoa("hunter2-hunter2"));
    expect((await reader.call("POST", "/v1/changes", { planId: made.id })).status).toBe(403);
    const stranger = await createOrganisation(subject());
    expect((await stranger.call("GET", `/v1/plans/${made.id}`)).status).toBe(404);
    expect((await stranger.call("POST", "/v1/changes", { planId: made.id })).status).toBe(404);
    expect((await organisation.as(stranger.token).call("GET", "/v1/plans")).status).toBe(404);
  });
}
