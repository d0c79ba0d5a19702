// One's own account in the browser: passkeys by a virtual authenticator, the second factor, sessions, password, name, and the end.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import type { Visit } from "#test/browser.ts";
import { startConsole, type TestConsole } from "#test/console.ts";
import { noteOffers, offered } from "#test/passkey-offer.ts";
import { totpCode } from "#test/totp.ts";

const PASSWORD = "correct horse battery staple";
/** What the browser says of calls that the tests have refused. */
const REFUSED = /status of 40[019]/;
const PERIOD = 30_000;

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("account");
});
afterAll(() => on?.close());

/** At a name, as passkeys need it. */
const home = (): string => on.plane.controlPlane().url.replace("127.0.0.1", "localhost");
const visit = (options: Partial<Parameters<TestConsole["visit"]>[0]>, act: (visit: Visit) => Promise<void>) =>
  on.browser.visit({ url: home(), ...options }, act);

let people = 0;
interface Somebody {
  readonly name: string;
  readonly email: string;
}

/** Somebody new, signed in in this browser, on the account's page. */
async function signUp({ page, context, open }: Visit, name = "Ada <i>Lovelace</i>"): Promise<Somebody> {
  people += 1;
  const email = `person${people}@example.com`;
  const answer = await context.request.post(`${home()}/v1/account`, { data: { name, email, password: PASSWORD } });
  expect(answer.status(), await answer.text()).toBe(201);
  await open("/account");
  await page.getByRole("heading", { level: 2, name: "Sessions" }).waitFor();
  return { name, email };
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "You" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByLabel("Email").waitFor();
}

async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const part = (page: Page, name: string) =>
  page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name, exact: true }) });

/** An authenticator inside the browser that answers at once, as somebody who is there and known to it. */
async function plugIn({ context, page }: Visit): Promise<{ readonly answers: (does: boolean) => Promise<void> }> {
  await noteOffers(context);
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
  return {
    answers: async (enabled) => {
      await wire.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
    },
  };
}

