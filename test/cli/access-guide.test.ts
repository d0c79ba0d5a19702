// The guide of access and lint: its commands as they stand there, and a line for each rule of lint.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LINT_RULES } from "#match/lint/lint.ts";
import { type ControlPlane, runControlPlane } from "#node/main.ts";
import { textOf } from "#test/documents.ts";
import { cliBundle } from "./bundle.ts";
import { run } from "./run.ts";

const guide = textOf("docs/guides/access.md");
const blocks = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
const cli = cliBundle();

let folder: string;
let plane: ControlPlane;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weft-access-"));
  plane = await runControlPlane({ stateDir: join(folder, "state"), host: "127.0.0.1", port: 0, logLevel: "silent" });
});
afterAll(async () => {
  await plane.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the text; standard output and error as one, and the exit code. */
function bash(text: string, env: NodeJS.ProcessEnv): Promise<{ readonly code: number | null; readonly told: string }> {
  const child = spawn("bash", ["-c", text], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (told += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, told })));
}

test("every command of the guide does what the guide says", { timeout: 120_000 }, async () => {
  const token = join(folder, "admin.token");
  const secret = ["--control-plane", plane.url, "--operator-secret-file", plane.operatorSecretFile];
  expect((await run(["organisation", "create", "demo", ...secret, "--out", token])).code).toBe(0);
  const env = { PATH: process.env.PATH, HOME: folder, WEFT_URL: `${plane.url}/o/demo`, WEFT_TOKEN_FILE: token };
  expect((await run(["zone", "create", "east"], { env })).code).toBe(0);
  const weft = `npx() { shift; ${JSON.stringify(process.execPath)} ${JSON.stringify(cli())} "$@"; }`;
  const script = ["set -e -o pipefail", weft, ...blocks.map((block, at) => `echo "== ${at + 1}"\n${block}`)].join("\n");
  const { code, told } = await bash(script, env);
  expect(code, told).toBe(0);
  const parts = told.split(/^== \d+\n/m).slice(1);
  expect(parts).toHaveLength(blocks.length);
  const [, asked, listed, doubtful] = parts as [string, string, string, string];
  const rule = "by MeshTrafficPermission/to-orders spec.rules[0].default.allow[0]";
  expect(asked).toContain(`only GET to /orders/* ${rule}\n  all other requests are denied\n`);
  expect(asked).toContain("not always: 12\n");
  expect(asked).toContain(`web → orders (GET /orders/7) in mesh shop: allowed\n  ${rule}\n`);
  expect(asked).toMatch(/path web-1 in east → outbound 127\.0\.0\.1:10001 → orders-1:8080 \(http\) in east\n/);
  expect(asked).toContain("denied: 12\n");
  expect(asked).toMatch(/^requests$/m);
  expect(listed).toMatch(/^shop +web +orders +some requests +it depends on the request$/m);
  expect(listed).toMatch(/^shop +\* +orders +denied/m);
  expect(doubtful).toMatch(/^Nothing is doubtful\.$/m);
  expect(doubtful).toMatch(/^warning it selects no dataplane \(selects-nothing\)$/m);
  expect(doubtful).toContain("did you mean spiffe://shop/web?");
  expect(doubtful).toMatch(/^doubtful: 7$/m);
});

test("the guide has a line for each rule of lint, with its severity", () => {
  const told = [...guide.matchAll(/^\| `([a-z-]+)` \| (error|warning|info) \|/gm)].map(([, code, severity]) => [
    code,
    severity,
  ]);
  expect(told).toEqual(LINT_RULES.map(({ code, severity }) => [code, severity]));
});
