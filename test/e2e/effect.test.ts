// What a revision did, as its page tells it: who lost access, which proxies changed and how; and the way back gives it again.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { allowAll, dataplaneOf, type Resource, strictMesh } from "#test/mesh.ts";
import { startEdge } from "#test/plane.ts";

let on: TestConsole;
const dataplane = (name: string, service: string, address: string): Resource => {
  const calls = service === "web" ? ["backend"] : [];
  return dataplaneOf({ name, service, calls }, { inbound: address, outbound: address, program: address }) as Resource;
};

beforeAll(async () => {
  on = await startConsole("effect");
  await on.plane.apply({ type: "Zone", name: "east" }, strictMesh(), allowAll());
  const enrolment = join(on.folder, "enrolment");
  const { token } = (await on.plane.api("POST", "v1/zones/east/enrolment-tokens", {})) as { readonly token: string };
  writeFileSync(enrolment, token, { mode: 0o600 });
  await startEdge(on.children, "relay", [
    ...["--control-plane", on.plane.controlPlane().url, "--enrolment-token-file", enrolment],
    ...["--state-dir", join(on.folder, "relay"), "--listen", "127.0.0.1:0"],
  ]);
  await on.plane.apply(
    ...[dataplane("web-1", "web", "10.0.0.1"), dataplane("backend-1", "backend", "10.0.0.2")],
    dataplane("backend-2", "backend", "10.0.0.3"),
  );
});
afterAll(() => on?.close());

test("who loses access comes first, then the proxies that change; the plan of its undoing says that it comes back", async () => {
  await on.plane.remove("meshes/default/meshtrafficpermissions/allow-all");
  await on.visit({}, async ({ page, open, check }) => {
    await open("/o/acme/activity");
    await page
      .getByRole("row", { name: /Deleted MeshTrafficPermission/ })
      .getByRole("link")
      .click();
    const main = page.getByRole("main");
    await main.getByText("Loses access").first().waitFor();
    await main.getByText("web → backend").first().waitFor();
    await main.getByRole("heading", { name: /^Zone east: \d prox/ }).waitFor();
    await main.locator("details summary").first().click();
    const patch = main.locator("details[open] pre").first();
    await patch.waitFor();
    expect(await patch.textContent()).toMatch(/^[-+~] \/\S+/);
    await check("lost");
    await page.getByRole("button", { name: "Undo" }).click();
    const window = page.getByRole("dialog");
    await window.getByText("Gains access").first().waitFor();
    await check("plan");
    await window.getByRole("button", { name: "Undo it" }).click();
    await main.getByText("Gains access").first().waitFor();
  });
  await on.plane.api("GET", "meshes/default/meshtrafficpermissions/allow-all");
});
