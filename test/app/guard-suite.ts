// Guard rails over HTTP: refused as one fault whichever way is taken, approved by another token, overridden with a why.
import { expect, test } from "vitest";
import { createMesh, createOrganisation, createToken, type Organisation, type Subject, timeout } from "./subject.ts";

const CONTROL = { type: "ChangeControl", mesh: "default", name: "guard", spec: { approvals: { required: 1 } } };
const PATH = "/meshes/default/changecontrols/guard";
const SLOW = "/meshes/default/meshtimeouts/a";

async function guardedMesh(subject: Subject): Promise<Organisation> {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  expect((await organisation.call("PUT", PATH, CONTROL)).status).toBe(201);
  return organisation;
}

export function guardSuite(subject: () => Subject): void {
  test("every way to write is refused with the control, what is missing and how to go on", async () => {
    const organisation = await guardedMesh(subject());
    const put = timeout("default", "a");
    const ways = [
      ["PUT", SLOW, put],
      ["DELETE", PATH, undefined],
      ["DELETE", "/meshes/default", undefined],
      ["PUT", PATH, { ...CONTROL, spec: { rollback: { window: "1m", nacks: 0 } } }],
      ["POST", "/v1/changes", { put: [{ resource: put }] }],
      ["POST", "/v1/changes", { rollback: { to: 1, created: "delete" } }],
    ] as const;
    for (const [method, path, body] of ways) {
      const { status, json } = await organisation.call(method, path, body);
      expect(status, `${method} ${path}`).toBe(423);
      expect(json).toMatchObject({
        title: "Held by a guard rail",
        detail: expect.stringMatching(/^ChangeControl guard of mesh default holds the change back.*weft plan approve/),
        invalid_parameters: [{ field: "ChangeControl/default/guard", reason: expect.stringContaining("1 approval") }],
      });
    }
    expect((await organisation.call("GET", SLOW)).status).toBe(404);
  });

  test("a plan says what it needs, another token approves it, and then it is committed", async () => {
    const organisation = await guardedMesh(subject());
    const bob = organisation.as(await createToken(organisation, ["plan:approve"]));
    const reader = organisation.as(await createToken(organisation, ["read"]));
    const ann = organisation.as(await createToken(organisation, ["write"]));
    const made = (await ann.call("POST", "/v1/plan", { put: [{ resource: timeout("default", "a") }] })).json;
    const path = `/v1/plans/${made.id}/approvals`;
    expect(made.approvals).toEqual([]);
    expect(made.needs).toEqual([
      {
        kind: "approvals",
        mesh: "default",
        control: "guard",
        reason: expect.stringContaining("has 0 of 1 approval"),
        fix: expect.stringContaining(`weft plan approve ${made.id}`),
      },
    ]);
    expect((await organisation.call("POST", "/v1/changes", { planId: made.id })).status).toBe(423);
    const founder = await organisation.call("POST", path);
    expect([founder.status, founder.json.detail]).toEqual([403, expect.stringContaining("counts as the same person")]);
    expect((await reader.call("POST", path)).status).toBe(403);
    expect((await bob.call("POST", "/v1/plans/nosuch/approvals")).status).toBe(404);
    const approved = await bob.call("POST", path, undefined, { "weft-reason": "looks right" });
    expect(approved.status, approved.text).toBe(200);
    const { items } = (await reader.call("GET", "/v1/plans")).json;
    const approval = { required: 1, given: 1 };
    expect(items).toMatchObject([
      { id: made.id, stale: null, approval, ready: true, approvers: [expect.stringMatching(/^token:/)] },
    ]);
    expect(approved.json).toMatchObject({
      id: made.id,
      stale: null,
      approval,
      ready: true,
      needs: [],
      approvals: [{ actor: expect.stringMatching(/^token:/), reason: "looks right" }],
    });
    expect((await bob.call("DELETE", path)).json).toMatchObject({ approvals: [], needs: [{ kind: "approvals" }] });
    expect((await bob.call("POST", "/v1/changes", { planId: made.id })).status).toBe(403);
    await bob.call("POST", path);
    const applied = await organisation.call("POST", "/v1/changes", { planId: made.id });
    expect(applied.json.revision).toBe(made.revision + 1);
    const after = (await reader.call("GET", `/v1/plans/${made.id}`)).json;
    expect(after).toMatchObject({ committed: made.revision + 1, needs: [], approvals: [expect.anything()] });
    expect(Object.keys(after.names).sort()).toEqual([after.actor, after.approvals[0].actor].sort());
    expect((await reader.call("GET", "/v1/plans")).json.names).toEqual(after.names);
    expect(Object.values(after.names).every((name) => typeof name === "string" && name !== "")).toBe(true);
    expect((await bob.call("POST", path)).status).toBe(412);
  });

  test("a token that may only plan commits nothing, and is told which scope that takes", async () => {
    const organisation = await guardedMesh(subject());
    const ci = organisation.as(await createToken(organisation, ["plan"]));
    const body = { put: [{ resource: timeout("default", "a") }] };
    const made = await ci.call("POST", "/v1/plan", body);
    expect(made.status, made.text).toBe(200);
    expect((await ci.call("POST", "/v1/lint", body)).status).toBe(200);
    expect((await ci.call("GET", "/v1/plans")).json.items).toMatchObject([{ id: made.json.id, ready: false }]);
    const secret = { type: "Secret", mesh: "default", name: "s", data: btoa("hunter2-hunter2") };
    const wrong = await ci.call("POST", "/v1/plan", { put: [{ resource: secret }] });
    expect([wrong.status, wrong.json.detail]).toEqual([403, expect.stringContaining("to plan changes of Secret")]);
    const ways = [
      ["POST", "/v1/changes", { planId: made.json.id }],
      ["POST", "/v1/changes", body],
      ["POST", "/v1/changes", { rollback: { undo: made.json.revision } }],
      ["PUT", SLOW, timeout("default", "a")],
      ["DELETE", PATH, undefined],
      ["POST", `/v1/plans/${made.json.id}/approvals`, undefined],
    ] as const;
    for (const [method, path, sent] of ways)
      expect((await ci.call(method, path, sent)).status, `${method} ${path} ${JSON.stringify(sent)}`).toBe(403);
  });

  test("an override takes the scope, and its why is kept", async () => {
    const organisation = await guardedMesh(subject());
    const why = { "weft-override": "der Shop ist zu", "weft-reason": "ticket 7" };
    const writer = organisation.as(await createToken(organisation, ["write"]));
    const refused = await writer.call("PUT", SLOW, timeout("default", "a"), why);
    expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining("guard:override")]);
    const oncall = organisation.as(await createToken(organisation, ["write", "guard:override"]));
    expect((await oncall.call("PUT", SLOW, timeout("default", "a"), { "weft-override": " " })).status).toBe(423);
    expect((await oncall.call("PUT", SLOW, timeout("default", "a"), why)).status).toBe(201);
    const [newest] = (await organisation.call("GET", "/v1/revisions?size=1")).json.items;
    expect(newest.reason).toBe("ticket 7 (override of ChangeControl default/guard: der Shop ist zu)");
    const { items } = (await organisation.call("GET", "/v1/audit?action=guard.override")).json;
    expect(items).toMatchObject([{ subject: "ChangeControl default/guard", details: { reason: "der Shop ist zu" } }]);
  });
}
