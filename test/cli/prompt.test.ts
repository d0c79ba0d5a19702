// Questions: each has a flag, and where nobody can be asked the command ends with 2 and names it.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Command } from "#cli/command.ts";
import { COMMANDS } from "#cli/commands.ts";
import { cliBundle } from "./bundle.ts";
import { httpServer } from "./http-server.ts";
import { run } from "./run.ts";

const SRC = fileURLToPath(new URL("../../src/cli/", import.meta.url));

/** Lines that would be asked about, the flag that answers, and the method of the call that does it then. */
const ASKING: readonly (readonly [file: string, argv: readonly string[], flag: string, deed: string])[] = [
  ["delete.ts", ["delete", "mesh", "default"], "--yes", "POST"],
  ["delete.ts", ["delete", "zone", "east"], "--yes", "POST"],
  ["organisation-delete.ts", ["organisation", "delete", "demo"], "--yes", "POST"],
  ["rollback.ts", ["rollback", "3"], "--yes", "POST"],
  ["rollback.ts", ["rollback", "3", "--undo"], "--yes", "POST"],
];

test("every command that asks is here", () => {
  const asking = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && file !== "confirmation.ts")
    .filter((file) => /isConfirmed|@clack/.test(readFileSync(join(SRC, file), "utf8")))
    .map((file) => file.replace(/^command\//, ""));
  expect(asking.sort()).toEqual([...new Set(ASKING.map(([file]) => file))].sort());
});

describe.each(ASKING)("%s: weft %j", (_, argv, flag, deed) => {
  const at = async () => {
    const body = { revision: 4, sequence: 4, changes: [], results: [], items: [], total: 0, next: null };
    const server = await httpServer(() => ({ status: 200, body }));
    return { server, flags: ["--url", `${server.url}/o/demo`, "--token", "t"] };
  };

  test.each([[[]], [["--no-input"]]])(
    "without a terminal, %j: 2, the flag is named, nothing is asked of anybody",
    async (more) => {
      const { server, flags } = await at();
      const ran = await run([...argv, ...more, ...flags]);
      expect([ran.code, ran.out, server.asked]).toEqual([2, "", []]);
      expect(ran.err).toMatch(new RegExp(`^weft: .* needs ${flag} where nobody can be asked\\n {2}fix {4}add ${flag}`));
    },
  );

  test("with the flag it is done", async () => {
    const { server, flags } = await at();
    const ran = await run([...argv, flag, ...flags]);
    expect(ran.code, ran.err).toBe(0);
    expect(server.asked.map(({ method }) => method)).toContain(deed);
  });

  test("the flag is an option of its help", async () => {
    const row = COMMANDS.find(({ path }) => [argv[0], argv.slice(0, 2).join(" ")].includes(path))!;
    const { options = [] } = (await row.load()).command as Command<never>;
    expect(options.filter(({ flags }) => flags.includes(flag))).toHaveLength(1);
  });
});

describe("on a terminal", () => {
  const cli = cliBundle();

  /** Runs it under script(1), types one of `keys` each time that it is asked, and gives the exit code with all that the terminal was told. */
  async function ask(keys: readonly string[], more: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const server = await httpServer(() => ({ status: 200, body: { items: [], total: 0, next: null } }));
    const words = [
      process.execPath,
      cli(),
      "delete",
      "zone",
      "east",
      "--url",
      `${server.url}/o/demo`,
      "--token",
      "t",
      ...more,
    ];
    const child = spawn("script", ["-qefc", words.map((word) => `'${word}'`).join(" "), "/dev/null"], {
      env: { PATH: process.env.PATH, HOME: "/nonexistent", TERM: "xterm", ...env },
      stdio: "pipe",
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let told = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const before = told.split("[y/N]").length;
      told += String(chunk);
      const next = told.split("[y/N]").length;
      if (next > before) child.stdin.write(keys[next - 2] ?? "\u0003");
    });
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { code, told, deeds: server.asked.filter(({ method }) => method !== "GET").length };
  }

  test("a no is 0 and Ctrl-C is 130; neither changes anything", async () => {
    const no = await ask(["n\n"], []);
    expect([no.code, no.deeds]).toEqual([0, 0]);
    expect(no.told).toContain("Nothing changed.");
    const left = await ask(["\u0003"], []);
    expect([left.code, left.deeds]).toEqual([130, 0]);
    expect(left.told).toMatch(/weft: stopped\r\n {2}why {4}nothing was changed/);
  });

  test("Ctrl-D is 130, and changes nothing", async () => {
    const left = await ask(["\u0004"], []);
    expect([left.code, left.deeds]).toEqual([130, 0]);
    expect(left.told).toMatch(/weft: stopped\r\n {2}why {4}nothing was changed/);
    expect(left.told).not.toContain("\u001b[?25l");
  });

  test("other words are asked again", async () => {
    const no = await ask(["maybe\n", "yesterday\n", "NO\n"], []);
    expect([no.code, no.deeds]).toEqual([0, 0]);
    expect(no.told.match(/Answer yes or no\./g)).toHaveLength(2);
    expect(await ask(["nay\n", " Yes \n"], [])).toMatchObject({ code: 0, deeds: 1 });
    expect(await ask(["\n"], [])).toMatchObject({ code: 0, deeds: 0 });
  });

  test("a yes does it", async () => {
    expect(await ask(["y\n"], [])).toMatchObject({ code: 0, deeds: 1 });
  });

  test("colours are left out where they are not wanted", async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins a style
    const styles = /\u001b\[[\d;]*m/;
    expect((await ask(["n\n"], [])).told).toMatch(styles);
    expect((await ask(["n\n"], ["--no-color"])).told).not.toMatch(styles);
    expect((await ask(["n\n"], [], { NO_COLOR: "1" })).told).not.toMatch(styles);
  });

  test("where CI is set nobody is asked", async () => {
    const ran = await ask(["y\n"], [], { CI: "1" });
    expect([ran.code, ran.deeds]).toEqual([2, 0]);
    expect(ran.told).toContain("needs --yes where nobody can be asked");
  });
});
