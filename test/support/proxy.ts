// A proxy of a test: `weft proxy run` with a real Envoy, in this machine's network or in a namespace of its own.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Child, startChild, until } from "./child.ts";
import { dist } from "./dist.ts";

export interface ConfigDump {
  readonly configs: readonly Record<string, unknown>[];
}

/** What every running proxy can do, whatever it stands before. */
export interface RunningProxy {
  readonly name: string;
  /** Envoy's admin interface. */
  admin(path: string): Promise<string>;
  /** Envoy's config, decoded. */
  configDump(): Promise<ConfigDump>;
  envoyPid(): number;
  /** SIGTERM: an announced leave. */
  leave(): Promise<void>;
  /** SIGKILL of supervisor and Envoy: it dies without a word. */
  die(): Promise<void>;
  /** Kills Envoy alone; the supervisor starts it again. */
  restartEnvoy(): Promise<void>;
  output(): string;
}

export interface ProxyRun {
  readonly name: string;
  readonly type?: "dataplane" | "ingress" | "egress";
  /** Its own folder. */
  readonly work: string;
  /** The Dataplane, ZoneIngress or ZoneEgress. */
  readonly resource: object;
  readonly token: string;
  readonly relay: { readonly api: string; readonly caFile: string };
  /** The command that runs another one in the proxy's network; empty for this machine's. */
  readonly enter?: readonly string[];
  /** More flags of `weft proxy run`. */
  readonly args?: readonly string[];
  readonly track: (child: Child) => Child;
  /** What else may tell why it failed. */
  readonly explain: () => string;
}

interface Status {
  readonly state: string;
  readonly admin: string | null;
  readonly envoyPid: number | null;
  readonly restarts: number;
}

/** Starts it and waits until it is ready; throws with what it printed where it ends before. */
export async function runProxy(run: ProxyRun): Promise<RunningProxy> {
  const { name, type = "dataplane", work, relay, enter = [] } = run;
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, "dataplane.json"), JSON.stringify(run.resource));
  writeFileSync(join(work, "token"), run.token, { mode: 0o600 });
  const [command = "", ...args] = [
    ...enter,
    ...[process.execPath, dist("cli"), "proxy", "run", "--type", type],
    ...["--relay", relay.api, "--ca-cert-file", relay.caFile],
    ...["--dataplane-file", join(work, "dataplane.json"), "--token-file", join(work, "token")],
    ...["--concurrency", "1", "--work-dir", work, ...(run.args ?? [])],
  ];
  const child = run.track(startChild(command, args));
  const explain = (): string => `--- ${name}\n${child.output()}\n${run.explain()}`;
  const status = (): Status => JSON.parse(readFileSync(join(work, "status.json"), "utf8"));
  let ended = false;
  void child.ended.then(() => {
    ended = true;
  });
  await until(`${name} to be ready or to end`, () => ended || status().state === "ready", { explain });
  if (ended) throw new Error(`${name} ended: ${explain()}`);
  const admin = (path: string): Promise<string> => {
    const at = String(status().admin).replace(/^(?!http)/, "http://");
    return enter.length === 0 ? fetched(`${at}${path}`) : curled(enter, `${at}${path}`);
  };
  return {
    name,
    admin,
    configDump: async () => JSON.parse(await admin("/config_dump?include_eds")) as ConfigDump,
    envoyPid: () => status().envoyPid ?? -1,
    leave: () => child.stop("SIGTERM", 60_000),
    async die() {
      // Its Envoy's number may be another process's by now.
      if (ended) return;
      const envoy = status().envoyPid;
      await child.stop("SIGKILL");
      if (envoy !== null) killIfAlive(envoy);
    },
    async restartEnvoy() {
      const { envoyPid, restarts } = status();
      if (envoyPid !== null) process.kill(envoyPid, "SIGKILL");
      await until(`${name} to be back`, () => status().restarts > restarts && status().state === "ready", { explain });
    },
    output: child.output,
  };
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It went with its supervisor.
  }
}

async function fetched(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.text();
}

/** GET by curl, in another network. */
export function curled(enter: readonly string[], url: string, ...more: readonly string[]): Promise<string> {
  const [command = "", ...args] = [...enter, "curl", "-sS", "--fail", "--max-time", "10", ...more, url];
  return new Promise((resolve, reject) => {
    execFile(command, args, { maxBuffer: 64 << 20 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}
