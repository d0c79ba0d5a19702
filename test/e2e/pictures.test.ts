// The pictures of docs/console.md: each page of a mesh of real Envoys, written where WEFT_PICTURES is set. Times are the same in each run,
// and a picture stays as it is where a reader would see no difference.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RevisionDeliveryBody } from "#api/weft.ts";
import { openBrowser, type TestBrowser } from "#test/browser.ts";
import { until } from "#test/child.ts";
import { type Resource, startMesh, type TestMesh } from "#test/mesh.ts";
import { differenceOf, readPng, writePng } from "#test/small-png.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

const FOLDER = fileURLToPath(new URL("../../docs/images/console", import.meta.url));
/** Share of pixels: about a word. */
const ALIKE = 0.0005;
const isAsked = process.env.WEFT_PICTURES !== undefined;
const programs: Program[] = [];
let mesh: TestMesh;
let browser: TestBrowser;

const policy = (type: string, name: string, spec: object): Resource => ({ type, mesh: "default", name, spec });
const callers = (service: string, ...names: readonly string[]): Resource =>
  policy("MeshTrafficPermission", `${service}-callers`, {
    targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": service } },
    rules: [
      { default: { allow: names.map((name) => ({ spiffeID: { type: "Exact", value: `spiffe://default/${name}` } })) } },
    ],
  });
/** Above what a new mesh's own policies say for all sidecars. */
const OF_WEB = { targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "web" } } };
const to = (name: string, conf: object): readonly object[] => [
  { targetRef: { kind: "MeshService", name }, default: conf },
];

beforeAll(async () => {
  if (!isAsked) return;
  browser = await openBrowser("pictures");
  mesh = await startMesh();
  await mesh.apply(
    ...[callers("orders", "web"), callers("payments", "orders"), callers("catalogue", "web", "orders")],
    policy("MeshTimeout", "orders-slow", {
      ...OF_WEB,
      to: to("orders", { http: { requestTimeout: "5s" } }),
    }),
    policy("MeshRetry", "catalogue", { ...OF_WEB, to: to("catalogue", { http: { numRetries: 3 } }) }),
  );
  const program = async (name: string): Promise<number> => {
    const made = await httpProgram(name);
    programs.push(made);
    return made.port;
  };
  for (const [service, calls] of [
    ["payments", []],
    ["catalogue", []],
    ["orders", ["payments", "catalogue"]],
  ] as const) {
    await mesh.proxy({ name: `${service}-1`, service, program: await program(service), calls });
  }
  const web = await mesh.proxy({
    name: "web-1",
    service: "web",
    program: await program("web"),
    calls: ["orders", "catalogue"],
  });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
  // Several that proxies were there for: their times are drawn.
  for (const numRetries of [4, 5, 6]) {
    const { revision } = (await mesh.api("POST", "v1/changes", {
      put: [
        { resource: policy("MeshRetry", "catalogue", { ...OF_WEB, to: to("catalogue", { http: { numRetries } }) }) },
      ],
      reason: `${numRetries} tries`,
    })) as { readonly revision: number };
    await until("it to be delivered", async () => {
      const { state, times } = (await mesh.api("GET", `v1/revisions/${revision}/delivery`)) as RevisionDeliveryBody;
      return state === "delivered" && times.acked !== null;
    });
  }
  await mesh.api("POST", "v1/changes", {
    put: [
      {
        resource: policy("MeshTimeout", "orders-slow", {
          ...OF_WEB,
          to: to("orders", { http: { requestTimeout: "8s" } }),
        }),
      },
    ],
    reason: "orders waits for payments",
  });
  await mesh.api("POST", "v1/tokens", { name: "ci-apply", scopes: ["write"], validFor: "720h" });
  await mesh.api("POST", "v1/webhooks", {
    url: "https://chat.example.com/hooks/mesh",
    events: ["revision.rejected", "zone.offline"],
    description: "the team's chat",
  });
});
afterAll(async () => {
  await browser?.close();
  await mesh?.close();
  for (const program of programs) await program.close();
});

/** What a plan is called in pictures, whatever it is called. */
const SHOWN_PLAN = "4tq2mzk7hw3n5xya";
/** Of a page: its address below the organisation (or of none), and what is waited for or done before it is photographed. */
type Scene = readonly [path: string, ready?: (page: Page) => Promise<unknown>];
const IN = "/m/default";
const TIMEOUT = `${IN}/resources/meshtimeouts/orders-slow`;

