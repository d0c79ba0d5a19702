// The frame on every page: narrow screens, colours, languages, what listeners get, and scripts that are not the console's own.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { allowAll, dataplaneOf, type Resource, strictMesh } from "#test/mesh.ts";

let on: TestConsole;
const proxyOf = (name: string, service: string, address: string): Resource =>
  dataplaneOf(
    { name, service, labels: { "kuma.io/zone": "east" } },
    { inbound: address, outbound: address, program: address },
  ) as Resource;

beforeAll(async () => {
  on = await startConsole("frame");
  await on.plane.apply(
    { type: "Zone", name: "east" },
    { type: "Zone", name: "a-zone-with-a-name-that-is-rather-long-for-a-narrow-screen" },
    ...[strictMesh(), allowAll()],
    ...[proxyOf("web-1", "web", "10.0.0.1"), proxyOf("backend-1", "backend", "10.0.0.2")],
    {
      type: "MeshTimeout",
      mesh: "default",
      name: "slow",
      spec: {
        targetRef: { kind: "Mesh" },
        to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "5s" } }],
      },
    },
  );
});
afterAll(() => on?.close());

const PAGES = {
  overview: "/o/acme",
  zones: "/o/acme/zones",
  activity: "/o/acme/activity",
  revision: "/o/acme/activity/1",
  plans: "/o/acme/plans",
  services: "/o/acme/m/default/services",
  topology: "/o/acme/m/default/topology",
  proxies: "/o/acme/m/default/proxies",
  proxy: "/o/acme/m/default/proxies/web-1",
  access: "/o/acme/m/default/access",
  resources: "/o/acme/m/default/resources",
  "resources-of-a-kind": "/o/acme/m/default/resources/meshtimeouts",
  resource: "/o/acme/m/default/resources/meshtimeouts/slow",
  certificates: "/o/acme/certificates",
  tokens: "/o/acme/tokens",
  audit: "/o/acme/audit",
  webhooks: "/o/acme/webhooks",
  "sign-in": "/sign-in",
  lost: "/no/such/page",
} as const;

/** Controls of the page that can be used at this moment; of a group that arrows walk through, the one that Tab comes to. */
const CONTROLS = `[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter(
  (one) => !one.disabled && one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }) &&
    one.closest("[inert], [aria-hidden='true'], [data-react-aria-top-layer]") === null)`;
/** What has the keyboard, and whether one sees that it has; null = nothing. It is noted among what was come to. */
const HELD = `(() => {
  const held = document.activeElement;
  if (held === null || held === document.body) return null;
  const isMarked = [held, held.parentElement, ...held.querySelectorAll("*")].some((one) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
  });
  const box = held.getBoundingClientRect();
  const isSeen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  (window.met ??= new WeakSet()).add(held);
  return { is: held.outerHTML.slice(0, 120), isMarked, isSeen };
})()`;
const MISSED = `${CONTROLS}.flatMap((one) => (window.met?.has(one) === true ? [] : [one.outerHTML.slice(0, 160)]))`;
/** Three times around the largest page: some of it comes late, and some pages begin in their midst. */
const MOST_TABS = 300;

/** What the frame, headings and buttons say, for those who listen too. */
const WORDS = `[...document.querySelectorAll("header.top *, nav, nav *, h1, h2, button, button *, .skip")].flatMap((one) => [
  ...[...one.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data),
  one.getAttribute("aria-label") ?? "",
]).filter((text) => text !== "")`;

test.each(["light", "dark"] as const)("every page is for everybody in %s", async (colours) => {
  await on.visit({ colours }, async ({ page, open, check, settle }) => {
    for (const [name, path] of Object.entries(PAGES)) {
      await open(path);
      await settle();
      await check(name);
    }
    await open(PAGES.zones);
    await page.getByRole("button", { name: "Add a zone" }).first().click();
    await page.getByRole("dialog").waitFor();
    await check("window");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Colours" }).click();
    await page.getByRole("menu").waitFor();
    await check("menu");
  });
});

test("colours are as the machine's until one is chosen, and the choice is kept", async () => {
  await on.visit({ colours: "dark" }, async ({ page, open, picture }) => {
    const ground = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    await open(PAGES.zones);
    const dark = await ground();
    await page.getByRole("button", { name: "Colours" }).click();
    await page.getByRole("menuitemradio", { name: "Light" }).click();
    await expect.poll(ground).not.toBe(dark);
    const light = await ground();
    await page.reload();
    await page.locator("h1").waitFor();
    await expect.poll(ground).toBe(light);
    await picture("chosen");
    await page.emulateMedia({ colorScheme: "light" });
    await page.getByRole("button", { name: "Colours" }).click();
    await page.getByRole("menuitemradio", { name: "As this machine" }).click();
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(ground).toBe(dark);
  });
});

