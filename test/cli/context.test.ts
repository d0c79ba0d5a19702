// Which organisation a command speaks to: every source, and who wins.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configPath, resolveTarget, splitUrl } from "#cli/context.ts";
import { Failure } from "#cli/failure.ts";
import { run } from "./run.ts";
import { tempFolder, writeAt } from "./temp.ts";

function upFile(pid: number, token: string): string {
  const up = {
    controlPlane: { url: "http://up" },
    api: { url: "http://up/o/demo", tokenFile: token },
    demo: null,
    zones: [],
    proxies: [],
    pids: { up: pid },
  };
  return JSON.stringify(up);
}

/** A folder with every source of a context; the running `weft up` is this process. */
function everySource(): { folder: string; env: NodeJS.ProcessEnv } {
  const folder = tempFolder({
    "up.token": "up-token\n",
    "flag.token": "flag-token",
    "saved.token": "saved-token",
    "env.token": "env-token",
  });
  writeAt(join(folder, ".weft/up.json"), upFile(process.pid, join(folder, "up.token")));
  const contexts = {
    acme: { url: "http://saved/o/acme", tokenFile: join(folder, "saved.token") },
    bare: { url: "http://bare/o/b" },
  };
  const config = writeAt(join(folder, "config.json"), JSON.stringify({ current: "acme", contexts }));
  return { folder, env: { WEFT_CONFIG: config, WEFT_URL: "http://env/o/e", WEFT_TOKEN: "env-var-token" } };
}

describe("order", () => {
  test("flags win over everything", () => {
    const { folder, env } = everySource();
    const target = resolveTarget({ url: "http://flag/o/f", tokenFile: "flag.token" }, env, folder);
    expect({ ...target, token: target.token?.reveal() }).toEqual({
      url: "http://flag/o/f",
      controlPlane: "http://flag",
      organisation: "f",
      source: "--url",
      token: "flag-token",
    });
  });

  test("--context wins over the environment, and keeps its own token", () => {
    const { folder, env } = everySource();
    const target = resolveTarget({ context: "acme" }, env, folder);
    expect([target.url, target.token?.reveal(), target.source]).toEqual([
      "http://saved/o/acme",
      "saved-token",
      "context acme",
    ]);
  });

  test("the environment wins over a running weft up", () => {
    const { folder, env } = everySource();
    const target = resolveTarget({}, env, folder);
    expect([target.url, target.token?.reveal(), target.source]).toEqual([
      "http://env/o/e",
      "env-var-token",
      "WEFT_URL",
    ]);
  });

  test("WEFT_TOKEN_FILE is read from the working folder", () => {
    const { folder, env } = everySource();
    const { WEFT_TOKEN: _, ...rest } = env;
    expect(resolveTarget({}, { ...rest, WEFT_TOKEN_FILE: "env.token" }, folder).token?.reveal()).toBe("env-token");
  });

  test("a running weft up in a parent folder wins over the current context; the environment's token wins over its own", () => {
    const { folder, env } = everySource();
    const { WEFT_URL: _, WEFT_TOKEN, ...rest } = env;
    const target = resolveTarget({}, rest, join(folder, "deep/below"));
    expect([target.url, target.token?.reveal()]).toEqual(["http://up/o/demo", "up-token"]);
    expect(target.source).toBe(join(folder, ".weft/up.json"));
    expect(resolveTarget({}, { ...rest, WEFT_TOKEN }, folder).token?.reveal()).toBe("env-var-token");
    const file = { ...rest, WEFT_TOKEN_FILE: join(folder, "env.token") };
    const byFile = resolveTarget({}, file, folder);
    expect([byFile.token?.reveal(), byFile.source]).toEqual([
      "env-token",
      `${join(folder, ".weft/up.json")}, token of WEFT_TOKEN_FILE`,
    ]);
    expect(resolveTarget({ context: "acme" }, { ...file, WEFT_TOKEN }, folder).token?.reveal()).toBe("saved-token");
  });

  test("WEFT_STATE names the state folder of a weft up that is elsewhere", () => {
    const { folder, env } = everySource();
    const { WEFT_URL: _, ...rest } = env;
    expect(resolveTarget({}, { ...rest, WEFT_STATE: join(folder, ".weft") }, "/").url).toBe("http://up/o/demo");
  });

  test("a weft up that died is passed over", async () => {
    const { folder, env } = everySource();
    const child = spawn(process.execPath, ["-e", "0"]);
    const dead = child.pid!;
    await new Promise((resolve) => child.once("exit", resolve));
    writeAt(join(folder, ".weft/up.json"), upFile(dead, join(folder, "up.token")));
    const { WEFT_URL: _, ...rest } = env;
    expect(resolveTarget({}, rest, folder).url).toBe("http://saved/o/acme");
    const alone = (): unknown => resolveTarget({}, { WEFT_CONFIG: join(folder, "none.json") }, folder);
    expect(alone).toThrow(Failure);
    const { exit, parts } = failureOf(alone);
    expect([exit, parts.what, parts.where]).toEqual([
      "unreachable",
      "the control plane that runs here by `weft up` is stopped",
      join(folder, ".weft"),
    ]);
    expect(parts.fix?.[0]).toBe("weft up  starts it again with all that it had");
  });

  test("a weft up that was stopped has left its state, and is what the user means", () => {
    const folder = tempFolder({});
    const env = { WEFT_CONFIG: join(folder, "none.json") };
    const run = (where: string, more = {}) => failureOf(() => resolveTarget({}, { ...env, ...more }, where));
    expect(run(folder)).toMatchObject({ exit: "usage", parts: { what: expect.stringContaining("not known which") } });
    mkdirSync(join(folder, ".weft/control-plane"), { recursive: true });
    mkdirSync(join(folder, "inner"));
    expect(run(folder)).toMatchObject({ exit: "unreachable", parts: { where: join(folder, ".weft") } });
    const below = run(join(folder, "inner"));
    expect(below.parts.fix?.[0]).toBe(`weft up --state ${join(folder, ".weft")}  starts it again with all that it had`);
    expect(run("/", { WEFT_STATE: join(folder, ".weft") }).exit).toBe("unreachable");
    expect(run(folder, { WEFT_STATE: join(folder, "other") }).exit).toBe("usage");
  });
});

