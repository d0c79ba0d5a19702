// The overview leads on: each figure to what it counts, each problem to what it is about; what is no trouble stands below the rest.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { dataplaneOf, type Resource, strictMesh } from "#test/mesh.ts";

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("overview");
});
afterAll(() => on?.close());

test("where all is well, what is good to know stands below", async () => {
  await on.plane.apply(strictMesh(), { type: "Zone", name: "east" });
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme");
    await page.getByText("All is well").waitFor();
    const notes = page.getByRole("heading", { name: "Good to know" });
    await notes.waitFor();
    expect(await page.getByText("Needs attention").count()).toBe(0);
    const changes = await page.getByRole("heading", { name: "Latest changes" }).boundingBox();
    expect((await notes.boundingBox())?.y).toBeGreaterThan(changes?.y ?? Number.NaN);
    await check("notes");
    await page.getByRole("link", { name: "Zone east has no relay yet" }).click();
    await page.getByRole("heading", { level: 1, name: "Zones" }).waitFor();
  });
});

test("figures lead to lists, problems to what they are about", async () => {
  const proxy = (name: string, service: string): Resource =>
    dataplaneOf(
      { name, service, labels: { "kuma.io/zone": "east" } },
      { inbound: "10.0.0.1", outbound: "10.0.0.1", program: "10.0.0.1" },
    ) as Resource;
  const spec = {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "MeshService", name: "nobody" }, default: { connectionTimeout: "5s" } }],
  };
  await on.plane.apply(proxy("web-1", "web"), { type: "MeshTimeout", mesh: "default", name: "lost", spec });
  await on.visit({}, async ({ page, open, check }) => {
    const main = page.getByRole("main");
    for (const [figure, heading] of [
      ["Meshes", "Meshes"],
      ["Services", "Services"],
      ["Proxies", "Proxies"],
      ["Zones", "Zones"],
    ] as const) {
      await open("/o/acme");
      await main.getByRole("listitem").getByRole("link", { name: figure, exact: true }).click();
      await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
    }
    await open("/o/acme");
    await main.getByRole("heading", { name: "Needs attention" }).waitFor();
    await main.getByText("MeshTimeout lost").first().waitFor();
    await check("problems");
    await main
      .getByRole("link", { name: /MeshTimeout lost|nobody is called nobody/ })
      .first()
      .click();
    await page.waitForURL(/\/m\/default\/resources\/meshtimeouts\/lost$/);
    await open("/o/acme/m/default/resources");
    await main.getByRole("link", { name: /^Zone\s*1$/ }).waitFor();
    await open("/o/acme/m/default/proxies");
    await main.getByRole("cell", { name: "Sidecar" }).waitFor();
  });
});
