// The parts of `weft up` that hold whatever happens: ports, one run to a folder, no child left behind.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { WITH_PARENT } from "#cli/edge.ts";
import { isAlive, signal } from "#cli/process.ts";
import { startChild } from "#cli/up/child.ts";
import { claimFolder } from "#cli/up/claim.ts";
import { createCrew } from "#cli/up/crew.ts";
import { demoProxies } from "#cli/up/dataplane.ts";
import { choosePorts, USUAL_PORTS } from "#cli/up/port.ts";
import { announced, waitFor } from "#cli/up/wait.ts";
import { DOCUMENTS, textOf } from "#test/documents.ts";
import { tempFolder, writeAt } from "./temp.ts";

interface DemoDataplane {
  readonly labels: Readonly<Record<string, string>>;
  readonly networking: { readonly inbound: readonly { readonly name?: string }[] };
}

interface Top {
  readonly kind: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly sectionName?: string;
}

/** Listens on a free port until the test is over. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

async function eventually(what: string, ask: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2400; tries++) {
    if (ask()) return;
    await sleep(25);
  }
  throw new Error(`waited in vain: ${what}`);
}

test("the demo's proxies are such as the examples of policies select", () => {
  const proxies = demoProxies(USUAL_PORTS, "default").map(({ dataplane }) => dataplane as unknown as DemoDataplane);
  const tops = DOCUMENTS.filter((path) => /^docs\/policies\/mesh-/.test(path)).flatMap((path) => {
    const example = /```yaml\n([\s\S]*?)```/.exec(textOf(path))?.[1] ?? "";
    return parseAllDocuments(example).map((document) => ({ path, ...document.toJS().spec.targetRef }));
  });
  expect(tops.filter(({ kind }) => kind === "Dataplane").length).toBeGreaterThan(5);
  const selects = ({ kind, labels = {}, sectionName }: Top): boolean =>
    kind === "Mesh" ||
    proxies.some(
      (one) =>
        Object.entries(labels).every(([key, value]) => one.labels[key] === value) &&
        one.networking.inbound.some(({ name }) => sectionName === undefined || name === sectionName),
    );
  expect(tops.filter((top) => !selects(top))).toEqual([]);
});

describe("ports", () => {
  test("with --port 0 every port is free, different, and the same the next time", async () => {
    const folder = tempFolder();
    const first = await choosePorts({ folder, asked: 0, say: () => {} });
    expect(Object.keys(first)).toEqual(Object.keys(USUAL_PORTS));
    expect(new Set(Object.values(first)).size).toBe(Object.keys(USUAL_PORTS).length);
    const { "control-plane": _, ...rest } = await choosePorts({ folder, asked: undefined, say: () => {} });
    expect(first).toMatchObject(rest);
  });

  test("a port of the last time that is taken now is replaced, and said", async () => {
    const folder = tempFolder();
    const taken = await takenPort();
    await choosePorts({ folder, asked: 0, say: () => {} });
    const ports = JSON.parse(readFileSync(join(folder, "ports.json"), "utf8")) as Record<string, number>;
    writeAt(join(folder, "ports.json"), JSON.stringify({ ...ports, relay: taken }));
    const said: string[] = [];
    const chosen = await choosePorts({ folder, asked: undefined, say: (line) => said.push(line) });
    expect(chosen.relay).not.toBe(taken);
    expect(said).toEqual([`port ${taken} of relay is taken; using ${chosen.relay} instead`]);
    expect(JSON.parse(readFileSync(join(folder, "ports.json"), "utf8")), "for this run only").toMatchObject({
      relay: taken,
    });
  });

  test("an asked port that is taken is refused with both ways out", async () => {
    const taken = await takenPort();
    await expect(choosePorts({ folder: tempFolder(), asked: taken, say: () => {} })).rejects.toMatchObject({
      parts: {
        what: `port ${taken} is taken, so the control plane cannot listen there`,
        fix: ["--port N  chooses another", "--port 0  takes any free one"],
      },
    });
  });
});

/** A child that says it is there, and then behaves as `body`. */
function program(folder: string, body: string): string {
  return writeAt(
    join(folder, "node.js"),
    `${body}\nconsole.log(JSON.stringify({ pid: process.pid }));\nsetInterval(() => {}, 1000);\n`,
  );
}

