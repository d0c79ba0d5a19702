// Other ways in: a real OIDC provider with its redirects and consent, and passkeys of a virtual authenticator.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Visit, VisitOptions } from "#test/browser.ts";
import { startConsole, type TestConsole } from "#test/console.ts";
import { createGate } from "#test/gate.ts";
import { type OidcProvider, openOidcProvider } from "#test/oidc.ts";
import { noteOffers, offered } from "#test/passkey-offer.ts";
import { keptPort } from "#test/port.ts";
import { endSession } from "#test/session-end.ts";

/** An absent session is told by the browser itself. */
const REFUSED = [/401 \(Unauthorized\)/];

let folder: string;
let provider: OidcProvider;
let on: TestConsole;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weft-ways-"));
  provider = await openOidcProvider();
  const { issuer, clientId, clientSecret } = provider;
  const file = join(folder, "oidc.json");
  // What is a script in a provider's name is text on its button.
  writeFileSync(file, JSON.stringify([{ id: "test", name: "<b>Work</b>", issuer, clientId, clientSecret }]));
  // Passkeys belong to names, and not to addresses.
  const port = await keptPort();
  url = `http://localhost:${port}`;
  provider.serve(`${url}/account/callback/test`);
  on = await startConsole("sign-in-ways", { port, env: { WEFT_OIDC_FILE: file, WEFT_PUBLIC_URL: url } });
  provider.people.set("gina", { sub: "gina", email: "gina@example.com", email_verified: true, name: "Gina Work" });
});
afterAll(async () => {
  await on?.close();
  await provider?.close();
  rmSync(folder, { recursive: true, force: true });
});

const visit = (options: Partial<VisitOptions>, act: (visit: Visit) => Promise<void>) =>
  on.browser.visit({ url, ...options }, act);

const providerButton = (page: Page) => page.getByRole("button", { name: "Continue with <b>Work</b>" });

/** The provider's own page asks for a font from elsewhere, and for an icon that it has not. */
async function quieten(context: BrowserContext): Promise<void> {
  await context.route(/fonts\.googleapis\.com|favicon\.ico$/, (route) => route.fulfill({ status: 200, body: "" }));
}

/** Signs in at the provider, and lets it tell. */
async function agree(page: Page): Promise<void> {
  await page.waitForURL(`${provider.issuer}/**`);
  await page.locator("input[name=login]").fill("gina");
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.locator("input[name=prompt][value=consent]").waitFor({ state: "attached" });
  await page.locator("button[type=submit]").click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "You" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByText("You are signed out.").waitFor();
}

async function makeOrganisation(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
  await page.getByLabel("Name").fill(name);
  await page.keyboard.press("Enter");
  // The page before has a menu of the person too.
  await page.getByRole("heading", { level: 1, name: "First steps" }).waitFor();
  expect(new URL(page.url()).pathname).toMatch(new RegExp(`^/console/o/${name}\\b`));
}

test("a provider's person signs up, signs in to where one was going, and goes on in mid-edit", async () => {
  await visit({ provokes: REFUSED }, async ({ page, open, check, context }) => {
    await quieten(context);
    await open("/sign-in");
    await providerButton(page).waitFor();
    await check("providers");
    await providerButton(page).click();
    await agree(page);
    await makeOrganisation(page, "gina");
    // The provider vouches for the address.
    expect(await page.getByText("confirms").count()).toBe(0);
    await page.getByRole("button", { name: "You" }).click();
    await page.getByText("Gina Work").waitFor();
    await page.keyboard.press("Escape");
    await signOut(page);
    await open("/o/gina/zones");
    await providerButton(page).click();
    await page.waitForURL("**/console/o/gina/zones");
    await page.getByRole("heading", { level: 1, name: "Zones" }).waitFor();
    await page.getByRole("button", { name: "Add a zone" }).first().click();
    await page.getByRole("dialog").getByLabel("Name").fill("typed-before");
    await endSession(page, context, () => page.keyboard.press("Enter"));
    await page.getByRole("dialog", { name: "Sign in again" }).waitFor();
    const beside = context.waitForEvent("page");
    await providerButton(page).click();
    const other = await beside;
    await other.getByRole("heading", { name: "You are signed in" }).waitFor();
    // The call that waited has gone out.
    await page.getByLabel("Command that starts the relay", { exact: true }).waitFor();
    await other.close();
  });
});

