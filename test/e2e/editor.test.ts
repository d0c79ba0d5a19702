// The editor in the browser: what the schema offers, the plan as one types, what is applied, and that nothing typed is lost.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { createGate } from "#test/gate.ts";
import { allowAll, dataplaneOf, type Resource, strictMesh } from "#test/mesh.ts";
import { endSession } from "#test/session-end.ts";

let on: TestConsole;
const dataplane = (name: string, service: string, address: string): Resource => {
  const calls = service === "web" ? ["backend"] : [];
  return dataplaneOf({ name, service, calls }, { inbound: address, outbound: address, program: address }) as Resource;
};
const text = (name: string, timeout: string): string => `type: MeshTimeout
mesh: default
name: ${name}
spec:
  targetRef: { kind: Mesh }
  to:
    - targetRef: { kind: Mesh }
      default: { http: { requestTimeout: ${timeout} } }
`;
const timeout = (name: string, requestTimeout: string): Resource =>
  ({
    type: "MeshTimeout",
    mesh: "default",
    name,
    spec: {
      targetRef: { kind: "Mesh" },
      to: [{ targetRef: { kind: "Mesh" }, default: { http: { requestTimeout } } }],
    },
  }) as Resource;

async function write(page: Page, whole: string): Promise<void> {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(whole);
  // What it offers for the next word would lie above the page.
  await page.keyboard.press("Escape");
}

const shown = (page: Page): Promise<string> => page.locator(".cm-content").innerText();
const planned = (page: Page) => page.locator("button:not([aria-disabled])", { hasText: /^Apply$/ }).waitFor();
const applyButton = (page: Page) => page.getByRole("button", { name: "Apply", exact: true });

/** Calls of the path wait until they are let. */
async function held(page: Page, path: string): Promise<() => void> {
  const { passed: allowed, open: go } = createGate();
  await page.route(
    path,
    async (route) => {
      await allowed;
      await route.continue();
    },
    { times: 1 },
  );
  return go;
}

/** Pastes 5 MB of what is no YAML. */
const PASTE = `{
  const data = new DataTransfer();
  data.setData("text/plain", "  - { a: [1, 'x, b: : : }\\n".repeat(200_000));
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector(".cm-content").dispatchEvent(paste);
}`;

beforeAll(async () => {
  on = await startConsole("editor");
  await on.plane.apply({ type: "Zone", name: "east" }, strictMesh(), allowAll());
  await on.plane.apply(dataplane("web-1", "web", "10.0.0.1"), dataplane("backend-1", "backend", "10.0.0.2"));
});
afterAll(() => on?.close());

test("the schema offers what may stand there, the server's fault stands at its line, and what is right is applied", async () => {
  await on.visit({ provokes: [/status of 400/] }, async ({ page, open, check }) => {
    await open("/o/acme/m/default/new?kind=MeshTimeout");
    await page.locator(".cm-content").waitFor();
    await write(page, text("offered", "1s").replace("{ http: { requestTimeout: 1s } }\n", ""));
    await page.keyboard.press("Enter");
    await page.keyboard.type("    ht");
    const offer = page.getByRole("option", { name: /^http/ });
    await offer.waitFor();
    await check("offer");
    await offer.click();
    await page.keyboard.type("requestT");
    // Enter is a new line, and no choice, within 75 ms of the list's last change (CodeMirror's `interactionDelay`).
    await page.getByRole("option", { name: /^requestTimeout/ }).click();
    await page.keyboard.type("3x");
    await page.getByRole("button", { name: /Line 10\D.*requestTimeout: must be a duration/ }).waitFor();
    expect(await applyButton(page).isDisabled()).toBe(true);
    await check("problem");
    await page.locator(".cm-content").focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("s");
    await page.getByText("No problems").waitFor();
    await applyButton(page).click();
    await page.waitForURL(/\/edit\/meshtimeouts\/offered\?revision=\d+$/);
    await page.getByRole("heading", { name: "Edit offered" }).waitFor();
    await check("applied");
  });
  expect(await on.plane.api("GET", "meshes/default/meshtimeouts/offered")).toMatchObject({
    spec: { to: [{ default: { http: { requestTimeout: "3s" } } }] },
  });
});

test("who takes access away types the name first", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/m/default/edit/meshtrafficpermissions/allow-all");
    await page.locator(".cm-content").waitFor();
    await write(page, (await shown(page)).trimEnd().replace("Allow", "Deny"));
    await page.getByText("Loses access").first().waitFor();
    await applyButton(page).click();
    const window = page.getByRole("dialog");
    await window.getByText("web → backend").waitFor();
    const all = window.getByRole("button", { name: "Apply all the same" });
    expect(await all.isDisabled()).toBe(true);
    await check("lose");
    await window.getByLabel("Type allow-all to go on").fill("allow-al");
    expect(await all.isDisabled()).toBe(true);
    await window.getByLabel("Type allow-all to go on").fill("allow-all");
    await all.click();
    await page.waitForURL(/\?revision=\d+$/);
  });
});

