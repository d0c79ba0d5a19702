// Which organisation a command speaks to, and with what token: flags, environment, `.weft/up.json`, saved contexts.

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { variable } from "#api/environment.ts";
import type { Sealed } from "#model/sealed.ts";
import { commandName } from "./command-name.ts";
import { Failure, reasonOf, usage } from "./failure.ts";
import { writePrivate } from "./private-file.ts";
import { readTokenFile, tokenIn } from "./token-file.ts";
import { isRunning, nearestState, nearestUpFile, STATE_FOLDER } from "./up-file.ts";

export interface SavedContext {
  /** The organisation's API: `https://host/o/NAME`. */
  readonly url: string;
  readonly tokenFile?: string;
}

export interface Config {
  readonly current?: string;
  readonly contexts: Readonly<Record<string, SavedContext>>;
}

export interface Target {
  readonly url: string;
  /** The control plane's own address, without the organisation. */
  readonly controlPlane: string;
  readonly organisation: string;
  readonly token: Sealed | undefined;
  /** For people: where url and token came from. */
  readonly source: string;
}

export interface TargetFlags {
  readonly url?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly context?: string;
}

/** WEFT_CONFIG, or weft/config.json in XDG_CONFIG_HOME or ~/.config. */
export function configPath(env: NodeJS.ProcessEnv): string {
  const given = variable(env, "WEFT_CONFIG");
  if (given !== undefined) return given;
  return join(
    variable(env, "XDG_CONFIG_HOME") ?? join(variable(env, "HOME") ?? homedir(), ".config"),
    "weft",
    "config.json",
  );
}

/** The saved contexts; none when there is no file. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const path = configPath(env);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { contexts: {} };
    throw new Failure("failed", {
      what: "the configuration cannot be read",
      where: path,
      why: reasonOf(error),
      fix: "mend the file's rights, or name another by WEFT_CONFIG",
    });
  }
  try {
    const config = JSON.parse(text) as Config;
    if (typeof config.contexts === "object" && config.contexts !== null) return config;
  } catch {
    // Told below.
  }
  throw new Failure("failed", {
    what: "the configuration is damaged",
    where: path,
    why: 'it is no JSON object with "contexts"',
    fix: "mend or delete it, then weft config set-context",
  });
}

export function writeConfig(env: NodeJS.ProcessEnv, config: Config): void {
  writePrivate(configPath(env), `${JSON.stringify(config, null, 2)}\n`);
}

/** Flags win over the environment, then `--context`, then the nearest running `weft up`, then the current context. */
export function resolveTarget(flags: TargetFlags, env: NodeJS.ProcessEnv, cwd: string): Target {
  if (flags.token !== undefined && flags.tokenFile !== undefined)
    throw usage("--token and --token-file exclude each other");
  const base = baseOf(flags, env, cwd);
  return {
    ...splitUrl(base.url, base.source),
    token: tokenOf(flags, env, cwd, base),
    source: sourceOf(flags, env, base),
  };
}

/** A token of the environment is named: a forgotten one must be found when it is refused. */
function sourceOf({ token, tokenFile }: TargetFlags, env: NodeJS.ProcessEnv, { local, source }: Base): string {
  if (local !== true || token !== undefined || tokenFile !== undefined || !namedByEnvironment(env)) return source;
  return `${source}, token of ${variable(env, "WEFT_TOKEN") ? "WEFT_TOKEN" : "WEFT_TOKEN_FILE"}`;
}

interface Base extends SavedContext {
  /** Of a running `weft up`. */
  readonly local?: boolean;
  readonly source: string;
}

function baseOf(flags: TargetFlags, env: NodeJS.ProcessEnv, cwd: string): Base {
  if (flags.url !== undefined) return { url: flags.url, source: "--url" };
  if (flags.context !== undefined) return savedContext(readConfig(env), flags.context, "--context");
  const url = variable(env, "WEFT_URL");
  if (url !== undefined) return { url, source: "WEFT_URL" };
  const nearest = nearestUpFile(cwd, env);
  if (nearest !== undefined && isRunning(nearest.up))
    return { ...nearest.up.api, local: true, source: join(nearest.folder, "up.json") };
  const config = readConfig(env);
  if (config.current !== undefined) return savedContext(config, config.current, configPath(env));
  const stopped = nearest?.folder ?? nearestState(cwd, env);
  if (stopped !== undefined) throw stoppedHere(stopped, cwd);
  throw new Failure("usage", {
    what: "it is not known which organisation to speak to",
    why: "there is no --url, no WEFT_URL, no running `weft up` here and no context",
    fix: [
      "weft up                                      runs one here",
      "weft config set-context NAME --url … --token-file …",
      "--url https://host/o/NAME --token-file FILE  for this call only",
    ],
  });
}

/** The user means what stands in that folder, and it only has to be started again. */
function stoppedHere(folder: string, cwd: string): Failure {
  const start = folder === resolve(cwd, STATE_FOLDER) ? "" : ` --state ${folder}`;
  return new Failure("unreachable", {
    what: "the control plane that runs here by `weft up` is stopped",
    where: folder,
    fix: [
      `${commandName()} up${start}  starts it again with all that it had`,
      "--url https://host/o/NAME --token-file FILE  speaks to another one, for this call only",
    ],
  });
}

function savedContext(config: Config, name: string, source: string): Base {
  const saved = config.contexts[name];
  if (saved !== undefined) return { ...saved, source: `context ${name}` };
  const known = Object.keys(config.contexts);
  throw new Failure("usage", {
    what: `there is no context ${name}`,
    where: source,
    fix:
      known.length === 0
        ? `weft config set-context ${name} --url https://host/o/NAME --token-file FILE`
        : `known: ${known.join(", ")}`,
  });
}

/**
 * A token belongs to the place it was given for: one from the environment is not sent to a saved context. A running
 * `weft up` is this user's own, so there the environment's wins, as flags do.
 */
function tokenOf(flags: TargetFlags, env: NodeJS.ProcessEnv, cwd: string, base: Base): Sealed | undefined {
  if (flags.token !== undefined) return tokenIn(flags.token, "what --token gives");
  if (flags.tokenFile !== undefined) return readTokenFile(resolve(cwd, flags.tokenFile), "--token-file");
  if (base.tokenFile !== undefined && !(base.local === true && namedByEnvironment(env)))
    return readTokenFile(base.tokenFile, "the context");
  const token = variable(env, "WEFT_TOKEN");
  if (token !== undefined) return tokenIn(token, "WEFT_TOKEN");
  const file = variable(env, "WEFT_TOKEN_FILE");
  return file === undefined ? undefined : readTokenFile(resolve(cwd, file), "WEFT_TOKEN_FILE");
}

function namedByEnvironment(env: NodeJS.ProcessEnv): boolean {
  return (variable(env, "WEFT_TOKEN") ?? variable(env, "WEFT_TOKEN_FILE")) !== undefined;
}

/** `https://host/prefix/o/NAME` → control plane and organisation. */
export function splitUrl(text: string, source: string): { url: string; controlPlane: string; organisation: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const match = url === undefined ? null : /^(.*)\/o\/([^/]+)\/?$/.exec(url.pathname);
  if (url === undefined || match === null || !/^https?:$/.test(url.protocol)) {
    throw new Failure("usage", {
      what: "the URL is not that of an organisation",
      where: `${text} (${source})`,
      why: "it must read https://host/o/NAME",
      fix: "correct it",
    });
  }
  return {
    url: `${url.origin}${match[1]}/o/${match[2]}`,
    controlPlane: `${url.origin}${match[1]}`,
    organisation: decodeURIComponent(match[2]!),
  };
}
