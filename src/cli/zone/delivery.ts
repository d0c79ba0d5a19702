// Waiting until every other zone's proxies have taken a change.
import { setTimeout as sleep } from "node:timers/promises";
import type { DeliveryBody, RelayBody } from "#api/weft.ts";
import type { Connection } from "#cli/connection.ts";
import { allPages } from "#cli/pages.ts";

/** What a relay's zone has not taken yet; `proxies` null = the relay has not fetched it. */
export interface Lagging {
  readonly zone: string;
  readonly relay: string;
  readonly proxies: number | null;
  /** Some of those proxies, each with why; empty where nothing is known. */
  readonly named: readonly string[];
  /** Whether the control plane hears of the relay. */
  readonly online: boolean;
}

/** Relays by their id, as they were before the change: one whose version does not change has nothing to take. */
export type Versions = ReadonlyMap<string, string>;

/** The relays of all zones but `zone`, those that are admitted. */
export function relaysBut(connection: Connection, zone: string): Promise<readonly RelayBody[]> {
  return connection.ask("the relays could not be listed", async (client, organisation) => {
    const relays = await allPages<RelayBody>((query) => client.call("listRelays", { params: { organisation }, query }));
    return relays.filter((relay) => relay.zone !== zone && !relay.revoked);
  });
}

/** Asks until nobody lags, or the time is over; each change of the list is told. Those that lag at the end. */
export async function untilTaken(
  connection: Connection,
  {
    zone,
    sequence,
    before,
    boundMs,
  }: {
    readonly zone: string;
    readonly sequence: number;
    readonly before: Versions;
    readonly boundMs: number;
  },
  tell: (lagging: readonly Lagging[]) => void,
): Promise<readonly Lagging[]> {
  const deadline = Date.now() + boundMs;
  let told = "";
  for (;;) {
    const relays = await relaysBut(connection, zone);
    const found = await Promise.all(relays.map((relay) => lagOf(connection, relay, sequence, before)));
    const lagging = found.flatMap((one) => one ?? []);
    const text = JSON.stringify(lagging);
    if (text !== told && lagging.length > 0) tell(lagging);
    told = text;
    if (lagging.length === 0 || Date.now() > deadline) return lagging;
    await sleep(250, undefined, { signal: connection.signal });
  }
}

async function lagOf(
  connection: Connection,
  relay: RelayBody,
  sequence: number,
  before: Versions,
): Promise<Lagging | null> {
  const { id, zone, online } = relay;
  const untold: Lagging = { zone, relay: id, proxies: null, named: [], online };
  if (relay.sequence < sequence) return untold;
  if (before.get(id) === relay.version) return null;
  const rows = await connection.ask("the deliveries could not be read", (client, organisation) =>
    allPages<DeliveryBody>((query) => client.call("listDeliveries", { params: { organisation, zone }, query })),
  );
  const reached = rows.filter((row) => row.relay === id && row.epoch === relay.epoch && row.sequence >= sequence);
  if (reached.length === 0) return untold;
  const [best] = reached.toSorted((a, b) => a.pending - b.pending);
  if (best === undefined || best.pending === 0) return null;
  const named = best.laggards.map(({ proxy, reason }) => (reason === "" ? proxy : `${proxy}: ${reason}`));
  return { zone, relay: id, proxies: best.pending, named, online };
}
