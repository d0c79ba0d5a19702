// Handlers of a zone's ingresses and egresses: their insights, and overviews that show both.
import { readPageQuery, slicePage } from "#api/page.ts";
import type { ZoneProxyKind } from "#model/proxy-kind.ts";
import type { Resource } from "#model/resource.ts";
import type { Registration } from "#store/face/registration.ts";
import { pretty } from "./answer.ts";
import { type ApiCall, type Handler, param } from "./call.ts";
import { dataplaneInsight } from "./dataplane.ts";
import { listAll } from "./list-all.ts";
import { metaOf } from "./overview.ts";

/** They have no mesh, so no backends of mTLS. */
const NO_BACKENDS = { enabled: "", all: [] };

type Show = (resource: Resource, insight: Readonly<Record<string, unknown>>) => unknown;

/** Kuma's member of an overview: `zoneIngress`, beside `zoneIngressInsight`. */
const MEMBER: Readonly<Record<ZoneProxyKind, string>> = { ZoneIngress: "zoneIngress", ZoneEgress: "zoneEgress" };

const asOverview = (type: ZoneProxyKind): Show => {
  const member = MEMBER[type];
  return (resource, insight) => ({
    ...metaOf(resource, `${type}Overview`),
    [member]: resource.spec,
    [`${member}Insight`]: insight,
  });
};

const asInsight = (type: ZoneProxyKind): Show => {
  return (resource, insight) => {
    const { kri: _, ...meta } = metaOf(resource, `${type}Insight`);
    return { ...meta, ...insight };
  };
};

async function livesOf(call: ApiCall): Promise<ReadonlyMap<string, Registration>> {
  const all = await call.app.store.within(call.caller.tenant).registrations({ mesh: "" });
  return new Map(all.map((one) => [one.name, one]));
}

function insightOf(lives: ReadonlyMap<string, Registration>, name: string): Readonly<Record<string, unknown>> {
  return dataplaneInsight(lives.get(name), [], NO_BACKENDS);
}

function listOf(type: ZoneProxyKind, show: Show): Handler<"api"> {
  return async (call) => {
    const query = readPageQuery(call.url.searchParams);
    const [all, lives] = await Promise.all([listAll(call, type, undefined, query), livesOf(call)]);
    const page = slicePage(call.url.href, query, all);
    return pretty({
      ...page,
      items: page.items.map(({ resource }) => show(resource, insightOf(lives, resource.name))),
    });
  };
}

function oneOf(type: ZoneProxyKind, show: Show): Handler<"api"> {
  return async (call) => {
    const name = param(call, "name");
    const { resource } = await call.app.reader.get(call.caller, { type, mesh: "", name });
    return pretty(show(resource, insightOf(await livesOf(call), name)));
  };
}

export const zoneIngressOverviews = listOf("ZoneIngress", asOverview("ZoneIngress"));
export const zoneIngressOverview = oneOf("ZoneIngress", asOverview("ZoneIngress"));
export const zoneIngressInsights = listOf("ZoneIngress", asInsight("ZoneIngress"));
export const zoneIngressInsight = oneOf("ZoneIngress", asInsight("ZoneIngress"));
export const zoneEgressOverviews = listOf("ZoneEgress", asOverview("ZoneEgress"));
export const zoneEgressOverview = oneOf("ZoneEgress", asOverview("ZoneEgress"));
export const zoneEgressInsights = listOf("ZoneEgress", asInsight("ZoneEgress"));
export const zoneEgressInsight = oneOf("ZoneEgress", asInsight("ZoneEgress"));
