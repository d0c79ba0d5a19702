// Charts: the times of revisions that real Envoys took, and certificates that end; drawn, told in a sentence, and the same as a table.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CertificateBody, RevisionDeliveryBody } from "#api/weft.ts";
import { lasting } from "#console/data/scale.ts";
import { openBrowser, type TestBrowser } from "#test/browser.ts";
import { until } from "#test/child.ts";
import { allowAll, type Resource, startMesh, type TestMesh } from "#test/mesh.ts";

let mesh: TestMesh;
let browser: TestBrowser;
/** Above what a new mesh's own policies say for all sidecars. */
const timeout = (seconds: number): Resource => ({
  ...{ type: "MeshTimeout", mesh: "default", name: "slow" },
  spec: {
    targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "web" } },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${seconds}s` } }],
  },
});

beforeAll(async () => {
  browser = await openBrowser("chart");
  mesh = await startMesh();
  await mesh.apply(allowAll());
  await mesh.proxy({ name: "backend-1", service: "backend" });
  await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  for (const seconds of [1, 2, 3]) {
    const change = { put: [{ resource: timeout(seconds) }] };
    const { revision } = (await mesh.api("POST", "v1/changes", change)) as { readonly revision: number };
    await until("the revision to be measured", async () => {
      const { state, times } = (await mesh.api("GET", `v1/revisions/${revision}/delivery`)) as RevisionDeliveryBody;
      return state === "delivered" && times.acked !== null;
    });
  }
});
afterAll(async () => {
  await browser?.close();
  await mesh?.close();
});

async function measured(): Promise<readonly RevisionDeliveryBody[]> {
  return ((await mesh.api("GET", "v1/deliveries?size=100")) as { items: RevisionDeliveryBody[] }).items;
}

const LOOKS = [
  { width: 1280, colours: "light", language: "en-US" },
  { width: 360, colours: "dark", language: "zh-CN" },
  { width: 2560, colours: "dark", language: "en-US" },
] as const;
const CELLS = `[...document.querySelectorAll(".chart-table tbody tr")].map((row) => [...row.children].map(({ textContent }) => textContent))`;

test.each(LOOKS)("what was measured is what is drawn, told and listed: %j", async (look) => {
  const { url } = mesh.controlPlane();
  const language = look.language === "zh-CN" ? "zh" : "en";
  const text = (time: number): string => lasting(time, language);
  await browser.visit({ url, token: mesh.token, ...look }, async ({ page, open, check }) => {
    await open(`/o/${mesh.organisation}/activity`);
    const chart = page.locator("figure.chart");
    await chart.waitFor();
    const took = (await measured()).flatMap(({ revision, times: { acked } }) =>
      acked === null ? [] : [{ revision, ...acked }],
    );
    expect(took.length).toBeGreaterThanOrEqual(3);
    await expect.poll(() => chart.locator("circle.chart-all").count()).toBe(took.length);
    const told = (await chart.getByRole("img").getAttribute("aria-label")) ?? "";
    expect(told).toContain(text(took[0]?.max ?? Number.NaN));
    expect(told).toContain(text(Math.max(...took.map(({ max }) => max))));
    await chart.locator("summary").focus();
    await page.keyboard.press("Enter");
    await chart.getByRole("table").waitFor();
    expect(await page.evaluate(CELLS)).toEqual(
      took.map(({ revision, count, p50, p99, max }) => [
        ...[String(revision), String(count), text(p50), text(p99), text(max)],
      ]),
    );
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(look.width);
    await check("delivery");
    await chart.getByRole("link", { name: String(took[0]?.revision), exact: true }).click();
    await page.waitForURL(new RegExp(`/activity/${took[0]?.revision}$`));
    await open(`/o/${mesh.organisation}`);
    await chart.waitFor();
    await check("overview");
  });
});

test.each(LOOKS)("each proxy's newest certificate is in one part of when they end: %j", async (look) => {
  const { url } = mesh.controlPlane();
  await until("both to have one", async () => {
    const { items } = (await mesh.api("GET", "v1/certificates")) as { items: CertificateBody[] };
    return new Set(items.filter(({ name }) => name !== "").map(({ mesh: of, name }) => `${of}/${name}`)).size === 2;
  });
  await browser.visit({ url, token: mesh.token, ...look }, async ({ page, open, check }) => {
    await open(`/o/${mesh.organisation}/certificates`);
    const chart = page.locator("figure.chart");
    await chart.waitFor();
    await chart.locator("summary").focus();
    await page.keyboard.press("Enter");
    await chart.getByRole("table").waitFor();
    const rows = (await page.evaluate(CELLS)) as readonly (readonly string[])[];
    expect(rows.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(2);
    // A day's certificates are drawn hour by hour.
    expect(await chart.locator("rect.chart-bar").count()).toBeLessThanOrEqual(25);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(look.width);
    await check("certificates");
  });
});
