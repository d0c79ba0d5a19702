// The pages of a mesh at work: a policy goes by its plan and comes back, a question about access stands in the address, a token is seen once.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { allowAll, dataplaneOf, type Resource, strictMesh } from "#test/mesh.ts";

let on: TestConsole;
const dataplane = (name: string, service: string, address: string): Resource => {
  const calls = service === "web" ? ["backend"] : [];
  return dataplaneOf({ name, service, calls }, { inbound: address, outbound: address, program: address }) as Resource;
};
const POLICY = "/o/acme/m/default/resources/meshtrafficpermissions/allow-all";

beforeAll(async () => {
  on = await startConsole("mesh-page");
  await on.plane.apply({ type: "Zone", name: "east" }, strictMesh(), allowAll());
  await on.plane.apply(dataplane("web-1", "web", "10.0.0.1"), dataplane("backend-1", "backend", "10.0.0.2"));
});
afterAll(() => on?.close());

test("a policy is deleted by its plan, nothing asks for it any more, and the way back brings it", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open(POLICY);
    await page.getByText("type: MeshTrafficPermission").waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    const window = page.getByRole("dialog");
    await window.getByText("It is deleted. This is what that does:").waitFor();
    await check("plan");
    await window.getByRole("button", { name: "Delete" }).click();
    await page.waitForURL(/\/activity\/\d+$/);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Undo it" }).click();
    await page.getByText("Created MeshTrafficPermission default/allow-all").first().waitFor();
    await open(POLICY);
    await page.getByText("type: MeshTrafficPermission").waitFor();
  });
});

test("a policy that does nothing says why, and what to do", async () => {
  const spec = {
    targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "gone" } },
    to: [{ targetRef: { kind: "Mesh" }, default: { http: { requestTimeout: "5s" } } }],
  };
  await on.plane.apply({ type: "MeshTimeout", mesh: "default", name: "of-nobody", spec });
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/m/default/resources/meshtimeouts/of-nobody");
    await page.getByRole("heading", { name: "What is doubtful" }).waitFor();
    await page
      .getByText(/selects no/)
      .first()
      .waitFor();
    await check("doubts");
  });
});

test("a question about access is asked by keyboard, stands in the address, and is asked again by it", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/m/default/access");
    await page.getByLabel("Who calls").first().focus();
    await page.keyboard.type("web");
    await page.keyboard.press("Tab");
    await page.keyboard.type("backend");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\?from=web&to=backend$/);
    const answer = page.getByRole("heading", { name: "web → backend" });
    await answer.waitFor();
    await check("answer");
    await page.reload();
    await answer.waitFor();
    expect(await page.getByLabel("Who is called").first().inputValue()).toBe("backend");
  });
});

test("a token is shown once, and revoked by whoever types its name", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/tokens");
    await page.getByRole("button", { name: "New token" }).click();
    const window = page.getByRole("dialog");
    await window.getByRole("textbox", { name: "Name" }).fill("reader");
    await check("new-token");
    await window.getByRole("button", { name: "Make the token" }).click();
    const text = await window.getByRole("textbox", { name: "Token" }).inputValue();
    expect(text).toMatch(/^weft_api_/);
    await window.getByRole("button", { name: "Done" }).click();
    await expect.poll(() => page.content()).not.toContain(text);
    await page.getByRole("button", { name: "Revoke reader" }).click();
    const revoke = window.getByRole("button", { name: "Revoke" });
    expect(await revoke.isDisabled()).toBe(true);
    await window.getByRole("textbox").fill("reader");
    await revoke.click();
    await page
      .getByRole("row", { name: /reader/ })
      .getByText("Revoked")
      .waitFor();
    await check("revoked");
  });
});
