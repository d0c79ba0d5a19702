// Access in the console: the matrix by keyboard, what is to stay so, permissions drafted from answers, and what a plan would change.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { dataplaneOf, type Resource, strictMesh } from "#test/mesh.ts";

let on: TestConsole;
const dataplane = (name: string, service: string, at: number, calls: readonly string[]): Resource => {
  const address = `10.0.${Math.floor(at / 250)}.${(at % 250) + 1}`;
  return dataplaneOf({ name, service, calls }, { inbound: address, outbound: address, program: address }) as Resource;
};
const PERMISSION: Resource = {
  type: "MeshTrafficPermission",
  mesh: "default",
  name: "to-backend",
  spec: {
    targetRef: { kind: "Dataplane", name: "backend-1" },
    rules: [{ default: { allow: [{ spiffeID: { type: "Exact", value: "spiffe://default/web" } }] } }],
  },
};
const ACCESS = "/o/acme/m/default/access";
const SERVICES = 500;

beforeAll(async () => {
  on = await startConsole("access");
  await on.plane.apply(
    { type: "Zone", name: "east" },
    { ...strictMesh(), skipCreatingInitialPolicies: ["*"] },
    PERMISSION,
  );
  await on.plane.apply(
    dataplane("web-1", "web", 1, ["backend"]),
    dataplane("cart-1", "cart", 2, ["backend", "web"]),
    dataplane("backend-1", "backend", 3, []),
  );
});
afterAll(() => on?.close());

test("the matrix is walked by arrow keys, a cell is asked about, and its answer is kept by a test", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open(ACCESS);
    const grid = page.getByRole("grid", { name: "Who may call whom" });
    await grid.focus();
    const active = async (): Promise<string> =>
      (await page.locator(`[id="${await grid.getAttribute("aria-activedescendant")}"]`).getAttribute("aria-label")) ??
      "";
    expect(await active()).toBe("whoever has no certificate → backend: Denied");
    await page.keyboard.press("Control+End");
    expect(await active()).toBe("web → web: No way");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    expect(await active()).toBe("cart → backend: Denied");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await active()).toBe("web → backend: Allowed");
    await check("matrix");
    await page.keyboard.press("Enter");
    await page.waitForURL(/from=web&to=backend/);
    await page.getByRole("heading", { name: "web → backend" }).waitFor();
    await page.getByRole("button", { name: "Keep it so" }).click();
    const window = page.getByRole("dialog");
    await window.getByText("AccessTest web-reaches-backend:").waitFor();
    await check("keep");
    await window.getByRole("button", { name: "Keep it so" }).click();
    await page.getByText("Kept by the access test web-reaches-backend").waitFor();
    await page.getByText("1 of 1 test holds").waitFor();
    await check("kept");
  });
});

test("a change that breaks a test shows it, is held, and goes by an override alone", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/m/default/resources/meshtrafficpermissions/to-backend");
    await page.getByRole("button", { name: "Delete" }).click();
    const window = page.getByRole("dialog");
    await window.getByText("Would break").waitFor();
    await window.getByRole("link", { name: "web-reaches-backend" }).first().waitFor();
    expect(await window.getByRole("button", { name: "Delete", exact: true }).isDisabled()).toBe(true);
    await window.getByText("Override in an emergency").click();
    await check("held");
    const override = window.getByRole("button", { name: "Override and apply" });
    expect(await override.isDisabled()).toBe(true);
    await window.getByRole("textbox", { name: "Why it cannot wait" }).fill("incident 12");
    await override.click();
    await page.waitForURL(/\/activity\/\d+$/);
    await page.getByText("override of AccessTest default/web-reaches-backend: incident 12").first().waitFor();
    await open(ACCESS);
    await page.getByText("0 of 1 test holds").waitFor();
    await check("failing");
    await on.plane.apply(PERMISSION);
    await page.getByText("1 of 1 test holds").waitFor();
  });
});

