// Who may not see a page, and links to what is not there: said in words, with a way on, and nothing else of the console is lost.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { strictMesh } from "#test/mesh.ts";

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("refused");
  await on.plane.apply({ type: "Zone", name: "east" }, strictMesh());
});
afterAll(() => on?.close());

test.each(["audit", "tokens", "webhooks"])(
  "a token that may only read sees no %s, and is told what it takes",
  async (name) => {
    const minted = (await on.plane.api("POST", "v1/tokens", { name: `reader-${name}`, scopes: ["read"] })) as {
      readonly token: string;
    };
    await on.visit({ token: minted.token, provokes: [/403 \(Forbidden\)/] }, async ({ page, open, check }) => {
      await open(`/o/acme/${name}`);
      const alert = page.getByRole("main").getByRole("alert");
      await alert.getByRole("heading", { name: /do not allow to/ }).waitFor();
      await alert.getByText("Ask an owner or admin of the organisation for the role that allows it.").waitFor();
      await check(`forbidden-${name}`);
      await page.getByRole("navigation").getByRole("link", { name: "Zones" }).click();
      await page.getByRole("row", { name: /east/ }).waitFor();
    });
  },
);

test.each([
  ["a proxy", "/o/acme/m/default/proxies/gone-1"],
  ["a policy", "/o/acme/m/default/resources/meshtimeouts/gone"],
  ["a policy to edit", "/o/acme/m/default/edit/meshtimeouts/gone"],
  ["a mesh", "/o/acme/m/gone/services"],
  ["a kind", "/o/acme/m/default/resources/gones"],
  ["a revision", "/o/acme/activity/4711"],
  ["a webhook", "/o/acme/webhooks/gone"],
])("a link to %s that is not there says so and leads on", async (what, path) => {
  await on.visit({ provokes: [/404 \(Not Found\)/] }, async ({ page, open, check }) => {
    await open(path);
    const alert = page.getByRole("main").getByRole("alert").first();
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/It may have been deleted, or be called otherwise|not there|no such/i);
    await check(what.replaceAll(" ", "-"));
    await page.getByRole("navigation").getByRole("link", { name: "Overview" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  });
});
