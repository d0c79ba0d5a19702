// One life of an Envoy process: start, readiness, admin calls, end.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createTail } from "#cli/tail.ts";

export interface EnvoyOptions {
  readonly program: string;
  /** Private folder with bootstrap.json. */
  readonly folder: string;
  readonly concurrency: number | undefined;
  readonly logLevel: string;
  readonly drainSeconds: number;
  /** Envoy's own log. */
  readonly log: (text: string) => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface EnvoyProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Last lines of its log. */
  tail(): string;
  /** The relay's last refusal of its stream; undefined while it has not refused. */
  refusal(): StreamRefusal | undefined;
  /** `http://127.0.0.1:PORT`, once known. */
  admin(): string | undefined;
  /** A call of the admin interface; undefined when it gives no answer. */
  call(method: "GET" | "POST", path: string): Promise<{ status: number; body: string } | undefined>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts Envoy on `folder/bootstrap.json`. */
export function startEnvoy(options: EnvoyOptions): EnvoyProcess {
  const addressFile = join(options.folder, "admin-address");
  rmSync(addressFile, { force: true });
  const child = spawn(options.program, argumentsOf(options, addressFile), { stdio: ["ignore", "pipe", "pipe"] });
  const tail = createTail(30);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      tail.add(chunk.toString("utf8"));
      options.log(chunk.toString("utf8"));
    });
  }
  const admin = (): string | undefined => readAddress(addressFile);
  return {
    pid: child.pid ?? 0,
    exited: exitOf(child, tail.add),
    tail: tail.text,
    refusal: () => refusalIn(tail.text()),
    admin,
    kill: (signal) => void child.kill(signal),
    async call(method, path) {
      const base = admin();
      if (base === undefined) return undefined;
      try {
        const answer = await fetch(`${base}${path}`, { method, signal: AbortSignal.timeout(2_000) });
        return { status: answer.status, body: await answer.text() };
      } catch {
        return undefined;
      }
    },
  };
}

export interface StreamRefusal {
  readonly exit: "unauthenticated" | "forbidden" | "conflict";
  /** The relay's own words. */
  readonly reason: string;
}

/** gRPC's UNAUTHENTICATED, PERMISSION_DENIED and ALREADY_EXISTS; what else closes a stream may pass. */
const REFUSALS: Readonly<Record<string, StreamRefusal["exit"]>> = {
  "16": "unauthenticated",
  "7": "forbidden",
  "6": "conflict",
};

/** The last end of the stream in a log of Envoy, if it was a refusal. */
export function refusalIn(log: string): StreamRefusal | undefined {
  const ends = [...log.matchAll(/gRPC config stream to \S+ closed(?: since \d+s ago)?: (\d+), ?(.*)/g)];
  const [, code = "", reason = ""] = ends.at(-1) ?? [];
  const exit = REFUSALS[code];
  return exit === undefined ? undefined : { exit, reason: messageText(reason) };
}

/** gRPC messages are percent-encoded; Envoy adds in braces whose words they are. */
function messageText(text: string): string {
  const plain = text.replace(/\{\w+\}\s*$/, "").trim();
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

function argumentsOf({ folder, concurrency, logLevel, drainSeconds }: EnvoyOptions, addressFile: string): string[] {
  return [
    ...["--config-path", join(folder, "bootstrap.json")],
    // Envoys of one machine would else meet in the shared memory of base id 0.
    "--disable-hot-restart",
    ...["--admin-address-path", addressFile],
    ...["--log-level", logLevel],
    // Access logs reach their files and pipes within a second; Envoy's own choice is ten.
    ...["--file-flush-interval-msec", "1000"],
    ...["--drain-time-s", String(Math.max(1, drainSeconds)), "--drain-strategy", "immediate"],
    ...(concurrency === undefined ? [] : ["--concurrency", String(concurrency)]),
  ];
}

function exitOf(child: ChildProcess, note: (text: string) => void): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      note(`${error.message}\n`);
      resolve({ code: 127, signal: null });
    });
    // `close`, so that the tail has all of the log.
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

function readAddress(file: string): string | undefined {
  try {
    const text = readFileSync(file, "utf8").trim();
    return /^[\d.]+:\d+$/.test(text) ? `http://${text}` : undefined;
  } catch {
    return undefined;
  }
}

/** Resolves true once Envoy serves all listeners of its first config; false when it ended before or `stop` resolved. */
export async function becomesReady(envoy: EnvoyProcess, stop: Promise<unknown>): Promise<boolean> {
  let over = false;
  void Promise.race([envoy.exited, stop]).then(() => (over = true));
  while (!over) {
    if ((await envoy.call("GET", "/ready"))?.status === 200) return !over;
    await sleep(50);
  }
  return false;
}
