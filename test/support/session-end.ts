// A session that ends under somebody's hands: what the page asks for by itself waits until they have done what they were about to.

import type { BrowserContext, Page } from "playwright-core";
import { createGate } from "./gate.ts";

/** Ends the session, carries out `act`, and only then lets calls through; the page finds the session gone by whichever comes first. */
export async function endSession(page: Page, context: BrowserContext, act: () => Promise<void>): Promise<void> {
  const { passed: acted, open: go } = createGate();
  await page.route("**/*", async (route) => {
    await acted;
    await route.continue();
  });
  await context.clearCookies({ name: "weft-session" });
  await act().finally(go);
}
