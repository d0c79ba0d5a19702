// Plans on a page of their own: who finds one, reads it, says yes or takes that back, and applies exactly it; and when it stands no more.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { dataplaneOf, type Resource, strictMesh } from "#test/mesh.ts";

let on: TestConsole;
let author: string;
let approver: string;
const proxy = (name: string, service: string, address: string): Resource =>
  dataplaneOf(
    { name, service, calls: service === "web" ? ["backend"] : [] },
    { inbound: address, outbound: address, program: address },
  ) as Resource;
const permission = (allowed: readonly string[]): Resource => ({
  ...{ type: "MeshTrafficPermission", mesh: "default", name: "callers" },
  spec: {
    targetRef: { kind: "Mesh" },
    rules: [
      {
        default: { allow: allowed.map((name) => ({ spiffeID: { type: "Exact", value: `spiffe://default/${name}` } })) },
      },
    ],
  },
});
const timeout = (seconds: number): Resource => ({
  ...{ type: "MeshTimeout", mesh: "quiet", name: "slow" },
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${seconds}s` } }],
  },
});

beforeAll(async () => {
  on = await startConsole("plan");
  await on.plane.apply({ type: "Zone", name: "east" }, { ...strictMesh(), skipCreatingInitialPolicies: ["*"] }, {
    ...strictMesh(),
    name: "quiet",
  } as Resource);
  await on.plane.apply(
    proxy("web-1", "web", "10.0.0.1"),
    proxy("backend-1", "backend", "10.0.0.2"),
    permission(["web"]),
  );
  const spec = { approvals: { required: 1 } };
  await on.plane.apply({ type: "ChangeControl", mesh: "default", name: "careful", spec } as Resource);
  const tokenOf = async (name: string, scopes: readonly string[]): Promise<string> =>
    ((await on.plane.api("POST", "v1/tokens", { name, scopes })) as { readonly token: string }).token;
  author = await tokenOf("author", ["write"]);
  approver = await tokenOf("approver", ["read", "plan:approve"]);
});
afterAll(() => on?.close());

async function plan(token: string, body: object): Promise<string> {
  const answer = await fetch(`${on.plane.controlPlane().url}/o/acme/v1/plan`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return ((await answer.json()) as { readonly id: string }).id;
}

test("what waits for approval leads from the overview to its page; a yes there lets its author apply it", async () => {
  const put = [{ resource: permission(["nobody"]) }];
  const id = await plan(author, { put, reason: "nobody calls anybody any more" });
  const title = `Plan ${id}`;

  await on.visit({ token: approver }, async ({ page, open, check }) => {
    await open("/o/acme");
    await page.getByRole("link", { name: new RegExp(`Plan ${id}.* waits for approval`) }).click();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.getByText("nobody calls anybody any more").waitFor();
    const main = page.getByRole("main");
    expect(await main.locator(".line strong").first().textContent()).toBe("author");
    await main.getByText("Loses access", { exact: true }).first().waitFor();
    await main.getByText("Changed MeshTrafficPermission default/callers").waitFor();
    expect(await main.getByRole("button", { name: "Apply", exact: true }).count()).toBe(0);
    await page.getByLabel("Why").fill("read it, fine");
    await check("to-approve");
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("read it, fine").waitFor();
    await page.getByText("1 of 1").waitFor();
    await page.getByRole("button", { name: "Withdraw your approval" }).click();
    await page.getByText("0 of 1", { exact: true }).waitFor();
    const approve = page.locator("button:not([aria-disabled])", { hasText: /^Approve$/ });
    await approve.focus();
    await approve.press("Enter");
    await page.getByText("It stands, and can be applied now.").waitFor();
    await check("approved");
  });

  await on.visit({ token: author, newsAlone: true }, async ({ page, open, check }) => {
    await open("/o/acme/activity");
    await page.getByRole("main").getByRole("link", { name: "Plans" }).click();
    const row = page.getByRole("row", { name: new RegExp(id) });
    expect(await row.textContent()).toContain("Ready");
    expect(await row.textContent()).toContain("1 of 1");
    await check("list");
    await row.getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.getByText("approver").first().waitFor();
    expect(await page.getByRole("button", { name: /^(Approve|Withdraw.*)$/ }).count()).toBe(0);
    await page.getByRole("button", { name: "Apply", exact: true }).click();
    const window = page.getByRole("dialog");
    await window.getByLabel("Type callers to go on").fill("callers");
    await page.keyboard.press("Enter");
    await page.getByText("It has been applied.").waitFor();
    await page.getByRole("button", { name: "Undo" }).waitFor();
    await check("applied");
    await page
      .getByRole("main")
      .getByRole("link", { name: /^Revision \d+$/ })
      .last()
      .click();
    await page.getByText("nobody calls anybody any more").waitFor();
  });
});

test("the author is not asked to approve; who may only read is offered neither deed, and sees all else", async () => {
  const id = await plan(author, { put: [{ resource: permission(["web", "backend"]) }] });
  await on.visit({ token: author }, async ({ page, open }) => {
    await open(`/o/acme/plans/${id}`);
    await page.getByText("You made this plan; somebody else approves it.").waitFor();
    expect(await page.getByRole("button", { name: "Approve", exact: true }).count()).toBe(0);
    expect(await page.getByLabel("Address of the plan's page", { exact: true }).inputValue()).toBe(page.url());
  });
  const reader = ((await on.plane.api("POST", "v1/tokens", { name: "reader", scopes: ["read"] })) as { token: string })
    .token;
  await on.visit({ token: reader }, async ({ page, open, check }) => {
    await open(`/o/acme/plans/${id}`);
    await page.getByText("Gains access", { exact: true }).first().waitFor();
    expect(await page.getByRole("button", { name: /^(Approve|Apply)$/ }).count()).toBe(0);
    await check("reader");
  });
});

test("a plan that stands no more says so by itself, with what moved, and is not applied", async () => {
  await on.plane.apply(timeout(1));
  const id = await plan(author, { put: [{ resource: timeout(2) }], reason: "two seconds" });
  await on.visit({ token: author, newsAlone: true }, async ({ page, open, check }) => {
    await open(`/o/acme/plans/${id}`);
    await page.getByRole("button", { name: "Apply", exact: true }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await on.plane.apply(timeout(9));
    await page.getByText("It can be applied no more: what it was made on has changed.").waitFor();
    await page.getByRole("heading", { name: "What has moved" }).waitFor();
    await page.getByText("MeshTimeout/quiet/slow").first().waitFor();
    expect(await page.getByRole("button", { name: "Apply", exact: true }).count()).toBe(0);
    await check("stale");
    await open("/o/acme/plans?state=stale");
    await page.getByRole("row", { name: /two seconds/ }).waitFor();
  });
  expect(JSON.stringify(await on.plane.api("GET", "meshes/quiet/meshtimeouts/slow"))).toContain('"9s"');
});

test("the palette finds a plan by its reason; one that there is not says so", async () => {
  await on.plane.apply(timeout(3));
  const id = await plan(author, { put: [{ resource: timeout(4) }], reason: "the bank holiday" });
  await on.visit({ provokes: [/404 \(Not Found\)/] }, async ({ page, open, check }) => {
    await open("/o/acme");
    await page.keyboard.press("Control+k");
    const window = page.getByRole("dialog", { name: "Search and commands" });
    await window.getByRole("combobox").and(page.locator(":focus")).waitFor();
    await page.keyboard.type("holiday");
    await window.getByRole("option", { name: /the bank holiday/ }).click();
    await page.getByRole("heading", { level: 1, name: `Plan ${id}` }).waitFor();
    await open("/o/acme/plans/nosuchplan");
    await page.getByRole("alert").waitFor();
    await check("absent");
  });
  const nothing = await on.fresh("planless");
  await on.visit({ token: nothing }, async ({ page, open, check }) => {
    await open("/o/planless/plans");
    await page.getByRole("heading", { name: "No plan is waiting" }).waitFor();
    await check("none");
  });
});
