// The first steps, from sign-up to the first live request: each command is copied off the page and run, each tick turns by itself.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findEnvoy } from "#cli/envoy.ts";
import type { Child } from "#test/child.ts";
import { startConsole, type TestConsole } from "#test/console.ts";
import { openMachine } from "#test/copied.ts";

const COMMANDS = { relay: "Command that starts the relay", proxies: "Command that starts the proxies" } as const;
const hasEnvoy = findEnvoy(process.env) !== undefined;

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("first-steps");
});
afterAll(() => on?.close());

const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`);

/** Waits for a step to be done by itself; what the processes said explains where it is not. */
async function done(page: Page, name: string, ...children: readonly Child[]): Promise<void> {
  await page
    .locator(`[data-step="${name}"][data-state="done"]`)
    .waitFor()
    .catch((error: Error) => {
      throw new Error(
        [error.message, ...[...children, on.plane.controlPlane().child].map((one) => one.output())].join("\n"),
      );
    });
}

async function copied(page: Page, label: string): Promise<string> {
  const command = await page.getByLabel(label, { exact: true }).inputValue();
  await page.getByRole("button", { name: `Copy: ${label}` }).click();
  await expect.poll(() => page.evaluate("navigator.clipboard.readText()")).toBe(command);
  return command;
}

describe.skipIf(!hasEnvoy)("with real Envoys", () => {
  test("a mesh, a relay, two proxies, a permission and a request, each ticked by itself", async () => {
    const machine = openMachine(join(on.folder, "machine"), on.children);
    await on.browser.visit({ url: on.plane.controlPlane().url }, async ({ page, open, check }) => {
      const began = performance.now();
      const times: string[] = [];
      const ticked = async (name: string, ...children: readonly Child[]): Promise<void> => {
        await done(page, name, ...children);
        times.push(`${name} ${((performance.now() - began) / 1000).toFixed(1)} s`);
      };
      await open("/sign-up");
      await page.getByLabel("Your name").fill("Ada");
      await page.getByLabel("Email").fill("ada@example.com");
      await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
      await page.getByRole("button", { name: "Create the account" }).click();
      await page.getByRole("heading", { level: 1, name: "A new organisation" }).waitFor();
      await page.getByLabel("Name").fill("ada");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "First steps", exact: true }).waitFor();
      await page.evaluate("window.since = 'the start'");
      await step(page, "mesh").getByRole("button", { name: "Make the mesh" }).click();
      await ticked("mesh");
      await step(page, "zone").getByRole("button", { name: "Make the command" }).click();
      const relay = machine.run(await copied(page, COMMANDS.relay));
      await ticked("zone", relay);
      await step(page, "proxy").getByRole("button", { name: "Make the command" }).click();
      const sample = machine.run(await copied(page, COMMANDS.proxies));
      await ticked("proxy", relay, sample);
      await step(page, "permission").getByRole("button", { name: "Show what allowing it does" }).click();
      const window = page.getByRole("dialog");
      await window.getByText("gains access").waitFor();
      await window.getByRole("button", { name: "Allow it" }).click();
      await ticked("permission");
      const curl = await copied(page, "Command that sends a request");
      const answered = async () => {
        const child = machine.run(`${curl} -s`);
        await child.ended;
        return child.output();
      };
      // What was allowed a moment ago is in the Envoy a moment later.
      await expect.poll(answered, { interval: 250 }).toContain('"program":"backend"');
      await ticked("request", relay, sample);
      process.stdout.write(`first steps, from sign-up: ${times.join(", ")}\n`);
      expect(await page.evaluate("window.since")).toBe("the start");
      await page.getByRole("heading", { name: "All steps are done" }).waitFor();
      await page.getByRole("navigation").getByRole("link", { name: "First steps" }).waitFor({ state: "detached" });
      await check("done");
      const said = sample.output();
      await sample.stop("SIGINT", 20_000);
      await relay.stop();
      expect(said).toContain("web-1 and backend-1 are in mesh default");
    });
  });

  test("a proxy with another organisation's token, refused by name and reason at once", async () => {
    const machine = openMachine(join(on.folder, "foreign"), on.children);
    const [mine, other] = [await organisation("mine"), await organisation("other")];
    await mine.call("PUT", "meshes/default", MESH);
    await other.call("PUT", "meshes/default", MESH);
    const token = await other.call("POST", "tokens/dataplane", { mesh: "default", name: "web-1", validFor: "1h" });
    await on.visit({ token: mine.token }, async ({ page, open, check }) => {
      await open("/o/mine/start");
      await step(page, "zone").getByRole("button", { name: "Make the command" }).click();
      const relay = machine.run(await copied(page, COMMANDS.relay));
      await done(page, "zone", relay);
      await step(page, "proxy").getByLabel("A program of yours.").check();
      await step(page, "proxy").getByLabel("Service", { exact: true }).fill("web");
      await step(page, "proxy").getByRole("button", { name: "Make the command" }).click();
      const command = await copied(page, COMMANDS.proxies);
      const foreign = machine.run(command.replace(/^WEFT_DATAPLANE_TOKEN=\S+/, `WEFT_DATAPLANE_TOKEN=${token}`));
      const refusals = step(page, "proxy").locator(".refusals");
      await refusals
        .getByText("Proxy web-1 was refused")
        .waitFor()
        .catch((error: Error) => {
          throw new Error(`${error.message}\n${foreign.output()}`);
        });
      await refusals.getByText(/token/).first().waitFor();
      await check("foreign");
      const own = machine.run(command);
      await done(page, "proxy", own);
      await refusals.waitFor({ state: "detached" });
      // It calls nobody, so there is nothing to allow yet.
      await step(page, "permission").getByText("No service here calls another one yet").waitFor();
      await own.stop("SIGINT", 20_000);
      await relay.stop();
    });
  });
});

const MESH = {
  type: "Mesh",
  name: "default",
  mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] },
};

/** A new organisation, and how it is called. */
async function organisation(name: string) {
  const token = await on.fresh(name);
  const call = async (method: string, path: string, body: object): Promise<string> => {
    const answer = await fetch(`${on.plane.controlPlane().url}/o/${name}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    return text;
  };
  return { token, call };
}

