// Script in every text that somebody may write: shown as it was written, and never run.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { dataplaneOf, type Resource, strictMesh } from "#test/mesh.ts";

const EVIL = `"><img src=x onerror="window.ran=1"><script>window.ran=1</script>{{window.ran=1}}`;

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("script");
  const { networking, ...proxy } = dataplaneOf(
    { name: "web-1", service: "web", labels: { "kuma.io/zone": "east" } },
    { inbound: "10.0.0.1", outbound: "10.0.0.1", program: "10.0.0.1" },
  ) as Resource & { readonly networking: object };
  const policy = {
    type: "MeshAccessLog",
    mesh: "default",
    name: "log",
    spec: {
      targetRef: { kind: "Mesh" },
      to: [
        {
          targetRef: { kind: "Mesh" },
          default: { backends: [{ type: "File", file: { path: "/tmp/log", format: { type: "Plain", plain: EVIL } } }] },
        },
      ],
    },
  };
  await on.plane.apply({ type: "Zone", name: "east" }, strictMesh(), { ...proxy, networking });
  await on.plane.api("POST", "v1/changes", { put: [{ resource: policy }], reason: EVIL });
  await on.plane.api("POST", "v1/tokens", { name: EVIL, scopes: ["read"] });
  await on.plane.api("POST", "v1/webhooks", {
    url: "https://example.com/hook?x=%3Cscript%3E",
    events: ["zone.offline"],
    description: EVIL,
  });
});
afterAll(() => on?.close());

const PAGES: Readonly<Record<string, boolean>> = {
  "/o/acme": true,
  "/o/acme/activity": true,
  "/o/acme/activity/4": true,
  "/o/acme/tokens": true,
  "/o/acme/webhooks": true,
  "/o/acme/audit": false,
  "/o/acme/m/default/resources/meshaccesslogs/log": true,
  "/o/acme/m/default/edit/meshaccesslogs/log": true,
  "/o/acme/m/default/proxies/web-1": false,
};

const RAN = `[window.ran === undefined, document.querySelectorAll("img[src=x], main script").length]`;

test("what is stored is shown as text on every page", async () => {
  await on.visit({}, async ({ page, open, settle }) => {
    for (const [path, isShown] of Object.entries(PAGES)) {
      await open(path);
      await settle();
      if (isShown)
        await expect.poll(() => page.evaluate("document.body.textContent"), { message: path }).toContain("onerror=");
      expect([path, await page.evaluate(RAN)]).toEqual([path, [true, 0]]);
    }
  });
});

test("what is typed into any field of the pages, and into their addresses, is text too", async () => {
  const filters = ["tokens", "audit", "certificates", "m/default/services", "m/default/proxies", "m/default/access"];
  await on.visit({ provokes: [/status of 40\d|./] }, async ({ page, open, settle, complaints }) => {
    for (const path of [...filters, "m/default/resources"]) {
      await open(`/o/acme/${path}`);
      const fields = page
        .getByRole("main")
        .locator("input:not([type=date]):not([type=checkbox]):not([type=number]):not([readonly])");
      await expect.poll(() => fields.count(), { message: path }).toBeGreaterThan(0);
      for (let at = 0; at < (await fields.count()); at++) await fields.nth(at).fill(EVIL);
      await page.keyboard.press("Enter");
      // What narrows a list stands in the address when it is heeded.
      await page.waitForURL(({ search }) => decodeURIComponent(search).includes("onerror="));
      await settle();
      expect([path, await page.evaluate(RAN)]).toEqual([path, [true, 0]]);
    }
    const address = encodeURIComponent(EVIL);
    for (const path of [`/o/${address}/zones`, `/o/acme/m/${address}/services`, `/o/acme/activity/${address}`]) {
      await open(path);
      await settle();
      expect([path, await page.evaluate(RAN)]).toEqual([path, [true, 0]]);
    }
    await open(`/sign-in?from=${encodeURIComponent("javascript:window.ran=1")}`);
    await settle();
    expect(await page.evaluate(RAN)).toEqual([true, 0]);
    expect(
      complaints.filter((one) => /Content.Security.Policy|error: /i.test(one) && !/status of 40\d/.test(one)),
    ).toEqual([]);
  });
});
