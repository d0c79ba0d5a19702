// The palette: everything found and done by keyboard alone, what is chosen remembered, late answers dropped, and nothing lost where the search fails.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { createGate } from "#test/gate.ts";
import { allowAll, dataplaneOf, type Resource, strictMesh } from "#test/mesh.ts";

let on: TestConsole;
const dataplane = (name: string, service: string, address: string): Resource =>
  dataplaneOf({ name, service }, { inbound: address, outbound: address, program: address }) as Resource;

beforeAll(async () => {
  on = await startConsole("palette");
  await on.plane.apply({ type: "Zone", name: "east" }, strictMesh(), allowAll());
  await on.plane.apply(dataplane("web-1", "web", "10.0.0.1"), dataplane("backend-1", "backend", "10.0.0.2"));
  await on.plane.apply({
    ...{ type: "MeshTimeout", mesh: "default", name: "slow-backend" },
    spec: { to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "5s" } }] },
  });
});
afterAll(() => on?.close());

const OVERVIEW = "/o/acme";
const FOCUSED = "document.activeElement?.getAttribute('role') === 'combobox'";

/** Opens it by its keys, and waits until it hears what is typed. */
async function summon(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect.poll(() => page.evaluate(FOCUSED)).toBe(true);
}

/** Waits until Enter would choose it. */
async function chosen(page: Page, name: RegExp): Promise<void> {
  await expect.poll(() => page.getByRole("option", { name }).getAttribute("data-focused")).toBe("true");
}

test("keys alone find a policy, go there, and next time it stands first", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open(OVERVIEW);
    await summon(page);
    const window = page.getByRole("dialog", { name: "Search and commands" });
    await check("open");
    await page.keyboard.type("slow");
    const hit = window.getByRole("option", { name: /slow-backend/ });
    await hit.waitFor();
    await expect.poll(() => window.getByRole("status").textContent()).toMatch(/^\d+ choices?$/);
    await expect.poll(() => hit.getAttribute("data-focused")).toBe("true");
    await check("found");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/m\/default\/resources\/meshtimeouts\/slow-backend$/);
    await window.waitFor({ state: "hidden" });
    await summon(page);
    const first = window.getByRole("group", { name: "Recent" }).getByRole("option").first();
    await first.waitFor();
    expect(await first.textContent()).toContain("slow-backend");
    await page.keyboard.press("Escape");
    await window.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Search and commands" }).focus();
    await page.keyboard.press("Enter");
    await window.waitFor();
    await page.keyboard.press("Control+k");
    await window.waitFor({ state: "hidden" });
  });
});

test("each kind of thing leads to its page", async () => {
  await on.visit({}, async ({ page, open }) => {
    await open(OVERVIEW);
    for (const [typed, name, address] of [
      ["web-1", /^web-1/, /\/m\/default\/proxies\/web-1$/],
      ["backend service", /^backend.*Service$/, /\/m\/default\/services\/tag\/backend$/],
      ["east zone", /^east.*Zone$/, /\/zones\/east$/],
      ["revision 2", /^2.*Revision$/, /\/activity\/2$/],
      ["default mesh", /^default.*Mesh$/, /\/m\/default\/services$/],
      ["certificates", /^Certificates.*Page$/, /\/certificates$/],
      ["new meshretry", /MeshRetry/, /\/m\/default\/new\?kind=MeshRetry$/],
      ["add zone", /^Add a zone/, /\/zones\?add=/],
    ] as const) {
      await summon(page);
      const window = page.getByRole("dialog", { name: "Search and commands" });
      await page.keyboard.type(typed);
      await window.getByRole("option", { name }).first().click();
      await page.waitForURL(address);
      await window.waitFor({ state: "hidden" });
    }
    await page.getByRole("dialog", { name: "Add a zone" }).waitFor();
  });
});

test("colours and language are changed where one is, and the bar knows", async () => {
  await on.visit({}, async ({ page, open }) => {
    await open("/o/acme/zones");
    await summon(page);
    await page.keyboard.type("colours dark");
    await chosen(page, /Dark/);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.getByRole("button", { name: "Colours" }).click();
    expect(await page.getByRole("menuitemradio", { name: "Dark" }).getAttribute("aria-checked")).toBe("true");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Colours" }).and(page.locator(":focus")).waitFor();
    await summon(page);
    await page.keyboard.type("简体");
    await chosen(page, /简体中文/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "区域" }).waitFor();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await summon(page);
    await page.getByRole("dialog", { name: "搜索与命令" }).waitFor();
  });
});

test("an answer to other words is never shown, and a search that fails leaves pages and actions", async () => {
  const provokes = [/400 \(Bad Request\)/];
  await on.visit({ provokes }, async ({ page, open, check, settle }) => {
    await open(OVERVIEW);
    let isBroken = false;
    const { passed: allowed, open: answer } = createGate();
    await page.route(/\/v1\/search/, async (route) => {
      const isSlow = new URL(route.request().url()).searchParams.get("q") === "web";
      if (isSlow) await allowed;
      if (!isBroken) return route.continue().catch(() => {});
      return route.fulfill({ status: 400, contentType: "application/problem+json", body: '{"status":400}' });
    });
    await summon(page);
    const window = page.getByRole("dialog");
    const asked = page.waitForRequest(/search\?.*q=web/);
    await page.keyboard.type("web");
    const late = await asked;
    await window.getByText("Searching…").waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("slow");
    await window.getByRole("option", { name: /slow-backend/ }).waitFor();
    answer();
    // It may have been called off meanwhile.
    await (await late.response())?.finished();
    await settle();
    expect(await window.getByRole("option", { name: /^web/ }).count()).toBe(0);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("nothing has such a name");
    await window.getByText("Nothing fits “nothing has such a name”").waitFor();
    await check("nothing");
    isBroken = true;
    await page.keyboard.press("Control+a");
    await page.keyboard.type("certificates");
    await window.getByRole("alert").waitFor();
    await window.getByRole("option", { name: /^Certificates/ }).waitFor();
    await check("broken");
    isBroken = false;
    await window.getByRole("button", { name: "Search again" }).click();
    await window.getByRole("alert").waitFor({ state: "hidden" });
  });
});

test.each([
  ["dark", 1280, "en-US"],
  ["light", 360, "en-US"],
  ["dark", 360, "zh-CN"],
  ["light", 2560, "zh-CN"],
] as const)("it is for everybody in %s at %d pixels, in %s", async (colours, width, language) => {
  await on.visit({ colours, width, language }, async ({ page, open, check }) => {
    await open(OVERVIEW);
    await page.locator(".search-button").click();
    await expect.poll(() => page.evaluate(FOCUSED)).toBe(true);
    await check("offered");
    await page.keyboard.type("backend");
    await page.getByRole("option", { name: /slow-backend/ }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await check("hits");
  });
});
