// People in the browser: signing up and in, mails, second factor, an organisation's making, and sessions that end in mid-edit.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Visit } from "#test/browser.ts";
import { startConsole, type TestConsole } from "#test/console.ts";
import { mailedLink } from "#test/log-mail.ts";
import { endSession } from "#test/session-end.ts";
import { totpCode } from "#test/totp.ts";

const PASSWORD = "correct horse battery staple";
/** A refused sign-in and an absent session are told by the browser itself. */
const REFUSED = [/401 \(Unauthorized\)/];

let on: TestConsole;
beforeAll(async () => {
  // Mails are printed to the log.
  on = await startConsole("sign-up", { logLevel: "info" });
});
afterAll(() => on?.close());

const visit = (options: Partial<Parameters<TestConsole["visit"]>[0]>, act: (visit: Visit) => Promise<void>) =>
  on.browser.visit({ url: on.plane.controlPlane().url, ...options }, act);

const email = (name: string): string => `${name}@example.com`;

async function signUp(page: Page, name: string): Promise<void> {
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Email").fill(email(name));
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
}

async function signIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("Email").fill(email(name));
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** A call of the page itself, with its cookie. */
const call = (page: Page, method: string, path: string, body?: unknown): Promise<unknown> =>
  page.evaluate(
    `fetch(${JSON.stringify(path)}, { method: ${JSON.stringify(method)}, headers: { "content-type": "application/json" }, body: ${
      body === undefined ? "undefined" : JSON.stringify(JSON.stringify(body))
    } }).then(async (answer) => { const text = await answer.text(); if (!answer.ok) throw new Error(answer.status + " " + text); return text === "" ? null : JSON.parse(text); })`,
  );

