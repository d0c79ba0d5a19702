// Topology: who may call whom by which rule, drawn for five services and for five hundred, by mouse, by keys alone, and as a list of the same.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { dataplaneOf, type Resource, strictMesh } from "#test/mesh.ts";

let on: TestConsole;
/** `at` makes its address. */
const dataplane = (name: string, service: string, zone: string, at: number, calls: readonly string[]): Resource => {
  const address = `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
  return dataplaneOf(
    { name, service, calls, labels: { "kuma.io/zone": zone } },
    { inbound: address, outbound: address, program: address },
  ) as Resource;
};

/** Lets these call the proxy. */
const permission = (target: string, clients: readonly string[]): Resource => ({
  ...{ type: "MeshTrafficPermission", mesh: "default", name: `to-${target}` },
  spec: {
    targetRef: { kind: "Dataplane", name: `${target}-1` },
    rules: [
      { default: { allow: clients.map((one) => ({ spiffeID: { type: "Exact", value: `spiffe://default/${one}` } })) } },
    ],
  },
});

const SERVICES = 500;
const ZONES = ["ams-1", "fra-1", "gru-1", "iad-1", "lhr-1", "nrt-1", "sin-1", "syd-1"] as const;
const nameAt = (at: number): string => `svc-${String(at % SERVICES).padStart(3, "0")}`;

/** Each calls some of its own zone, one in ten a service of another. */
function largeMesh(): readonly Resource[] {
  const proxies = Array.from({ length: SERVICES }, (_, at) => {
    const zone = ZONES[at % ZONES.length] ?? "";
    const own = [1, 3].map((step) => nameAt(at + step * ZONES.length));
    const calls = at % 10 === 0 ? [...own, nameAt(at * 7 + 1)] : own;
    return { ...dataplane(`${nameAt(at)}-1`, nameAt(at), zone, 1000 + at, [...new Set(calls)]), mesh: "large" };
  });
  const allow = { type: "MeshTrafficPermission", mesh: "large", name: "most" };
  const rules = [{ default: { allow: [{ spiffeID: { type: "Prefix", value: "spiffe://large/svc-0" } }] } }];
  return [strictMesh("large"), { ...allow, spec: { targetRef: { kind: "Mesh" }, rules } }, ...proxies];
}

beforeAll(async () => {
  on = await startConsole("topology");
  const put = (resources: readonly Resource[]) =>
    on.plane.api("POST", "v1/changes", { put: resources.map((resource) => ({ resource })) });
  await put([
    ...["east", "west", ...ZONES].map((name) => ({ type: "Zone", name })),
    strictMesh(),
    dataplane("web-1", "web", "east", 1, ["backend", "cart"]),
    dataplane("backend-1", "backend", "east", 2, ["db"]),
    dataplane("cart-1", "cart", "east", 3, ["backend", "payments"]),
    dataplane("payments-1", "payments", "west", 4, ["db"]),
    dataplane("db-1", "db", "west", 5, []),
    permission("backend", ["web"]),
    permission("cart", ["web"]),
    permission("payments", ["cart"]),
    permission("db", ["payments", "backend"]),
  ]);
  await put(largeMesh());
});
afterAll(() => on?.close());

const SMALL = "/o/acme/m/default/topology";
const LARGE = "/o/acme/m/large/topology";
const nodeOf = (page: Page, name: string) => page.locator(`[id="service:${name}"]`);
const focused = (page: Page) => page.evaluate("document.activeElement?.id");

test.each([
  ["light", 1280, "en-US"],
  ["dark", 1280, "en-US"],
  ["dark", 2560, "zh-CN"],
] as const)("five services are drawn for everybody in %s at %d pixels, in %s", async (colours, width, language) => {
  await on.visit({ colours, width, language }, async ({ page, open, check, picture }) => {
    await open(SMALL);
    await nodeOf(page, "payments").waitFor();
    await check("five");
    await nodeOf(page, "backend").click();
    await page.locator("#detail .tie").first().waitFor();
    expect(page.url()).toMatch(/at=backend$/);
    await check("five-chosen");
    await open(`${SMALL}?focus=backend`);
    await nodeOf(page, "web").waitFor();
    await picture("five-focus");
    expect(await nodeOf(page, "payments").count()).toBe(0);
    await page.locator(".board-legend summary").click();
    await check("five-legend");
  });
});

