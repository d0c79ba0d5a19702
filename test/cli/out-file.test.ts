// `--out`: never over a file that is there unless --force says so, told before anything is issued.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Command } from "#cli/command.ts";
import { COMMANDS } from "#cli/commands.ts";
import { httpServer } from "./http-server.ts";
import { run } from "./run.ts";
import { tempFolder } from "./temp.ts";

/** Arguments of each command that writes a file where the user says, and what it is answered. */
const WRITING: Readonly<Record<string, readonly [args: readonly string[], answer: unknown]>> = {
  "token create": [["ci", "-s", "read"], { id: "t1", token: "weft_api_new", expiresAt: null }],
  "dataplane-token create": [["--name", "web-1"], "a.b.c"],
  "zone-token create": [["--zone", "east"], "a.b.c"],
  "organisation create": [
    ["acme", "--operator-secret-file", "token"],
    { organisation: "acme", token: { token: "weft_api_new" } },
  ],
  "admin backup": [
    ["acme", "--operator-secret-file", "token"],
    {
      of: { controlPlane: "c", organisation: { id: "i", name: "acme", createdAt: "2026" }, key: "k" },
      at: { epoch: 1, revision: 1, sequence: 1, audit: 0 },
      table: "heads",
      columns: ["epoch", "revision", "sequence"],
      rows: [[1, 1, 1]],
      next: null,
    },
  ],
  "webhook create": [["https://example.com", "-e", "zone.offline"], { id: "w1", secret: "whsec_x", olderUntil: null }],
  "webhook rotate": [["w1"], { id: "w1", secret: "whsec_x", olderUntil: null }],
  "audit export": [[], { entry: 1 }],
};

test("every command with --out is here, and has --force", async () => {
  const loaded = await Promise.all(
    COMMANDS.map(async ({ path, load }) => {
      const { options = [] } = (await load()).command as Command<never>;
      const flags = options.map((option) => option.flags.split(" ")[0]!);
      return flags.includes("--out") ? [[path, flags.includes("--force")]] : [];
    }),
  );
  expect(Object.fromEntries(loaded.flat())).toEqual(
    Object.fromEntries(Object.keys(WRITING).map((path) => [path, true])),
  );
});

describe.each(Object.entries(WRITING))("weft %s", (path, [args, answer]) => {
  async function at(folder: string, more: readonly string[]) {
    const server = await httpServer(() => ({ status: path.startsWith("a") ? 200 : 201, body: answer }));
    const there = args.includes("--operator-secret-file")
      ? ["--control-plane", server.url]
      : ["--url", `${server.url}/o/demo`, "--token-file", "token"];
    const absolute = (arg: string): string => (arg === "token" ? join(folder, arg) : arg);
    const ran = await run([...path.split(" "), ...args.map(absolute), ...there, ...more], { cwd: folder });
    return { ...ran, asked: server.asked };
  }

  test("a file that is there stays as it is, and nothing is asked", async () => {
    const folder = tempFolder({ token: "weft_api_x", kept: "mine" });
    const ran = await at(folder, ["--out", "kept"]);
    expect([ran.code, ran.out, ran.asked]).toEqual([6, "", []]);
    expect(ran.err).toBe(
      "weft: --out names a file that is there already; nothing was done\n  where  kept\n" +
        "  fix    name another one with --out\n  fix    --force overwrites it\n",
    );
    expect(readFileSync(join(folder, "kept"), "utf8")).toBe("mine");
  });

  test("a folder that is absent is named, and not made", async () => {
    const folder = tempFolder({ token: "weft_api_x" });
    const ran = await at(folder, ["--out", "no/such/file"]);
    expect([ran.code, ran.asked]).toEqual([1, []]);
    expect(ran.err).toBe(
      "weft: a file cannot be written\n  where  no/such/file\n  why    there is no folder no/such\n" +
        "  fix    mkdir -p no/such, or name another place with --out\n",
    );
    expect(readdirSync(folder)).toEqual(["token"]);
  });

  test("with --force, or a new name, it is written for its owner alone", async () => {
    const folder = tempFolder({ token: "weft_api_x", old: "old" });
    for (const [name, more] of [
      ["old", ["--force"]],
      ["new", []],
    ] as const) {
      const ran = await at(folder, ["--out", name, ...more]);
      expect([ran.code, ran.err === "" || ran.code === 0]).toEqual([0, true]);
      expect(readFileSync(join(folder, name), "utf8")).not.toBe("old");
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(folder).sort()).toEqual(["new", "old", "token"]);
  });
});

test("the keys of an audit log are not written over either", async () => {
  const folder = tempFolder({ token: "weft_api_x", "keys.json": "mine" });
  const server = await httpServer(() => ({ status: 200, body: {} }));
  const flags = ["--url", `${server.url}/o/demo`, "--token-file", "token"];
  const ran = await run(["audit", "export", "--out", "log.ndjson", "--keys", "keys.json", ...flags], { cwd: folder });
  expect([ran.code, server.asked, existsSync(join(folder, "log.ndjson"))]).toEqual([6, [], false]);
  expect(ran.err).toContain("weft: --keys names a file that is there already");
});