test("360 pixels are enough, and the rail opens, leads on and closes", async () => {
  await on.visit({ width: 360 }, async ({ page, open, check, settle }) => {
    for (const [name, path] of Object.entries(PAGES)) {
      await open(path);
      await settle();
      expect([name, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([name, 360]);
      await check(name);
    }
    await open(PAGES.overview);
    const rail = page.getByRole("navigation", { name: "Pages" });
    const button = page.getByRole("button", { name: "Pages" });
    expect([await rail.isVisible(), await button.getAttribute("aria-expanded")]).toEqual([false, "false"]);
    await button.click();
    await rail.waitFor();
    expect(await button.getAttribute("aria-expanded")).toBe("true");
    await check("rail");
    await rail.getByRole("link", { name: "Zones" }).click();
    await page.getByRole("heading", { level: 1, name: "Zones" }).waitFor();
    await rail.waitFor({ state: "hidden" });
    await button.click();
    await rail.waitFor();
    await page.keyboard.press("Escape");
    await rail.waitFor({ state: "hidden" });
    await button.click();
    await page.mouse.click(340, 400);
    await rail.waitFor({ state: "hidden" });
    await button.click();
    await button.click();
    await rail.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Add a zone" }).first().click();
    await page.getByRole("dialog").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    await check("window");
  });
});

test("in Chinese no word of the frame is English, and the other language is one choice away", async () => {
  await on.visit({ language: "zh-CN" }, async ({ page, open, check, settle }) => {
    for (const [name, path] of Object.entries(PAGES)) {
      await open(path);
      await settle();
      expect(await page.evaluate("document.documentElement.lang")).toBe("zh-Hans");
      const words = (await page.evaluate(WORDS)) as readonly string[];
      expect(words.length).toBeGreaterThan(0);
      // Names of what there is, and of kinds, are the same in every language.
      const names =
        /\b(Weft|Envoy|API|YAML|JSON|URL|SPIFFE|Webhook|admin|acme|east|default|web(-1)?|backend(-1)?|slow|Zone|Mesh\w*|a-zone-[\w-]+)\b/g;
      expect([name, words.filter((one) => /[A-Za-z]{2,}/.test(one.replaceAll(names, "")))]).toEqual([name, []]);
      await check(name);
    }
    await open(PAGES.zones);
    await page.getByRole("button", { name: "语言" }).click();
    await page.getByRole("menuitemradio", { name: "English" }).click();
    await page.getByRole("heading", { level: 1, name: "Zones" }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("en");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Zones" }).waitFor();
  });
});

test("a change of page moves the keyboard to its heading and is said", async () => {
  await on.visit({}, async ({ page, open }) => {
    await open(PAGES.zones);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the page");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("main");
    await page.getByRole("link", { name: "Activity" }).click();
    await page.getByRole("heading", { level: 1, name: "Activity" }).waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Activity");
    await expect.poll(() => page.locator(".heard[aria-live]").first().textContent()).toBe("Activity");
    await expect.poll(() => page.title()).toBe("Activity · Weft");
    await page.goBack();
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Zones");
  });
});

test("no script runs but the console's own", async () => {
  const provokes = [/Content Security Policy[\s\S]*script-src/, /script-src-attr|event handler/, /unsafe-eval/];
  await on.visit({ provokes }, async ({ page, open, complaints }) => {
    await open(PAGES.zones);
    expect(complaints).toEqual([]);
    const run = (code: string) => page.evaluate(code);
    await run(
      `const inline = document.createElement("script"); inline.textContent = "window.ran = 'inline'"; document.head.append(inline);`,
    );
    await run(
      `const other = document.createElement("script"); other.src = "data:text/javascript,window.ran='data'"; document.head.append(other);`,
    );
    await run(
      `document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror=\\"window.ran = 'handler'\\">")`,
    );
    await run(
      `const text = document.createElement("button"); text.setAttribute("onclick", "window.ran = 'click'"); document.body.append(text); text.click();`,
    );
    await run(`setTimeout("window.ran = 'timer'", 0)`);
    await expect.poll(() => complaints.length).toBeGreaterThanOrEqual(5);
    expect(await run("window.ran ?? null")).toBe(null);
  });
});

test("by Tab alone one comes to every control of every page, and sees where one is", async () => {
  await on.visit({}, async ({ page, open, settle }) => {
    for (const [name, path] of Object.entries(PAGES)) {
      await open(path);
      await settle();
      let missed: unknown = await page.evaluate(MISSED);
      expect(missed, name).not.toEqual([]);
      for (let tab = 0; tab < MOST_TABS; tab++) {
        await page.keyboard.press("Tab");
        const held = (await page.evaluate(HELD)) as null | Record<"is" | "isMarked" | "isSeen", unknown>;
        if (held !== null) expect([name, held.is, held.isMarked, held.isSeen]).toEqual([name, held.is, true, true]);
        missed = await page.evaluate(MISSED);
        if (Array.isArray(missed) && missed.length === 0) break;
      }
      expect([name, missed]).toEqual([name, []]);
    }
  });
});
