// History over HTTP: who changed what, when and why; diffs, blame, and rolling back.
import { expect, test } from "vitest";
import {
  createMesh,
  createOrganisation,
  createToken,
  mesh,
  type Organisation,
  type Subject,
  timeout,
} from "./subject.ts";

const SLOW = "/meshes/default/meshtimeouts/slow";
const CONNECT = "/spec/to/0/default/connectionTimeout";

/** Writes the timeout three times; the numbers of the revisions. */
async function thrice(organisation: Organisation): Promise<readonly [number, number, number]> {
  await createMesh(organisation);
  const numbers: number[] = [];
  for (const seconds of [1, 2, 3]) {
    const body = { put: [{ resource: timeout("default", "slow", seconds) }], reason: `ticket ${seconds}` };
    numbers.push((await organisation.call("POST", "/v1/changes", body)).json.revision);
  }
  return numbers as [number, number, number];
}

export function historySuite(subject: () => Subject): void {
  test("a revision tells who by name, when and why, and each resource before and after", async () => {
    const organisation = await createOrganisation(subject());
    const [, two] = await thrice(organisation);
    const found = await organisation.call("GET", `/v1/revisions/${two}`);
    expect(found.status, found.text).toBe(200);
    expect(found.json).toMatchObject({
      revision: two,
      actor: expect.stringMatching(/^token:/),
      token: { id: expect.any(String), name: "admin" },
      reason: "ticket 2",
      time: expect.stringMatching(/^\d{4}-/),
      changes: [{ type: "MeshTimeout", mesh: "default", name: "slow" }],
    });
    expect(found.json.actor).toBe(`token:${found.json.token.id}`);
    expect((await organisation.call("GET", "/v1/revisions/99")).status).toBe(404);
    expect((await organisation.call("GET", "/v1/revisions/99")).json.detail).toMatch(
      /^There is no revision 99 .*newest is \d+/,
    );
    expect((await organisation.call("GET", "/v1/revisions/none")).status).toBe(400);
    const other = await createOrganisation(subject());
    expect((await other.call("GET", `/v1/revisions/${two}`)).status).toBe(404);
    expect((await other.as(organisation.token).call("GET", `/v1/revisions/${two}`)).status).toBe(404);
  });

  test("reasons come in the header too, in any script, and stand beside puts and deletes", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const bytes = String.fromCharCode(...new TextEncoder().encode("größer → kleiner"));
    for (const [method, body] of [
      ["PUT", timeout("default", "slow")],
      ["DELETE", undefined],
    ] as const) {
      const done = await organisation.call(method, SLOW, body, { "weft-reason": bytes });
      expect(done.status).toBeLessThan(300);
      const { items } = (await organisation.call("GET", "/v1/revisions?size=1")).json;
      expect(items[0].reason).toBe("größer → kleiner");
    }
    await organisation.call(
      "POST",
      "/v1/changes",
      { put: [{ resource: timeout("default", "slow") }] },
      { "weft-reason": "plain" },
    );
    expect((await organisation.call("GET", "/v1/revisions?size=1")).json.items[0].reason).toBe("plain");
    const token = { name: "ci", scopes: ["read"] };
    await organisation.call("POST", "/v1/tokens", token, { "weft-reason": "a new pipeline" });
    const [entry] = (await organisation.call("GET", "/v1/audit?size=1")).json.items;
    expect(entry).toMatchObject({ action: "token.create", details: { reason: "a new pipeline" } });
  });

  test("revisions are found by resource, mesh, token and time, page after page", async () => {
    const organisation = await createOrganisation(subject());
    const [one, two, three] = await thrice(organisation);
    const numbers = async (query: string): Promise<readonly number[]> => {
      const answer = await organisation.call("GET", `/v1/revisions${query}`);
      expect(answer.status, answer.text).toBe(200);
      return answer.json.items.map(({ revision }: { revision: number }) => revision);
    };
    expect(await numbers("?type=MeshTimeout&mesh=default&name=slow")).toEqual([three, two, one]);
    expect(await numbers("?type=meshtimeouts&name=slow")).toEqual([three, two, one]);
    expect(await numbers("?type=Zone")).toEqual([1]);
    expect(await numbers("?mesh=nowhere")).toEqual([]);
    expect(await numbers("?actor=admin")).toHaveLength(three);
    expect(await numbers("?actor=nobody")).toEqual([]);
    expect(await numbers("?since=2999-01-01")).toEqual([]);
    const first = (await organisation.call("GET", "/v1/revisions?name=slow&size=2")).json;
    expect(first.next).toBe(`?before=${two}&name=slow&size=2`);
    expect(await numbers(first.next)).toEqual([one]);
    for (const query of ["type=Nonsense", "since=yesterday", "before=x", "size=0", "type=Zone&mesh=default"]) {
      const wrong = await organisation.call("GET", `/v1/revisions?${query}`);
      expect([wrong.status, wrong.json.invalid_parameters?.length], query).toEqual([400, 1]);
    }
  });

  test("a diff tells each resource before and after, in both directions", async () => {
    const organisation = await createOrganisation(subject());
    const [one, two, three] = await thrice(organisation);
    await organisation.call("PUT", "/meshes/default/meshtimeouts/other", timeout("default", "other"));
    const { json } = await organisation.call("GET", `/v1/diff?from=${one}`);
    expect(json).toMatchObject({ from: one, to: three + 1, next: null });
    expect(json.items.map((item: { name: string; change: string }) => [item.name, item.change])).toEqual([
      ["other", "created"],
      ["slow", "updated"],
    ]);
    expect(json.items[1].patch).toEqual([
      { op: "test", path: CONNECT, value: "1s" },
      { op: "replace", path: CONNECT, value: "3s" },
    ]);
    const back = (await organisation.call("GET", `/v1/diff?from=${three}&to=${two}&type=MeshTimeout`)).json;
    expect(back.items[0].patch.at(-1)).toEqual({ op: "replace", path: CONNECT, value: "2s" });
    expect((await organisation.call("GET", `/v1/diff?from=${two}&to=${two}`)).json.items).toEqual([]);
    expect((await organisation.call("GET", "/v1/diff?from=0&size=1")).json.items).toHaveLength(1);
    expect((await organisation.call("GET", "/v1/diff?from=1&to=99")).status).toBe(404);
    expect((await organisation.call("GET", "/v1/diff?to=2")).status).toBe(400);
  });

  test("a resource tells its history, also when it is gone, and the origin of each field", async () => {
    const organisation = await createOrganisation(subject());
    const [one, two, three] = await thrice(organisation);
    const history = (await organisation.call("GET", `${SLOW}/_history`)).json;
    expect(history.items.map((item: { revision: number; change: string }) => [item.revision, item.change])).toEqual([
      [three, "updated"],
      [two, "updated"],
      [one, "created"],
    ]);
    expect(history.items[0]).toMatchObject({ reason: "ticket 3", token: { name: "admin" } });
    const page = (await organisation.call("GET", `${SLOW}/_history?size=1`)).json;
    expect((await organisation.call("GET", `${SLOW}/_history${page.next}`)).json.items[0].revision).toBe(two);

    const { fields } = (await organisation.call("GET", `${SLOW}/_blame`)).json;
    const byPath = new Map(fields.map((field: { path: string }) => [field.path, field]));
    expect(byPath.get(CONNECT)).toMatchObject({
      value: "3s",
      revision: three,
      reason: "ticket 3",
      token: { name: "admin" },
    });
    expect(byPath.get("/spec/targetRef/kind")).toMatchObject({ value: "Mesh", revision: one, reason: "ticket 1" });

    await organisation.call("DELETE", SLOW);
    expect((await organisation.call("GET", `${SLOW}/_history`)).json.items[0]).toMatchObject({
      change: "deleted",
      after: null,
    });
    expect((await organisation.call("GET", `${SLOW}/_blame`)).status).toBe(404);
    expect((await organisation.call("GET", "/meshes/default/meshtimeouts/never/_history")).status).toBe(404);
    expect((await organisation.call("GET", "/zones/east/_history")).json.items).toHaveLength(1);
  });

  test("no part of history shows a secret, to nobody; and what a token may not read is not there", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const text = (n: number): string => btoa(`the content ${n}`);
    for (const n of [1, 2]) {
      const body = { type: "Secret", mesh: "default", name: "own", data: text(n) };
      await organisation.call("PUT", "/meshes/default/secrets/own", body);
    }
    const paths = [
      "/v1/revisions",
      "/v1/diff?from=0",
      "/meshes/default/secrets/own/_history",
      "/meshes/default/secrets/own/_blame",
    ];
    for (const path of paths) {
      const { status, text: shown } = await organisation.call("GET", path);
      expect(status, path).toBe(200);
      expect(shown).not.toContain(text(1));
      expect(shown).not.toContain(text(2));
      expect(shown).not.toMatch(/v1\.[\w-]+\./);
    }
    const { items } = (await organisation.call("GET", "/meshes/default/secrets/own/_history")).json;
    expect(items[0]).toMatchObject({ change: "updated", patch: [], withheld: true });
    const { fields } = (await organisation.call("GET", "/meshes/default/secrets/own/_blame")).json;
    expect(fields).toMatchObject([{ path: "/data", withheld: true, revision: items[0].revision }]);
    const reader = organisation.as(await createToken(organisation, ["read"]));
    expect((await reader.call("GET", "/v1/diff?from=0")).text).not.toContain('"Secret"');
    expect((await reader.call("GET", "/meshes/default/secrets/own/_history")).status).toBe(403);
  });

  test("a rollback is asked for as a change, alone, by one number", async () => {
    const organisation = await createOrganisation(subject());
    const [one, two] = await thrice(organisation);
    const ask = (body: object): ReturnType<Organisation["call"]> => organisation.call("POST", "/v1/changes", body);
    const back = await ask({ rollback: { to: one }, reason: "too slow" });
    expect(back.status, back.text).toBe(200);
    expect(back.json).toMatchObject({
      results: [],
      changes: [{ type: "MeshTimeout", mesh: "default", name: "slow", change: "updated" }],
      left: [],
    });
    expect((await organisation.call("GET", SLOW)).json.spec.to[0].default.connectionTimeout).toBe("1s");
    expect((await organisation.call("GET", "/v1/revisions?size=1")).json.items[0].reason).toBe(
      `too slow (roll back to revision ${one})`,
    );
    const taken = await ask({ rollback: { undo: two } });
    expect(taken.status).toBe(409);
    expect(taken.json.invalid_parameters[0].reason).toMatch(/was written again by revision \d+: undo that one first/);
    expect((await ask({ rollback: { to: 99 } })).status).toBe(404);
    for (const rollback of [{}, { to: 1, undo: 1 }, { to: 0 }, { to: 1, created: "maybe" }, { to: "1" }]) {
      expect((await ask({ rollback })).status, JSON.stringify(rollback)).toBe(400);
    }
    expect((await ask({ rollback: { to: 1 }, put: [{ resource: mesh("x") }] })).json.invalid_parameters).toEqual([
      { field: "rollback", reason: "stands alone: what it puts and deletes comes out of history" },
    ]);
  });
}
