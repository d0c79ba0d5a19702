// Members and invitations over HTTP: who joins, who may say what of whom, and what is written down of it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { START } from "#test/control/harness.ts";
import { openPeople, type PeoplePlane, type Person } from "./people.ts";
import { call, createOrganisation, freshName, mesh, timeout } from "./subject.ts";

const DAY = 86_400_000;
let people: PeoplePlane;

beforeAll(async () => {
  people = await openPeople();
});
beforeEach(() => {
  people.plane.now = START;
});
afterAll(() => people.close());

/** An organisation of this person, and short ways to its routes. */
async function founded(owner: Person) {
  const name = freshName();
  const made = await owner.call("POST", "/v1/organisations", { name });
  expect(made.status, made.text).toBe(201);
  return { name, at: `/o/${name}`, id: made.json.organisation.id as string, made };
}

type Org = Awaited<ReturnType<typeof founded>>;

async function invite(by: Person, { at }: Pick<Org, "at">, email: string, role: string) {
  const made = await by.call("POST", `${at}/v1/invitations`, { email, role });
  expect(made.status, made.text).toBe(201);
  return { ...made.json, token: new URL(made.json.link).searchParams.get("token") ?? "" };
}

async function stateOf(token: string): Promise<string> {
  return (await call(people, "GET", `/v1/invitations/${token}`)).json.state;
}

/** A member with this role, by an invitation. */
async function joined(by: Person, org: Pick<Org, "at">, role: string, name = "Bob"): Promise<Person> {
  const who = await people.person({ name });
  const { token } = await invite(by, org, who.email, role);
  const accepted = await who.call("POST", `/v1/invitations/${token}/accept`);
  expect([accepted.status, accepted.json?.role], accepted.text).toEqual([200, role]);
  return who;
}

describe("an organisation that a person makes", () => {
  test("has that one owner, no token, and says so in its audit log", async () => {
    const ann = await people.person();
    const { at, name, made } = await founded(ann);
    expect(made.json.token).toBeUndefined();
    const session = await ann.call("GET", "/v1/session");
    expect(session.json.organisations).toEqual([{ name, role: "owner", scopes: ["admin", "owner"] }]);
    const { items } = (await ann.call("GET", `${at}/v1/members`)).json;
    expect(items).toEqual([
      {
        user: { id: ann.id, name: "Ann", email: ann.email },
        role: "owner",
        scopes: ["admin", "owner"],
        since: new Date(START).toISOString(),
      },
    ]);
    expect((await ann.call("PUT", `${at}/meshes/m`, mesh("m"))).status).toBe(201);
    const revisions = (await ann.call("GET", `${at}/v1/revisions`)).json.items;
    expect(revisions[0]).toMatchObject({ actor: `user:${ann.id}`, user: { id: ann.id, name: "Ann" }, token: null });
    const log = (await ann.call("GET", `${at}/v1/audit`)).json;
    expect(log.names[`user:${ann.id}`]).toBe("Ann");
    expect(log.items.map(({ action, actor }: Record<string, string>) => [action, actor])).toEqual([
      ["resources.change", `user:${ann.id}`],
      ["organisation.create", `user:${ann.id}`],
    ]);
  });

  test("is one of ten at most, has a name of its own, and nobody makes one unasked", async () => {
    const ann = await people.person();
    const { name } = await founded(ann);
    expect((await ann.call("POST", "/v1/organisations", { name })).status).toBe(409);
    expect((await ann.call("POST", "/v1/organisations", { name: "No Name" })).status).toBe(400);
    for (let more = 1; more < 10; more++) await founded(ann);
    const eleventh = await ann.call("POST", "/v1/organisations", { name: freshName() });
    expect([eleventh.status, eleventh.json.detail]).toEqual([
      409,
      expect.stringContaining("10 organisations, and there are 10"),
    ]);
    const init = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
    expect((await people.fetch("/v1/organisations", init)).status).toBe(401);
  });
});

