// One relay on a state folder: real processes, ended in order and by SIGKILL, and many that start at once.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fault } from "#model/fault.ts";
import { LOCK_FILE, lockFolder } from "#relay/state/folder-lock.ts";
import { type Child, startChild, until } from "#test/child.ts";
import { atEnd, tempFolder } from "#test/relay/zone/start.ts";

const log = (): void => undefined;
const root = fileURLToPath(new URL("../../..", import.meta.url));

async function bundled(contents: string, file: string): Promise<string> {
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  const options = { bundle: true, platform: "node", format: "esm", logLevel: "error", banner } as const;
  await build({ ...options, stdin: { contents, resolveDir: root }, outfile: file });
  return file;
}

describe("a whole relay", () => {
  let program: string;
  const code = mkdtempSync(join(tmpdir(), "weft-lock-"));
  afterAll(() => rmSync(code, { recursive: true, force: true }));
  beforeAll(async () => {
    program = await bundled('import "#relay/main.ts";', join(code, "relay.mjs"));
  });
  /** It waits for a control plane that is nowhere, with the folder in use. */
  function start(folder: string): Child {
    const args = ["--control-plane", "http://127.0.0.1:9", "--state-dir", folder, "--listen", "127.0.0.1:0"];
    const child = startChild(process.execPath, [program, ...args], { WEFT_ENROLMENT_TOKEN: "weft_enrolment_t_i_s" });
    atEnd(() => child.stop("SIGKILL"));
    return child;
  }
  const holds = (child: Child): Promise<unknown> =>
    until("it to have the folder", () => child.output().includes("cannot be reached to enrol"), {
      explain: child.output,
    });

  test("a second one ends with who has the folder; one that was killed, or ended, is taken over at once", async () => {
    const folder = tempFolder();
    const first = start(folder);
    await holds(first);
    const second = start(folder);
    await until("it to be told", () => second.output().includes("waiting for its end"), { explain: second.output });
    // Whoever ends it does not wait for the other one's end.
    await second.stop("SIGTERM");
    expect(await second.ended).toBe(6);
    expect(second.output()).toContain(
      `The state folder ${folder} is in use by another relay: process ${first.pid} on `,
    );
    expect(second.output()).toContain("Each relay has a folder of its own (--state)");
    await first.stop("SIGKILL");
    const third = start(folder);
    await holds(third);
    expect(third.output()).not.toContain("another relay");
    await third.stop("SIGTERM");
    expect(readdirSync(folder)).not.toContain(LOCK_FILE);
    await holds(start(folder));
  });

  test("one that is about to end is waited for", async () => {
    const folder = tempFolder();
    const first = start(folder);
    await holds(first);
    const second = start(folder);
    await until("it to wait", () => second.output().includes("waiting for its end"), { explain: second.output });
    await first.stop("SIGTERM");
    await holds(second);
  });
});

describe("the lock", () => {
  test("is given free by its release alone, and again to the next", async () => {
    const folder = tempFolder();
    const first = await lockFolder(folder, { log });
    const refused = await lockFolder(folder, { log, patience: 0 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Fault);
    expect(refused).toMatchObject({ code: "conflict" });
    expect(String(refused)).toContain(`process ${process.pid} on `);
    await first.release();
    await first.release();
    const next = await lockFolder(folder, { log, patience: 0 });
    await next.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("holds in a folder whose path is longer than a socket's may be", async () => {
    const folder = join(tempFolder(), "a".repeat(60), "b".repeat(60));
    await mkdir(folder, { recursive: true });
    const first = await lockFolder(folder, { log });
    expect(readdirSync(folder)).toEqual([LOCK_FILE]);
    await expect(lockFolder(folder, { log, patience: 0 })).rejects.toThrow("is in use by another relay");
    await first.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await lockFolder(folder, { log, patience: 0 })).release();
  });

  test("takes a file of that name that is no socket for remains", async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, LOCK_FILE), "left by somebody");
    await (await lockFolder(folder, { log, patience: 0 })).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is one process's of many that find the same remains at once", async () => {
    const [code, folder] = [tempFolder(), tempFolder()];
    const program = await bundled(
      `import { lockFolder } from "#relay/state/folder-lock.ts";
       const at = Number(process.argv[3]);
       while (Date.now() < at);
       try { await lockFolder(process.argv[2], { log() {}, patience: 0 }); console.log("mine"); setInterval(() => {}, 1000); }
       catch (error) { console.log("refused", error.message); }`,
      join(code, "locker.mjs"),
    );
    const dead = startChild(process.execPath, [program, folder, "0"]);
    await until("the one that will be killed", () => dead.output().includes("mine"), { explain: dead.output });
    await dead.stop("SIGKILL");
    expect(readdirSync(folder)).toEqual([LOCK_FILE]);
    const at = String(Date.now() + 500);
    const children = Array.from({ length: 6 }, () => startChild(process.execPath, [program, folder, at]));
    atEnd(() => Promise.all(children.map((child) => child.stop("SIGKILL"))));
    await until("all to have tried", () => children.every((child) => /mine|refused/.test(child.output())), {
      explain: () => children.map((child) => child.output()).join("\n"),
    });
    expect(children.filter((child) => child.output().includes("mine"))).toHaveLength(1);
  });
});
