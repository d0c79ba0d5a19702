// What a real Envoy refuses stands at the line of the editor that wrote it, with Envoy's own words, and goes when it is mended.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ProxyPageBody } from "#api/proxy-list.ts";
import { openBrowser, type TestBrowser } from "#test/browser.ts";
import { until } from "#test/child.ts";
import { allowAll, startMesh, type TestMesh } from "#test/mesh.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let browser: TestBrowser;

beforeAll(async () => {
  browser = await openBrowser("nack");
  mesh = await startMesh();
  await mesh.apply(allowAll());
  backend = await httpProgram("backend");
  await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port });
  const web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
});
afterAll(async () => {
  await browser?.close();
  await mesh?.close();
  await backend?.close();
});

/** Nothing in the schema says that the router must be the last; Envoy does. */
const PATCH = `type: MeshProxyPatch
mesh: default
name: odd
spec:
  targetRef: { kind: MeshSubset, tags: { kuma.io/service: web } }
  default:
    appendModifications:
      - httpFilter:
          operation: AddLast
          match: { origin: outbound }
          value: |
            name: envoy.filters.http.lua
            typedConfig:
              '@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
              defaultSourceCode:
                inlineString: |
                  function envoy_on_response(handle) end
`;

test("a refusal stands at the line that caused it, and undo brings back what was", async () => {
  const visit = { url: mesh.controlPlane().url, token: mesh.token };
  await browser.visit(visit, async ({ page, open, check }) => {
    await open(`/o/${mesh.organisation}/m/default/new?kind=MeshProxyPatch`);
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(PATCH);
    await page.keyboard.press("Escape");
    await page.locator("button:not([aria-disabled])", { hasText: /^Apply$/ }).click();
    await page.waitForURL(/\?revision=\d+$/);
    const problem = page.getByRole("button", { name: /^Line 9.*spec\.default: default\.web-1: .*terminal/s });
    await problem.waitFor();
    await page.locator(".cm-lint-marker-error").first().waitFor();
    await check("at-its-line");
    await problem.click();
    await page.locator(".cm-content").and(page.locator(":focus")).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Undo it" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await until("the patch to be gone", async () => {
      const { total } = (await mesh.api("GET", "meshes/default/meshproxypatches")) as { readonly total: number };
      return total === 0;
    });
    await open(`/o/${mesh.organisation}/m/default/proxies`);
    await page.getByRole("row", { name: /web-1/ }).getByText("Online").waitFor();
    await expect.poll(() => page.getByText("Refuses", { exact: true }).count()).toBe(0);
  });
});

test("what each proxy runs stands in its row, is filtered by, and stands on its page", async () => {
  const { envoy, program } = await until("both to have told what they run", async () => {
    const { items } = (await mesh.api("GET", "v1/proxies?mesh=default")) as ProxyPageBody;
    const told = items.flatMap(({ versions }) => versions ?? []);
    return told.length === 2 ? told[0] : undefined;
  });
  expect(envoy).toMatch(/^\d+\.\d+\.\d+/);
  await browser.visit({ url: mesh.controlPlane().url, token: mesh.token }, async ({ page, open, check }) => {
    await open(`/o/${mesh.organisation}/m/default/proxies`);
    const told = `${envoy} · ${program.name} ${program.version}`;
    await page.getByRole("row", { name: /web-1/ }).getByText(told).waitFor();
    const filter = page.getByRole("combobox", { name: "Envoy version" });
    await filter.selectOption({ label: `${envoy} (2)` });
    await page.waitForURL((url) => url.searchParams.get("envoy")?.includes(envoy) === true);
    await page.getByRole("row", { name: /backend-1/ }).waitFor();
    await check("versions");
    await filter.selectOption({ label: "Older than supported" });
    await page.getByText("Nothing fits these filters").waitFor();
    // What there is to choose is what there is, whatever was chosen.
    expect(await filter.getByRole("option").allTextContents()).toContain(`${envoy} (2)`);
    await open(`/o/${mesh.organisation}/m/default/proxies/web-1`);
    await page.getByText(told).waitFor();
    await page.getByText(new RegExp(`/${envoy.replaceAll(".", "\\.")}/Clean/RELEASE`)).waitFor();
    await check("one-proxy-versions");
  });
});