test("keys alone go from service to service, choose one, and come to the rule that decides", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open(SMALL);
    await nodeOf(page, "web").waitFor();
    const stops = page.locator('.board .node[tabindex="0"]');
    expect(await stops.count()).toBe(1);
    await stops.focus();
    // From the first on the left it leads nowhere.
    const leftwards = async (): Promise<unknown> => {
      if ((await focused(page)) !== "service:web") await page.keyboard.press("ArrowLeft");
      return focused(page);
    };
    await expect.poll(leftwards).toBe("service:web");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => focused(page)).toMatch(/service:(cart|backend)/);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => focused(page)).toBe("service:web");
    await page.keyboard.press("Enter");
    const detail = page.getByRole("complementary", { name: "What is chosen" });
    await detail.getByRole("heading", { name: "Calls 2 services" }).waitFor();
    await detail.getByRole("button", { name: "backend", exact: true }).press("Enter");
    await detail.getByRole("heading", { name: "web → backend" }).waitFor();
    expect(new URL(page.url()).search).toBe("?at=web&to=backend");
    await check("call");
    await page.reload();
    await detail.getByRole("link", { name: "MeshTrafficPermission to-backend" }).press("Enter");
    await page.waitForURL(/resources\/meshtrafficpermissions\/to-backend$/);
    await page.getByRole("heading", { level: 1, name: "to-backend" }).waitFor();
    await page.goBack();
    await nodeOf(page, "web").waitFor();
    // The keyboard comes to the page's heading first.
    await page.locator("h1").and(page.locator(":focus")).waitFor();
    await nodeOf(page, "web").focus();
    await page.keyboard.press("f");
    await page.waitForURL(/focus=web/);
    await expect.poll(() => nodeOf(page, "db").count()).toBe(0);
    await page.getByLabel("How far").selectOption("2");
    await nodeOf(page, "db").waitFor();
    await nodeOf(page, "web").focus();
    await page.keyboard.press("Escape");
    await detail.waitFor({ state: "hidden" });
  });
});

test("the list tells the same as the graph, and filters hold in the address", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open(`${SMALL}?view=list`);
    const list = page.getByRole("table", { name: "Services and whom they have to do with" });
    await list.waitFor();
    const names = await list.locator("tbody strong").allTextContents();
    expect(names.sort()).toEqual(["backend", "cart", "db", "payments", "web"]);
    const row = list.getByRole("row", { name: /^backend/ });
    expect(await row.textContent()).toContain("2, 1 denied");
    await row.getByRole("button").press("Enter");
    await expect.poll(() => page.evaluate("document.activeElement?.textContent")).toBe("backend");
    await page.getByRole("complementary").getByText("no rule lets this client in").waitFor();
    await check("list");
    await page.getByRole("button", { name: "Graph" }).click();
    await nodeOf(page, "backend").waitFor();
    expect((await page.locator(".board .node-name").allTextContents()).sort()).toEqual(names);
    await page.getByLabel("Outcome").selectOption("denied");
    await expect.poll(() => page.locator(".board .react-flow__edge").count()).toBe(1);
    await page.getByLabel("Find a service").fill("pay");
    await page.locator(".found").getByRole("button", { name: "payments" }).waitFor();
    await page.waitForURL(({ search }) => search.includes("outcome=denied") && search.includes("name=pay"));
    await page.reload();
    await nodeOf(page, "web").waitFor();
    await expect.poll(() => page.locator(".board .node[data-dim]").count()).toBe(4);
    await expect.poll(() => page.locator(".board .react-flow__edge").count()).toBe(1);
  });
});

test("a link to a service that is gone says so, and leads to the whole mesh", async () => {
  await on.visit({ provokes: [/404 \(Not Found\)/] }, async ({ page, open, check }) => {
    await open(`${SMALL}?focus=gone&at=gone`);
    await page
      .getByText(/There is no service "gone"/)
      .first()
      .waitFor();
    await check("gone");
    await page.getByRole("link", { name: "Whole mesh" }).click();
    await nodeOf(page, "web").waitFor();
    await open("/o/acme/m/default/services/tag/backend");
    await page.getByRole("link", { name: "Show its neighbours" }).click();
    await page.waitForURL(/focus=backend&at=backend$/);
    await nodeOf(page, "backend").waitFor();
  });
});

test("news change the graph where it stands: what is chosen stays, and stays in place", async () => {
  await on.visit({ newsAlone: true }, async ({ page, open, settle }) => {
    await open(`${SMALL}?at=backend`);
    await nodeOf(page, "backend").waitFor();
    await page.locator("#detail .tie").first().waitFor();
    await settle();
    const spot = async (): Promise<readonly number[]> => {
      const { x, y } = (await nodeOf(page, "backend").boundingBox()) ?? { x: Number.NaN, y: Number.NaN };
      return [Math.round(x), Math.round(y)];
    };
    const [x = 0, y = 0] = await spot();
    await page.mouse.move(400, 620);
    await page.mouse.down();
    await page.mouse.move(450, 650, { steps: 4 });
    await page.mouse.up();
    await expect.poll(spot).toEqual([x + 50, y + 30]);
    expect(new URL(page.url()).search).toBe("?at=backend");
    await on.plane.apply(dataplane("search-1", "search", "east", 9, ["backend"]));
    await nodeOf(page, "search").waitFor();
    await page.locator("#detail").getByRole("button", { name: "search", exact: true }).waitFor();
    await settle();
    expect(await spot()).toEqual([x + 50, y + 30]);
    await on.plane.remove("meshes/default/dataplanes/search-1");
    await nodeOf(page, "search").waitFor({ state: "detached" });
  });
});

