// Long lists: what follows comes as one scrolls, once, and by a button for those who do not; few rows are drawn of many.
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { createGate } from "#test/gate.ts";
import { dataplaneOf, type Resource } from "#test/mesh.ts";

const ROWS = 450;

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("list");
  await on.plane.apply(
    { type: "Mesh", name: "default" },
    { type: "Mesh", name: "other" },
    { type: "Zone", name: "east" },
  );
  const put = Array.from({ length: ROWS }, (_, at) => {
    const address = `10.0.${at >> 8}.${at & 255}`;
    const proxy = { name: `row-${1000 + at}`, service: "web", labels: { "kuma.io/zone": "east" } };
    return { resource: dataplaneOf(proxy, { inbound: address, outbound: address, program: address }) as Resource };
  });
  await on.plane.api("POST", "v1/changes", { put });
});
afterAll(() => on?.close());

const COUNT = `Number(document.querySelector("table").getAttribute("aria-rowcount")) - 1`;
const DOWN = "window.scrollTo(0, document.body.scrollHeight)";

/** Scrolls on until the last row is there: what follows makes the page longer, and cards are higher than was reckoned. */
async function toEnd(page: Page): Promise<Locator> {
  const last = page.getByRole("row", { name: /row-1449/ });
  await expect
    .poll(async () => {
      await page.evaluate(DOWN);
      return last.isVisible();
    })
    .toBe(true);
  return last;
}

test("rows come as one scrolls to them, and the button brings them too", async () => {
  // Nothing is asked for anew meanwhile: what is counted is what scrolling and the button ask for.
  await on.visit({ newsAlone: true }, async ({ page, open, check }) => {
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname.endsWith("/v1/proxies")) asked.push(searchParams.get("offset") ?? "0");
    });
    await open("/o/acme/m/default/proxies");
    await page.getByRole("row", { name: /row-1000/ }).waitFor();
    expect(await page.evaluate(COUNT)).toBe(200);
    // Brought into sight it would do by itself what it is pressed for.
    await page.evaluate("document.querySelector('button.more').focus({ preventScroll: true })");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(COUNT)).toBe(400);
    await page.evaluate(DOWN);
    await expect.poll(() => page.evaluate(COUNT)).toBe(ROWS);
    expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
    expect(asked.filter((offset) => offset === "400")).toEqual(["400"]);
    await toEnd(page);
    expect(await page.locator("tbody tr").count()).toBeLessThan(100);
    await check("end");
  });
});

test("of another mesh nothing is shown as this one's while its own rows are on their way", async () => {
  await on.visit({}, async ({ page, open }) => {
    const { passed: allowed, open: go } = createGate();
    await page.route(/\/v1\/proxies\?.*mesh=other/, async (route) => {
      await allowed;
      await route.continue();
    });
    await open("/o/acme/m/default/proxies");
    const row = page.getByRole("row", { name: /row-1000/ });
    await row.waitFor();
    await page.locator(".rail-mesh option[value=other]").waitFor({ state: "attached" });
    await page.locator(".rail-mesh").selectOption("other");
    await page.waitForURL(/\/m\/other\/proxies$/);
    await page.getByRole("status", { name: "Loading" }).waitFor();
    expect(await row.count()).toBe(0);
    go();
    await page.getByRole("heading", { name: "No proxy yet" }).waitFor();
  });
});

test("cards of many rows end where the last one is", async () => {
  await on.visit({ width: 360 }, async ({ page, open, picture }) => {
    await open("/o/acme/m/default/proxies");
    await page.getByRole("row", { name: /row-1000/ }).waitFor();
    const last = await toEnd(page);
    expect(await page.evaluate(COUNT)).toBe(ROWS);
    const end = async (): Promise<number> => {
      await page.evaluate(DOWN);
      const { y, height } = (await last.boundingBox()) ?? { y: Number.NaN, height: 0 };
      return y + height;
    };
    await expect.poll(end).toBeLessThan(800);
    expect(await page.locator("tbody tr").count()).toBeLessThan(100);
    await picture("cards");
  });
});
