// Members in the browser: invitations that are mailed and accepted, roles that are refused where they end, the pages around them.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Visit } from "#test/browser.ts";
import { startConsole, type TestConsole } from "#test/console.ts";
import { mailedLink } from "#test/log-mail.ts";

const PASSWORD = "correct horse battery staple";
/** What is refused is told by the browser too. */
const SIGNED_OUT = [/401 \(Unauthorized\)/];

let on: TestConsole;
let base = "";

/** A person's way to the API beside the browser: by the same cookie. */
interface Person {
  readonly name: string;
  readonly email: string;
  /** Of the session's cookie. */
  readonly token: string;
  call(method: string, path: string, body?: unknown): Promise<Response>;
}

function personOf(name: string, token: string): Person {
  return {
    name,
    token,
    email: emailOf(name),
    call: (method, path, body) =>
      fetch(base + path, {
        method,
        headers: {
          cookie: `weft-session=${token}`,
          "sec-fetch-site": "same-origin",
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  };
}

const emailOf = (name: string): string => `${name.toLowerCase()}@example.com`;

/** A person with a verified address, who has not seen the console yet. */
async function signedUp(name: string): Promise<Person> {
  const body = JSON.stringify({ name, email: emailOf(name), password: PASSWORD });
  const headers = { "content-type": "application/json", "sec-fetch-site": "same-origin" };
  const made = await fetch(`${base}/v1/account`, { method: "POST", headers, body });
  expect(made.status, await made.text()).toBe(201);
  const [, token = ""] = /^weft-session=([^;]+)/.exec(made.headers.get("set-cookie") ?? "") ?? [];
  const person = personOf(name, token);
  await verify(name, person);
  return person;
}

async function verify(name: string, person: Person): Promise<void> {
  const link = await mailedLink(on.plane, emailOf(name), "verify");
  const token = new URL(link, base).searchParams.get("token");
  const confirmed = await person.call("POST", "/v1/account/verification/confirm", { token });
  expect(confirmed.status).toBeLessThan(300);
}

type VisitOptions = Partial<Parameters<TestConsole["browser"]["visit"]>[0]>;
const visit = (who: Person | null, options: VisitOptions, act: (visit: Visit) => Promise<void>) =>
  on.browser.visit({ url: base, ...(who !== null && { token: who.token }), ...options }, act);

const timeout = (mesh: string) => ({
  ...{ type: "MeshTimeout", mesh, name: "slow" },
  spec: { to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "5s" } }] },
});

let ann: Person;
let bob: Person;
let eve: Person;

beforeAll(async () => {
  // Mails are printed to the log.
  on = await startConsole("members", { logLevel: "info" });
  base = on.plane.controlPlane().url;
  ann = await signedUp("Ann");
  for (const name of ["team", "lab"]) expect((await ann.call("POST", "/v1/organisations", { name })).status).toBe(201);
  for (const mesh of ["pay", "shop"])
    expect((await ann.call("PUT", `/o/team/meshes/${mesh}`, { type: "Mesh", name: mesh })).status).toBe(201);
  expect((await ann.call("PUT", "/o/team/zones/east", { type: "Zone", name: "east" })).status).toBe(201);
});
afterAll(() => on?.close());

/** Invites in the window, and gives the link that is shown; path below /console. */
async function invite({ page, check }: Visit, email: string, role: string): Promise<string> {
  await page.getByRole("button", { name: "Invite somebody" }).click();
  await page.getByRole("dialog").getByLabel("Email").fill(email);
  await page.getByRole("dialog").getByRole("combobox", { name: "Role" }).selectOption({ label: role });
  await check(`invite-${role.split(" ")[0]}`);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const link = await page.getByLabel("Link of the invitation").first().inputValue();
  await check("invited");
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const { pathname, search } = new URL(link);
  return pathname.replace(/^\/console/, "") + search;
}