function failureOf(run: () => unknown): Failure {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error("did not fail");
}

test("a URL keeps what stands before /o/NAME", () => {
  expect(splitUrl("https://host/weft/o/acme/", "--url")).toEqual({
    url: "https://host/weft/o/acme",
    controlPlane: "https://host/weft",
    organisation: "acme",
  });
  for (const wrong of ["nonsense", "ftp://host/o/a", "https://host/acme", "https://host/o/"]) {
    expect(() => splitUrl(wrong, "--url"), wrong).toThrow("the URL is not that of an organisation");
  }
});

test("the config file is found by WEFT_CONFIG, then XDG_CONFIG_HOME, then HOME", () => {
  expect(configPath({ WEFT_CONFIG: "/a.json", XDG_CONFIG_HOME: "/x", HOME: "/h" })).toBe("/a.json");
  expect(configPath({ XDG_CONFIG_HOME: "/x", HOME: "/h" })).toBe("/x/weft/config.json");
  expect(configPath({ HOME: "/h" })).toBe("/h/.config/weft/config.json");
});

describe("config commands", () => {
  test("save, choose and show contexts; the file is private, and no token is in it or printed", async () => {
    const folder = tempFolder({ "a.token": "secret-a", "b.token": "secret-b" });
    const env = { WEFT_CONFIG: join(folder, "deep/config.json") };
    const set = (name: string, ...more: string[]) =>
      run(["config", "set-context", name, ...more], { env, cwd: folder });
    expect((await set("a", "--url", "http://h/o/a", "--token-file", "a.token")).code).toBe(0);
    expect((await set("b", "--url", "http://h/o/b/", "--token-file", "b.token")).code).toBe(0);
    expect((await run(["config", "use-context", "b"], { env })).err).toBe("Commands now use context b.\n");
    expect(statSync(env.WEFT_CONFIG).mode & 0o777).toBe(0o600);
    const shown = await run(["config", "show"], { env });
    expect(shown.out).toBe(
      `NAME  CURRENT  URL           TOKEN FILE\na              http://h/o/a  ${folder}/a.token\nb     yes      http://h/o/b  ${folder}/b.token\n`,
    );
    expect(shown.err).toBe("Here, commands speak to http://h/o/b (context b).\n");
    expect(readFileSync(env.WEFT_CONFIG, "utf8") + shown.out + shown.err).not.toMatch(/secret-[ab]/);
  });

  test("a wrong one is refused and changes nothing", async () => {
    const folder = tempFolder();
    const env = { WEFT_CONFIG: join(folder, "config.json") };
    const ran = await run(["config", "set-context", "a", "--url", "http://h/o/a", "--token-file", "none"], {
      env,
      cwd: folder,
    });
    expect(ran.code).toBe(2);
    expect(existsSync(env.WEFT_CONFIG)).toBe(false);
  });

  test("a damaged file is named", async () => {
    const folder = tempFolder({ "config.json": "{" });
    const ran = await run(["get", "meshes"], { env: { WEFT_CONFIG: join(folder, "config.json") }, cwd: folder });
    expect(ran.err).toContain(`weft: the configuration is damaged\n  where  ${folder}/config.json\n`);
    expect(ran.code).toBe(1);
  });
});

describe("what is no token", () => {
  const KEY = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIBx\n-----END PRIVATE KEY-----\n";
  const at = ["--url", "http://127.0.0.1:9/o/demo"];

  test.each<readonly [string, readonly string[], NodeJS.ProcessEnv]>([
    ["--token-file", ["get", "mesh", ...at, "--token-file", "key.pem"], {}],
    ["WEFT_TOKEN_FILE", ["get", "mesh", ...at], { WEFT_TOKEN_FILE: "key.pem" }],
    ["WEFT_TOKEN", ["get", "mesh", ...at], { WEFT_TOKEN: KEY }],
    ["--token", ["get", "mesh", ...at, "--token", KEY], {}],
    ["--token-file", ["config", "set-context", "a", ...at, "--token-file", "key.pem"], {}],
    [
      "--operator-secret-file",
      ["organisation", "create", "a", "--control-plane", "http://127.0.0.1:9", "--operator-secret-file", "key.pem"],
      {},
    ],
    [
      "--token-file",
      ["proxy", "run", "--relay", "http://127.0.0.1:9", "--mesh", "a", "--name", "b", "--token-file", "key.pem"],
      {},
    ],
  ])("of %s: 2, and not a word of it is shown", async (named, argv, env) => {
    const ran = await run(argv, { cwd: tempFolder({ "key.pem": KEY }), env: { ...env, WEFT_DEBUG: "1" } });
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.err).toContain("holds more than a token");
    expect(ran.err).toContain(named);
    expect(ran.err).not.toMatch(/MC4C|BEGIN|END/);
  });

  test("one word that a header cannot carry is none either", async () => {
    const ran = await run(["get", "mesh", ...at, "--token-file", "t"], { cwd: tempFolder({ t: "gehe\u00ef\u2028m" }) });
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.err).not.toContain("gehe");
  });
});