test.each([
  ["light", "en-US"],
  ["dark", "zh-CN"],
] as const)("360 pixels show the list first, and the graph when asked, in %s and %s", async (colours, language) => {
  await on.visit({ width: 360, colours, language }, async ({ page, open, check }) => {
    await open(SMALL);
    await page.getByRole("table").waitFor();
    expect(await page.locator(".board").count()).toBe(0);
    await check("narrow-list");
    await page.getByRole("table").getByRole("button", { name: "backend" }).click();
    await page.locator("#detail .tie").first().waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    await check("narrow-chosen");
    await page.locator(".view-button").first().click();
    await nodeOf(page, "backend").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    await check("narrow-graph");
  });
});

const WORKS = ["TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration"] as const;

/**
 * Prints how long the page's main thread worked from a deed until the element is there and painted: all of its tasks, of them
 * scripts, of them layout and style. The page itself waits: a test that looks again and again would be counted too.
 */
async function spent(page: Page, what: string, deed: string, awaited: string): Promise<number> {
  const wire = await page.context().newCDPSession(page);
  await wire.send("Performance.enable");
  const read = async (): Promise<readonly number[]> => {
    const { metrics } = await wire.send("Performance.getMetrics");
    return WORKS.map((name) => (metrics.find((one) => one.name === name)?.value ?? Number.NaN) * 1000);
  };
  const before = await read();
  await page.evaluate(`new Promise((resolve) => {
    const look = () => {
      if (document.getElementById(${JSON.stringify(awaited)}) === null) return;
      watch.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { childList: true, subtree: true });
    ${deed};
  })`);
  const after = await read();
  await wire.detach();
  const [tasks = 0, script = 0, layout = 0, style = 0] = after.map((value, at) =>
    Math.round(value - (before[at] ?? 0)),
  );
  const line = `${tasks} ms of tasks (script ${script}, layout and style ${layout + style})`;
  process.stdout.write(`main thread, ${what}: ${line}\n`);
  return tasks;
}

/** Script that chooses an option of a select as a hand would. */
const choosing = (selector: string, value: string): string => `{
  const select = document.querySelector(${JSON.stringify(selector)});
  Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "value").set.call(select, ${JSON.stringify(value)});
  select.dispatchEvent(new Event("change", { bubbles: true }));
}`;

test.each([
  ["light", 1280, "en-US"],
  ["dark", 2560, "en-US"],
  ["light", 2560, "zh-CN"],
] as const)(
  "five hundred services are zones first, then one zone, then one service, in %s at %d, in %s",
  async (colours, width, language) => {
    await on.visit({ colours, width, language }, async ({ page, open, check }) => {
      await open(SMALL);
      await nodeOf(page, "web").waitFor();
      await page.locator(".rail-mesh option[value=large]").waitFor({ state: "attached" });
      const work = await spent(page, "500 services by zone", choosing(".rail-mesh", "large"), "group:zone:syd-1");
      expect(work).toBeGreaterThan(0);
      expect(await page.locator(".board .node.closed").count()).toBe(ZONES.length);
      await check("large");
      const click = `document.getElementById("group:zone:fra-1").click()`;
      await spent(page, "a zone of 63 services opened", click, "service:svc-001");
      expect(await page.locator(".board .node:not(.closed)").count()).toBe(63);
      await check("large-zone");
      await open(`${LARGE}?name=svc-12`);
      await page.locator(".found").getByRole("button", { name: "svc-123" }).waitFor();
      await expect.poll(() => page.locator(".board .node.closed").count()).toBe(ZONES.length);
      await check("large-search");
      await page.locator(".found").getByRole("button", { name: "svc-120" }).click();
      await nodeOf(page, "svc-128").waitFor();
      await spent(page, "three steps around one", choosing(".around select", "3"), "service:svc-136");
      await check("large-focus");
      await open(`${LARGE}?view=list`);
      await page.getByRole("table").waitFor();
      expect(await page.getByRole("table").getAttribute("aria-rowcount")).toBe(String(SERVICES + 1));
      expect(await page.locator("tbody tr").count()).toBeLessThan(100);
      await check("large-list");
    });
  },
);
