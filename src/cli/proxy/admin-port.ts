// The port of Envoy's admin interface: free before Envoy is started, for Envoy's own words about a taken one help nobody.
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "#cli/failure.ts";
import { isFree } from "#cli/up/port.ts";

/** An Envoy that is leaving has it for so long at most; milliseconds. */
const LEAVING_MS = 8_000;
const PAUSE_MS = 100;

export interface AdminPortOptions {
  /** 0 = any free one. */
  readonly port: number;
  readonly patienceMs: number;
  readonly say: (line: string) => void;
  /** Ends the wait. */
  readonly stop: Promise<unknown>;
}

/** Resolves once nobody listens there, or a stop is asked for. Throws Failure where somebody stays. */
export async function untilAdminPortFree({ port, patienceMs, say, stop }: AdminPortOptions): Promise<void> {
  if (port === 0) return;
  let stopped = false;
  void stop.then(() => (stopped = true));
  const deadline = Date.now() + Math.min(patienceMs, LEAVING_MS);
  for (let told = false; !stopped && !(await isFree(port)); ) {
    if (Date.now() > deadline)
      throw new Failure("failed", {
        what: `port ${port} is taken, so Envoy's admin interface cannot listen there`,
        where: `127.0.0.1:${port}`,
        fix: ["--admin-port N  chooses another", "--admin-port 0  takes any free one"],
      });
    if (!told) say(`port ${port} of --admin-port is taken; waiting for whoever has it to leave`);
    told = true;
    await sleep(PAUSE_MS);
  }
}
