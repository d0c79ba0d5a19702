// Connections that are slow, that break, and a console that is not the server's any more: what is there stays, what was typed too, and there is a way on.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { createGate } from "#test/gate.ts";

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("connection");
  await on.plane.apply({ type: "Zone", name: "east" }, { type: "Mesh", name: "default" });
});
afterAll(() => on?.close());

const link = (page: Page, name: string) => page.getByRole("navigation").getByRole("link", { name });

test("a slow answer is waited for with something to see, and another page can be opened meanwhile", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    const { passed: held, open: go } = createGate();
    await page.route("**/v1/tokens*", async (route) => {
      await held;
      await route.continue();
    });
    await open("/o/acme/tokens");
    await page.getByRole("status", { name: "Loading" }).waitFor();
    await check("slow");
    await link(page, "Zones").click();
    await page.getByRole("row", { name: /east/ }).waitFor();
    await link(page, "API tokens").click();
    go();
    await page.getByRole("row", { name: /admin/ }).waitFor();
  });
});

test("without a connection what is typed and what is there stays; a page that did not come says so, and comes later", async () => {
  await on.visit({ provokes: [/ERR_INTERNET_DISCONNECTED/, /MissingPart/] }, async ({ page, context, open, check }) => {
    await open("/o/acme/m/default/new?kind=MeshTimeout");
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText("type: MeshTimeout\nname: typed-offline\n");
    await page.getByText("Live", { exact: true }).waitFor();
    await context.setOffline(true);
    // The browser lets a stream live that stands already.
    await page.evaluate("window.dispatchEvent(new Event('offline'))");
    await link(page, "Zones").click();
    await page.getByRole("button", { name: "Leave and keep a draft" }).click();
    await page.getByRole("heading", { name: "A part of the console did not come" }).waitFor();
    expect(await link(page, "Overview").isVisible()).toBe(true);
    await check("part");
    await context.setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("row", { name: /east/ }).waitFor();
    await page.goBack();
    await page.getByText("What you had typed was restored").waitFor();
    expect(await page.locator(".cm-content").innerText()).toContain("typed-offline");
  });
});

test("a page of an older console is reloaded once, and shows where one was going", async () => {
  await on.visit({ provokes: [/404 \(Not Found\)/, /MissingPart/] }, async ({ page, open }) => {
    // As after a deployment: the server's page names another entry, and the parts of this one are gone.
    let isOld = true;
    let loads = 0;
    await page.route("**/console/assets/zones-*.js", (route) =>
      isOld ? route.fulfill({ status: 404, body: "" }) : route.continue(),
    );
    await page.route("**/console/", async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace(/(<script[^>]* src=")[^"]+/, "$1/console/assets/newer.js");
      await route.fulfill({ response: answer, body });
    });
    await open("/o/acme/activity");
    // Known before the new page asks for anything.
    page.on("request", (request) => {
      if (!request.isNavigationRequest()) return;
      loads += 1;
      isOld = false;
    });
    await page.evaluate("window.since = 'the start'");
    await link(page, "Zones").hover();
    await link(page, "Zones").focus();
    expect(await page.evaluate("window.since")).toBe("the start");
    await link(page, "Zones").click();
    await page.getByRole("heading", { level: 1, name: "Zones" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/o/acme/zones");
    expect([loads, await page.evaluate("window.since")]).toEqual([1, undefined]);
  });
});

test("where the server mixes two consoles the page is reloaded once and then says so", async () => {
  await on.visit({ provokes: [/404 \(Not Found\)/, /MissingPart/] }, async ({ page, open }) => {
    let loads = 0;
    await page.route("**/console/assets/zones-*.js", (route) => route.fulfill({ status: 404, body: "" }));
    await page.route("**/console/", async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace(/(<script[^>]* src=")[^"]+/, "$1/console/assets/newer.js");
      await route.fulfill({ response: answer, body });
    });
    page.on("request", (request) => {
      if (request.isNavigationRequest()) loads += 1;
    });
    await open("/o/acme/activity");
    await link(page, "Zones").click();
    await page.getByRole("heading", { name: "A part of the console did not come" }).waitFor();
    expect(loads).toBe(2);
  });
});