test("what was typed outlasts leaving, a reload and the session", async () => {
  await on.plane.apply(timeout("kept", "1s"));
  await on.visit({ provokes: [/status of 401/] }, async ({ page, context, open, check }) => {
    await open("/o/acme/m/default/edit/meshtimeouts/kept");
    await page.locator(".cm-content").waitFor();
    await write(page, text("kept", "2s"));
    await page.getByRole("link", { name: "Zones" }).click();
    await page.getByRole("dialog").getByText("Your edit is not applied").waitFor();
    await check("leave");
    await page.getByRole("button", { name: "Leave and keep a draft" }).click();
    await page.getByRole("heading", { name: "Zones" }).waitFor();
    await page.goBack();
    await page.getByText("What you had typed was restored").waitFor();
    expect(await shown(page)).toContain("2s");
    await page.reload();
    await page.getByText("What you had typed was restored").waitFor();
    await endSession(page, context, () => write(page, text("kept", "3s")));
    await page.getByLabel("API token").fill(on.plane.token);
    await page.keyboard.press("Enter");
    // The plan that waited for the sign-in comes, and the page is the one that stood there.
    await planned(page);
    expect(await shown(page)).toContain("3s");
    await page.getByRole("button", { name: "Discard my edit" }).click();
    await page.getByText("Nothing is changed.").waitFor();
    expect(await shown(page)).toContain("1s");
  });
});

test("what is typed while an edit is on its way stays there, also on the page of what is new, and is applied next", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/m/default/new?kind=MeshTimeout");
    await page.locator(".cm-content").waitFor();
    await write(page, text("typed-on", "1s"));
    for (const [now, then] of [
      ["1s", "2s"],
      ["2s", "3s"],
    ] as const) {
      await planned(page);
      const release = await held(page, "**/v1/changes");
      const sent = page.waitForRequest("**/v1/changes");
      const done = page.waitForResponse("**/v1/changes");
      await applyButton(page).click();
      await sent;
      await write(page, text("typed-on", then));
      release();
      const { revision } = (await (await done).json()) as { readonly revision: number };
      await page.waitForURL(new RegExp(`/edit/meshtimeouts/typed-on\\?revision=${revision}$`));
      await expect.poll(() => shown(page)).toContain(then);
      await check(`typed-on-${then}`);
      expect(JSON.stringify(await on.plane.api("GET", "meshes/default/meshtimeouts/typed-on"))).toContain(`"${now}"`);
    }
    await planned(page);
    await applyButton(page).click();
    await page.getByText("Nothing is changed.").waitFor();
    expect(await shown(page)).toContain("3s");
  });
  expect(JSON.stringify(await on.plane.api("GET", "meshes/default/meshtimeouts/typed-on"))).toContain('"3s"');
});

test("two people at one resource: both versions are shown, and one goes on from either", async () => {
  await on.plane.apply(timeout("shared", "1s"));
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/m/default/edit/meshtimeouts/shared");
    await page.locator(".cm-content").waitFor();
    await write(page, text("shared", "2s"));
    await planned(page);
    await on.plane.apply(timeout("shared", "9s"));
    await page.getByText("Somebody else has changed it meanwhile").waitFor();
    await page.locator("del", { hasText: "9s" }).waitFor();
    await page.locator("ins", { hasText: "2s" }).waitFor();
    expect(await applyButton(page).isDisabled()).toBe(true);
    await check("conflict");
    await page.getByRole("button", { name: "Go on from theirs" }).click();
    await page.getByText("Nothing is changed.").waitFor();
    expect(await shown(page)).toContain("9s");
    await write(page, text("shared", "4s"));
    await planned(page);
    await on.plane.apply(timeout("shared", "8s"));
    await page.getByRole("button", { name: "Go on from mine" }).click();
    await planned(page);
    await applyButton(page).click();
    await page.waitForURL(/\?revision=\d+$/);
  });
  expect(await on.plane.api("GET", "meshes/default/meshtimeouts/shared")).toMatchObject({
    spec: { to: [{ default: { http: { requestTimeout: "4s" } } }] },
  });
});

test("script in a text is shown and never run; a text of 5 MB and a bomb leave the page usable", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/m/default/new?kind=MeshTimeout");
    await page.locator(".cm-content").waitFor();
    await write(page, `${text("x", "1s")}  "<img src=x onerror=alert(1)>": <script>alert(2)</script>\n`);
    await page.getByRole("button", { name: /<img src=x onerror=alert\(1\)> is unknown here/ }).waitFor();
    expect(await page.locator("main img, main script").count()).toBe(0);
    await check("script");
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const [one, other] of ["ab", "bc", "cd", "de", "ef", "fg"]) {
      bomb.push(`${other}: &${other} [${Array(9).fill(`*${one}`).join(", ")}]`);
    }
    await write(page, bomb.join("\n"));
    await page.getByRole("button", { name: /aliases stand for more/ }).waitFor();
    await page.evaluate(PASTE);
    await page.getByRole("button", { name: /takes too long to read/ }).waitFor();
    await page.getByRole("button", { name: "Discard my edit" }).click();
    await page.getByText("No problems").waitFor();
  });
});
