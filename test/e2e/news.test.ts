// News over a control plane that comes and goes: the page says so, keeps what it has, and goes on by itself.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { createGate } from "#test/gate.ts";

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("news");
  await on.plane.apply({ type: "Mesh", name: "default" });
});
afterAll(() => on?.close());

test("while the control plane is away the page stays, says so, and then goes on", async () => {
  await on.visit({ provokes: [/net::ERR_/] }, async ({ page, open, check }) => {
    await open("/o/acme/activity");
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText("Created Mesh default").waitFor();
    await on.plane.killControlPlane();
    await page.getByText("Not live: trying again").waitFor();
    expect(await page.getByText("Created Mesh default").isVisible()).toBe(true);
    await check("away");
    await on.plane.startControlPlane();
    await page.getByText("Live", { exact: true }).waitFor();
    await on.plane.apply({ type: "Mesh", name: "after" });
    await page.getByText("Created Mesh after").waitFor();
  });
});

test("a stream that is refused is asked for again, and what came meanwhile is there", async () => {
  await on.visit({ provokes: [/503 \(Service Unavailable\)/] }, async ({ page, open }) => {
    let streams = 0;
    const { passed: seen, open: go } = createGate();
    await page.route("**/v1/events", async (route) => {
      streams += 1;
      if (streams === 1) return route.fulfill({ status: 503, body: "" });
      // It is asked for again by itself, and what is said until then has been seen.
      await seen;
      return route.continue();
    });
    await open("/o/acme/activity");
    await page.getByText("Not live: trying again").waitFor();
    go();
    await page.getByText("Live", { exact: true }).waitFor();
    expect(streams).toBe(2);
    await on.plane.apply({ type: "Mesh", name: "later" });
    await page.getByText("Created Mesh later").waitFor();
  });
});
