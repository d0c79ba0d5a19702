// Whole files under real faults: a disk that is full, and a program killed in the middle of a write.
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { describe, expect, test } from "vitest";
import { openFolder } from "#relay/state/file.ts";
import { atEnd, tempFolder } from "./start.ts";

/** A program of its own around `writeWhole`, as plain JavaScript. */
function program(folder: string, body: string): string {
  const path = join(folder, "program.mjs");
  const resolveDir = fileURLToPath(new URL("../../..", import.meta.url));
  const contents = `import { writeWhole } from "#relay/state/file.ts"; const path = process.argv[2]; ${body}`;
  const options = { bundle: true, platform: "node", format: "esm", logLevel: "silent" } as const;
  buildSync({ ...options, stdin: { contents, resolveDir }, outfile: path });
  return path;
}

describe("writeWhole", () => {
  test("leaves the old file when there is no room for the new one", () => {
    const [code, folder] = [tempFolder(), tempFolder()];
    const target = join(folder, "current.json");
    writeFileSync(target, "old");
    const script = program(code, `await writeWhole(path, "x".repeat(1 << 20));`);
    // No file of this shell's children may have more than 64 KiB: write(2) fails in the middle, as on a full disk.
    const run = spawnSync("bash", ["-c", 'ulimit -f 64; exec "$0" "$1" "$2"', process.execPath, script, target], {
      encoding: "utf8",
    });
    expect(run.status).not.toBe(0);
    expect(run.stderr).toContain("EFBIG");
    expect(readFileSync(target, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["current.json"]);
  });

  test("leaves a whole file when it is killed at any moment, and what it left over is cleared away", async () => {
    const [code, folder] = [tempFolder(), tempFolder()];
    const target = join(folder, "current.json");
    writeFileSync(target, "0".repeat(1 << 20));
    const endless = `for (let n = 1; ; n++) { await writeWhole(path, String(n % 10).repeat(1 << 20)); if (n === 1) console.log("on"); }`;
    const script = program(code, endless);
    for (const delay of [0, 1, 3, 7, 15]) {
      const child = spawn(process.execPath, [script, target], { stdio: ["ignore", "pipe", "ignore"] });
      atEnd(() => child.kill("SIGKILL"));
      await new Promise((resolve) => child.stdout.once("data", resolve));
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
      expect(readFileSync(target, "utf8")).toMatch(/^(\d)\1{1048575}$/);
    }
    await openFolder(folder);
    expect(readdirSync(folder)).toEqual(["current.json"]);
  });
});
