// Adding a zone: from no zone to a relay in touch, by the command that the page gives and nothing else.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { openMachine } from "#test/copied.ts";

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("zones");
});
afterAll(() => on?.close());

/** What is said of a field that is wrong. */
const SAID = `(document.querySelector("[role=dialog] [aria-invalid=true]")?.getAttribute("aria-describedby") ?? "")
  .split(" ").map((id) => document.getElementById(id)?.textContent).join(" ")`;

test("no zone, a wrong name, a right one, its relay, and the tick that turns by itself", async () => {
  await on.visit({ provokes: [/400 \(Bad Request\)/] }, async ({ page, open, check }) => {
    await open("/o/acme/zones");
    await page.getByRole("heading", { name: "No zone yet" }).waitFor();
    await check("empty");
    await page.getByRole("button", { name: "Add a zone" }).first().click();
    const window = page.getByRole("dialog", { name: "Add a zone" });
    const name = window.getByLabel("Name");
    await name.fill("East Coast!");
    await window.getByRole("button", { name: "Make the command" }).click();
    await expect.poll(() => name.getAttribute("aria-invalid")).toBe("true");
    await expect.poll(() => page.evaluate(SAID)).toContain("lower case");
    expect(((await on.plane.api("GET", "zones")) as { total: number }).total).toBe(0);
    await check("wrong-name");

    await name.fill("east");
    await window.getByRole("button", { name: "Make the command" }).click();
    const line = window.getByLabel("Command that starts the relay", { exact: true });
    const command = await line.inputValue();
    expect(command).toMatch(/^WEFT_ENROLMENT_TOKEN=weft_enrolment_\S+ npx weft relay /);
    await window.getByText("Waiting for the relay of east").waitFor();
    await check("command");
    await window.getByRole("button", { name: "Copy: Command that starts the relay" }).click();
    await expect.poll(() => page.evaluate("navigator.clipboard.readText()")).toBe(command);
    await page.evaluate("window.since = 'the start'");

    const relay = openMachine(join(on.folder, "machine"), on.children).run(command);
    await window
      .getByText("The relay of east is in touch")
      .waitFor()
      .catch((error: Error) => {
        throw new Error(`${error.message}\n${relay.output()}`);
      });
    await check("arrived");
    await window.getByRole("button", { name: "Done" }).click();
    const row = page.getByRole("row", { name: /east/ });
    await row.getByText("Online", { exact: true }).waitFor();
    await row.getByRole("cell", { name: "1", exact: true }).waitFor();
    expect(await page.evaluate("window.since")).toBe("the start");
    await check("online");
    await page.getByRole("link", { name: "east" }).click();
    await page.getByRole("heading", { level: 1, name: "east" }).waitFor();
    const relays = page.getByRole("table", { name: "Relays" });
    await relays.getByText("In touch").waitFor();
    await relays.getByText(/^Revision \d+, all there is \(sequence \d+\)/).waitFor();
    await page.getByText("No end: no proxy has a certificate").waitFor();
    await check("one-zone");
    await relay.stop();
  });
});

test("a reader is told who may add a zone, and nothing is made", async () => {
  const minted = (await on.plane.api("POST", "v1/tokens", { name: "reader", scopes: ["read"] })) as Record<
    string,
    string
  >;
  const provokes = [/403 \(Forbidden\)/];
  await on.visit({ token: String(minted.token), provokes }, async ({ page, open, check }) => {
    await open("/o/acme/zones");
    await page.getByText("Only to be read with this token.").first().waitFor();
    expect(await page.getByRole("button", { name: "Add a zone" }).count()).toBe(0);
    // Somebody's link opens it all the same: then the API says no.
    await open("/o/acme/zones?add=true");
    const window = page.getByRole("dialog");
    await window.getByLabel("Name").fill("west");
    await window.getByRole("button", { name: "Make the command" }).click();
    await window.getByRole("alert").waitFor();
    await check("forbidden");
  });
  const zones = (await on.plane.api("GET", "zones")) as { readonly items: readonly { readonly name: string }[] };
  expect(zones.items.map(({ name }) => name)).not.toContain("west");
});