test("from nobody to an organisation, by the keyboard alone", async () => {
  await visit({ provokes: REFUSED }, async ({ page, open, check }) => {
    await open("/");
    await page.getByLabel("Email").waitFor();
    await check("sign-in");
    await page.getByRole("link", { name: "Create an account" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Create an account" }).waitFor();
    // The name has the keyboard from the start, and Enter alone tells all that is missing.
    await page.keyboard.press("Enter");
    await page.getByText("Say what you are called.").waitFor();
    await page.getByText("This is no email address.").waitFor();
    await page.getByText("It needs at least 10 characters.").first().waitFor();
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("name");
    await check("missing");
    await page.keyboard.type("Ada <img src=x onerror=alert(1)>");
    await page.keyboard.press("Tab");
    await page.keyboard.type(email("ada"));
    await page.keyboard.press("Tab");
    await page.keyboard.type("adaada1234");
    await page.getByText("Weak: it is easy to guess.").waitFor();
    await page.keyboard.press("ControlOrMeta+a");
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(PASSWORD)})`);
    await page.keyboard.press("ControlOrMeta+v");
    await page.getByText("Strong.").waitFor();
    await check("strong");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
    await page.getByText(`the link that confirms ${email("ada")} stands in its log`).waitFor();
    await check("new-organisation");
    await page.keyboard.type("2 Ada");
    expect(await page.getByLabel("Name").inputValue()).toBe("2-ada");
    await page.getByText("127.0.0.1").waitFor();
    expect(await page.locator("[data-tone=bad]", { hasText: "Begins with a letter" }).count()).toBe(1);
    expect(await page.getByRole("button", { name: "Make the organisation" }).isDisabled()).toBe(true);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("ada");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "First steps" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/o/ada/start");
    // What is a script in a name is text in a menu.
    await page.getByRole("button", { name: "You" }).click();
    await page.getByText("Ada <img src=x onerror=alert(1)>").waitFor();
    expect(await page.locator("[role=menu] img").count()).toBe(0);
    await check("script");
  });
});

test("a taken address and a taken name stand at their fields", async () => {
  await visit({ provokes: [/409 \(Conflict\)/] }, async ({ page, open, check }) => {
    await open("/sign-up");
    await signUp(page, "bob");
    await page.getByLabel("Name").fill("acme");
    await page.keyboard.press("Enter");
    await page.getByText("There is an organisation of this name already.").waitFor();
    expect(await page.getByLabel("Name").getAttribute("aria-invalid")).toBe("true");
    await check("taken");
  });
  await visit({ provokes: [/409 \(Conflict\)/] }, async ({ page, open }) => {
    await open("/sign-up");
    await page.getByLabel("Your name").fill("Bob again");
    await page.getByLabel("Email").fill(email("BOB"));
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByText("There is an account of this address already.").waitFor();
    expect(await page.getByLabel("Email").getAttribute("aria-invalid")).toBe("true");
  });
});

test("the mail's link confirms the address, on whichever device, by a button and in its own account alone", async () => {
  await visit({ provokes: [/400 \(Bad Request\)/] }, async ({ page, open, check }) => {
    await open("/sign-up");
    await signUp(page, "carol");
    await page.getByRole("button", { name: "Send the mail again" }).click();
    await page.getByText("Sent once more").waitFor();
    await open("/verify?token=nonsense");
    await page.getByRole("button", { name: "Confirm the address" }).click();
    await page.getByText("This link was used already, or it is too old.").waitFor();
    await page.getByRole("button", { name: "Send the mail again" }).waitFor();
    await check("verify-spent");
  });
  const link = await mailedLink(on.plane, email("carol"), "verify", 2);
  // On another device, where nobody is signed in.
  await visit({ provokes: REFUSED }, async ({ page, open, check }) => {
    const confirmed: string[] = [];
    page.on("request", (request) => request.url().includes("/verification/confirm") && confirmed.push(request.url()));
    await open(link);
    await page.getByText("An address is confirmed in its own account").waitFor();
    await check("verify-sign-in");
    await page.getByRole("link", { name: "Sign in" }).click();
    await signIn(page, "carol");
    await page.getByText(`You are signed in as ${email("carol")}.`).waitFor();
    await check("verify");
    expect(confirmed, "an opened link confirms nothing").toEqual([]);
    await page.getByRole("button", { name: "Confirm the address" }).click();
    await page.getByText("Your address is confirmed.").waitFor();
    await check("verified");
    await page.getByRole("link", { name: "Go on" }).click();
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
    expect(await page.getByText("confirms").count()).toBe(0);
  });
});

test("a wrong password tells nothing; a new one by mail leads on to where one was going", async () => {
  await visit({}, async ({ page, open }) => {
    await open("/sign-up");
    await signUp(page, "dora");
    await page.getByLabel("Name").fill("dora");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "First steps" }).waitFor();
  });
  await visit({ provokes: REFUSED }, async ({ page, open, check, context, settle }) => {
    const said: string[] = [];
    await open("/o/dora/zones");
    for (const name of ["dora", "nobody"]) {
      await signIn(page, name, "wrong wrong wrong");
      const fault = page.getByText("The email or the password is wrong.");
      await fault.waitFor();
      await settle();
      said.push(await page.locator("main").innerText());
      await check(`wrong-${name}`);
      await page.reload();
      await page.getByLabel("Email").waitFor();
    }
    expect(said[0]).toBe(said[1]);
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await page.getByRole("heading", { level: 1, name: "A forgotten password" }).waitFor();
    await check("forgot");
    await page.getByLabel("Email").fill(email("dora"));
    await page.keyboard.press("Enter");
    await page.getByText(`If there is an account of ${email("dora")}`).waitFor();
    await check("sent");
    await open(await mailedLink(on.plane, email("dora"), "reset"));
    await page.getByLabel("New password").fill("short");
    await page.keyboard.press("Enter");
    await page.getByText("It needs at least 10 characters.").last().waitFor();
    await check("reset");
    await page.getByLabel("New password").fill(`${PASSWORD} two`);
    await page.keyboard.press("Enter");
    await page.getByText("Your new password holds.").waitFor();
    await open("/o/dora/activity");
    await signIn(page, "dora", `${PASSWORD} two`);
    await page.getByRole("heading", { level: 1, name: "Activity" }).waitFor();
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: "weft-session", httpOnly: true });
    await open("/reset?token=used");
    await page.getByLabel("New password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByText("This link was used already, or it is too old.").waitFor();
    await check("reset-spent");
  });
});

test("a second factor: a wrong code, the right one, and a recovery code", async () => {
  let uri = "";
  let recovery: readonly string[] = [];
  await visit({}, async ({ page, open }) => {
    await open("/sign-up");
    await signUp(page, "eve");
    const made = (await call(page, "POST", "/v1/account/totp", { password: PASSWORD })) as {
      readonly uri: string;
      readonly recoveryCodes: readonly string[];
    };
    uri = made.uri;
    recovery = made.recoveryCodes;
    await call(page, "POST", "/v1/account/totp/confirm", { code: totpCode(uri, Date.now()) });
  });
  await visit({ provokes: REFUSED }, async ({ page, open, check }) => {
    await open("/sign-in");
    await signIn(page, "eve");
    const code = page.getByLabel("Code", { exact: true });
    await code.waitFor();
    expect(await code.getAttribute("autocomplete")).toBe("one-time-code");
    await check("code");
    // Pasted with a blank, as apps show it; sent by itself.
    await code.fill("000 000");
    await page.getByText("The code is wrong, or has been used").waitFor();
    await check("code-wrong");
    // That of now has confirmed the app; the next one holds already.
    await code.fill(totpCode(uri, Date.now() + 30_000));
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
    await page.getByRole("button", { name: "You" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    await check("left");
    await signIn(page, "eve");
    await page.getByRole("button", { name: "Use a recovery code" }).click();
    await page.getByLabel("Recovery code").fill(recovery[0] ?? "");
    await check("recovery");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
  });
});

test("a session that ends in mid-edit asks above the page, and what was typed goes on", async () => {
  await visit({ provokes: REFUSED }, async ({ page, open, check, context }) => {
    await open("/sign-up");
    await signUp(page, "faye");
    await page.getByLabel("Name").fill("faye");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "First steps" }).waitFor();
    await page.getByRole("link", { name: "API tokens" }).click();
    await page.getByRole("button", { name: "New token" }).first().click();
    await page.getByRole("dialog").getByLabel("Name").fill("typed before");
    await endSession(page, context, () => page.getByRole("button", { name: "Make the token" }).click());
    const window = page.getByRole("dialog", { name: "Sign in again" });
    await window.getByLabel("Email").waitFor();
    await check("again");
    await signIn(page, "faye", "wrong wrong wrong");
    await window.getByText("The email or the password is wrong.").waitFor();
    await signIn(page, "faye");
    // The call that waited went on: the token is there, under the name that was typed.
    await page.getByRole("heading", { name: "Token typed before" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/console/o/faye/tokens");
  });
});

test("somebody else who signs in there sees nothing of it", async () => {
  await visit({ provokes: REFUSED }, async ({ page, open, context }) => {
    await open("/sign-in?from=%2Fo%2Ffaye%2Fzones");
    await signIn(page, "faye");
    await page.getByRole("heading", { level: 1, name: "Zones" }).waitFor();
    await endSession(page, context, () => page.getByRole("link", { name: "Activity" }).click());
    await page.getByRole("dialog", { name: "Sign in again" }).getByLabel("Email").waitFor();
    await signIn(page, "bob");
    await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
    expect(await page.getByText("faye").count()).toBe(0);
  });
});

test("a token in the address signs in on this machine, and does not stay there", async () => {
  await visit({}, async ({ page, open }) => {
    await open(`/sign-in#token=${on.plane.token}`);
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(page.url()).not.toContain("token");
    await page.goBack();
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(page.url()).not.toContain(on.plane.token);
  });
});

const WORDS =
  "[...document.querySelectorAll('main *')].flatMap((one) => [...one.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data))";

test.each([
  ["light", 360, "en-US"],
  ["dark", 360, "zh-CN"],
  ["dark", 1280, "en-US"],
  ["light", 1280, "zh-CN"],
] as const)("in %s at %i px in %s", async (colours, width, language) => {
  await visit({ colours, width, language }, async ({ page, open, check, context }) => {
    const pages = {
      "sign-in": "/sign-in",
      "sign-up": "/sign-up",
      reset: "/reset",
      new: "/reset?token=x",
      in: "/signed-in",
    };
    for (const [name, path] of Object.entries(pages)) {
      await open(path);
      await page.locator(".ways[data-still], .skeleton").waitFor({ state: "detached" });
      await check(`page-${name}`);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      if (language !== "zh-CN") continue;
      const english = (await page.evaluate<readonly string[]>(WORDS)).filter((text) => /[a-z]{3}/i.test(text));
      expect(english).toEqual(english.filter((text) => /API|PIN/.test(text)));
    }
    await context.clearCookies();
  });
});