test("a passkey is added, named, signs in as both factors, and is removed", async () => {
  await visit({ provokes: [REFUSED] }, async (seen) => {
    const { page, check } = seen;
    const { answers } = await plugIn(seen);
    await signUp(seen);
    const passkeys = part(page, "Passkeys");
    await passkeys.getByText("You have no passkey yet.").waitFor();
    await passkeys.getByRole("button", { name: "Add a passkey" }).click();
    const named = page.getByRole("dialog").getByLabel("Name");
    await expect.poll(() => named.inputValue()).toBe("Chrome · Linux");
    await check("passkey-add");
    await page.getByRole("button", { name: "Continue" }).click();
    await passkeys.getByRole("listitem").filter({ hasText: "Chrome · Linux" }).waitFor();
    await passkeys.getByText("Never used").waitFor();
    // The device has one already, and says so.
    await passkeys.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("alert").getByText("This device has a passkey of yours already.").waitFor();
    await page.keyboard.press("Escape");

    await passkeys.getByRole("button", { name: "Rename the passkey Chrome · Linux" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Work <b>laptop</b>");
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await passkeys.getByText("Work <b>laptop</b>").waitFor();
    await check("passkey");

    await answers(false);
    await signOut(page);
    await offered(page);
    await answers(true);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
    await seen.open("/account");
    await passkeys.getByText(/Last used/).waitFor();
    await passkeys.getByRole("button", { name: "Remove the passkey Work <b>laptop</b>" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await passkeys.getByText("You have no passkey yet.").waitFor();
    await answers(false);
    await signOut(page);
    await offered(page);
    await answers(true);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText("This control plane does not know this passkey.").waitFor();
  });
});

test("who has a passkey alone keeps it, and is told what to do", async () => {
  await visit({ provokes: [REFUSED] }, async (seen) => {
    const { page, open, check } = seen;
    await plugIn(seen);
    await open("/sign-up");
    await page.getByLabel("Your name").fill("Key");
    await page.getByLabel("Email").fill("key@example.com");
    await page.getByRole("button", { name: "Use a passkey instead of a password" }).click();
    await page.getByRole("button", { name: "Create the account with a passkey" }).click();
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
    await open("/account");
    await part(page, "Password").getByText("You have no password").waitFor();
    await part(page, "Second factor").getByText("Set a password first").waitFor();
    await part(page, "Passkeys").getByRole("button", { name: "Remove the passkey Passkey" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("alert").getByText("This is the last way into your account").waitFor();
    await check("last-way-in");
  });
});

/** The app's secret, as the page shows it. */
async function secretOf(page: Page): Promise<string> {
  const secret = await page.getByLabel("Secret for the app", { exact: true }).inputValue();
  return `otpauth://totp/Weft?secret=${secret}`;
}

test("a second factor is set up and asked for; a recovery code works once", async () => {
  await visit({ provokes: [REFUSED] }, async (seen) => {
    const { page, check, open } = seen;
    const { email } = await signUp(seen);
    const factor = part(page, "Second factor");
    await factor.getByText("Off", { exact: true }).waitFor();
    await factor.getByRole("button", { name: "Set up an authenticator app" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Password", { exact: true }).fill("a wrong password");
    await dialog.getByRole("button", { name: "Continue" }).click();
    await dialog.getByText("is not your password").waitFor();
    await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await dialog.getByRole("img", { name: /QR code/ }).waitFor();
    await check("factor-scan");
    const uri = await secretOf(page);
    await dialog.getByLabel("Code", { exact: true }).fill("000 000");
    await dialog.getByRole("button", { name: "Turn on" }).click();
    await dialog.getByText("is wrong, or of another moment").waitFor();
    await dialog.getByLabel("Code", { exact: true }).fill(totpCode(uri, Date.now()));
    await dialog.getByRole("button", { name: "Turn on" }).click();
    const codes = dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
    await codes.first().waitFor();
    await check("factor-codes");
    const kept = await codes.allTextContents();
    expect(new Set(kept).size).toBe(10);
    const download = page.waitForEvent("download");
    await dialog.getByRole("link", { name: "Save as a file" }).click();
    const stream = await (await download).createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe(
      `Weft recovery codes of ${email}: each works once.\n\n${kept.join("\n")}\n`,
    );
    await dialog.getByRole("button", { name: "Copy: Recovery codes" }).click();
    await expect.poll(() => page.evaluate("navigator.clipboard.readText()")).toBe(kept.join("\n"));
    await dialog.getByRole("button", { name: "I have kept them" }).click();
    await factor.getByText("On", { exact: true }).waitFor();
    await page.getByText(kept[0] ?? "").waitFor({ state: "detached" });

    await signOut(page);
    await signIn(page, email);
    // A code is good for one session, so this one is the next: it is later than the one before, and holds for a minute yet.
    const code = page.getByLabel("Code", { exact: true });
    await code.waitFor();
    await code.fill(totpCode(uri, Date.now() + PERIOD));
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();

    const [first = ""] = kept;
    const byRecovery = async (): Promise<void> => {
      await open("/account");
      await signOut(page);
      await signIn(page, email);
      await page.getByRole("button", { name: "Use a recovery code" }).click();
      await page.getByLabel("Recovery code").fill(first);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
    };
    await byRecovery();
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
    await byRecovery();
    await page.getByText("The recovery code is wrong, or has been used").waitFor();

    await page.getByLabel("Recovery code").fill(kept[1] ?? "");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
    await open("/account");
    await factor.getByRole("button", { name: "Turn off" }).click();
    await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await dialog.getByRole("button", { name: "Turn off" }).click();
    await factor.getByText("Off", { exact: true }).waitFor();
  });
});

test("a session that is ended from elsewhere is over", async () => {
  await visit({}, async (here) => {
    const { email } = await signUp(here);
    const sessions = part(here.page, "Sessions");
    await sessions.getByText("This browser").waitFor();
    expect(await sessions.getByRole("listitem").count()).toBe(1);
    await visit({ provokes: [REFUSED] }, async (there) => {
      await there.open("/account");
      await signIn(there.page, email);
      await there.page.getByRole("heading", { level: 2, name: "Sessions" }).waitFor();
      await here.page.reload();
      await sessions.getByRole("listitem").nth(1).waitFor();
      await here.check("sessions");
      await sessions.getByRole("button", { name: /^Sign out Chrome/ }).click();
      await sessions.getByRole("listitem").nth(1).waitFor({ state: "detached" });
      await there.page.reload();
      await there.page.getByLabel("Password", { exact: true }).waitFor();
    });
    // Nothing happened to the one that asked.
    await here.page.reload();
    await sessions.getByText("This browser").waitFor();
  });
});

test("sign-ins are listed, let in and refused, each with its way and place, and why", async () => {
  await visit({ provokes: [REFUSED] }, async (seen) => {
    const { page, check } = seen;
    const { email } = await signUp(seen);
    const list = part(page, "Sign-ins");
    await list.getByText("Nobody has signed in as you").waitFor();
    await signOut(page);
    await signIn(page, email, "a wrong password");
    await page.getByText("The email or the password is wrong.").waitFor();
    await signIn(page, email);
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
    await seen.open("/account");
    const rows = list.getByRole("listitem");
    await rows.nth(1).waitFor();
    const told = async () => (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
    const place = /Chrome \d+ · Linux 127\.0\.0\.1$/;
    const [right = "", wrong = "", ...rest] = await told();
    expect(rest).toEqual([]);
    expect(right).toMatch(/^Password Let in /);
    expect(wrong).toMatch(/^Password Refused The password was wrong\. /);
    for (const one of [right, wrong]) expect(one).toMatch(place);
    await rows.nth(1).scrollIntoViewIfNeeded();
    await check("sign-ins");
    // Nine more: the first eight are shown, and the others when they are asked for.
    const guess = { email, password: "another wrong one" };
    for (let tries = 0; tries < 9; tries += 1)
      await seen.context.request.post(`${home()}/v1/account/sign-in`, { data: guess });
    await page.reload();
    await rows.nth(7).waitFor();
    expect(await rows.count()).toBe(8);
    await list.getByRole("button", { name: "Show all 11" }).click();
    await rows.nth(10).waitFor();
    await list.getByRole("button", { name: "Show fewer" }).click();
    await expect.poll(() => rows.count()).toBe(8);
    await page.emulateMedia({ colorScheme: "dark" });
    await check("sign-ins-dark");
    await page.setViewportSize({ width: 360, height: 800 });
    await list.getByRole("button", { name: "Show all 11" }).scrollIntoViewIfNeeded();
    await check("sign-ins-dark-360");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await page.emulateMedia({ colorScheme: "light" });
    await check("sign-ins-360");
  });
});

test("name and password are changed, and other sessions end with the old password", async () => {
  await visit({ provokes: [REFUSED] }, async (here) => {
    const { email } = await signUp(here);
    const { page } = here;
    const profile = part(page, "You");
    expect(await profile.getByLabel("Your name").inputValue()).toBe("Ada <i>Lovelace</i>");
    expect(await profile.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    await profile.getByLabel("Your name").fill("Ada");
    await page.keyboard.press("Enter");
    await profile.getByText("Saved").waitFor();
    await visit({ provokes: [REFUSED] }, async (there) => {
      await there.open("/account");
      await signIn(there.page, email);
      await there.page.getByRole("heading", { level: 2, name: "Sessions" }).waitFor();
      await part(page, "Password").getByRole("button", { name: "Change the password" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Current password").fill("a wrong password");
      await dialog.getByLabel("New password").fill("another battery staple");
      await dialog.getByRole("button", { name: "Change the password" }).click();
      await dialog.getByText("is not your password").waitFor();
      await here.check("password");
      await dialog.getByLabel("Current password").fill(PASSWORD);
      await dialog.getByRole("button", { name: "Change the password" }).click();
      await part(page, "Password").getByText("Your new password holds.").waitFor();
      await there.page.reload();
      await there.page.getByLabel("Password", { exact: true }).waitFor();
    });
    await signOut(page);
    await signIn(page, email, "another battery staple");
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
    await page.getByRole("button", { name: "You" }).click();
    await page.getByRole("menu").getByText("Ada", { exact: true }).waitFor();
    await page.getByRole("menuitem", { name: "Your account" }).click();
    await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
  });
});

test("the account ends for who types its address", async () => {
  await visit({ provokes: [REFUSED] }, async (seen) => {
    const { page } = seen;
    const { email } = await signUp(seen);
    await page.getByRole("button", { name: "Delete my account" }).click();
    const dialog = page.getByRole("dialog");
    const deed = dialog.getByRole("button", { name: "Delete my account" });
    expect(await deed.isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill(email);
    await deed.click();
    await page.getByLabel("Email").waitFor();
    await signIn(page, email);
    await page.getByText("The email or the password is wrong.").waitFor();
  });
});

test("what is grave asks who signed in long ago to sign in again, and then goes on by itself", async () => {
  await visit({ provokes: [/status of 428/] }, async (seen) => {
    const { page, check } = seen;
    const { email } = await signUp(seen);
    await signedInLongAgo(email);
    await page.getByRole("button", { name: "Delete my account" }).click();
    const question = page.getByRole("dialog", { name: "Delete the account" });
    await question.getByRole("textbox").fill(email);
    await question.getByRole("button", { name: "Delete my account" }).click();
    const again = page.getByRole("dialog", { name: "Is it you?" });
    await again.getByText("what you were about to do goes on").waitFor();
    await check("again");
    await again.getByRole("button", { name: "Close" }).first().click();
    await question.getByText("You signed in a while ago").waitFor();
    await question.getByRole("button", { name: "Delete my account" }).click();
    await again.getByLabel("Email").fill(email);
    await again.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await again.getByRole("button", { name: "Sign in", exact: true }).click();
    // The account is gone, and with it the session.
    await page.waitForURL(/\/console\/sign-in$/);
  });
});

/** As if two hours had passed. */
async function signedInLongAgo(email: string): Promise<void> {
  const directory = await openLibsqlFile({ path: join(on.folder, "plane/directory.db") });
  const sql = "UPDATE session SET created_at = ?2 WHERE user_id = (SELECT id FROM user WHERE email = ?1)";
  await directory.batch([{ sql, params: [email, new Date(Date.now() - 2 * 3_600_000).toISOString()] }]);
  await directory.close();
}

test("who signed in with a token has no account, and is told so", async () => {
  await visit({ token: on.plane.token }, async ({ page, open, check }) => {
    await open("/account");
    await page.getByText("This browser is signed in with an API token").waitFor();
    await check("token");
  });
});

test.each([
  { language: "en-US", colours: "light", width: 1280 },
  { language: "en-US", colours: "dark", width: 360 },
  { language: "zh-CN", colours: "light", width: 360 },
  { language: "zh-CN", colours: "dark", width: 1280 },
] as const)("it is whole in $language, $colours, at $width pixels", async (options) => {
  await visit({ ...options, provokes: [REFUSED] }, async (seen) => {
    const { page, context, check } = seen;
    await plugIn(seen);
    people += 1;
    const email = `somebody.with.a.very.long.address.${people}@department.of.a.company.example.com`;
    const name = options.language === "zh-CN" ? "李小龙" : "Ada Lovelace";
    const answer = await context.request.post(`${home()}/v1/account`, { data: { name, email, password: PASSWORD } });
    expect(answer.status()).toBe(201);
    await seen.open("/account");
    await page.locator("section").nth(5).waitFor();
    await page.getByRole("listitem").first().waitFor();
    const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(wide).toBe(0);
    await check("page");
    await page.keyboard.press("End");
    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    await check("page-end");
    await page.locator("section").nth(2).getByRole("button").click();
    await page.getByRole("dialog").locator("input[type=password]").fill("a wrong password");
    await page.keyboard.press("Enter");
    await page.getByText(options.language === "zh-CN" ? "不是您的密码" : "is not your password").waitFor();
    await check("wrong");
    await page.getByRole("dialog").locator("input[type=password]").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.locator("svg.qr").waitFor();
    await check("scan");
  });
});

test("by the keyboard alone", async () => {
  await visit({}, async (seen) => {
    const { page } = seen;
    await plugIn(seen);
    await signUp(seen);
    const reach = async (name: string): Promise<void> => {
      for (let steps = 0; steps < 60; steps += 1) {
        await page.keyboard.press("Tab");
        if ((await page.evaluate("document.activeElement?.textContent?.trim()")) === name) return;
      }
      throw new Error(`the keyboard does not reach ${name}`);
    };
    await reach("Add a passkey");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByLabel("Name").and(page.locator(":focus")).waitFor();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("Keyboard");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await part(page, "Passkeys").getByText("Keyboard").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement?.textContent?.trim()")).toBe("Add a passkey");
  });
});