test("whoever says no at the provider is told so", async () => {
  await visit({}, async ({ page, open, check, context }) => {
    await quieten(context);
    await open("/sign-in");
    await providerButton(page).click();
    await page.waitForURL(`${provider.issuer}/**`);
    await page.getByRole("link", { name: /cancel/i }).click();
    await page.getByText("The provider says no, or you did.").waitFor();
    await check("denied");
    await open("/sign-in?refused=%3Cimg%20src%3Dx%3E");
    await page.getByText("The provider gave no answer that holds.").waitFor();
  });
});

/** A device with passkeys, whose person is always there and known. */
async function addAuthenticator(context: BrowserContext, page: Page): Promise<{ wire: CDPSession; id: string }> {
  const wire = await context.newCDPSession(page);
  await wire.send("WebAuthn.enable");
  const { authenticatorId } = await wire.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { wire, id: authenticatorId };
}

test("a passkey alone signs up, signs in at the button, and is offered where the address is typed", async () => {
  await visit({}, async ({ page, open, check, picture, context }) => {
    await noteOffers(context);
    await open("/sign-up");
    await page.getByLabel("Your name").fill("Hana");
    await page.getByLabel("Email").fill("hana@example.com");
    await page.getByRole("button", { name: "Use a passkey instead of a password" }).click();
    expect(await page.getByLabel("Password", { exact: true }).count()).toBe(0);
    await check("passkey-sign-up");
    const { wire, id } = await addAuthenticator(context, page);
    await page.getByRole("button", { name: "Create the account with a passkey" }).click();
    await makeOrganisation(page, "hana");
    const { credentials } = await wire.send("WebAuthn.getCredentials", { authenticatorId: id });
    expect(credentials.map(({ isResidentCredential, rpId }) => [isResidentCredential, rpId])).toEqual([
      [true, "localhost"],
    ]);

    // Nobody touches the device: the offer waits, and the button takes its place.
    await wire.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId: id, enabled: false });
    await signOut(page);
    const email = page.getByLabel("Email");
    expect(await email.getAttribute("autocomplete")).toBe("username webauthn");
    await offered(page);
    // Looking at it with axe would take the device away.
    await picture("passkey-sign-in");
    await wire.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId: id, enabled: true });
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("button", { name: "You" }).waitFor();

    // Somebody chooses what the browser offers, and no button is pressed.
    const chosen = page.waitForResponse("**/v1/account/passkey-sign-in");
    await page.getByRole("button", { name: "You" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    expect((await chosen).status()).toBe(200);
    await page.getByRole("button", { name: "You" }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/console\/o\/hana/);
  });
});

/** A browser that takes its time to say whether it offers passkeys: until it is let. */
const SLOW_TO_SAY = `PublicKeyCredential.isConditionalMediationAvailable = () => new Promise((resolve) => {
  window.say = () => resolve(true);
})`;

test("who presses the button before the browser has said what it offers is asked once, and comes in", async () => {
  await visit({}, async ({ page, open, context }) => {
    await context.addInitScript(SLOW_TO_SAY);
    await addAuthenticator(context, page);
    await open("/sign-up");
    await page.getByLabel("Your name").fill("Kim");
    await page.getByLabel("Email").fill("kim@example.com");
    await page.getByRole("button", { name: "Use a passkey instead of a password" }).click();
    await page.getByRole("button", { name: "Create the account with a passkey" }).click();
    await makeOrganisation(page, "kim");
    await signOut(page);
    let asked = 0;
    const { passed: allowed, open: go } = createGate();
    await page.route("**/v1/account/passkey-sign-in/options", async (route) => {
      asked += 1;
      await allowed;
      await route.continue().catch(() => {});
    });
    const first = page.waitForRequest("**/v1/account/passkey-sign-in/options");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    const request = await first;
    await page.evaluate("window.say()");
    // Two frames later an offer would have taken its place.
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    go();
    await page.getByRole("button", { name: "You" }).waitFor();
    expect([asked, request.failure()]).toEqual([1, null]);
  });
});

test("a passkey that was removed here is told to be unknown", async () => {
  await visit({ provokes: REFUSED }, async ({ page, open, context }) => {
    const { wire, id } = await addAuthenticator(context, page);
    await noteOffers(context);
    await open("/sign-up");
    await page.getByLabel("Your name").fill("Ivo");
    await page.getByLabel("Email").fill("ivo@example.com");
    await page.getByRole("button", { name: "Use a passkey instead of a password" }).click();
    await page.getByRole("button", { name: "Create the account with a passkey" }).click();
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
    await page.evaluate("fetch('/v1/account', { method: 'DELETE' })");
    await wire.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId: id, enabled: false });
    await open("/sign-in");
    await offered(page);
    await wire.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId: id, enabled: true });
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText("This control plane does not know this passkey.").waitFor();
  });
});