describe("a relay that is refused", () => {
  test("by a used token and by an expired one, each with its reason at once; and what is half done says so", async () => {
    const machine = openMachine(join(on.folder, "refused"), on.children);
    const { token, call } = await organisation("refused");
    await call("PUT", "meshes/default", MESH);
    await on.visit({ token }, async ({ page, open, check }) => {
      await open("/o/refused/start");
      const zone = step(page, "zone");
      await zone.getByRole("button", { name: "Make the command" }).click();
      const command = await copied(page, COMMANDS.relay);
      const taken = machine.run(`${command} --listen ${new URL(on.plane.controlPlane().url).host}`);
      await taken.ended;
      expect(taken.output()).toContain("another program listens there");
      await zone.getByText("The relay of local was admitted, and has not been heard of since").waitFor();
      await zone.getByText("Still nothing?").waitFor();
      await check("admitted");
      await page.reload();
      await zone.getByText("The relay of local was admitted, and has not been heard of since").waitFor();
      expect(await zone.getByLabel("Name", { exact: true }).count()).toBe(1);
      const relay = machine.run(command);
      await done(page, "zone", relay);
      await relay.stop("SIGTERM", 20_000);
      await zone.getByText("The relay of local is out of touch").waitFor();
      await machine.run(command.replace(/--state \S+/, "--state ./another")).ended;
      await zone.getByText("the enrolment token has admitted another relay").waitFor();
      await zone.getByText("each token admits one relay").waitFor();
      const short = JSON.parse(await call("POST", "v1/zones/local/enrolment-tokens", { validFor: "1s" })) as {
        readonly token: string;
      };
      await new Promise((resolve) => setTimeout(resolve, 1100));
      const late = command.replace(/^WEFT_ENROLMENT_TOKEN=\S+/, `WEFT_ENROLMENT_TOKEN=${short.token}`);
      await machine.run(late.replace(/--state \S+/, "--state ./late")).ended;
      await zone.getByText("the enrolment token has expired").waitFor();
      const other = await organisation("elsewhere");
      await other.call("PUT", "zones/north", { type: "Zone", name: "north" });
      const foreign = JSON.parse(await other.call("POST", "v1/zones/north/enrolment-tokens", {})) as {
        readonly token: string;
      };
      const mixed = command.replace(/^WEFT_ENROLMENT_TOKEN=\S+/, `WEFT_ENROLMENT_TOKEN=${foreign.token}`);
      const strange = machine.run(mixed.replace(/--state \S+/, "--state ./mixed"));
      await strange.ended;
      expect(strange.output()).toContain(
        "the relay is started for organisation refused, and its token is of organisation elsewhere",
      );
      await zone.getByText("the enrolment token is another organisation's").waitFor();
      await check("refused");
      const again = machine.run(command);
      await done(page, "zone", again);
      await again.stop();
    });
  });
});