describe("children", () => {
  test("one that hangs on SIGTERM is killed with all it started", async () => {
    const folder = tempFolder();
    const entry = program(
      folder,
      'process.on("SIGTERM", () => {});\nimport("node:child_process").then(({ spawn }) => {\n' +
        'const grand = spawn("sleep", ["1000"]);\nimport("node:fs").then((fs) => fs.writeFileSync(process.argv[2], String(grand.pid)));\n});',
    );
    const announce = join(folder, "announce.json");
    const grandFile = join(folder, "grand");
    const crashes: string[] = [];
    const child = startChild({
      name: "x",
      entry,
      args: [grandFile],
      env: process.env,
      log: join(folder, "log"),
      announce,
      onCrash: (_, why) => crashes.push(why),
    });
    await waitFor({ what: "x", child, boundMs: 20_000, probe: () => announced(announce) });
    await eventually("the grandchild", () => existsSync(grandFile) && readFileSync(grandFile, "utf8") !== "");
    const grand = Number(readFileSync(grandFile, "utf8"));
    expect(isAlive(grand)).toBe(true);
    await child.stop(100);
    expect(isAlive(child.pid)).toBe(false);
    await eventually("the grandchild's end", () => !isAlive(grand));
    expect(crashes, "an end that was asked for is no crash").toEqual([]);
  });

  test("a crash is reported with the end of the log", async () => {
    const folder = tempFolder();
    const entry = writeAt(join(folder, "node.js"), 'console.error("disk is full"); process.exit(3);');
    const reports: string[] = [];
    const crew = createCrew(
      (text) => reports.push(text),
      () => {},
    );
    const child = crew.start("relay", {
      name: "relay",
      entry,
      args: [],
      env: process.env,
      log: join(folder, "log/relay.log"),
    });
    await child.exited;
    await eventually("the report", () => reports.length > 0);
    expect(reports).toEqual([
      `relay ended by itself (exit code 3); the end of ${folder}/log/relay.log:\n  | disk is full\nThe rest keeps running. Ctrl-C and weft up start it again.\n`,
    ]);
    expect(crew.pids()).toEqual({});
  });

  test("one that ends before it is ready fails the start with the end of its log", async () => {
    const folder = tempFolder();
    const entry = writeAt(join(folder, "node.js"), 'console.error("no such state"); process.exit(1);');
    const child = startChild({
      name: "x",
      entry,
      args: [],
      env: process.env,
      log: join(folder, "log"),
      onCrash: () => {},
    });
    await expect(waitFor({ what: "the relay", child, boundMs: 20_000, probe: () => undefined })).rejects.toMatchObject({
      parts: { what: "the relay ended before it was ready", why: "no such state" },
    });
  });

  test("they end when the process that started them is killed", async () => {
    const folder = tempFolder();
    const entry = program(folder, "");
    const parent = writeAt(
      join(folder, "parent.mjs"),
      `import { spawn } from "node:child_process";\nconst child = spawn(process.execPath, [...${JSON.stringify(WITH_PARENT)}, ${JSON.stringify(entry)}], { detached: true, stdio: ["ignore", "ignore", "ignore", "ipc"] });\nconsole.log(child.pid);\n`,
    );
    const started = spawn(process.execPath, [parent], { stdio: ["ignore", "pipe", "inherit"] });
    const pid = Number(await new Promise((resolve) => started.stdout.once("data", resolve)));
    onTestFinished(() => void signal(-pid, "SIGKILL"));
    expect(isAlive(pid)).toBe(true);
    started.kill("SIGKILL");
    await eventually("the child's end", () => !isAlive(pid));
  });
});

describe("one weft up to a folder", () => {
  test.each([
    ["node tools/weft.mjs up", "weft.mjs"],
    ["npx weft up, which runs a link", "node_modules/.bin/weft"],
  ])("a second one is refused while the first runs (%s), and its up.json is left alone", async (_, link) => {
    const folder = tempFolder();
    const path = join(folder, link);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(program(folder, ""), path);
    const other = spawn(process.execPath, [path, "up"], { stdio: "ignore" });
    onTestFinished(() => void other.kill("SIGKILL"));
    writeAt(join(folder, "up.lock"), JSON.stringify({ pid: other.pid, pids: {} }));
    writeAt(
      join(folder, "up.json"),
      JSON.stringify({ controlPlane: { url: "http://127.0.0.1:5681" }, pids: { up: other.pid } }),
    );
    await eventually("its command line", () => readFileSync(`/proc/${other.pid}/cmdline`, "utf8").includes(link));
    await expect(claimFolder(folder, () => {})).rejects.toMatchObject({
      exit: "conflict",
      parts: {
        what: "weft up already runs here",
        where: `${folder}, process ${other.pid}, control plane http://127.0.0.1:5681`,
      },
    });
    expect(existsSync(join(folder, "up.json"))).toBe(true);
  });

  test("what a killed one left running is ended, its up.json goes, and strangers with its ids are left alone", async () => {
    const folder = tempFolder();
    const left = spawn(process.execPath, [program(folder, "")], { stdio: "ignore", detached: true });
    const stranger = spawn("sleep", ["1000"], { stdio: "ignore" });
    onTestFinished(() => void [left, stranger].map((child) => child.kill("SIGKILL")));
    const gone = spawn(process.execPath, ["-e", "0"]);
    await new Promise((resolve) => gone.once("exit", resolve));
    writeAt(join(folder, "up.lock"), JSON.stringify({ pid: gone.pid, pids: { relay: left.pid, web: stranger.pid } }));
    writeAt(join(folder, "up.json"), JSON.stringify({ pids: { up: gone.pid } }));
    const said: string[] = [];
    const claim = await claimFolder(folder, (line) => said.push(line));
    expect(said).toEqual([`ending what an earlier weft up left running: relay (${left.pid})`]);
    expect(isAlive(left.pid!)).toBe(false);
    expect(isAlive(stranger.pid!)).toBe(true);
    expect(existsSync(join(folder, "up.json"))).toBe(false);
    claim.note({ relay: 1 });
    expect(JSON.parse(readFileSync(join(folder, "up.lock"), "utf8"))).toEqual({ pid: process.pid, pids: { relay: 1 } });
    claim.release();
    expect(existsSync(join(folder, "up.lock"))).toBe(false);
  });
});
