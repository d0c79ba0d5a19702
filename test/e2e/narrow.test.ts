// Every page at 360 pixels: what is wider than its place is named; lists are cards that are still tables to who listens.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Visit } from "#test/browser.ts";
import { startConsole, type TestConsole } from "#test/console.ts";
import { dataplaneOf, type Resource, strictMesh } from "#test/mesh.ts";

const LONG = "a-name-that-is-rather-long-for-a-narrow-screen-of-a-telephone";
let on: TestConsole;
let plan = "";
let webhook = "";

const proxy = (name: string, service: string, address: string): Resource =>
  dataplaneOf(
    { name, service, labels: { "kuma.io/zone": "east" } },
    { inbound: address, outbound: address, program: address },
  ) as Resource;
const timeout = (name: string): Resource => ({
  ...{ type: "MeshTimeout", mesh: "default", name },
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "5s" } }],
  },
});

beforeAll(async () => {
  on = await startConsole("narrow");
  await on.plane.apply({ type: "Zone", name: "east" }, { type: "Zone", name: LONG }, strictMesh());
  await on.plane.apply(
    proxy("web-1", "web", "10.0.0.1"),
    proxy(LONG, LONG, "10.0.0.2"),
    timeout("slow"),
    timeout(LONG),
  );
  const scopes = ["write@mesh:default", "secret:write", "token:dataplane", "webhook:write", "plan:approve"];
  await on.plane.api("POST", "v1/tokens", { name: LONG, scopes });
  const url = `https://chat.example.com/hooks/${LONG}/${LONG}`;
  const events = ["revision.rejected", "zone.offline", "plan.waiting"];
  webhook = ((await on.plane.api("POST", "v1/webhooks", { url, events, description: LONG })) as { id: string }).id;
  await on.plane.api("POST", "v1/changes", {
    put: [{ resource: timeout("often") }],
    reason: `${LONG} ${LONG} ${LONG}`,
  });
  plan = (
    (await on.plane.api("POST", "v1/plan", { put: [{ resource: timeout("new") }], reason: LONG })) as { id: string }
  ).id;
});
afterAll(() => on?.close());

const IN = "/o/acme/m/default";
/** Of each page of the table of pages one address or more. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  overview: ["/o/acme"],
  start: ["/o/acme/start"],
  meshes: ["/o/acme/meshes"],
  zones: ["/o/acme/zones"],
  zone: [`/o/acme/zones/${LONG}`],
  activity: ["/o/acme/activity"],
  revision: ["/o/acme/activity/2"],
  plans: ["/o/acme/plans"],
  plan: ["/o/acme/plans/PLAN"],
  topology: [`${IN}/topology`, `${IN}/topology?view=list`],
  services: [`${IN}/services`],
  "one-service": [`${IN}/services/tag/${LONG}`],
  proxies: [`${IN}/proxies`],
  proxy: [`${IN}/proxies/${LONG}`],
  access: [`${IN}/access`],
  kinds: [`${IN}/resources`],
  resources: [`${IN}/resources/meshtimeouts`],
  resource: [`${IN}/resources/meshtimeouts/${LONG}`],
  edit: [`${IN}/edit/meshtimeouts/${LONG}`],
  new: [`${IN}/new`, `${IN}/new?kind=MeshTimeout`],
  certificates: ["/o/acme/certificates"],
  tokens: ["/o/acme/tokens", "/o/acme/tokens?add=true"],
  audit: ["/o/acme/audit"],
  webhooks: ["/o/acme/webhooks"],
  webhook: ["/o/acme/webhooks/WEBHOOK"],
  members: ["/o/acme/members"],
  settings: ["/o/acme/settings"],
  usage: ["/o/acme/usage"],
};
/** Of nobody in particular. */
const ALONE: Readonly<Record<string, readonly string[]>> = {
  "sign-in": ["/sign-in"],
  "sign-up": ["/sign-up"],
  reset: ["/reset?token=none"],
  verify: ["/verify?token=none"],
  invitation: ["/invitation?token=none"],
};
/** Pages that lead on at once, or that only a person sees: other tests look at them at this width. */
const ELSEWHERE = ["signed-in", "new-organisation", "account"];

const ROUTER = readFileSync(fileURLToPath(new URL("../../src/console/router.tsx", import.meta.url)), "utf8");
const THERE = [...new Set([...ROUTER.matchAll(/import\("\.\/page\/([\w-]+)\.tsx"\)/g)].map(([, name = ""]) => name))];

/** What has two dimensions by its nature: a matrix, code, a drawing. */
const BROAD = ".grid, .cm-editor, .source pre, .react-flow";
/** Elements that scroll sideways, or stand out of the page. */
const WIDER = `[...document.body.querySelectorAll("*")].flatMap((one) => {
  if (one.closest("${BROAD}") !== null || one.closest(".heard, .skip, svg, [aria-hidden=true]") !== null || !one.checkVisibility()) return [];
  const { overflowX, clipPath } = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  if (clipPath !== "none" || box.width <= 1) return [];
  const scrolls = (overflowX === "auto" || overflowX === "scroll") && one.scrollWidth > one.clientWidth;
  const isOut = box.right > innerWidth + 1 || box.left < -1;
  return scrolls || isOut ? [one.tagName + "." + one.className + " " + Math.round(box.left) + "…" + Math.round(box.right) + " " + one.textContent.slice(0, 40)] : [];
})`;

/** Of the row with the long name: title and whether it is shown, cell by cell. */
const CELLS = `[...document.querySelectorAll("[role=row]")].find((one) => one.textContent.includes("${LONG}")).querySelectorAll("[role=cell]")
  .values().map((one) => [one.dataset.title, one.checkVisibility()]).toArray()`;

async function look({ page, open, settle }: Visit, path: string): Promise<void> {
  await open(path.replace("PLAN", plan).replace("WEBHOOK", webhook));
  await settle();
  expect([path, await page.evaluate(WIDER)]).toEqual([path, []]);
}

test("each page is walked here", () => {
  const walked = [...Object.keys(PAGES), ...Object.keys(ALONE), ...ELSEWHERE];
  expect(walked.toSorted()).toEqual(THERE.toSorted());
});

test.each(["en-US", "zh-CN"])("nothing is wider than 360 pixels in %s", async (language) => {
  await on.visit({ width: 360, language }, async (visit) => {
    for (const [name, paths] of Object.entries(PAGES)) {
      for (const path of paths) await look(visit, path);
      await visit.picture(name);
    }
  });
  const nobody = { url: on.plane.controlPlane().url, width: 360, language, provokes: [/4\d\d/] };
  await on.browser.visit(nobody, async (visit) => {
    for (const path of Object.values(ALONE).flat()) await look(visit, path);
  });
});

test("a list is cards with all that its rows have, sorted by keyboard, and a table to who listens", async () => {
  await on.visit({ width: 360 }, async ({ page, open, check }) => {
    await open("/o/acme/tokens");
    const row = page.getByRole("row", { name: new RegExp(LONG) });
    await row.waitFor();
    const titles = await page.getByRole("columnheader").allTextContents();
    // Those too that a table leaves out where it has not room for all.
    expect(titles).toEqual(expect.arrayContaining(["Name", "What it may do", "Ends", "Made", "Actions"]));
    const cells = await page.evaluate(CELLS);
    expect(cells).toEqual(titles.map((title) => [title, true]));
    await page.getByRole("button", { name: "Name", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("columnheader", { name: "Name" }).and(page.locator("[aria-sort=ascending]")).waitFor();
    await check("cards");
  });
});