describe("resumed", () => {
  test("on another device, from what was done by command, in Chinese, in the dark, on a narrow screen", async () => {
    const { token, call } = await organisation("resumed");
    await on.visit({ token, colours: "dark", width: 360, language: "zh-CN" }, async ({ page, open, check }) => {
      await open("/o/resumed/start");
      await step(page, "mesh").getByRole("button", { name: "创建网格" }).waitFor();
      await check("mesh");
      await call("PUT", "meshes/default", MESH);
      await done(page, "mesh");
      await call("PUT", "zones/east", { type: "Zone", name: "east" });
      await step(page, "zone").getByText("区域 east 已创建，正在等待中继").waitFor();
      await check("waiting");
      await step(page, "zone").getByRole("button", { name: "生成命令" }).click();
      await page.getByText("正在等待 east 的中继").waitFor();
      await check("command");
      const wide = await page.evaluate("document.documentElement.scrollWidth <= innerWidth");
      expect(wide).toBe(true);
    });
    await on.visit({ token }, async ({ page, open }) => {
      await open("/o/resumed/start");
      await step(page, "zone").getByText("Zone east is there and waits for its relay").waitFor();
      expect(await page.getByLabel(COMMANDS.relay, { exact: true }).count()).toBe(0);
    });
  });

  test("by keyboard alone: who is in a step that is done goes on at the next", async () => {
    const { token } = await organisation("keyed");
    await on.visit({ token, width: 2560 }, async ({ page, open, check }) => {
      await open("/o/keyed/start");
      await step(page, "mesh").getByLabel("Name of the mesh").focus();
      await page.keyboard.press("Enter");
      await done(page, "mesh");
      const focused = () => page.evaluate("document.activeElement?.closest('[data-step]')?.dataset.step");
      await expect.poll(focused).toBe("zone");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      const line = page.getByLabel(COMMANDS.relay, { exact: true });
      await line.waitFor();
      await page.keyboard.press("Tab");
      for (let at = 0; at < 40; at++) {
        if ((await page.evaluate("document.activeElement?.ariaLabel")) === COMMANDS.relay) break;
        await page.keyboard.press("Tab");
      }
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.evaluate("navigator.clipboard.readText()")).toBe(await line.inputValue());
      await check("keyboard");
    });
  });

  test("hidden by its reader, found again on the overview, and back in the rail", async () => {
    const { token } = await organisation("hidden");
    await on.visit({ token }, async ({ page, open }) => {
      await open("/o/hidden/start");
      const lead = page.getByRole("navigation").getByRole("link", { name: "First steps" });
      await lead.waitFor();
      await page.getByRole("button", { name: "Hide the first steps" }).click();
      await lead.waitFor({ state: "detached" });
      await page.reload();
      await page.getByRole("main").getByRole("link", { name: "First steps" }).click();
      expect(await lead.count()).toBe(0);
      await page.getByRole("button", { name: "Show them in the menu again" }).click();
      await lead.waitFor();
    });
  });
});

test("a mesh is made by one click, is there with its mTLS, and goes by its plan", async () => {
  const { token } = await organisation("meshes");
  await on.visit({ token }, async ({ page, open, check }) => {
    await open("/o/meshes/meshes");
    await page.getByRole("heading", { name: "No mesh yet" }).waitFor();
    await page.getByRole("button", { name: "Add a mesh" }).first().click();
    const window = page.getByRole("dialog");
    await window.getByLabel("Name of the mesh").fill("shop");
    await window.getByRole("button", { name: "Make the mesh" }).click();
    const row = page.getByRole("row", { name: /shop/ });
    await row.getByText("On, by ca-1").waitFor();
    await check("meshes");
    await page.getByRole("button", { name: "Add a mesh" }).click();
    await window.getByLabel("Name of the mesh").fill("shop");
    await window.getByText("There is a mesh of this name already.").waitFor();
    await page.keyboard.press("Escape");
    await row.getByRole("button", { name: "Delete shop" }).click();
    await window.getByText(/^It is deleted, with what comes with it/).waitFor();
    await check("mesh-plan");
    await window.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "No mesh yet" }).waitFor();
  });
});