test("a permission drafted from a denied cell extends the policy that decides, and leads to the answer; a denial takes it back", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open(`${ACCESS}?from=cart&to=backend`);
    await page.getByRole("link", { name: "Draft a permission" }).click();
    await page.getByText("A permission that allows cart → backend").first().waitFor();
    await page.getByText("It changes nothing else.").waitFor();
    await page.getByText("spiffe://default/cart").first().waitFor();
    await page.getByText("Gains access").first().waitFor();
    await check("draft");
    await page.getByRole("button", { name: "Apply", exact: true }).click();
    await page.getByText("Applied").first().waitFor();
    await open(`${ACCESS}?from=cart&to=backend`);
    await page.getByRole("link", { name: "Draft a denial" }).waitFor();
    await page.getByRole("gridcell", { name: "cart → backend: Allowed" }).waitFor();
    await page.getByRole("link", { name: "Draft a denial" }).click();
    await page.getByText("A permission that denies cart → backend").first().waitFor();
    await page.getByText("Loses access").first().waitFor();
    await check("denial");
  });
});

test("what if a policy were gone: cells that change are marked, tests that break are named, nothing is committed", async () => {
  await on.visit({}, async ({ page, open, check }) => {
    await open(ACCESS);
    await page.getByLabel("If this policy were gone").selectOption("MeshTrafficPermission/to-backend");
    await page.getByRole("button", { name: "Show it" }).click();
    await page.waitForURL(/plan=/);
    await page.getByRole("gridcell", { name: "web → backend: Allowed before, Denied after" }).waitFor();
    expect(await page.getByRole("gridcell", { name: /before/ }).count()).toBe(2);
    await page.getByText("Would break").waitFor();
    await check("what-if");
    await page.getByRole("button", { name: "Only what changes" }).click();
    await page.getByRole("gridcell", { name: "cart → web: Denied" }).waitFor();
    await page.getByRole("button", { name: "Back to what is" }).click();
    await page.getByRole("gridcell", { name: "web → backend: Allowed", exact: true }).waitFor();
  });
});

test.each([
  ["narrow", { width: 360 }],
  ["dark", { colours: "dark" }],
  ["chinese", { language: "zh-CN", width: 360 }],
] as const)("it is whole where it is %s", async (name, options) => {
  await on.visit(options, async ({ page, open, check }) => {
    await open(`${ACCESS}?from=cart&to=web`);
    await page.getByRole("grid").waitFor();
    await check(name);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.getByRole("grid").scrollIntoViewIfNeeded();
    await check(`${name}-grid`);
  });
});

test("with five hundred services the grid draws what is looked at, and is walked and filtered as with five", async () => {
  const name = (at: number): string => `s${String(at).padStart(3, "0")}`;
  await on.plane.apply({ ...strictMesh("large"), skipCreatingInitialPolicies: ["*"] });
  const all = Array.from({ length: SERVICES }, (_, at) => {
    const calls = Array.from({ length: 8 }, (__, step) => name((at + step * 61 + 1) % SERVICES));
    return { ...dataplane(`${name(at)}-1`, name(at), at, calls), mesh: "large" };
  });
  // In one revision: five hundred would take longer than what is shown here.
  const made = await fetch(`${on.plane.controlPlane().url}/o/acme/v1/changes`, {
    method: "POST",
    headers: { authorization: `Bearer ${on.plane.token}`, "content-type": "application/json" },
    body: JSON.stringify({ put: all.map((resource) => ({ resource })) }),
  });
  expect(made.status, await made.text()).toBe(200);
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/m/large/access");
    const grid = page.getByRole("grid");
    await grid.waitFor();
    expect(await grid.getAttribute("aria-colcount")).toBe(String(SERVICES + 1));
    expect(await page.getByRole("gridcell").count()).toBeLessThan(2_000);
    await grid.focus();
    await page.keyboard.press("Control+End");
    await page.getByRole("rowheader", { name: name(SERVICES - 1) }).waitFor();
    await page.getByRole("columnheader", { name: name(SERVICES - 1) }).waitFor();
    await check("large");
    await page.getByRole("searchbox", { name: "Service" }).fill("s123");
    await page.waitForURL(/name=s123/);
    await page.getByText(/^17 pairs of/).waitFor();
    await page.getByRole("button", { name: "List" }).click();
    await page.getByRole("table", { name: "Pairs of services" }).waitFor();
    await check("large-list");
  });
});
