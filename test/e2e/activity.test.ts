// Activity: what others change appears by itself; one revision, what it did, and the way back by a plan.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { createGate } from "#test/gate.ts";

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("activity");
  await on.plane.apply({ type: "Mesh", name: "default" });
});
afterAll(() => on?.close());

const timeoutOf = (seconds: number) => ({
  type: "MeshTimeout",
  mesh: "default",
  name: "slow",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${seconds}s` } }],
  },
});

test("nothing has been changed, then news bring what is", async () => {
  const token = await on.fresh("quiet");
  await on.visit({ token, newsAlone: true }, async ({ page, open, check }) => {
    await open("/o/quiet/activity");
    await page.getByRole("heading", { name: "Nothing has been changed yet" }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await check("empty");
    const put = await fetch(`${on.plane.controlPlane().url}/o/quiet/meshes/shop`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ type: "Mesh", name: "shop" }),
    });
    expect(put.status).toBe(201);
    await page.getByText("Created Mesh shop").waitFor();
    await check("first");
  });
});

test("a revision's own page says what it changed, and its undoing is planned, then done", async () => {
  await on.plane.apply(timeoutOf(5), timeoutOf(9));
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/activity");
    await page.getByText("Changed MeshTimeout default/slow").waitFor();
    await check("list");
    const row = page.getByRole("row", { name: /Changed MeshTimeout/ });
    const revision = (await row.getByRole("link").textContent()) ?? "";
    await row.getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: `Revision ${revision}` }).waitFor();
    await page.getByRole("heading", { name: /^Delivery/ }).waitFor();
    const patch = page.locator("pre.patch").first();
    expect(await patch.textContent()).toMatch(/^- \/\S*connectionTimeout "5s"\n\+ \/\S*connectionTimeout "9s"$/);
    await check("revision");

    await page.getByRole("button", { name: "Undo" }).click();
    const window = page.getByRole("dialog", { name: `Undo revision ${revision}` });
    await window.getByText("One resource goes back.").waitFor();
    await window.getByLabel("Why").fill("nine seconds are too many");
    await check("undo");
    const { passed: allowed, open: go } = createGate();
    await page.route(`**/v1/revisions/${Number(revision) + 1}`, async (route) => {
      await allowed;
      await route.continue();
    });
    await window.getByRole("button", { name: "Undo it" }).click();
    const made = `Revision ${Number(revision) + 1}`;
    await page.getByRole("heading", { level: 1, name: made }).waitFor();
    // What the one before did is not shown as its deed.
    await page.getByRole("status", { name: "Loading" }).waitFor();
    expect(await patch.count()).toBe(0);
    go();
    await page.getByText("nine seconds are too many").waitFor();
    await check("undone");
    const now = JSON.stringify(await on.plane.api("GET", "meshes/default/meshtimeouts/slow"));
    expect(now).toContain('"5s"');
    await page.getByRole("link", { name: "Activity" }).click();
    await page.getByRole("row", { name: /nine seconds are too many/ }).waitFor();
  });
});

test("a plan stays what was read; overtaken, it is not done, and the next one says why it cannot be", async () => {
  await on.plane.apply(timeoutOf(11), timeoutOf(12));
  const { items } = (await on.plane.api("GET", "v1/revisions")) as { items: readonly { revision: number }[] };
  const address = `/o/acme/activity/${items[0]?.revision}`;
  const provokes = [/412 \(Precondition Failed\)/, /409 \(Conflict\)/];
  await on.visit({ provokes, newsAlone: true }, async ({ page, open, check }) => {
    let plans = 0;
    page.on("request", (request) => {
      if (request.url().endsWith("/v1/plan")) plans += 1;
    });
    await open(address);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    const window = page.getByRole("dialog");
    const undo = window.getByRole("button", { name: "Undo it" });
    await undo.waitFor();
    const read = plans;
    const news = page.waitForResponse(/\/v1\/revisions\/\d+$/);
    await on.plane.apply(timeoutOf(13));
    await news;
    await undo.click();
    await window.getByRole("alert").waitFor();
    expect([plans, await undo.isDisabled()]).toEqual([read, true]);
    await check("overtaken");
    await window.getByRole("button", { name: "Try again" }).click();
    await window
      .getByText(/written again by revision/)
      .first()
      .waitFor();
    await expect.poll(() => plans).toBe(read + 1);
    expect(await undo.isDisabled()).toBe(true);
    await check("cannot");
  });
  expect(JSON.stringify(await on.plane.api("GET", "meshes/default/meshtimeouts/slow"))).toContain('"13s"');
});

test("a revision that is none says so", async () => {
  await on.visit({ provokes: [/404 \(Not Found\)/] }, async ({ page, open, check }) => {
    await open("/o/acme/activity/99999");
    await page.getByRole("alert").first().waitFor();
    await check("absent");
  });
});
