// Handlers of inspection: what holds for one dataplane, its whole config, and whom a policy or a service selects.
import { readPageQuery, slicePage } from "#api/page.ts";
import type { ProxyAsked, ProxyTold, RulesOfType } from "#control/face/reader.ts";
import { Fault } from "#model/fault.ts";
import { formatKri, parseKri } from "#model/kri.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import { pretty } from "./answer.ts";
import { type ApiCall, type Handler, param } from "./call.ts";
import { matchesHash } from "./matches-hash.ts";

/** The dataplane in the path, with the answers to what is asked of it. */
export function inspected<const Asked extends ProxyAsked>(call: ApiCall, asked: Asked): Promise<ProxyTold<Asked>> {
  return call.app.reader.inspect(call.caller, param(call, "mesh"), param(call, "name"), asked);
}

/** What names a resource in Kuma's inspection. */
export function metaView({ type, mesh, name, labels }: Resource): Readonly<Record<string, unknown>> {
  return { labels, mesh, name, type };
}

export const dataplaneRules: Handler<"api"> = async (call) => {
  const { dataplane, rules } = await inspected(call, { rules: [] });
  return pretty({ httpMatches: await httpMatches(rules), resource: metaView(dataplane), rules });
};

/** The matches of all routes, each once, by hash. */
async function httpMatches(rules: readonly RulesOfType[]): Promise<readonly unknown[]> {
  const routes = rules.find(({ type }) => type === "MeshHTTPRoute");
  if (routes === undefined) return [];
  const confs = [...routes.toRules, ...routes.toResourceRules].flatMap(({ conf }) => conf) as readonly {
    readonly rules?: readonly { readonly matches?: readonly unknown[] }[];
  }[];
  const all = confs.flatMap((conf) => conf.rules ?? []).map(({ matches = [] }) => matches);
  const hashed = await Promise.all(all.map(async (match) => [await matchesHash(match), match] as const));
  const found = [...new Map(hashed)].sort(([a], [b]) => (a < b ? -1 : 1));
  return found.map(([hash, match]) => ({ hash, match }));
}

export const dataplanePolicies: Handler<"api"> = async (call) => {
  const { policies } = await inspected(call, { policies: [] });
  return pretty({ policies });
};

export const dataplaneInboundPolicies: Handler<"api"> = async (call) => {
  const text = param(call, "inbound");
  const kri = parseKri(text);
  const section = kri === null ? text : kri.section;
  const { dataplane, inboundPolicies: policies } = await inspected(call, { inboundPolicies: [section] });
  if (kri !== null && (kri.shortName !== "dp" || kri.name !== dataplane.name)) {
    throw new Fault("malformed", `${JSON.stringify(text)} is no inbound of this dataplane`);
  }
  if (policies === null) throw absent("inbound", text);
  return pretty({ policies });
};

export const dataplaneOutboundPolicies: Handler<"api"> = async (call) => {
  const id = param(call, "outbound");
  const { outboundPolicies: policies } = await inspected(call, { outboundPolicies: [id] });
  if (policies === null) throw absent("outbound", id);
  return pretty({ policies });
};

export const dataplaneOutboundRoutes: Handler<"api"> = async (call) => {
  const id = param(call, "outbound");
  const { outboundRoutes: routes } = await inspected(call, { outboundRoutes: [id] });
  if (routes === null) throw absent("outbound", id);
  return pretty({ routes });
};

export const dataplaneRoutePolicies: Handler<"api"> = async (call) => {
  const id = param(call, "outbound");
  const text = param(call, "route");
  const route = parseKri(text);
  if (route === null) throw new Fault("malformed", `${JSON.stringify(text)} is no KRI of a route`);
  const { routePolicies: policies } = await inspected(call, {
    routePolicies: [id, formatKri({ ...route, section: "" })],
  });
  if (policies === null) throw absent("outbound", id);
  return pretty({ policies });
};

function absent(what: string, id: string): Fault {
  return new Fault("absent", `The dataplane has no ${what} ${JSON.stringify(id)}; its _layout lists those that it has`);
}

export const dataplaneLayout: Handler<"api"> = async (call) => pretty((await inspected(call, { layout: [] })).layout);

export const dataplaneConfig: Handler<"api"> = async (call) => {
  const { searchParams } = call.url;
  const shadow = readFlag(searchParams, "shadow");
  const includes = (searchParams.get("include") ?? "").split(",").filter((one) => one !== "");
  if (includes.some((one) => one !== "diff")) {
    throw new Fault("malformed", "unsupported value for query parameter 'include'", {
      violations: [{ field: "include", reason: "must be diff, or left out" }],
    });
  }
  const asked: ProxyAsked = { config: [shadow], ...(shadow && includes.length > 0 ? { shadowDiff: [] } : {}) };
  const told = await inspected<ProxyAsked>(call, asked);
  const diff = includes.length === 0 ? {} : { diff: told.shadowDiff ?? [] };
  return pretty({ ...diff, xds: told.config });
};

/** A query's flag in the words that Kuma takes. Fault `malformed` for any other. */
export function readFlag(params: URLSearchParams, name: string): boolean {
  const text = params.get(name) ?? "";
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  if (["", "0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
  throw new Fault("malformed", `unsupported value for query parameter '${name}'`, {
    violations: [{ field: name, reason: "must be true or false" }],
  });
}

/** Dataplanes that the policy or MeshService in the path selects, a page of them. */
export const selectedDataplanes: Handler<"api"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const found = await call.app.reader.selected(call.caller, keyOf(call));
  const { name = "", labels } = query;
  const chosen = found.filter(
    (one) => one.name.includes(name) && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
  );
  const page = slicePage(call.url.href, query, chosen);
  return pretty({ ...page, items: page.items.map(metaView) });
};

/** What the path names; the rows without a kind are about MeshServices. */
export function keyOf(call: ApiCall): ResourceKey {
  return { type: call.operation.kind?.type ?? "MeshService", mesh: param(call, "mesh"), name: param(call, "name") };
}
