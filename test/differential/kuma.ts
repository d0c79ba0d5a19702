// The oracle: a stock kuma-cp 2.14 of its own, started for the differential and ended with it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#test/child.ts";
import { keptPort } from "#test/port.ts";
import { type Joined, type Joining, joinAsProxy } from "./joined.ts";

/** Zone of the oracle; scenarios are compiled for the same one. */
export const KUMA_ZONE = "east";

export interface Kuma {
  readonly api: string;
  /** `https://127.0.0.1:port` that proxies join at. */
  readonly dpServer: string;
  readonly caFile: string;
  /** Status and body of a call. */
  call(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Opens the stream that a proxy would: until one has, Kuma knows nothing of its config. */
  join(proxy: Joining): Joined;
  close(): Promise<void>;
}

/** Starts kuma-cp in zone mode with a memory store; proxies need no tokens. Fails after 60 s. */
export async function startKuma(binary: string): Promise<Kuma> {
  const folder = mkdtempSync(join(tmpdir(), "weft-kuma-"));
  const [api, dp, diagnostics, interCp, mads] = await Promise.all([
    keptPort(),
    keptPort(),
    keptPort(),
    keptPort(),
    keptPort(),
  ]);
  const child = spawn(binary, ["run", "--log-level=off"], {
    cwd: folder,
    stdio: "ignore",
    env: {
      PATH: process.env.PATH ?? "",
      HOME: folder,
      KUMA_MODE: "zone",
      KUMA_ENVIRONMENT: "universal",
      KUMA_STORE_TYPE: "memory",
      KUMA_MULTIZONE_ZONE_NAME: KUMA_ZONE,
      KUMA_REPORTS_ENABLED: "false",
      KUMA_GENERAL_WORK_DIR: folder,
      KUMA_DEFAULTS_SKIP_MESH_CREATION: "true",
      KUMA_API_SERVER_HTTP_PORT: String(api),
      KUMA_API_SERVER_HTTPS_ENABLED: "false",
      KUMA_DP_SERVER_PORT: String(dp),
      KUMA_DP_SERVER_AUTHN_DP_PROXY_TYPE: "none",
      KUMA_DP_SERVER_AUTHN_ZONE_PROXY_TYPE: "none",
      KUMA_DIAGNOSTICS_SERVER_PORT: String(diagnostics),
      KUMA_INTER_CP_SERVER_PORT: String(interCp),
      KUMA_MONITORING_ASSIGNMENT_SERVER_PORT: String(mads),
    },
  });
  const base = `http://127.0.0.1:${api}`;
  const call: Kuma["call"] = async (method, path, body) => {
    const answer = await fetch(`${base}/${path}`, {
      method,
      // Kuma closes idle connections when it likes: each call has its own.
      headers: { "content-type": "application/json", connection: "close" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
  };
  const joined: Joined[] = [];
  const close = async (): Promise<void> => {
    for (const one of joined) one.close();
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const caFile = join(folder, "kuma-cp.crt");
  try {
    await until("kuma-cp to answer", () => ready(child, base));
    await until("its certificate", () => existsSync(caFile));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    api: base,
    dpServer: `https://127.0.0.1:${dp}`,
    caFile,
    call,
    join(proxy) {
      const one = joinAsProxy(`127.0.0.1:${dp}`, readFileSync(caFile), proxy);
      joined.push(one);
      return one;
    },
    close,
  };
}

async function ready(child: ChildProcess, base: string): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`kuma-cp ended with ${child.exitCode}`);
  try {
    return (await fetch(`${base}/`)).ok;
  } catch {
    return false;
  }
}

/** SIGTERM, and after five seconds SIGKILL. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await gone;
  clearTimeout(timer);
}
