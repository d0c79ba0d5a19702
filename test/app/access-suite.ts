// Who may do what: the operator, API tokens, their scopes, their end, and the wall between organisations.
import { expect, test } from "vitest";
import {
  call,
  createMesh,
  createOrganisation,
  createToken,
  dataplane,
  freshName,
  type Subject,
  timeout,
} from "./subject.ts";

export function accessSuite(subject: () => Subject): void {
  test("only the operator makes organisations, and a name is taken once", async () => {
    const name = freshName();
    for (const token of [undefined, "wrong", `${subject().operatorSecret}x`]) {
      const refused = await call(subject(), "POST", "/v1/organisations", {
        body: { name },
        ...(token === undefined ? {} : { token }),
      });
      expect([refused.status, refused.json.title]).toEqual([401, "Unauthenticated"]);
      expect(refused.headers.get("www-authenticate")).toContain("Bearer");
    }
    const organisation = await createOrganisation(subject(), name);
    const again = await call(subject(), "POST", "/v1/organisations", {
      token: subject().operatorSecret,
      body: { name },
    });
    expect(again.status).toBe(409);
    const list = await call(subject(), "GET", `/v1/organisations?name=${name}`, { token: subject().operatorSecret });
    expect(list.json).toMatchObject({ total: 1, items: [{ id: organisation.id, name }], next: null });
    expect((await organisation.call("GET", "/meshes")).status).toBe(200);
  });

  test.each([
    ["Upper", "name"],
    ["has space", "name"],
    ["", "name"],
    ["x".repeat(300), "name"],
    [7, "name"],
  ])("an organisation cannot be called %j", async (name, field) => {
    const answer = await call(subject(), "POST", "/v1/organisations", {
      token: subject().operatorSecret,
      body: { name },
    });
    expect(answer.status).toBe(400);
    expect(answer.json.invalid_parameters.map((one: { field: string }) => one.field)).toContain(field);
  });

  test("a token that is missing, malformed, forged or of another kind is refused without a hint", async () => {
    const organisation = await createOrganisation(subject());
    const forged = `${organisation.token.slice(0, -1)}${organisation.token.endsWith("a") ? "b" : "a"}`;
    const ofNobody = organisation.token.replace(organisation.id, "a".repeat(12));
    for (const token of [
      "",
      "nonsense",
      forged,
      ofNobody,
      subject().operatorSecret,
      organisation.token.replace("_api_", "_enrolment_"),
    ]) {
      const answer = await organisation.as(token).call("GET", "/meshes");
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain(organisation.token.slice(-20));
    }
  });

  test("a token of one organisation does not open another, existing or not, and cannot tell them apart", async () => {
    const [mine, other] = [await createOrganisation(subject()), await createOrganisation(subject())];
    await createMesh(other, "secret-mesh");
    const answers = await Promise.all(
      [other.name, "no-such-organisation"].map((name) =>
        call(subject(), "GET", `/o/${name}/meshes`, { token: mine.token }),
      ),
    );
    const [existing, absent] = answers.map(({ status, json }) => ({ ...json, status, instance: "" }));
    expect(existing?.status).toBe(404);
    expect(existing).toEqual(absent);
    const write = await call(subject(), "PUT", `/o/${other.name}/meshes/x`, {
      token: mine.token,
      body: { type: "Mesh", name: "x" },
    });
    expect(write.status).toBe(404);
    expect((await other.call("GET", "/meshes")).json.items.map((one: { name: string }) => one.name)).toEqual([
      "secret-mesh",
    ]);
    expect((await mine.call("GET", "/meshes")).text).not.toContain("secret-mesh");
  });

  test("a revoked token ends at once, an expired one too", async () => {
    const organisation = await createOrganisation(subject());
    const minted = await organisation.call("POST", "/v1/tokens", { name: "short", scopes: ["read"], validFor: "3s" });
    expect(minted.status).toBe(201);
    const short = organisation.as(minted.json.token);
    const early = await short.call("GET", "/meshes");
    const left = Date.parse(minted.json.expiresAt) - Date.now();
    // On a machine that others keep busy its time may have passed before the answer came.
    if (left > 0) expect(early.status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, left + 5));
    expect(await short.call("GET", "/meshes")).toMatchObject({
      status: 401,
      json: { detail: expect.stringContaining("expired") },
    });

    const revoked = await organisation.call("POST", "/v1/tokens", { name: "gone", scopes: ["read"] });
    expect((await organisation.call("DELETE", `/v1/tokens/${revoked.json.id}`)).status).toBe(204);
    const after = await organisation.as(revoked.json.token).call("GET", "/meshes");
    expect(after).toMatchObject({ status: 401, json: { detail: expect.stringContaining("revoked") } });
    expect((await organisation.call("DELETE", "/v1/tokens/aaaaaaaaaaaaaaaa")).status).toBe(404);
  });

  test("tokens are listed without their secrets", async () => {
    const organisation = await createOrganisation(subject());
    const token = await createToken(organisation, ["read", "write"]);
    const list = await organisation.call("GET", "/v1/tokens");
    expect(list.json.total).toBe(2);
    expect(list.json.items).toContainEqual(
      expect.objectContaining({ name: "read+write", scopes: ["read", "write"], revokedAt: null }),
    );
    expect(list.text).not.toContain(token.slice(-30));
    expect(list.text).not.toMatch(/hash/i);
  });

  test("it is known when a token was last used, and that one never was; a refused one was not used", async () => {
    const organisation = await createOrganisation(subject());
    const token = await createToken(organisation, ["read"]);
    const usedAt = async (name: string): Promise<string | null> =>
      (await organisation.call("GET", "/v1/tokens")).json.items.find((one: { name: string }) => one.name === name)
        .lastUsedAt;
    expect(await usedAt("read")).toBeNull();
    const wrong = `${token.slice(0, -4)}${token.endsWith("aaaa") ? "bbbb" : "aaaa"}`;
    expect((await organisation.as(wrong).call("GET", "/meshes")).status).toBe(401);
    // It is written after the answer: of what was used before, all is written by then.
    await expect.poll(async () => Date.parse((await usedAt("admin")) ?? "")).toBeGreaterThan(0);
    expect(await usedAt("read")).toBeNull();
    expect((await organisation.as(token).call("GET", "/meshes")).status).toBe(200);
    await expect.poll(async () => Date.parse((await usedAt("read")) ?? "")).toBeGreaterThan(0);
  });

  test("scopes: what each may do", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const secret = { type: "Secret", mesh: "default", name: "s", data: "c2VjcmV0" };
    expect((await organisation.call("PUT", "/meshes/default/secrets/s", secret)).status).toBe(201);
    const calls: readonly [string, string, unknown][] = [
      ["GET", "/meshes", undefined],
      ["PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t")],
      ["GET", "/meshes/default/secrets", undefined],
      ["POST", "/tokens/dataplane", { mesh: "default", name: "a" }],
      ["POST", "/tokens/zone", { scope: ["ingress"] }],
      ["GET", "/v1/tokens", undefined],
      ["POST", "/v1/tokens", { name: "x", scopes: ["read"] }],
      ["POST", "/v1/changes", { put: [{ resource: dataplane("default", "d", "web") }] }],
    ];
    const allowed: Readonly<Record<string, readonly boolean[]>> = {
      admin: [true, true, true, true, true, true, true, true],
      read: [true, false, false, false, false, false, false, false],
      write: [true, true, false, false, false, false, false, true],
      "secret:write": [false, false, true, false, false, false, false, false],
      "token:dataplane": [false, false, false, true, false, false, false, false],
      "token:zone": [false, false, false, false, true, false, false, false],
    };
    for (const [scope, row] of Object.entries(allowed)) {
      const holder = organisation.as(await createToken(organisation, [scope]));
      for (const [index, [method, path, body]] of calls.entries()) {
        const { status, text } = await holder.call(method, path, body);
        const expected = row[index] === true ? status < 400 : status === 403;
        expect(expected, `${scope} ${method} ${path}: ${status} ${text}`).toBe(true);
      }
    }
  });

  test("unknown scopes and an end in the past are named", async () => {
    const organisation = await createOrganisation(subject());
    const unknown = await organisation.call("POST", "/v1/tokens", { name: "x", scopes: ["everything"] });
    expect(unknown.status).toBe(400);
    expect(unknown.json.invalid_parameters[0].field).toMatch(/^scopes/);
    const late = await organisation.call("POST", "/v1/tokens", {
      name: "x",
      scopes: ["read"],
      expiresAt: "2001-01-01T00:00:00Z",
    });
    expect(late.json.invalid_parameters[0].field).toBe("expiresAt");
  });
}
