// Handler of the stream of events.
import { EVENT_STREAM, type Hint } from "#api/event.ts";
import { authenticate } from "./auth.ts";
import type { ApiCall, Handler } from "./call.ts";
import { openEventStream } from "./event-stream.ts";
import { standingRelays } from "./standing-relays.ts";

/** Below what proxies between client and edge let a silent connection live (30 s and more). Milliseconds. */
const HEARTBEAT = 20_000;
/** A client comes back after so long and some more, so that those of a restarted server do not come all at once; milliseconds. */
const RETRY = { least: 2000, spread: 3000 } as const;

const HEADERS = { "content-type": `${EVENT_STREAM}; charset=utf-8`, "x-accel-buffering": "no" };

/** Last-Event-ID is what a browser sends by itself; `since` is for its first call, which cannot have headers. */
export const events: Handler<"api"> = async (call) => {
  const { app, request, url, caller, holder } = call;
  if (request.method === "HEAD") return new Response(null, { headers: HEADERS });
  const since = request.headers.get("last-event-id") ?? url.searchParams.get("since");
  const body = await openEventStream({
    events: app.events,
    tenant: caller.tenant,
    since: since === "" ? null : since,
    retry: RETRY.least + Math.floor(((app.chance(1)[0] ?? 0) / 256) * RETRY.spread),
    every: HEARTBEAT,
    left: holder.expiresAt === null ? null : Date.parse(holder.expiresAt) - app.clock(),
    look: await openLook(call),
  });
  return new Response(body, { headers: HEADERS });
};

/** Whether the caller still may listen, and which relays have come or gone: silence is written nowhere. */
async function openLook(call: ApiCall): Promise<() => Promise<readonly Hint[]>> {
  const onlineNow = async (): Promise<ReadonlyMap<string, boolean>> => {
    const relays = await standingRelays(call);
    return new Map(relays.map(({ head, online }) => [JSON.stringify({ zone: head.zone, relay: head.relay }), online]));
  };
  let before = await onlineNow();
  return async () => {
    const { caller } = await authenticate(call);
    if (caller.tenant !== call.caller.tenant) throw new TypeError("the same credential is of another organisation now");
    const now = await onlineNow();
    const changed = [...now].filter(([relay, online]) => before.has(relay) && before.get(relay) !== online);
    before = now;
    return changed.map(
      ([relay]): Hint => ({ kind: "relay", ...(JSON.parse(relay) as { zone: string; relay: string }) }),
    );
  };
}
