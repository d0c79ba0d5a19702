// Signing in and out: why a token is refused, back to where one was going, and nothing that a script could take.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("sign-in", { env: { WEFT_NO_SIGN_UP: "1" } });
});
afterAll(() => on?.close());

/** Without a session the browser itself tells of each call that is refused. */
const REFUSED = [/401 \(Unauthorized\)/];
const signedOut = () => ({ url: on.plane.controlPlane().url, provokes: REFUSED });

async function byToken(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign in with an API token" }).click();
  await page.getByLabel("API token").waitFor();
}

test("a wrong token says why; the right one leads to where one was going, and stays", async () => {
  await on.browser.visit(signedOut(), async ({ page, open, check, context }) => {
    await open("/o/acme/zones");
    await byToken(page);
    const field = page.getByLabel("API token");
    expect(await page.getByRole("button", { name: "Sign in", exact: true }).isDisabled()).toBe(true);
    await check("asks");
    await field.fill("weft_api_nonsense");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("The API token is missing or malformed").waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await check("refused");
    await field.fill(on.plane.token);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Zones" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/o/acme/zones");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Zones" }).waitFor();
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: "weft-session", httpOnly: true, sameSite: "Strict", expires: -1 });
    const seen = await page.evaluate("document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })");
    expect(seen).not.toContain(on.plane.token);
  });
});

test("another organisation's page is not where one was going", async () => {
  await on.browser.visit({ url: on.plane.controlPlane().url }, async ({ page, open }) => {
    await open("/sign-in?from=%2Fo%2Facme2%2Fzones");
    await byToken(page);
    await page.getByLabel("API token").fill(on.plane.token);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/o/acme");
  });
});

test("who signs out is asked again, and so is who was signed out", async () => {
  await on.visit({ provokes: REFUSED }, async ({ page, open, context }) => {
    await open("/o/acme/zones");
    await page.getByRole("button", { name: "You" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    expect(await context.cookies()).toEqual([]);
    await open("/o/acme/activity");
    await page.getByLabel("Email").waitFor();
  });
  const minted = (await on.plane.api("POST", "v1/tokens", { name: "short", scopes: ["read"] })) as Record<
    string,
    string
  >;
  // Only who goes on finds out: the page does not look again by itself.
  await on.visit({ provokes: REFUSED, token: String(minted.token), newsAlone: true }, async ({ page, open, check }) => {
    await open("/o/acme/zones");
    await page.getByRole("heading", { level: 1, name: "Zones" }).waitFor();
    await on.plane.remove(`v1/tokens/${minted.id}`);
    await page.getByRole("link", { name: "Activity" }).click();
    const window = page.getByRole("dialog", { name: "Sign in again" });
    // Who came with a token is asked for one.
    await window.getByLabel("API token").waitFor();
    await check("again");
    await page.keyboard.press("Escape");
    await page.getByRole("alert").getByText("Your session has ended").waitFor();
    await check("ended");
    await page.getByRole("alert").getByRole("button", { name: "Sign in", exact: true }).click();
    await window.getByLabel("API token").fill(on.plane.token);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Activity" }).waitFor();
    await page.getByText("Nothing has been changed yet").waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/o/acme/activity");
  });
});

test("by the keyboard alone", async () => {
  await on.browser.visit(signedOut(), async ({ page, open }) => {
    await open("/o/acme/zones");
    await page.getByLabel("Email").waitFor();
    // The first field has the keyboard from the start; past it, the password, its eye and the forgotten one comes the token.
    while ((await page.evaluate("document.activeElement?.textContent?.trim()")) !== "Sign in with an API token") {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.getByLabel("API token").and(page.locator(":focus")).waitFor();
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("The API token is missing or malformed").waitFor();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(on.plane.token);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Zones" }).waitFor();
    await page.keyboard.press("Tab");
    while ((await page.evaluate("document.activeElement?.textContent?.trim()")) !== "Add a zone") {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByLabel("Name").and(page.locator(":focus")).waitFor();
    await page.keyboard.type("keyboard");
    await page.keyboard.press("Enter");
    await page.getByLabel("Command that starts the relay", { exact: true }).waitFor();
    await expect.poll(() => page.evaluate("document.activeElement?.ariaLabel")).toBe("Command that starts the relay");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("cell", { name: "keyboard" }).waitFor();
    await expect.poll(() => page.evaluate("document.activeElement?.textContent?.trim()")).toBe("Add a zone");
  });
});

test("where nobody may sign up, nothing leads there, and its page says so", async () => {
  await on.browser.visit({ url: on.plane.controlPlane().url }, async ({ page, open, check }) => {
    await open("/sign-in");
    await page.getByLabel("Email").waitFor();
    expect(await page.getByRole("link", { name: "Create an account" }).count()).toBe(0);
    await open("/sign-up");
    await page.getByText("Nobody can sign up here by themselves.").waitFor();
    expect(await page.getByLabel("Your name").count()).toBe(0);
    await check("closed");
  });
});
