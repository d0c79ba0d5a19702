// Members from the command line: the first owner of an organisation, roles, and what the guide's table says of them.
import { expect, test } from "vitest";
import { ROLE_NAMES } from "#model/role-name.ts";
import { textOf } from "#test/documents.ts";
import { scopesOf } from "#trust/role.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";

const plane = planeOfFile();

interface Called {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly cookie: string;
}

/** A call of a page of the console. */
async function call(method: string, path: string, body?: unknown, cookie = ""): Promise<Called> {
  const answer = await fetch(plane.url + path, {
    method,
    headers: { "content-type": "application/json", "sec-fetch-site": "same-origin", cookie },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { status: answer.status, json, cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "" };
}

test("an invitation's link is printed once; the list tells who is open, and who is revoked is not", async () => {
  const made = await run([
    ...["organisation", "create", "members", "--control-plane", plane.url],
    ...["--operator-secret-file", plane.operatorSecretFile],
  ]);
  const token = made.out.trim();
  const weft = (argv: readonly string[]) =>
    run([...argv, "--url", `${plane.url}/o/members`], { env: { WEFT_TOKEN: token } });
  const none = await weft(["member", "list"]);
  expect([none.code, none.out, none.err]).toEqual([
    ...[0, "", "Nobody is a member yet: weft invitation create EMAIL --role owner\n"],
  ]);

  const invited = await weft(["invitation", "create", "Ann@Example.com", "--role", "owner"]);
  expect(invited.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/console\/invitation\?token=[a-z2-7]{52}\n$/);
  expect(invited.err).toMatch(/^No mail was sent: hand it to ann@example\.com yourself\. The link is good until 20/);
  const list = await weft(["invitation", "list"]);
  expect(list.out).toMatch(/^ID +EMAIL +ROLE +STATE +EXPIRES\n\S+ +ann@example\.com +owner +open +20\S+\n$/);
  expect(list.out + list.err).not.toContain(new URL(invited.out.trim()).searchParams.get("token"));
  const [, id = ""] = /\n(\S+) /.exec(list.out) ?? [];
  expect((await weft(["invitation", "revoke", id])).out).toBe(`revoked invitation ${id}\n`);
  const again = await weft(["invitation", "revoke", id]);
  expect([again.code, again.out]).toEqual([5, ""]);
  expect((await weft(["invitation", "list"])).err).toBe("Nobody is invited.\n");
  const offer = await call("GET", `/v1/invitations/${new URL(invited.out.trim()).searchParams.get("token")}`);
  expect(offer.status).toBe(404);

  const wrong = await weft(["invitation", "create", "bob@example.com", "--role", "editor@mesh:absent"]);
  expect([wrong.code, wrong.err]).toEqual([7, expect.stringContaining('role: there is no mesh "absent"')]);
  for (const argv of [
    ["member", "role", "bob@example.com", "viewer"],
    ["member", "remove", "bob@example.com"],
  ]) {
    const absent = await weft(argv);
    expect([absent.code, absent.err]).toEqual([5, expect.stringContaining('There is no member "bob@example.com"')]);
  }
});

test("the guide's table of roles is the table of grants", () => {
  const rows = [...textOf("docs/guides/members.md").matchAll(/^\| `([^`]+)` \| `([^`]+)` \| (.+) \|$/gm)];
  expect(rows.map(([, role = "", scopes = ""]) => [role, scopes.split(" ")])).toEqual(
    rows.map(([, role = ""]) => [role, scopesOf(role)]),
  );
  const names = rows.map(([, role = ""]) => role);
  expect(names.filter((role) => !role.includes("@"))).toEqual(Object.keys(ROLE_NAMES));
  expect(names).toEqual(expect.arrayContaining(["editor@zone:east", "editor@mesh:payments"]));
  for (const [, role = "", , about] of rows)
    if (!role.includes("@")) expect([role, about]).toEqual([role, ROLE_NAMES[role as keyof typeof ROLE_NAMES]]);
});
