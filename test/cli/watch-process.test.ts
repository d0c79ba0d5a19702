// `--watch` of the real program against a real control plane: on a screen, into a reader that goes away, and what ends it.
import { type ChildProcess, spawn } from "node:child_process";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { cliBundle } from "./bundle.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";
import { screenOf } from "./screen.ts";

const plane = planeOfFile();
const cli = cliBundle();
let at: readonly string[];

beforeAll(async () => {
  at = await plane.signUp("demo");
});

interface Program {
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly told: { out: string; err: string };
  readonly ended: Promise<number | null>;
}

function start(command: string, args: readonly string[]): Program {
  const env = { PATH: process.env.PATH, HOME: plane.folder, TERM: "xterm" };
  const child = spawn(command, args, { env, stdio: "pipe" });
  const told = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (told.out = `${told.out}${chunk}`));
  child.stderr.on("data", (chunk: Buffer) => (told.err = `${told.err}${chunk}`));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { child, told, ended };
}

const weft = (...argv: readonly string[]): Program => start(process.execPath, [cli(), ...argv, ...at]);

const must = async (argv: readonly string[], input = ""): Promise<string> => {
  const ran = await run([...argv, ...at], { input });
  expect(ran.code, ran.err).toBe(0);
  return ran.out.trim();
};

test("a pipe gets what is new, and Ctrl-C ends it quietly", async () => {
  const { child, told, ended } = weft("get", "zones", "-w", "-o", "name");
  await must(["zone", "create", "east"]);
  await expect.poll(() => told.out).toBe("Zone/east\n");
  child.kill("SIGINT");
  expect([await ended, told.err]).toEqual([130, ""]);
});

test("a reader that goes away ends it quietly with the next line", async () => {
  const { told, ended } = start("bash", [
    "-c",
    `${[process.execPath, cli(), "get", "meshes", "-w", "-o", "json", ...at].map((word) => `'${word}'`).join(" ")} | head -n 1; echo "\${PIPESTATUS[0]}"`,
  ]);
  let made = 0;
  await expect
    .poll(
      async () => {
        made += 1;
        await must(["apply", "-f", "-"], `{ type: Mesh, name: m${made} }`);
        return told.out;
      },
      { interval: 1_000 },
    )
    .toMatch(/\n0\n$/);
  await ended;
  expect(told.out.split("\n")).toHaveLength(3);
  expect(JSON.parse(told.out.split("\n")[0]!)).toMatchObject({ item: { type: "Mesh" } });
  expect(told.err).toBe("");
});

test("a token that is revoked meanwhile ends it with 3", async () => {
  const made = JSON.parse(await must(["token", "create", "short", "-s", "read", "-o", "json"])) as {
    id: string;
    token: string;
  };
  await must(["apply", "-f", "-"], "{ type: Mesh, name: seen }");
  const own = ["get", "meshes", "-w", "-o", "name", "--url", at[1]!, "--token", made.token];
  const { told, ended } = start(process.execPath, [cli(), ...own]);
  await expect.poll(() => told.out).toContain("Mesh/seen\n");
  await must(["token", "revoke", made.id]);
  expect([await ended, told.err.split("\n")[0]]).toEqual([3, "weft: Meshes could not be listed"]);
});

test("on a screen it is drawn in place, Ctrl-C on the keyboard ends it, and the last look stays", async () => {
  const line = [process.execPath, cli(), "token", "list", "--watch", ...at].join(" ");
  const { child, told, ended } = start("script", ["-qefc", `stty cols 70 rows 12; ${line}`, "/dev/null"]);
  const seen = (): readonly string[] => {
    const screen = screenOf(70);
    screen.write(told.out);
    return screen.lines();
  };
  await expect.poll(() => told.out).toContain("Ctrl-C ends");
  await must(["token", "create", "another", "-s", "read"]);
  await expect.poll(() => seen().join("\n")).toContain("another");
  child.stdin?.write("\u0003");
  expect(await ended).toBe(130);
  const lines = seen().filter((text) => !text.startsWith("^C"));
  expect(lines.filter((text) => text.startsWith("ID"))).toHaveLength(1);
  expect(lines.filter((text) => text.includes("Ctrl-C ends"))).toHaveLength(1);
  expect(lines.at(-1)).toMatch(/^as of \d\d:\d\d:\d\d · Ctrl-C ends/);
});