const SCENES: Readonly<Record<string, Scene>> = {
  overview: [""],
  start: ["/start"],
  zones: ["/zones"],
  zone: ["/zones/east"],
  meshes: ["/meshes"],
  activity: ["/activity"],
  revision: ["/activity/NEWEST"],
  plans: ["/plans"],
  plan: [`/plans/${SHOWN_PLAN}`],
  topology: [`${IN}/topology`, (page) => page.locator(".board .node").first().waitFor()],
  services: [`${IN}/services`],
  "one-service": [`${IN}/services`, (page) => page.getByRole("link", { name: "orders" }).first().click()],
  proxies: [`${IN}/proxies`],
  proxy: [`${IN}/proxies/orders-1`],
  access: [`${IN}/access`],
  kinds: [`${IN}/resources`],
  resources: [`${IN}/resources/meshtrafficpermissions`],
  resource: [TIMEOUT],
  edit: [
    `${IN}/edit/meshtimeouts/orders-slow`,
    async (page) => {
      await page.locator(".cm-line", { hasText: "requestTimeout" }).click();
      await page.keyboard.press("End");
      for (let at = 0; at < 2; at++) await page.keyboard.press("Backspace");
      await page.keyboard.type("3s");
      await page.keyboard.press("Escape");
      await page.locator("button:not([aria-disabled])", { hasText: /^Apply$/ }).waitFor();
    },
  ],
  new: [`${IN}/new`],
  certificates: ["/certificates"],
  tokens: ["/tokens"],
  audit: ["/audit"],
  webhooks: ["/webhooks"],
  webhook: ["/webhooks", (page) => page.getByRole("link", { name: /chat\.example/ }).click()],
  members: ["/members"],
  settings: ["/settings"],
  usage: ["/usage"],
  account: ["/account"],
  "sign-in": ["/sign-in"],
  "sign-up": ["/sign-up"],
};

/** Pages of no organisation: by whom they are seen. */
const ALONE: Readonly<Record<string, "nobody" | "somebody">> = {
  "sign-in": "nobody",
  "sign-up": "nobody",
  account: "somebody",
};
/** Those that there are. */
const ROUTER = readFileSync(fileURLToPath(new URL("../../src/console/router.tsx", import.meta.url)), "utf8");
const THERE = Object.entries(SCENES).filter(([name]) => ROUTER.includes(`./page/${name}.tsx`));

/** Instants of answers, in their order, become minutes of one morning; what is random becomes the same. */
const START = Date.parse("2026-03-02T09:00:00Z");
function steady(text: string): string {
  const times = [...new Set(text.match(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g))].sort();
  const now = Date.now();
  return text
    .replaceAll(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (time) => {
      const ahead = Date.parse(time) - now;
      // What is still to come keeps its distance, to the hour.
      if (ahead > 60_000) return new Date(START + Math.round(ahead / 3_600_000) * 3_600_000).toISOString();
      return new Date(START - (times.length - times.indexOf(time)) * 60_000).toISOString();
    })
    .replaceAll(
      /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
      "4f6d21c0-9b3e-4c55-8a17-d2e0b7c4a911",
    )
    .replaceAll(/"(serial|serialNumber|key|keyId)": ?"[0-9a-f]{12,}"/g, (pair) =>
      pair.replace(/[0-9a-f]{12,}/, "7c0f5a31e9d4"),
    )
    .replaceAll(/127\.\d+\.\d+\.(\d+)/g, "127.10.0.$1");
}

async function photograph(page: Page, name: string): Promise<void> {
  const png = writePng(readPng(await page.screenshot({ animations: "disabled", caret: "hide" })));
  const path = join(FOLDER, `${name}.png`);
  if (existsSync(path) && differenceOf(readPng(readFileSync(path)), readPng(png)) < ALIKE) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, png);
}

test.runIf(isAsked)("each page is photographed", async () => {
  const { organisation, token } = mesh;
  const { url } = mesh.controlPlane();
  const { items } = (await mesh.api("GET", "v1/revisions?size=1")) as { readonly items: { revision: number }[] };
  const newest = String(items[0]?.revision);
  const resource = callers("catalogue", "web");
  const planned = { put: [{ resource }], reason: "orders needs the catalogue no more" };
  const { id: plan } = (await mesh.api("POST", "v1/plan", planned)) as { readonly id: string };
  for (const [name, [path, ready]] of THERE) {
    const seenBy = ALONE[name];
    await browser.visit({ url, ...(seenBy === undefined && { token }) }, async ({ page, open, complaints, settle }) => {
      if (seenBy === "somebody") {
        const data = { name: "Ada Lovelace", email: "ada@example.com", password: "looms weave by punched cards" };
        const answer = await page.request.post(`${url}/v1/account`, { data, headers: { origin: url } });
        expect(answer.ok(), await answer.text()).toBe(true);
      }
      await page.clock.setFixedTime(START);
      await page.route(/\/(o|v1)\/.*/, async (route) => {
        if (route.request().url().endsWith("/v1/events")) return route.continue();
        const answer = await route.fetch({ url: route.request().url().replace(SHOWN_PLAN, plan) });
        const isJson = (answer.headers()["content-type"] ?? "").includes("json");
        if (!isJson) return route.fulfill({ response: answer });
        const body = steady(await answer.text()).replaceAll(plan, SHOWN_PLAN);
        await route.fulfill({ response: answer, body });
      });
      await open(seenBy === undefined ? `/o/${organisation}${path.replace("NEWEST", newest)}` : path);
      await settle();
      await ready?.(page);
      await settle();
      await photograph(page, name);
      // A visitor without a session is told so by the browser too.
      if (seenBy === "nobody") (complaints as string[]).length = 0;
    });
  }
});
