// What holds a change back in the editor: an approval by somebody else, a freeze that begins meanwhile, somebody else's change that nobody told of.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { type Resource, strictMesh } from "#test/mesh.ts";

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("guarded");
  for (const mesh of ["default", "frozen", "quiet"]) await on.plane.apply({ ...strictMesh(), name: mesh } as Resource);
});
afterAll(() => on?.close());

const text = (mesh: string, timeout: string): string => `type: MeshTimeout
mesh: ${mesh}
name: slow
spec:
  targetRef: { kind: Mesh }
  to:
    - targetRef: { kind: Mesh }
      default: { http: { requestTimeout: ${timeout} } }
`;

async function write(page: Page, whole: string): Promise<void> {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(whole);
  await page.keyboard.press("Escape");
}

const apply = (page: Page) => page.locator("button:not([aria-disabled])", { hasText: /^Apply$/ });
const tokenOf = async (name: string, scopes: readonly string[]): Promise<string> =>
  ((await on.plane.api("POST", "v1/tokens", { name, scopes })) as { readonly token: string }).token;

test("a plan waits for somebody else's yes, and is applied as soon as it has it", async () => {
  const control = { type: "ChangeControl", mesh: "default", name: "careful", spec: { approvals: { required: 1 } } };
  await on.plane.apply(control);
  const [author, approver] = await Promise.all([
    tokenOf("author", ["write"]),
    tokenOf("approver", ["read", "plan:approve"]),
  ]);
  await on.visit({ token: author }, async ({ page, open, check }) => {
    await open("/o/acme/m/default/new?kind=MeshTimeout");
    await write(page, text("default", "3s"));
    await page.getByText("0 of 1 approvals are given.").waitFor();
    expect(await apply(page).count()).toBe(0);
    await check("waiting");
    const command = await page.getByLabel("Command that approves the plan", { exact: true }).inputValue();
    const id = /^weft plan approve (\S+)$/.exec(command)?.[1] ?? "";
    const yes = await fetch(`${on.plane.controlPlane().url}/o/acme/v1/plans/${id}/approvals`, {
      method: "POST",
      headers: { authorization: `Bearer ${approver}`, "content-type": "application/json" },
      body: "{}",
    });
    expect(yes.ok, await yes.text()).toBe(true);
    await apply(page).click();
    await page.waitForURL(/\?revision=\d+$/);
    await page.getByText("Applied", { exact: true }).first().waitFor();
  });
  expect(await on.plane.api("GET", "meshes/default/meshtimeouts/slow")).toMatchObject({ name: "slow" });
});

test("a freeze that begins between plan and commit holds it back, and says until when", async () => {
  await on.visit({ provokes: [/423/] }, async ({ page, open, check }) => {
    await open("/o/acme/m/frozen/new?kind=MeshTimeout");
    await write(page, text("frozen", "3s"));
    await apply(page).waitFor();
    const freezes = [{ reason: "the quarter ends", from: "2020-01-01T00:00:00Z", to: "2090-01-01T00:00:00Z" }];
    await on.plane.apply({ type: "ChangeControl", mesh: "frozen", name: "freeze", spec: { freezes } } as Resource);
    await apply(page).click();
    await page
      .getByText(/nothing is changed until 2090-01-01/)
      .first()
      .waitFor();
    await page
      .getByText(/the quarter ends/)
      .first()
      .waitFor();
    await check("frozen");
    expect(await page.locator(".cm-content").innerText()).toContain("3s");
  });
});

test("somebody else's change that no news told of is seen at the commit: nothing is overwritten", async () => {
  await on.plane.apply(JSON.parse(JSON.stringify(timeout("1s"))));
  await on.visit({ newsAlone: true, provokes: [/412 \(Precondition Failed\)|ERR_/] }, async ({ page, open, check }) => {
    await page.route("**/v1/events", (route) => route.abort());
    await open("/o/acme/m/quiet/edit/meshtimeouts/slow");
    await page.locator(".cm-content").waitFor();
    await write(page, text("quiet", "2s"));
    await apply(page).waitFor();
    await on.plane.apply(timeout("9s"));
    await apply(page).click();
    await page.getByText("Somebody else has changed it meanwhile").waitFor();
    await page.locator("del", { hasText: "9s" }).waitFor();
    await check("overtaken");
  });
  expect(await on.plane.api("GET", "meshes/quiet/meshtimeouts/slow")).toMatchObject({
    spec: { to: [{ default: { http: { requestTimeout: "9s" } } }] },
  });
});

function timeout(requestTimeout: string): Resource {
  const to = [{ targetRef: { kind: "Mesh" }, default: { http: { requestTimeout } } }];
  return { type: "MeshTimeout", mesh: "quiet", name: "slow", spec: { targetRef: { kind: "Mesh" }, to } } as Resource;
}
