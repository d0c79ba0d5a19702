// Changes: several resources in one revision, all or none, once.
import { expect, test } from "vitest";
import { parse } from "yaml";
import {
  createMesh,
  createOrganisation,
  createToken,
  dataplane,
  type Organisation,
  type Subject,
  timeout,
} from "./subject.ts";

const put = (...resources: readonly object[]): { put: { resource: object }[] } => ({
  put: resources.map((resource) => ({ resource })),
});

async function lastRevision(organisation: Organisation): Promise<number> {
  return (await organisation.call("GET", "/v1/revisions?size=1")).json.items[0].revision;
}

export function changeSuite(subject: () => Subject): void {
  test("a change is one revision with its reason, before and after", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    await organisation.call("PUT", "/meshes/default/meshtimeouts/old", timeout("default", "old"));
    const before = await lastRevision(organisation);
    const answer = await organisation.call("POST", "/v1/changes", {
      ...put(timeout("default", "a"), dataplane("default", "d", "web")),
      delete: [{ type: "MeshTimeout", mesh: "default", name: "old" }],
      reason: "ticket 7",
    });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toMatchObject({
      revision: before + 1,
      results: [{ created: true, warnings: [] }, { created: true }],
    });
    const { items } = (await organisation.call("GET", "/v1/revisions")).json;
    expect(items[0]).toMatchObject({
      revision: before + 1,
      reason: "ticket 7",
      actor: expect.stringMatching(/^token:/),
    });
    const byName = new Map(items[0].changes.map((one: { name: string }) => [one.name, one]));
    expect(byName.get("old")).toMatchObject({ before: { name: "old" }, after: null });
    expect(byName.get("a")).toMatchObject({ before: null, after: { spec: expect.anything() } });
    const older = await organisation.call("GET", `/v1/revisions?before=${before + 1}&size=1`);
    expect(older.json.items[0].revision).toBe(before);
  });

  test("each kind tells its schema and a resource to begin from, and what it tells can be planned", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const { resources } = (await organisation.call("GET", "/_resources")).json;
    expect(resources.length).toBeGreaterThan(40);
    const templates: object[] = [];
    for (const { name, path, scope, readOnly } of resources) {
      const { status, json } = await organisation.call("GET", `/v1/schemas/${name}`);
      expect([status, json.type, json.path, json.scope, json.readOnly]).toEqual([200, name, path, scope, readOnly]);
      expect((await organisation.call("GET", `/v1/schemas/${path}`)).json).toEqual(json);
      templates.push(parse(json.template));
    }
    const plan = await organisation.call("POST", "/v1/plan", put(...templates));
    expect(plan.status, plan.text).toBe(200);
    const planned = new Set(plan.json.changes.map(({ type }: { type: string }) => type));
    expect(resources.filter(({ name }: { name: string }) => !planned.has(name))).toEqual([]);
    expect((await organisation.call("GET", "/v1/schemas/Nonsense")).status).toBe(404);
    expect((await organisation.call("GET", "/v1/schemas/constructor")).status).toBe(404);
  });

  test("one bad resource, and nothing of the change is written", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const before = await lastRevision(organisation);
    const bad = { ...timeout("default", "b"), spec: { to: [{ targetRef: { kind: "Nonsense" }, default: {} }] } };
    const answer = await organisation.call("POST", "/v1/changes", put(timeout("default", "a"), bad));
    expect(answer.status).toBe(400);
    expect(answer.json.invalid_parameters.length).toBeGreaterThan(0);
    expect(answer.json.invalid_parameters[0].field).toMatch(/^put\[1\]/);
    expect((await organisation.call("GET", "/meshes/default/meshtimeouts/a")).status).toBe(404);
    expect(await lastRevision(organisation)).toBe(before);
  });

  test("a stale ETag anywhere refuses the whole", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const answer = await organisation.call("POST", "/v1/changes", {
      put: [{ resource: timeout("default", "a") }, { resource: timeout("default", "b"), ifMatch: "nothing" }],
    });
    expect(answer.status).toBe(412);
    expect((await organisation.call("GET", "/meshes/default/meshtimeouts/a")).status).toBe(404);
  });

  test("a resource stands in a change once, has a kind and, where that wants it, a mesh", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const twice = await organisation.call("POST", "/v1/changes", {
      ...put(timeout("default", "a")),
      delete: [{ type: "MeshTimeout", mesh: "default", name: "a" }],
    });
    expect([twice.status, twice.json.invalid_parameters]).toEqual([
      400,
      [{ field: "delete[0]", reason: "MeshTimeout/default/a stands in this change twice" }],
    ]);
    const { mesh: _, ...meshless } = timeout("default", "a") as { mesh: string };
    const wrong = await organisation.call("POST", "/v1/changes", put({ type: "Nonsense", name: "x" }, meshless));
    expect(wrong.json.invalid_parameters.map((one: { field: string }) => one.field)).toEqual([
      "put[0].resource.type",
      "put[1].resource.mesh",
    ]);
  });

  test("scopes hold for each part of a change", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const writer = organisation.as(await createToken(organisation, ["write"]));
    const secret = { type: "Secret", mesh: "default", name: "s", data: "YQ==" };
    expect((await writer.call("POST", "/v1/changes", put(timeout("default", "a"), secret))).status).toBe(403);
    expect((await organisation.call("GET", "/meshes/default/meshtimeouts/a")).status).toBe(404);
  });

  test("an Idempotency-Key makes a repeat answer as the first, and write nothing", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const once = (): ReturnType<Organisation["call"]> =>
      organisation.call("POST", "/v1/changes", put(timeout("default", "a")), { "idempotency-key": "k1" });
    const [first, second] = [await once(), await once()];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.json.revision).toBe(first.json.revision);
    expect(await lastRevision(organisation)).toBe(first.json.revision);
    const bad = await organisation.call("POST", "/v1/changes", put(timeout("default", "a")), {
      "idempotency-key": "x".repeat(200),
    });
    expect(bad.status).toBe(400);
  });
}
