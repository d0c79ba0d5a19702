// The end of an organisation in the browser: what would go, its name typed, the way back, and the account that it stood in the way of.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Visit } from "#test/browser.ts";
import { startConsole, type TestConsole } from "#test/console.ts";

const PASSWORD = "correct horse battery staple";

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("ending");
});
afterAll(() => on?.close());

const base = (): string => on.plane.controlPlane().url;

/** Somebody new who owns this organisation, signed in in this browser. */
async function founder({ context }: Visit, organisation: string): Promise<void> {
  const person = { name: "Ada", email: `${organisation}@example.com`, password: PASSWORD };
  const signed = await context.request.post(`${base()}/v1/account`, { data: person });
  expect(signed.status(), await signed.text()).toBe(201);
  const headers = { "sec-fetch-site": "same-origin" };
  const made = await context.request.post(`${base()}/v1/organisations`, { data: { name: organisation }, headers });
  expect(made.status(), await made.text()).toBe(201);
}

test("its only owner deletes it, restores it, removes it, and then the account", async () => {
  await on.browser.visit({ url: base() }, async (seen) => {
    const { page, open, check } = seen;
    await founder(seen, "shop");
    await open("/account");
    await page.getByText("You alone own these organisations").waitFor();
    expect(await page.getByRole("button", { name: "Delete my account" }).getAttribute("aria-disabled")).toBe("true");
    await check("account-alone");
    await page.getByRole("link", { name: "Delete shop" }).click();

    await page.getByRole("button", { name: "Delete the organisation" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("With it go: meshes 0, zones 0, proxies 0 (online: 0), members 1").waitFor();
    await check("delete");
    const deed = dialog.getByRole("button", { name: "Delete the organisation" });
    await dialog.getByRole("textbox").fill("sho");
    expect(await deed.getAttribute("aria-disabled")).toBe("true");
    await dialog.getByRole("textbox").fill("shop");
    await deed.click();
    await page.getByRole("heading", { level: 1, name: "shop is deleted" }).waitFor();
    await check("ended");
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();

    await page.getByRole("button", { name: "Delete the organisation" }).click();
    await dialog.getByRole("textbox").fill("shop");
    await deed.click();
    await page.getByRole("button", { name: "Remove it now" }).click();
    await dialog.getByRole("textbox").fill("shop");
    await dialog.getByRole("button", { name: "Remove it now" }).click();
    await expect
      .poll(async () => (await seen.context.request.get(`${base()}/v1/session`)).json())
      .toMatchObject({ organisations: [] });

    await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
    await open("/account");
    await page.getByRole("button", { name: "Delete my account" }).click();
    await dialog.getByRole("textbox").fill("shop@example.com");
    await dialog.getByRole("button", { name: "Delete my account" }).click();
    await page.getByLabel("Email").waitFor();
  });
});

test.each([
  { width: 360, language: "zh-CN", colours: "dark" },
  { width: 1280, language: "en-US", colours: "light" },
] as const)("the page of one that is deleted is whole at %j", async (look) => {
  await on.browser.visit({ url: base(), ...look }, async (seen) => {
    const { page, open, check } = seen;
    const name = `gone-${look.width}`;
    await founder(seen, name);
    await open(`/o/${name}/settings`);
    await page.locator("button[data-kind=grave]").click();
    await page.getByRole("dialog").getByRole("textbox").fill(name);
    await check("delete");
    await page.getByRole("dialog").locator("button[data-kind=grave]").click();
    await page.getByRole("heading", { level: 1, name: new RegExp(name) }).waitFor();
    await check("ended");
  });
});
