// Handlers of overviews: dataplanes with their insight, zones with their relays.
import { type Page, type PageQuery, readPageQuery, slicePage } from "#api/page.ts";
import type { Dataplane } from "#model/dataplane-status.ts";
import { Fault } from "#model/fault.ts";
import type { SpecOf } from "#model/kinds.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import type { CertificateRow } from "#store/face/certificate.ts";
import type { Registration } from "#store/face/registration.ts";
import type { StoredResource } from "#store/face/resource.ts";
import { pretty } from "./answer.ts";
import { type ApiCall, type Handler, param } from "./call.ts";
import { type Backends, dataplaneInsight, selects } from "./dataplane.ts";
import { listAll } from "./list-all.ts";
import { type StandingRelay, standingRelays } from "./standing-relays.ts";
import { dataplaneCounts, zoneProxyCounts } from "./zone-counts.ts";

const GATEWAY = ["true", "false", "builtin", "delegated"];

export const dataplaneOverviews: Handler<"api"> = async (call) => {
  const { searchParams } = call.url;
  const query = readPageQuery(searchParams);
  const gateway = searchParams.get("gateway");
  if (gateway !== null && gateway !== "" && !GATEWAY.includes(gateway)) {
    throw new Fault("malformed", "Invalid query", {
      title: "Could not retrieve resources",
      violations: [{ field: "gateway", reason: `must be one of ${GATEWAY.join(", ")}` }],
    });
  }
  const { mesh } = call.params;
  const all = await listAll(call, "Dataplane", mesh, query);
  const chosen = all.filter(({ resource }) => selects(resource as Dataplane, searchParams.getAll("tag"), gateway));
  return pretty(await withOverviews(call, query, chosen));
};

export const dataplaneOverview: Handler<"api"> = async (call) => {
  const key = { type: "Dataplane", mesh: param(call, "mesh"), name: param(call, "name") };
  const [overview] = await overviewsOf(call, [await call.app.reader.get(call.caller, key)]);
  return pretty(overview);
};

async function withOverviews(
  call: ApiCall,
  query: PageQuery,
  chosen: readonly StoredResource[],
): Promise<Page<unknown>> {
  const page = slicePage(call.url.href, query, chosen);
  return { ...page, items: await overviewsOf(call, page.items) };
}

/** What belongs to the dataplanes of one mesh. */
interface Surroundings {
  readonly registrations: ReadonlyMap<string, Registration>;
  readonly leaves: ReadonlyMap<string, readonly CertificateRow[]>;
  readonly backends: Backends;
}

const MOST_LEAVES = 1000;

async function surroundings(call: ApiCall, mesh: string): Promise<Surroundings> {
  const store = call.app.store.within(call.caller.tenant);
  const [registrations, certificates, stored] = await Promise.all([
    store.registrations({ mesh }),
    store.certificates({ mesh, size: MOST_LEAVES }),
    store.get({ type: "Mesh", mesh: "", name: mesh }),
  ]);
  const { mtls } = (stored?.resource.spec ?? {}) as SpecOf<"Mesh">;
  return {
    registrations: new Map(registrations.map((one) => [one.name, one])),
    leaves: byName(certificates),
    backends: { enabled: mtls?.enabledBackend ?? "", all: (mtls?.backends ?? []).map(({ name }) => name ?? "") },
  };
}

function byName(certificates: readonly CertificateRow[]): ReadonlyMap<string, readonly CertificateRow[]> {
  const leaves = new Map<string, CertificateRow[]>();
  for (const row of certificates) {
    const known = leaves.get(row.name);
    if (known === undefined) leaves.set(row.name, [row]);
    else known.push(row);
  }
  return leaves;
}

async function overviewsOf(call: ApiCall, items: readonly StoredResource[]): Promise<readonly unknown[]> {
  const meshes = [...new Set(items.map(({ resource }) => resource.mesh))];
  const around = new Map(
    await Promise.all(meshes.map(async (mesh) => [mesh, await surroundings(call, mesh)] as const)),
  );
  return items.map(({ resource }) => {
    const { registrations, leaves, backends } = around.get(resource.mesh) as Surroundings;
    const insight = dataplaneInsight(registrations.get(resource.name), leaves.get(resource.name) ?? [], backends);
    return { ...metaOf(resource, "DataplaneOverview"), dataplane: resource.spec, dataplaneInsight: insight };
  });
}

/** What every insight and overview begins with. */
export function metaOf(resource: Resource, type: string): Readonly<Record<string, unknown>> {
  const { mesh, name, creationTime, modificationTime, labels } = resource;
  return {
    type,
    ...(mesh === "" ? {} : { mesh }),
    name,
    creationTime,
    modificationTime,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    kri: kriOf(resource),
  };
}

type ShowZone = (call: ApiCall, resource: Resource, relays: readonly StandingRelay[]) => unknown;

function zonesBy(show: ShowZone): Handler<"api"> {
  return async (call) => {
    const query = readPageQuery(call.url.searchParams);
    const [all, relays] = await Promise.all([listAll(call, "Zone", undefined, query), standingRelays(call)]);
    const page = slicePage(call.url.href, query, all);
    const items = page.items.map(({ resource }) => show(call, resource, relays));
    return pretty({ ...page, items: await Promise.all(items) });
  };
}

function zoneBy(show: ShowZone): Handler<"api"> {
  return async (call) => {
    const name = param(call, "name");
    const { resource } = await call.app.reader.get(call.caller, { type: "Zone", mesh: "", name });
    return pretty(await show(call, resource, await standingRelays(call, name)));
  };
}

/**
 * Each relay is a subscription, and one that has ended says since when: kumactl and the GUI take a zone to be online by one
 * that has not.
 */
function subscriptionsOf({ app }: ApiCall, zone: string, relays: readonly StandingRelay[]): readonly unknown[] {
  return (
    relays
      .filter(({ head }) => head.zone === zone)
      // The last one counts most for who shows only one, so that is one that is there.
      .toSorted((a, b) => Number(a.online) - Number(b.online) || (a.since < b.since ? -1 : 1))
      .map(({ head, online, since, lastContact, leftAt }) => ({
        id: head.relay,
        globalInstanceId: app.controlPlane,
        zoneInstanceId: head.relay,
        connectTime: since,
        ...(online ? {} : { disconnectTime: leftAt ?? lastContact }),
        status: { lastUpdateTime: lastContact, total: {} },
      }))
  );
}

/** Counts of the zone's own proxies are Weft's. */
const zoneOverviewOf: ShowZone = async (call, resource, relays) => {
  const subscriptions = subscriptionsOf(call, resource.name, relays);
  const insight = subscriptions.length === 0 ? {} : { zoneInsight: { subscriptions } };
  const [dataplanes, { ZoneIngress: zoneIngresses, ZoneEgress: zoneEgresses }] = await Promise.all([
    dataplaneCounts(call, resource.name),
    zoneProxyCounts(call, resource.name),
  ]);
  const counts = { dataplanes, zoneIngresses, zoneEgresses };
  return { ...metaOf(resource, "ZoneOverview"), zone: resource.spec, ...insight, ...counts };
};

const zoneInsightOf: ShowZone = (call, resource, relays) => {
  const { kri: _, labels: __, ...meta } = metaOf(resource, "ZoneInsight");
  return { ...meta, subscriptions: subscriptionsOf(call, resource.name, relays) };
};

export const zoneOverviews = zonesBy(zoneOverviewOf);
export const zoneOverview = zoneBy(zoneOverviewOf);
export const zoneInsights = zonesBy(zoneInsightOf);
export const zoneInsight = zoneBy(zoneInsightOf);
