// The offer of passkeys among what a browser fills in, as tests wait for it: it comes by itself, a moment after the page with the fields.
import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";

const NOTING = `{
  const { credentials } = navigator;
  const get = credentials?.get.bind(credentials);
  if (get) credentials.get = (asked) => {
    window.isOffered = asked?.mediation === "conditional";
    return get(asked);
  };
}`;

/** Before the first page of the context is opened. */
export async function noteOffers(context: BrowserContext): Promise<void> {
  await context.addInitScript(NOTING);
}

/** Waits until the browser was asked to make the offer, and forgets it. */
export async function offered(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate("window.isOffered")).toBe(true);
  await page.evaluate("window.isOffered = false");
}
