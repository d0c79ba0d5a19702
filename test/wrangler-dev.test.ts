// `wrangler dev` as docs/operations.md has it: from no secrets to a relay that hears the bell, each line as it stands there.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { blocksOf } from "#test/documents.ts";
import { keptPort } from "#test/port.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "weft-wrangler-dev-"));
/** What is to be ended: each in a group of its own, since wrangler starts others. */
const running: { readonly pid: number; output(): string }[] = [];
afterAll(() => {
  for (const { pid } of running) {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
  rmSync(folder, { recursive: true, force: true });
});

/** The project as wrangler sees it, in a folder whose secrets and databases are its own. */
function lay(): void {
  for (const name of ["src", "migrations", "node_modules", "package.json"])
    symlinkSync(join(root, name), join(folder, name));
  for (const worker of ["poll.", "", "writer.", "accounts."]) {
    const name = `wrangler.${worker}toml`;
    // The console is built by another test.
    const text = readFileSync(join(root, name), "utf8").replace(/^\[build\]\n(?:\w+ = .*\n)+/m, "");
    writeFileSync(join(folder, name), text);
  }
  cpSync(join(root, ".dev.vars.example"), join(folder, ".dev.vars.example"));
  mkdirSync(join(folder, "dist/console"), { recursive: true });
  writeFileSync(join(folder, "dist/console/index.html"), "<!doctype html>");
}

/** `weft` and the relay's program beside it. */
const bundle = () =>
  build({
    absWorkingDir: root,
    entryPoints: ["cli", "relay"].map((name) => ({ in: `src/${name}/main.ts`, out: name })),
    outdir: join(folder, "dist"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "error",
  });

const script = (line: string): string => `npx() {
  if [ "$1" = weft ]; then shift; ${JSON.stringify(process.execPath)} dist/cli.js "$@"; else node_modules/.bin/"$@"; fi
}
${line}`;

const env = { PATH: process.env.PATH, HOME: folder, CI: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" };

function run(line: string): string {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script(line)], { cwd: folder, env, encoding: "utf8" });
  expect(status, `${line}\n${stdout}${stderr}`).toBe(0);
  return `${stdout}${stderr}`;
}

/** Starts what goes on until it is ended. */
function start(line: string): () => string {
  const child = spawn("bash", ["-c", script(line)], {
    cwd: folder,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk));
  running.push({ pid: child.pid ?? -1, output: () => text });
  void once(child, "exit").then(([code]) => (text += `\nended with ${code}`));
  return () => text;
}

test("serves from the first secret to a relay that hears the bell", async () => {
  lay();
  await bundle();
  const blocks = blocksOf("docs/operations.md", "bash");
  const lines = (part: string): readonly string[] =>
    blocks
      .find((block) => block.includes(part))
      ?.trim()
      .split("\n") ?? [];
  const [secrets = "", directory = "", tenants = "", serve = ""] = lines("wrangler dev ");
  run(secrets);
  expect(readFileSync(join(folder, ".dev.vars"), "utf8").match(/^[A-Z_]+=[\w-]{43}$/gm)).toHaveLength(4);
  // Secrets that stand are not replaced: all that is sealed would be lost.
  expect(spawnSync("bash", ["-c", secrets], { cwd: folder, env }).status).not.toBe(0);
  expect(run(directory)).toContain("✅");
  expect(run(tenants)).toContain("✅");

  const port = await keptPort();
  const own = (line: string): string => line.replaceAll("127.0.0.1:8787", `127.0.0.1:${port}`);
  const said = start(`${serve} --port ${port} --inspector-port 0`);
  const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  await until("wrangler dev to be ready", isReady, { timeoutMs: 200_000, everyMs: 500, explain: said });

  const last = run(own(lines("operator.secret)").join("\n")));
  const relay = /^(WEFT_ENROLMENT_TOKEN=\S+) weft (relay .+)$/m.exec(last)?.slice(1).join(" npx weft ");
  expect(relay, last).toBeDefined();
  const heard = start(`${relay} --listen 127.0.0.1:${await keptPort()}`);
  await until("the bell", () => heard().includes('"way":"bell"'), { explain: heard });
  const exported = lines("operator.secret)").find((line) => line.startsWith("export ")) ?? "";
  expect(run(`${own(exported)}; npx weft zone list`)).toMatch(/^east +yes +\w+ +online /m);
});