describe("an invitation", () => {
  test("tells whoever has its link what it offers, and makes who was invited a member once", async () => {
    const [ann, bob] = [await people.person(), await people.person({ name: "Bob" })];
    const org = await founded(ann);
    const { token, link, expiresAt } = await invite(ann, org, bob.email.toUpperCase(), "viewer");
    expect(link).toBe(`https://weft.example/console/invitation?token=${token}`);
    expect(Date.parse(expiresAt) - START).toBe(7 * DAY);
    expect(people.invitations.at(-1)).toEqual({
      ...{ email: bob.email, organisation: org.name, inviter: "Ann", link },
    });
    const looked = await people.fetch(`/v1/invitations/${token}`);
    expect(await looked.json()).toEqual({
      ...{ organisation: org.name, email: bob.email, role: "viewer", invitedBy: "Ann", expiresAt, state: "open" },
    });
    expect((await bob.call("GET", `${org.at}/meshes`)).status).toBe(404);
    expect((await bob.call("POST", `/v1/invitations/${token}/accept`)).json).toEqual({
      organisation: org.name,
      role: "viewer",
    });
    expect((await bob.call("GET", `${org.at}/meshes`)).status).toBe(200);
    expect((await bob.call("PUT", `${org.at}/meshes/m`, mesh("m"))).status).toBe(403);
    const again = await bob.call("POST", `/v1/invitations/${token}/accept`);
    expect([again.status, again.json.detail]).toEqual([412, expect.stringContaining("accepted already")]);
    expect(await stateOf(token)).toBe("accepted");
    expect((await ann.call("GET", `${org.at}/v1/invitations`)).json.total).toBe(0);
    const log = (await ann.call("GET", `${org.at}/v1/audit`)).json.items;
    expect(log.map(({ action }: { action: string }) => action).slice(0, 2)).toEqual([
      "member.add",
      "invitation.create",
    ]);
    expect(log[0].details).toMatchObject({ email: bob.email, name: "Bob", role: "viewer" });
  });

  test("is refused to another address, to one that nobody has proved, and to nobody", async () => {
    const [ann, eve] = [await people.person(), await people.person({ name: "Eve" })];
    const org = await founded(ann);
    const { token } = await invite(ann, org, "bob@example.org", "admin");
    const other = await eve.call("POST", `/v1/invitations/${token}/accept`);
    expect([other.status, other.json.detail]).toEqual([
      403,
      `This invitation is for bob@example.org, and you are signed in as ${eve.email}`,
    ]);
    const posing = await people.person({ email: "bob@example.org", verified: false });
    const unproved = await posing.call("POST", `/v1/invitations/${token}/accept`);
    expect([unproved.status, unproved.json.detail]).toEqual([403, expect.stringContaining("Verify first")]);
    const nobody = await people.fetch(`/v1/invitations/${token}/accept`, { method: "POST" });
    expect(nobody.status).toBe(401);
    expect((await people.fetch("/v1/invitations/nonsense")).status).toBe(404);
    expect((await ann.call("GET", `${org.at}/v1/members`)).json.total).toBe(1);
  });

  test("ends after a week, when it is revoked, and when a newer one is made", async () => {
    const [ann, bob] = [await people.person(), await people.person()];
    const org = await founded(ann);
    const first = await invite(ann, org, bob.email, "viewer");
    const second = await invite(ann, org, bob.email, "editor");
    const accept = (token: string) => bob.call("POST", `/v1/invitations/${token}/accept`);
    expect((await accept(first.token)).status).toBe(404);
    const { items } = (await ann.call("GET", `${org.at}/v1/invitations`)).json;
    expect(items).toEqual([
      {
        ...{
          id: second.id,
          email: bob.email,
          role: "editor",
          createdAt: second.createdAt,
          expiresAt: second.expiresAt,
        },
        invitedBy: { actor: `user:${ann.id}`, name: "Ann" },
        isExpired: false,
      },
    ]);
    people.plane.now = START + 7 * DAY;
    expect(await stateOf(second.token)).toBe("expired");
    // A session ends as soon as a link does: somebody else looks at it then.
    const fresh = await people.person();
    const late = await fresh.call("POST", `/v1/invitations/${second.token}/accept`);
    expect([late.status, late.json?.detail]).toEqual([412, expect.stringContaining("ended at")]);
    people.plane.now = START;
    expect((await ann.call("DELETE", `${org.at}/v1/invitations/${second.id}`)).status).toBe(204);
    expect((await ann.call("DELETE", `${org.at}/v1/invitations/${second.id}`)).status).toBe(404);
    expect((await accept(second.token)).status).toBe(404);
  });

  test("ends with the right to give it: when who invited goes, is less, or was a token that is revoked or has expired", async () => {
    const ann = await people.person();
    const org = await founded(ann);
    const [gone, less, stays] = [
      await joined(ann, org, "admin"),
      await joined(ann, org, "admin"),
      await joined(ann, org, "admin"),
    ];
    const minted = async (name: string, life: object = {}) => {
      const made = await ann.call("POST", `${org.at}/v1/tokens`, { name, scopes: ["admin"], ...life });
      expect(made.status, made.text).toBe(201);
      const headers = { authorization: `Bearer ${made.json.token}` };
      const by = {
        call: (method: string, path: string, body?: unknown) => call(people, method, path, { headers, body }),
      };
      return { id: made.json.id as string, by: by as Person };
    };
    const expiresAt = new Date(START + DAY).toISOString();
    const [revoked, expired, holds] = [
      await minted("revoked"),
      await minted("expired", { expiresAt }),
      await minted("holds"),
    ];
    const invited = async (by: Person, role = "admin") => {
      const who = await people.person();
      const { token } = await invite(by, org, who.email, role);
      return async () => {
        const { status, json } = await who.call("POST", `/v1/invitations/${token}/accept`);
        return [status, status === 200 ? json.role : json.detail];
      };
    };
    const lapsed = await Promise.all([gone, less, revoked.by, expired.by].map((by) => invited(by)));
    const open = await Promise.all([stays, holds.by, ann].map((by) => invited(by)));
    expect((await ann.call("DELETE", `${org.at}/v1/members/${gone.id}`)).status).toBe(204);
    expect((await ann.call("PATCH", `${org.at}/v1/members/${less.id}`, { role: "editor" })).status).toBe(204);
    expect((await ann.call("DELETE", `${org.at}/v1/tokens/${revoked.id}`)).status).toBe(204);
    people.plane.now = START + DAY;
    for (const accept of lapsed)
      expect(await accept()).toEqual([412, expect.stringContaining("may not do so any more")]);
    for (const accept of open) expect(await accept()).toEqual([200, "admin"]);
    people.plane.now = START;
    const owner = await invited(ann, "owner");
    expect(await owner()).toEqual([200, "owner"]);
  });

  test("to be an owner, by a token before there is any, ends with the first owner", async () => {
    const org = await createOrganisation(people);
    const invited = async () => {
      const who = await people.person();
      const made = await org.call("POST", "/v1/invitations", { email: who.email, role: "owner" });
      expect(made.status, made.text).toBe(201);
      const token = new URL(made.json.link).searchParams.get("token") ?? "";
      return () => who.call("POST", `/v1/invitations/${token}/accept`);
    };
    const [first, second] = [await invited(), await invited()];
    expect((await first()).status).toBe(200);
    const late = await second();
    expect([late.status, late.json.detail]).toEqual([412, expect.stringContaining("ask for a new one")]);
  });

  const wrong: readonly (readonly [object, number, string])[] = [
    [{ email: "nobody", role: "viewer" }, 400, "must be an email address"],
    [{ email: "a@example.com", role: "root" }, 400, "must be one of owner, admin, editor, viewer"],
    [{ email: "a@example.com", role: "editor@mesh:absent" }, 400, 'there is no mesh "absent"'],
    [{ email: "a@example.com", role: "editor@zone:absent" }, 400, 'there is no zone "absent"'],
    [{ email: "a@example.com", role: "viewer@mesh:m" }, 400, "must be one of"],
  ];
  test.each(wrong)("%j is answered %i", async (body, status, why) => {
    const ann = await people.person();
    const { at } = await founded(ann);
    const answer = await ann.call("POST", `${at}/v1/invitations`, body);
    const reasons = (answer.json.invalid_parameters as { reason: string }[]).map(({ reason }) => reason);
    expect([answer.status, reasons.join()]).toEqual([status, expect.stringContaining(why)]);
    expect((await ann.call("GET", `${at}/v1/invitations`)).json.total).toBe(0);
  });

  test("of who is a member already is refused", async () => {
    const ann = await people.person();
    const { at } = await founded(ann);
    const answer = await ann.call("POST", `${at}/v1/invitations`, { email: ann.email, role: "viewer" });
    expect([answer.status, answer.json.detail]).toEqual([409, expect.stringContaining("a member already")]);
  });

  test("its token stands nowhere but in the answer", async () => {
    const ann = await people.person();
    const org = await founded(ann);
    const { token } = await invite(ann, org, "bob@example.net", "viewer");
    const log = await ann.call("GET", `${org.at}/v1/audit`);
    const list = await ann.call("GET", `${org.at}/v1/invitations`);
    expect(log.text + list.text).not.toContain(token);
  });
});

