// console: sizes, first load, main-thread work of each change of page, and frames while 10,000 rows scroll, in a real Chromium.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { createChildren, startPlane, type TestPlane } from "../../test/support/plane.ts";
import { type Costs, framesWhile, type Measured, openChromium, openPage } from "./console/page.ts";
import { sizesOf } from "./console/size.ts";

const ROWS = 10_000;
const AT_ONCE = 500;
const RUNS = 5;
/** Pixels, and pixels a second: a hard flick. */
const SCROLL = { distance: 12_000, speed: 3_000 };
const ROW_HEIGHT = 44;
/** Milliseconds. */
const PATIENCE = 300_000;

/** Pages by their names in the rail, in the order in which somebody looks around. */
const PAGES = [
  ...["Zones", "Activity", "Services", "Proxies", "Resources", "Access", "Certificates", "API tokens", "Audit log"],
  ...["Webhooks", "Topology", "Meshes", "Members", "Usage", "Settings", "Overview"],
];

/** One record of sizes, one of the first load, one a page, one of scrolling. */
export async function run(): Promise<Record<string, unknown>[]> {
  const folder = mkdtempSync(join(tmpdir(), "weft-bench-"));
  const children = createChildren();
  let browser: Browser | undefined;
  try {
    const plane = await startPlane({ folder, children });
    browser = await openChromium();
    await demo(plane);
    const { url } = plane.controlPlane();
    const reference = await referenceOf(browser);
    const records: Record<string, unknown>[] = [
      { measure: "console", what: "sizes", ...sizesOf("dist/console"), goal: { first_load_gzip_kb: 250 } },
      await firstLoad(browser, url, plane.token, reference),
      ...(await pageChanges(browser, url, plane.token, reference)),
    ];
    await many(plane);
    records.push(await scrolling(browser, url, plane.token));
    return records;
  } finally {
    await browser?.close();
    await children.stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As `weft up` has it: a mesh with mTLS, a zone, two services, who may call whom. */
async function demo(plane: TestPlane): Promise<void> {
  const backends = [{ name: "ca-1", type: "builtin" }];
  const rules = [{ default: { allow: [{ spiffeID: { type: "Exact", value: "spiffe://default/web" } }] } }];
  await plane.apply(
    { type: "Mesh", name: "default", mtls: { enabledBackend: "ca-1", backends } },
    { type: "Zone", name: "east" },
    dataplane("web-1", "web", "10.0.0.1", ["backend"]),
    dataplane("backend-1", "backend", "10.0.0.2"),
    { type: "MeshTrafficPermission", mesh: "default", name: "web", spec: { targetRef: { kind: "Mesh" }, rules } },
  );
}

async function many(plane: TestPlane): Promise<void> {
  for (let at = 0; at < ROWS; at += AT_ONCE) {
    const put = Array.from({ length: AT_ONCE }, (_, index) => {
      const number = at + index;
      const address = `10.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
      return { resource: dataplane(`row-${number}`, `service-${number % 500}`, address) };
    });
    await plane.api("POST", "v1/changes", { put });
  }
}

function dataplane(name: string, service: string, address: string, calls: readonly string[] = []) {
  const outbound = calls.map((called, at) => ({ port: 10_001 + at, tags: { "kuma.io/service": called } }));
  const tags = { "kuma.io/service": service, "kuma.io/protocol": "http" };
  const networking = { address, inbound: [{ port: 8080, tags }], ...(outbound.length > 0 && { outbound }) };
  return { type: "Dataplane", mesh: "default", name, labels: { "kuma.io/zone": "east" }, networking };
}

/** What the same browser takes, on a page with nothing else, to make, write and lay out 2,000 rows. */
async function referenceOf(browser: Browser): Promise<number> {
  const costs = [];
  for (let run = 0; run < RUNS; run++) {
    const measured = await openPage(browser, "about:blank");
    await measured.page.goto("about:blank");
    costs.push((await measured.costOf(() => measured.page.evaluate(MAKE_ROWS))).task_ms);
    await measured.page.context().close();
  }
  return median(costs);
}

const MAKE_ROWS = `{
  const table = document.body.appendChild(document.createElement("table"));
  for (let row = 0; row < 2000; row++) {
    const line = table.appendChild(document.createElement("tr"));
    for (let cell = 0; cell < 6; cell++) line.appendChild(document.createElement("td")).textContent = "cell " + row + " " + cell;
  }
  document.body.offsetHeight;
}`;

async function firstLoad(
  browser: Browser,
  url: string,
  token: string,
  reference: number,
): Promise<Record<string, unknown>> {
  const runs = [];
  for (let run = 0; run < RUNS; run++) {
    const measured = await openPage(browser, url, token);
    const { page, wire } = measured;
    let requests = 0;
    let bytes = 0;
    await wire.send("Network.enable");
    wire.on("Network.requestWillBeSent", () => {
      requests += 1;
    });
    wire.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    const cost = await measured.costOf(async () => {
      await page.goto(`${url}/console/o/acme`);
      await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
      await settled(measured);
    });
    const seen = (await page.evaluate("window.seen")) as { lcp: number; cls: number; blocked: number };
    runs.push({ ...cost, ...seen, requests, bytes });
    await page.context().close();
  }
  const of = (pick: (run: (typeof runs)[number]) => number): number => median(runs.map(pick));
  return {
    measure: "console",
    what: "first load of the overview",
    requests: of(({ requests }) => requests),
    transferred_kb: round(of(({ bytes }) => bytes) / 1024),
    main_thread_ms: round(of(({ task_ms }) => task_ms)),
    script_ms: round(of(({ script_ms }) => script_ms)),
    layout_ms: round(of(({ layout_ms }) => layout_ms)),
    largest_paint_ms: round(of(({ lcp }) => lcp)),
    layout_shift: Math.round(of(({ cls }) => cls) * 1000) / 1000,
    blocking_ms: round(of(({ blocked }) => blocked)),
    reference: { main_thread_ms: round(reference) },
    ratio: round(of(({ task_ms }) => task_ms) / reference),
  };
}

/** Each page when it is first opened, with its parts, and when it is opened again. */
async function pageChanges(
  browser: Browser,
  url: string,
  token: string,
  reference: number,
): Promise<Record<string, unknown>[]> {
  const costs = new Map(PAGES.map((name) => [name, { first: [] as Costs[], again: [] as Costs[] }]));
  for (let run = 0; run < RUNS; run++) {
    const measured = await openPage(browser, url, token);
    await measured.page.goto(`${url}/console/o/acme`);
    await settled(measured);
    for (const turn of ["first", "again"] as const) {
      for (const name of PAGES) costs.get(name)?.[turn].push(await change(measured, name));
    }
    await measured.page.context().close();
  }
  return [...costs].map(([name, { first, again }]) => {
    const of = (all: readonly Costs[], pick: (cost: Costs) => number): number => round(median(all.map(pick)));
    const task = of(again, ({ task_ms }) => task_ms);
    return {
      measure: "console",
      what: `change to ${name}`,
      main_thread_ms: task,
      script_ms: of(again, ({ script_ms }) => script_ms),
      layout_ms: of(again, ({ layout_ms }) => layout_ms),
      first_time_main_thread_ms: of(first, ({ task_ms }) => task_ms),
      reference: { main_thread_ms: round(reference) },
      ratio: round(task / reference),
      goal: { main_thread_ms: 100 },
    };
  });
}

function change(measured: Measured, name: string): Promise<Costs> {
  const { page } = measured;
  return measured.costOf(async () => {
    await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
    await page
      .getByRole("heading", { level: 1 })
      .and(page.getByText(name === "Access" ? /^Access/ : name))
      .waitFor();
    await settled(measured);
  });
}

/** Asked over the debugger's wire: the page's policy lets nothing be evaluated in it. */
async function until(page: Measured["page"], condition: string): Promise<void> {
  const end = Date.now() + PATIENCE;
  while ((await page.evaluate(condition)) !== true) {
    if (Date.now() > end) throw new Error(`the page did not come to: ${condition}`);
    await page.waitForTimeout(50);
  }
}

/** Nothing is waited for, and nothing has come for half a second. */
async function settled({ page }: Measured): Promise<void> {
  await until(page, "document.querySelector('h1') !== null && document.querySelector('.skeleton') === null");
  await page.waitForTimeout(500);
}

/** Reference: as many rows of plain text, which no script touches. */
async function scrolling(browser: Browser, url: string, token: string): Promise<Record<string, unknown>> {
  const measured = await openPage(browser, url, token);
  const { page } = measured;
  await page.goto(`${url}/console/o/acme/m/default/proxies`);
  await settled(measured);
  // All rows are there before it is measured.
  await until(
    page,
    `window.scrollTo(0, document.body.scrollHeight),
    Number(document.querySelector("table")?.getAttribute("aria-rowcount")) > ${ROWS}`,
  );
  await page.evaluate("window.scrollTo(0, 0)");
  await settled(measured);
  const drawn = await page.locator("tbody tr").count();
  const frames = await framesWhile(measured, SCROLL.distance, SCROLL.speed);
  await page.context().close();

  const plain = await openPage(browser, "about:blank");
  await plain.page.setContent(
    `<style>p{height:${ROW_HEIGHT}px;margin:0;content-visibility:auto}</style>${"<p>a row of plain text</p>".repeat(ROWS)}`,
  );
  await plain.page.waitForTimeout(500);
  const reference = await framesWhile(plain, SCROLL.distance, SCROLL.speed);
  await plain.page.context().close();
  return {
    measure: "console",
    what: "scrolling the list of proxies",
    rows: ROWS,
    drawn,
    ...frames,
    reference,
    ratio: Math.round((frames.fps / reference.fps) * 100) / 100,
    goal: { fps: 60 },
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
