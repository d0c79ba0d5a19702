// `weft events`: prints what changes until it is stopped, and takes a broken connection up again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "#cli/execute.ts";
import { type ControlPlane, runControlPlane } from "#node/main.ts";
import { run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "weft-events-"));
let plane: ControlPlane;
let flags: readonly string[];

const start = (port: number): Promise<ControlPlane> =>
  runControlPlane({ stateDir: join(folder, "state"), host: "127.0.0.1", port, logLevel: "silent" });

beforeAll(async () => {
  plane = await start(0);
  const operator = ["--control-plane", plane.url, "--operator-secret-file", plane.operatorSecretFile];
  const tokenFile = join(folder, "token");
  const made = await run(["organisation", "create", "acme", ...operator, "--out", tokenFile]);
  expect(made.code, made.err).toBe(0);
  flags = ["--url", `${plane.url}/o/acme`, "--token-file", tokenFile];
});
afterAll(async () => {
  await plane.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The command in the background; `out` grows. */
function follow(...args: readonly string[]): { readonly out: () => string; readonly code: Promise<number> } {
  let out = "";
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: () => undefined,
    input: async () => "",
    interactive: false,
    colour: false,
  };
  const code = execute(["events", ...args, ...flags], { terminal, env: { HOME: folder }, cwd: folder });
  return { out: () => out, code };
}

async function apply(mesh: string): Promise<void> {
  const ran = await run(["apply", "-f", "-", ...flags], { input: `type: Mesh\nname: ${mesh}\n` });
  expect(ran.code, ran.err).toBe(0);
}

test("prints what changes, goes on after the control plane was away, and ends with Ctrl-C", async () => {
  const listening = process.listenerCount("SIGINT");
  const all = follow();
  const some = follow("revision");
  await expect.poll(all.out).toBe('{"kind":"ready"}\n');
  await expect.poll(() => process.listenerCount("SIGINT")).toBe(listening + 2);
  await apply("one");
  await expect.poll(some.out).toMatch(/"meshes":\["one"\]/);
  expect(some.out()).toMatch(/^(\{"kind":"revision".*\}\n)+$/);

  const { port } = new URL(plane.url);
  await plane.close();
  plane = await start(Number(port));
  await expect.poll(all.out).toContain('{"kind":"reset"}\n');
  await apply("two");
  await expect.poll(all.out).toMatch(/"meshes":\["two"\]/);
  process.emit("SIGINT");
  expect(await Promise.all([all.code, some.code])).toEqual([130, 130]);
  expect(process.listenerCount("SIGINT")).toBe(listening);
});

test("a kind that there is not is named with those that there are", async () => {
  const ran = await run(["events", "revisions", ...flags]);
  expect([ran.code, ran.out]).toEqual([2, ""]);
  expect(ran.err).toContain("revision");
});