test("an owner invites a viewer, who signs up, joins, and is refused what a viewer may not", async () => {
  let link = "";
  await visit(ann, {}, async (owner) => {
    await owner.open("/o/team/members");
    await owner.page.getByText("(you)").waitFor();
    await owner.check("owner");
    link = await invite(owner, emailOf("Bob"), "Viewer");
    await owner.page.getByRole("table", { name: "Open invitations" }).getByText(emailOf("Bob")).waitFor();
    await owner.check("open-invitations");
  });
  await visit(null, { provokes: SIGNED_OUT }, async ({ page, open, check, context }) => {
    await open(link);
    await page.getByText("Ann invites you to the organisation").waitFor();
    await check("offer");
    await page.getByRole("link", { name: "Create an account" }).click();
    await page.getByLabel("Your name").fill("Bob");
    expect(await page.getByLabel("Email").inputValue()).toBe(emailOf("Bob"));
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create the account" }).click();
    const join = page.getByRole("button", { name: "Join team" });
    await join.waitFor();
    expect(await join.isDisabled()).toBe(true);
    await check("unconfirmed");
    const [session] = await context.cookies();
    await verify("Bob", personOf("Bob", session?.value ?? ""));
    await page.locator("button:not([aria-disabled])", { hasText: "Join team" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/o/team");
    const rail = page.getByRole("navigation", { name: "Pages" });
    await rail.getByRole("link", { name: "API tokens" }).waitFor({ state: "detached" });
    expect(await rail.getByRole("link", { name: /Audit log|API tokens|Webhooks/ }).count()).toBe(0);
    await rail.getByRole("link", { name: "Members" }).click();
    await page.getByText("You are Viewer, and see who the members are.").waitFor();
    await page.getByRole("button", { name: "Leave team" }).waitFor();
    expect(await page.getByRole("button", { name: /Invite|Remove|Revoke/ }).count()).toBe(0);
    expect(await page.getByRole("combobox").filter({ hasText: "Owner" }).count()).toBe(0);
    await check("viewer");
    await open("/o/team/m/pay/resources");
    await page.getByText("Only to be read by your role (Viewer).").waitFor();
    expect(await page.getByRole("link", { name: "New resource" }).count()).toBe(0);
    await check("viewer-resources");
    const [cookie] = await context.cookies();
    bob = personOf("Bob", cookie?.value ?? "");
  });
  for (const [method, path, body] of [
    ["PUT", "meshes/pay/meshtimeouts/slow", timeout("pay")],
    ["POST", "v1/plan", { put: [{ resource: timeout("pay") }] }],
    ["DELETE", "meshes/pay", undefined],
    ["POST", "v1/tokens", { name: "mine", scopes: ["read"] }],
    ["GET", "v1/audit", undefined],
    ["POST", "v1/invitations", { email: "x@example.com", role: "owner" }],
    ["PATCH", "v1/members/me", { role: "owner" }],
  ] as const)
    expect([method, path, (await bob.call(method, `/o/team/${path}`, body)).status]).toEqual([method, path, 403]);
  expect((await bob.call("GET", "/o/team/meshes")).status).toBe(200);
  expect((await bob.call("GET", "/o/lab/meshes")).status).toBe(404);
});

test("an editor of one mesh joins by a link that is nobody else's, and changes that mesh alone", async () => {
  let link = "";
  eve = await signedUp("Eve");
  await visit(ann, {}, async (owner) => {
    await owner.open("/o/team/members");
    link = await invite(owner, eve.email, "Editor of mesh pay");
  });
  await visit(bob, {}, async ({ page, open, check }) => {
    await open(link);
    await page.getByText(`This invitation is for ${eve.email}, and you are signed in as ${bob.email}.`).waitFor();
    expect(await page.getByRole("button", { name: "Join team" }).count()).toBe(0);
    await check("other");
  });
  const token = new URL(link, base).searchParams.get("token");
  expect((await bob.call("POST", `/v1/invitations/${token}/accept`)).status).toBe(403);
  await visit(eve, {}, async ({ page, open, check }) => {
    await open(link);
    await page.getByRole("button", { name: "Join team" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await open(link);
    await page.getByText("has been accepted already").waitFor();
    await check("spent");
    await open("/o/team/members");
    await page.getByText("You are Editor of mesh pay").waitFor();
    await check("scoped");
    await open("/o/team/resources/meshes/pay");
    await page.getByRole("link", { name: "Edit" }).waitFor();
    expect(await page.getByRole("button", { name: "Delete" }).count()).toBe(0);
    await open("/o/team/resources/meshes/shop");
    await page.getByText("Only to be read by your role (Editor of mesh pay).").waitFor();
  });
  const put = (path: string, body: unknown) => eve.call("PUT", `/o/team/${path}`, body);
  expect((await put("meshes/pay/meshtimeouts/slow", timeout("pay"))).status).toBe(201);
  for (const [path, body] of [
    ["meshes/shop/meshtimeouts/slow", timeout("shop")],
    ["meshes/new", { type: "Mesh", name: "new" }],
    ["zones/west", { type: "Zone", name: "west" }],
  ] as const)
    expect([path, (await put(path, body)).status]).toEqual([path, 403]);
  expect((await eve.call("DELETE", "/o/team/meshes/pay")).status).toBe(403);
  // Her name stands at what she did.
  await visit(ann, {}, async ({ page, open }) => {
    await open("/o/team/activity");
    await page.getByText("Eve").first().waitFor();
    await open("/o/team/audit?action=member.add");
    await page.getByRole("table").getByText("Eve").first().waitFor();
  });
});

test("roles are changed where they are shown, the last owner stays, and who is removed sees nothing more", async () => {
  await visit(ann, { provokes: [/409 \(Conflict\)/] }, async ({ page, open, check }) => {
    await open("/o/team/members");
    await page.getByLabel("Role of Bob").selectOption({ label: "Editor" });
    await expect
      .poll(async () => (await bob.call("PUT", "/o/team/meshes/shop/meshtimeouts/slow", timeout("shop"))).status)
      .toBe(201);
    await page.getByLabel("Role of Ann").selectOption({ label: "Viewer" });
    await page.getByText("An organisation keeps an owner").waitFor();
    await check("last-owner");
    await expect.poll(() => page.getByLabel("Role of Ann").inputValue()).toBe("owner");
    await page.getByRole("button", { name: "Remove Bob" }).click();
    await page.getByRole("dialog").waitFor();
    await check("remove");
    await page.getByRole("dialog").getByRole("textbox").fill(bob.email);
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByLabel("Role of Bob").waitFor({ state: "detached" });
  });
  expect((await bob.call("GET", "/o/team/meshes")).status).toBe(404);
});

test("an invitation is sent again and revoked, and its older links lead nowhere", async () => {
  await visit(ann, { provokes: [/404 \(Not Found\)/] }, async (owner) => {
    const { page, open, check } = owner;
    await open("/o/team/members");
    const first = await invite(owner, "guest@example.com", "Admin");
    await page.getByRole("button", { name: "Send again: the invitation to guest@example.com" }).click();
    const second = await page.getByLabel("Link of the invitation").first().inputValue();
    expect(second).not.toContain(first);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Revoke the invitation to guest@example.com" }).click();
    await page.getByText("guest@example.com").waitFor({ state: "detached" });
    for (const link of [first, new URL(second).pathname.replace(/^\/console/, "") + new URL(second).search]) {
      await open(link);
      await page.getByText("There is no such invitation").waitFor();
    }
    await check("absent");
  });
});

test("organisations are switched on top", async () => {
  await visit(ann, {}, async ({ page, open, check }) => {
    await open("/o/team/usage");
    await page.getByRole("button", { name: "Organisation team: choose another" }).click();
    await page.getByRole("menuitemradio", { name: "lab" }).waitFor();
    await check("organisations");
    await page.getByRole("menuitemradio", { name: "lab" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/o/lab");
  });
});

test("settings say how long audit entries are kept, and keep what is saved", async () => {
  await visit(ann, {}, async ({ page, open, check }) => {
    await open("/o/team/settings");
    await page.getByLabel("Days that entries are kept").fill("90");
    await page.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(async () => ((await (await ann.call("GET", "/o/team/v1/audit/retention")).json()) as { days: number }).days)
      .toBe(90);
    await page.getByRole("link", { name: "ChangeControls of pay" }).waitFor();
    await check("settings");
  });
  await visit(eve, {}, async ({ page, open, check }) => {
    await open("/o/team/settings");
    await page.getByText("Owners and admins see and change this.").waitFor();
    await check("settings-editor");
  });
});

test("usage tells each count with its limit", async () => {
  await visit(eve, {}, async ({ page, open, check }) => {
    await open("/o/team/usage");
    await page.getByRole("meter", { name: "Webhooks" }).waitFor();
    const row = page.getByRole("main").getByRole("listitem").filter({ hasText: "Meshes" });
    await expect.poll(() => row.innerText()).toContain("no limit");
    await page.getByText("audit entries for 90").waitFor();
    await check("usage");
  });
});

const LOOKS = [
  { width: 360 },
  { width: 360, colours: "dark", language: "zh-CN" },
  { colours: "dark" },
  { width: 2560, language: "zh-CN" },
] as const;
test.each(LOOKS)("the pages are whole at %j", async (look) => {
  const made = await ann.call("POST", "/o/team/v1/invitations", {
    email: eve.email.replace("eve", "zoe"),
    role: "editor@zone:east",
  });
  const { link } = (await made.json()) as { readonly link: string };
  const { search } = new URL(link);
  await visit(ann, look, async ({ page, open, check, settle }) => {
    for (const name of ["members", "settings", "usage"]) {
      await open(`/o/team/${name}`);
      await settle();
      await check(name);
      const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      expect([name, wide]).toEqual([name, 0]);
    }
    await open(`/invitation${search}`);
    await page.locator("dl").waitFor();
    await check("invitation");
  });
});
