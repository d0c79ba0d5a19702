// The keyboard's place: it stays on a button while what it began is under way, and in a list while the list changes.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import type { Resource } from "#test/mesh.ts";

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("focus");
  await on.plane.apply({ type: "Mesh", name: "default" });
});
afterAll(() => on?.close());

const HELD = `[document.activeElement?.textContent, document.activeElement?.getAttribute("aria-disabled")]`;
/** Comes to a button by Tab alone. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let tab = 0; tab < 60; tab++) {
    if (((await page.evaluate(HELD)) as readonly string[])[0] === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${name}`);
}

/** Calls of a method and path wait until they are let through; how many came. */
async function hold(page: Page, method: string, path: RegExp): Promise<{ count: number; release(): void }> {
  const waiting: (() => void)[] = [];
  const held = {
    count: 0,
    release: () => {
      for (const go of waiting.splice(0)) go();
    },
  };
  await page.route(path, async (route) => {
    if (route.request().method() === method) {
      held.count += 1;
      await new Promise<void>((go) => waiting.push(go));
    }
    await route.continue();
  });
  return held;
}

test("a button whose deed is under way keeps the keyboard, and does nothing twice", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    const held = await hold(page, "POST", /\/v1\/tokens$/);
    await open("/o/acme/tokens?add=true");
    await page.getByRole("dialog").waitFor();
    await tabTo(page, "Make the token");
    expect(await page.evaluate(HELD)).toEqual(["Make the token", "true"]);
    await page.keyboard.press("Enter");
    expect(held.count).toBe(0);
    await page.getByRole("dialog").getByLabel("Name", { exact: true }).focus();
    await page.keyboard.press("Enter");
    expect(held.count).toBe(0);
    await page.keyboard.type("by-keys");
    await tabTo(page, "Make the token");
    expect(await page.evaluate(HELD)).toEqual(["Make the token", null]);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(HELD)).toEqual(["Make the token", "true"]);
    await check("under-way");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    expect(await page.evaluate(HELD)).toEqual(["Make the token", "true"]);
    held.release();
    await page.getByText(/This is the only time it is shown/).waitFor();
    expect(held.count).toBe(1);
  });
});

test("what is refused leaves the keyboard where it was: the next try is one key", async () => {
  await on.plane.api("POST", "v1/tokens", { name: "going", scopes: ["read"] });
  await on.visit({ provokes: [/503/] }, async ({ page, open }) => {
    let calls = 0;
    await page.route(/\/v1\/tokens\/[^/]+$/, async (route) => {
      calls += 1;
      await (calls === 1 ? route.fulfill({ status: 503, body: "" }) : route.continue());
    });
    await open("/o/acme/tokens");
    await page.getByRole("button", { name: "Revoke going" }).click();
    const window = page.getByRole("dialog");
    await window.getByRole("textbox").and(page.locator(":focus")).waitFor();
    await page.keyboard.type("going");
    await tabTo(page, "Revoke");
    await page.keyboard.press("Enter");
    await window.getByRole("alert").waitFor();
    await expect.poll(() => page.evaluate(HELD)).toEqual(["Revoke", null]);
    await page.keyboard.press("Enter");
    await window.waitFor({ state: "hidden" });
    expect(calls).toBe(2);
  });
});

test("news change a list around the keyboard's place, and not that place", async () => {
  const timeout = (seconds: number): Resource => ({
    ...{ type: "MeshTimeout", mesh: "default", name: "slow" },
    spec: {
      targetRef: { kind: "Mesh" },
      to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${seconds}s` } }],
    },
  });
  await on.plane.apply(timeout(1));
  await on.visit({ newsAlone: true }, async ({ page, open }) => {
    await open("/o/acme/activity");
    await page.getByText("Live", { exact: true }).waitFor();
    const link = page.getByRole("row", { name: /Created MeshTimeout/ }).getByRole("link");
    await link.focus();
    const revision = await link.textContent();
    await on.plane.apply(timeout(2));
    await page.getByText("Changed MeshTimeout default/slow").waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe(revision);
  });
});
