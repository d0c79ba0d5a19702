// How many proxies a zone has, and how many of them are online.
import { ZONE_PROXY_KINDS, type ZoneProxyKind } from "#model/proxy-kind.ts";
import { LABEL } from "#model/tag.ts";
import type { ApiCall } from "./call.ts";
import { listAll } from "./list-all.ts";

const NO_FILTER = { labels: {} };

type ProxyCounts = Readonly<Record<ZoneProxyKind, { readonly online: number; readonly total: number }>>;

/** Ingresses and egresses, of one zone or of all, and how many of each have a stream. */
export async function zoneProxyCounts(call: ApiCall, zone?: string): Promise<ProxyCounts> {
  const lives = await call.app.store.within(call.caller.tenant).registrations({ mesh: "" });
  const online = new Set(lives.flatMap((one) => (one.online ? [one.name] : [])));
  const counts = ZONE_PROXY_KINDS.map(async (type) => {
    const all = (await listAll(call, type, undefined, NO_FILTER)).filter(
      ({ resource }) => zone === undefined || resource.labels[LABEL.zone] === zone,
    );
    return [
      type,
      { online: all.filter(({ resource }) => online.has(resource.name)).length, total: all.length },
    ] as const;
  });
  return Object.fromEntries(await Promise.all(counts)) as unknown as ProxyCounts;
}

/** Dataplanes of a zone, and how many have a stream, as its relays last told; of those without one they name the first 20. */
export async function dataplaneCounts(
  call: ApiCall,
  zone: string,
): Promise<{ readonly online: number; readonly total: number }> {
  const store = call.app.store.within(call.caller.tenant);
  const [all, lives, deliveries] = await Promise.all([
    listAll(call, "Dataplane", undefined, { labels: { [LABEL.zone]: zone } }),
    store.registrations({ zone }),
    store.deliveries(zone),
  ]);
  const names = new Set(all.map(({ resource: { mesh, name } }) => `${mesh}.${name}`));
  const relays = [...new Set(deliveries.map(({ relay }) => relay))];
  const newest = relays.flatMap((relay) => deliveries.find((row) => row.relay === relay) ?? []);
  const away = new Set(
    newest.flatMap(({ laggards }) => laggards.flatMap(({ proxy, connected }) => (connected === false ? [proxy] : []))),
  );
  const online = lives
    .map(({ mesh, name, online }) => ({ text: `${mesh}.${name}`, online }))
    .filter((one) => one.online && names.has(one.text) && !away.has(one.text));
  return { online: online.length, total: all.length };
}
