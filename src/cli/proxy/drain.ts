// An announced leave: peers are told, requests in flight end, then Envoy goes.
import { setTimeout as sleep } from "node:timers/promises";
import { INSTANCE_HEADER } from "#api/instance.ts";
import { resourcePath } from "#api/resource-path.ts";
import { reasonOf } from "#cli/failure.ts";
import { KINDS } from "#model/kinds.ts";
import type { EnvoyProcess } from "./envoy-process.ts";
import type { ProxyIdentity } from "./identity.ts";
import { callRelay, type RelayAddress } from "./relay-call.ts";

export interface DrainOptions {
  readonly envoy: EnvoyProcess;
  /** Asked in turn until one has taken the leave. */
  readonly relays: readonly RelayAddress[];
  readonly proxy: ProxyIdentity;
  /** The most that draining may take; milliseconds. */
  readonly drainMs: number;
  /** Peers need so long to hear of the leave, whatever is in flight here. */
  readonly settleMs: number;
  readonly say: (line: string) => void;
}

/** Leaves, waits until nothing is in flight or the time is over, and ends Envoy. Never throws. */
export async function drain({ envoy, relays, proxy, drainMs, settleMs, say }: DrainOptions): Promise<void> {
  const start = Date.now();
  await leave(relays, proxy, say);
  // Envoy answers with `connection: close` and GOAWAY from here on, and still takes what arrives.
  await envoy.call("POST", "/healthcheck/fail");
  let over = false;
  void envoy.exited.then(() => (over = true));
  while (!over && Date.now() - start < drainMs) {
    if (Date.now() - start >= Math.min(settleMs, drainMs) && (await inFlight(envoy)) === 0) break;
    await sleep(100);
  }
  await endEnvoy(envoy);
}

/** Tells a relay, so that peers lose the endpoint at once instead of after the closed stream's grace. */
async function leave(
  relays: readonly RelayAddress[],
  { type, mesh, name, token, instance }: ProxyIdentity,
  say: (line: string) => void,
): Promise<void> {
  const path = `/${resourcePath(KINDS[type], mesh, name)}`;
  const headers = { authorization: `Bearer ${token.reveal()}`, [INSTANCE_HEADER]: instance };
  let why = "";
  for (const relay of relays) {
    try {
      const { status } = await callRelay(relay, { method: "DELETE", path, headers, timeoutMs: 2_000 });
      if (status < 400) return;
      // 404: it had gone already, or another relay knows it.
      if (status !== 404) why = `it answered ${status}`;
    } catch (error) {
      why = reasonOf(error);
    }
  }
  if (why !== "") say(`no relay could be told of the leave: ${why}; peers will notice the closed stream`);
}

/** Requests and TCP connections that proxies of this Envoy are serving; the admin interface's own left out. */
async function inFlight(envoy: EnvoyProcess): Promise<number> {
  const filter = encodeURIComponent("^(http|tcp)\\..*\\.downstream_(rq|cx)_active$");
  const stats = await envoy.call("GET", `/stats?filter=${filter}`);
  let sum = 0;
  for (const line of (stats?.body ?? "").split("\n")) {
    const [, kind, prefix, what, count] = /^(http|tcp)\.(.*)\.downstream_(rq|cx)_active: (\d+)$/.exec(line) ?? [];
    // Idle HTTP connections do not count, their requests do; of TCP proxies each connection does.
    if (prefix !== undefined && prefix !== "admin" && (kind === "http") === (what === "rq")) sum += Number(count);
  }
  return sum;
}

/** Asks Envoy to exit, then insists. */
export async function endEnvoy(envoy: EnvoyProcess): Promise<void> {
  const gone = async (ms: number): Promise<boolean> =>
    Promise.race([envoy.exited.then(() => true), sleep(ms, false, { ref: false })]);
  envoy.kill("SIGTERM");
  if (await gone(2_000)) return;
  envoy.kill("SIGKILL");
  await gone(2_000);
}
