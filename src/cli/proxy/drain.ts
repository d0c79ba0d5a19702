// An announced leave: peers are told, those that have not heard yet are still served, requests in flight end, then Envoy goes.
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
  /** Who has sent nothing for so long has heard of the leave. */
  readonly settleMs: number;
  readonly say: (line: string) => void;
}

/** Leaves, waits until nothing comes any more and nothing is in flight, or the time is over, and ends Envoy. Never throws. */
export async function drain({ envoy, relays, proxy, drainMs, settleMs, say }: DrainOptions): Promise<void> {
  const start = Date.now();
  await leave(relays, proxy, say);
  // Envoy answers with `connection: close` and GOAWAY from here on, and still takes what arrives.
  await envoy.call("POST", "/healthcheck/fail");
  let over = false;
  void envoy.exited.then(() => (over = true));
  let quiet = { since: start, came: Number.NaN };
  while (!over && Date.now() - start < drainMs) {
    const { came, inFlight } = await trafficOf(envoy);
    if (came !== quiet.came) quiet = { since: Date.now(), came };
    if (Date.now() - quiet.since >= settleMs && inFlight === 0) break;
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

/** Requests and TCP connections that ever came to proxies of this Envoy, and those that they serve now; the admin interface's own left out. */
async function trafficOf(envoy: EnvoyProcess): Promise<{ readonly came: number; readonly inFlight: number }> {
  const filter = encodeURIComponent("^(http|tcp)\\..*\\.downstream_(rq|cx)_(active|total)$");
  const stats = await envoy.call("GET", `/stats?filter=${filter}`);
  const sums = { active: 0, total: 0 };
  for (const line of (stats?.body ?? "").split("\n")) {
    const [, kind, prefix, what, sum, count] =
      /^(http|tcp)\.(.*)\.downstream_(rq|cx)_(active|total): (\d+)$/.exec(line) ?? [];
    // Idle HTTP connections do not count, their requests do; of TCP proxies each connection does.
    if (prefix !== undefined && prefix !== "admin" && (kind === "http") === (what === "rq"))
      sums[sum as keyof typeof sums] += Number(count);
  }
  return { came: sums.total, inFlight: sums.active };
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
