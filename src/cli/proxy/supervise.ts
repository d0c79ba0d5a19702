// Keeps one Envoy running: restarts with back-off, drains when asked, gives up on what can never start.
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "#cli/failure.ts";
import { refusal } from "./bootstrap.ts";
import { endEnvoy } from "./drain.ts";
import { becomesReady, type EnvoyProcess, type Exit } from "./envoy-process.ts";
import type { ProxyIdentity } from "./identity.ts";

export type ProxyState = "starting" | "ready" | "draining" | "restarting" | "stopped";

export interface SuperviseOptions {
  readonly start: () => EnvoyProcess;
  /** The announced leave of the Envoy that runs. */
  readonly drain: (envoy: EnvoyProcess) => Promise<void>;
  /** Resolves when a stop is asked for. */
  readonly stop: Promise<unknown>;
  /** Resolves when it is asked for again: no draining. */
  readonly stopNow: Promise<unknown>;
  readonly onState: (state: ProxyState, envoy: EnvoyProcess | undefined, restarts: number) => void;
  readonly say: (line: string) => void;
  /** What runs, for messages; absent = a Dataplane. */
  readonly proxy?: Pick<ProxyIdentity, "type">;
  /** The relay's address, for messages. */
  readonly relay: string;
  /** The most until Envoy is ready for the first time. */
  readonly patienceMs: number;
  /** First pause before a restart; doubles up to 30 s, and begins anew after a minute of life. */
  readonly pauseMs?: number;
}

/** An Envoy that dies so often without ever having been ready cannot start at all. */
const HOPELESS = 5;
const LONGEST_PAUSE_MS = 30_000;
const STEADY_MS = 60_000;

/** A mesh's first token key reaches the relay a moment after the token: a refusal that lasts so long is final. */
const REFUSED_MS = 2_000;

/**
 * Runs until a stop is asked for; returns the exit code. Throws Failure when Envoy can never start, when the relay
 * refuses it before it was ever ready, and when patience ends before that.
 */
export async function supervise(options: SuperviseOptions): Promise<number> {
  const { stop, stopNow, onState, say } = options;
  const firstPause = options.pauseMs ?? 500;
  let pause = firstPause;
  let everReady = false;
  let asked = false;
  void stop.then(() => (asked = true));
  const deadline = Date.now() + Math.max(1_000, options.patienceMs);
  for (let restarts = 0; ; restarts++) {
    const born = Date.now();
    const envoy = options.start();
    onState("starting", envoy, restarts);
    const ready = becomesReady(envoy, stop).then((isReady) => {
      if (isReady) onState("ready", envoy, restarts);
      everReady ||= isReady;
    });
    const hopelessNow = everReady ? undefined : vainWait(envoy, options, deadline, ready);
    const ended = await Promise.race([envoy.exited, stop.then(() => undefined), ...(hopelessNow ? [hopelessNow] : [])]);
    if (ended instanceof Failure) {
      await endEnvoy(envoy);
      onState("stopped", undefined, restarts);
      throw ended;
    }
    if (ended === undefined) {
      onState("draining", envoy, restarts);
      // The name is another proxy's: there is nothing to leave.
      const isHeld = !everReady && envoy.refusal()?.exit === "conflict";
      await Promise.race([isHeld ? undefined : options.drain(envoy), stopNow.then(() => envoy.kill("SIGKILL"))]);
      await endEnvoy(envoy);
      onState("stopped", undefined, restarts);
      return 0;
    }
    await ready;
    if (!everReady && restarts + 1 >= HOPELESS) throw hopeless(ended, envoy.tail());
    if (Date.now() - born > STEADY_MS) pause = firstPause;
    say(`Envoy ended (${exitText(ended)}); starting it again in ${pause / 1000} s`);
    onState("restarting", undefined, restarts);
    await Promise.race([sleep(pause, undefined, { ref: true }), stop]);
    if (asked) {
      onState("stopped", undefined, restarts);
      return 0;
    }
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** Resolves with the failure once it is clear that this Envoy does not become ready; never, when it does or ends. */
async function vainWait(
  envoy: EnvoyProcess,
  { relay, patienceMs, proxy, say }: SuperviseOptions,
  deadline: number,
  ready: Promise<void>,
): Promise<Failure> {
  let over = false;
  let told = false;
  void ready.then(() => (over = true));
  let refusedSince: number | undefined;
  while (!over) {
    const refused = envoy.refusal();
    refusedSince = refused === undefined ? undefined : (refusedSince ?? Date.now());
    const isLast = Date.now() > deadline;
    // Another proxy that has its name may be about to end.
    const isHeld = refused?.exit === "conflict";
    if (isHeld && !told) say(`the relay at ${relay} does not take it yet (${refused.reason}); trying again`);
    told ||= isHeld;
    if (refused !== undefined && (isLast || (!isHeld && Date.now() - refusedSince! > REFUSED_MS)))
      return refusal(refused.exit, relay, refused.reason, proxy?.type ?? "Dataplane");
    if (isLast) return notReady(envoy, relay, patienceMs);
    await sleep(100);
  }
  return new Promise(() => {});
}

function notReady(envoy: EnvoyProcess, relay: string, patienceMs: number): Failure {
  const tail = envoy.tail();
  return new Failure("timeout", {
    what: `Envoy is not ready after ${patienceMs / 1000} s (--patience)`,
    where: `relay ${relay}`,
    why: tail === "" ? "it runs, and has not got its first config" : tail.split("\n").slice(-4).join("\n"),
    fix: "does the relay serve this mesh, and can Envoy reach it? GET /readyz there says how it is",
  });
}

export function exitText({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

function hopeless(exit: Exit, tail: string): Failure {
  return new EnvoyFailure(exit, {
    what: `Envoy ended ${HOPELESS} times before it was ever ready (${exitText(exit)})`,
    why: tail === "" ? "it wrote nothing" : tail.split("\n").slice(-8).join("\n"),
    fix: "is it an Envoy for this system? weft envoy path, then run it with --version",
  });
}

/** Its exit code is Envoy's own. */
class EnvoyFailure extends Failure {
  readonly #code: number;

  constructor(exit: Exit, parts: Failure["parts"]) {
    super("failed", parts);
    this.#code = exit.code || 1;
  }

  override get code(): number {
    return this.#code;
  }
}