describe("roles", () => {
  test("an admin manages all but owners, and makes none; an owner does", async () => {
    const ann = await people.person();
    const org = await founded(ann);
    const [adam, bob] = [await joined(ann, org, "admin", "Adam"), await joined(ann, org, "viewer")];
    const change = (by: Person, of: Person, role: string) =>
      by.call("PATCH", `${org.at}/v1/members/${of.id}`, { role });
    expect((await change(adam, bob, "editor")).status).toBe(204);
    for (const refused of [
      await change(adam, bob, "owner"),
      await change(adam, adam, "owner"),
      await change(adam, ann, "viewer"),
      await adam.call("DELETE", `${org.at}/v1/members/${ann.id}`),
      await adam.call("POST", `${org.at}/v1/invitations`, { email: "x@example.com", role: "owner" }),
      await adam.call("POST", `${org.at}/v1/tokens`, { name: "t", scopes: ["admin", "owner"] }),
      await change(bob, bob, "admin"),
    ])
      expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining("do not allow")]);
    expect((await change(ann, bob, "owner")).status).toBe(204);
    expect((await change(bob, ann, "admin")).status).toBe(204);
    const log = (await bob.call("GET", `${org.at}/v1/audit?action=member.role`)).json.items;
    expect(log.map(({ actor, details }: Record<string, unknown>) => [actor, details])).toEqual([
      [`user:${bob.id}`, { before: "owner", email: ann.email, name: "Ann", role: "admin" }],
      [`user:${ann.id}`, { before: "editor", email: bob.email, name: "Bob", role: "owner" }],
      [`user:${adam.id}`, { before: "viewer", email: bob.email, name: "Bob", role: "editor" }],
    ]);
  });

  test("the last owner can neither leave nor be less", async () => {
    const ann = await people.person();
    const org = await founded(ann);
    for (const refused of [
      await ann.call("PATCH", `${org.at}/v1/members/${ann.id}`, { role: "viewer" }),
      await ann.call("DELETE", `${org.at}/v1/members/${ann.id}`),
    ])
      expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining("keeps an owner")]);
    expect((await ann.call("GET", `${org.at}/v1/members`)).json.items[0].role).toBe("owner");
  });

  test("who leaves or is removed sees nothing from the next call on; anybody may leave", async () => {
    const ann = await people.person();
    const org = await founded(ann);
    const [bob, cid] = [await joined(ann, org, "viewer"), await joined(ann, org, "viewer", "Cid")];
    expect((await bob.call("DELETE", `${org.at}/v1/members/${cid.id}`)).status).toBe(403);
    expect((await bob.call("DELETE", `${org.at}/v1/members/${bob.id}`)).status).toBe(204);
    expect((await ann.call("DELETE", `${org.at}/v1/members/${cid.id}`)).status).toBe(204);
    for (const gone of [bob, cid]) expect((await gone.call("GET", `${org.at}/meshes`)).status).toBe(404);
    expect((await ann.call("DELETE", `${org.at}/v1/members/${cid.id}`)).status).toBe(404);
    const log = (await ann.call("GET", `${org.at}/v1/audit?action=member.remove`)).json.items;
    expect(log.map(({ details }: { details: { left: boolean } }) => details.left)).toEqual([false, true]);
  });

  test("an organisation of the operator takes its first owner from its admin token, and only the first", async () => {
    const org = await createOrganisation(people);
    const [ann, bob] = [await people.person(), await people.person()];
    const made = await org.call("POST", "/v1/invitations", { email: ann.email, role: "owner" });
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    const token = new URL(made.json.link).searchParams.get("token");
    expect((await ann.call("POST", `/v1/invitations/${token}/accept`)).json.role).toBe("owner");
    const second = await org.call("POST", "/v1/invitations", { email: bob.email, role: "owner" });
    expect(second.status).toBe(403);
    const list = await org.call("GET", "/v1/invitations");
    expect(list.status).toBe(200);
  });

  test("another organisation's members and invitations are not there", async () => {
    const [ann, eve] = [await people.person(), await people.person()];
    const [mine, hers] = [await founded(ann), await founded(eve)];
    const { id } = await invite(ann, mine, "x@example.com", "viewer");
    expect((await eve.call("GET", `${mine.at}/v1/members`)).status).toBe(404);
    expect((await eve.call("DELETE", `${hers.at}/v1/invitations/${id}`)).status).toBe(404);
    expect((await eve.call("PATCH", `${hers.at}/v1/members/${ann.id}`, { role: "viewer" })).status).toBe(404);
    expect((await eve.call("DELETE", `${hers.at}/v1/members/${ann.id}`)).status).toBe(404);
    expect((await ann.call("GET", `${mine.at}/v1/invitations`)).json.total).toBe(1);
  });

  test("a token that a member makes is that person's, in approvals too", async () => {
    const ann = await people.person();
    const org = await founded(ann);
    const made = await ann.call("POST", `${org.at}/v1/tokens`, { name: "ci", scopes: ["admin"] });
    const tokens = (await ann.call("GET", `${org.at}/v1/tokens`)).json.items;
    expect(tokens[0]).toMatchObject({ id: made.json.id, mintedBy: `user:${ann.id}` });
    const bearer = { authorization: `Bearer ${made.json.token}` };
    const asked = { put: [{ resource: mesh("m") }], reason: "new" };
    const own = (await ann.call("POST", `${org.at}/v1/plan`, asked)).json;
    const lent = (await call(people, "POST", `${org.at}/v1/plan`, { headers: bearer, body: asked })).json;
    const approvals = ({ id }: { id: string }) => `${org.at}/v1/plans/${id}/approvals`;
    const same = await ann.call("POST", approvals(own));
    const hers = await ann.call("POST", approvals(lent));
    const its = await call(people, "POST", approvals(own), { headers: bearer });
    const line =
      "and the caller counts as the same person: one of the two made the other, or one member, or one token that is no founding one, made both. Somebody else approves it: another member, or a token that another member or the founding token made";
    expect([same, hers, its].map(({ status, json }) => [status, json.detail])).toEqual([
      [403, `Plan ${own.id} was made by the caller: somebody else approves it, with a session or a token of their own`],
      [403, `Plan ${lent.id} was made by token:${made.json.id}, ${line}`],
      [403, `Plan ${own.id} was made by user:${ann.id}, ${line}`],
    ]);
  });

  test.each([
    ["has been removed", (at: string, { id }: Person) => ["DELETE", `${at}/v1/members/${id}`] as const],
    [
      "has become a viewer",
      (at: string, { id }: Person) => ["PATCH", `${at}/v1/members/${id}`, { role: "viewer" }] as const,
    ],
    [
      "may write in one mesh alone by now",
      (at: string, { id }: Person) => ["PATCH", `${at}/v1/members/${id}`, { role: "editor@mesh:m" }] as const,
    ],
  ])("the approval of a member who %s counts nowhere", async (_, end) => {
    const ann = await people.person();
    const org = await founded(ann);
    const [bob, cat] = [await joined(ann, org, "editor"), await joined(ann, org, "editor", "Cat")];
    await ann.call("PUT", `${org.at}/meshes/m`, mesh("m"));
    const control = { type: "ChangeControl", mesh: "m", name: "two", spec: { approvals: { required: 1 } } };
    const guard = await ann.call("PUT", `${org.at}/meshes/m/changecontrols/two`, control);
    expect(guard.status, guard.text).toBe(201);
    const asked = { put: [{ resource: timeout("m", "t") }], reason: "slower" };
    const { id } = (await ann.call("POST", `${org.at}/v1/plan`, asked)).json;
    const told = async () => {
      const [one, list, overview] = [
        (await ann.call("GET", `${org.at}/v1/plans/${id}`)).json,
        (await ann.call("GET", `${org.at}/v1/plans`)).json.items[0],
        (await ann.call("GET", `${org.at}/v1/overview`)).json,
      ];
      const problems = overview.problems.items.map(({ kind }: { kind: string }) => kind);
      expect([list.approval, list.ready, list.approvers.length]).toEqual([
        one.approval,
        one.ready,
        one.approvals.length,
      ]);
      return [one.approval.given, one.ready, one.approvals.length, problems.includes("plan.waiting")];
    };
    expect(await told()).toEqual([0, false, 0, true]);
    expect((await bob.call("POST", `${org.at}/v1/plans/${id}/approvals`)).status).toBe(200);
    expect(await told()).toEqual([1, true, 1, false]);
    const [method, path, body] = end(org.at, bob);
    expect((await ann.call(method, path, body)).status).toBe(204);
    expect(await told()).toEqual([0, false, 0, true]);
    const commit = () => ann.call("POST", `${org.at}/v1/changes`, { planId: id, put: [], delete: [] });
    expect((await commit()).status).toBe(423);
    expect((await cat.call("POST", `${org.at}/v1/plans/${id}/approvals`)).json.approval.given).toBe(1);
    const made = await commit();
    expect(made.status, made.text).toBe(200);
  });
});
