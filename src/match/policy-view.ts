// Which policies hold for a dataplane, for each of its inbounds and outbounds, and for routes, as Kuma's `_policies` tell: for reading.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { POLICIES } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { rulesOfCases, saidRules, saidSubsets, wholePolicy } from "./inbound-policy.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import { unifiedName } from "./layout.ts";
import { matchProxy } from "./match.ts";
import type { MatchedOutbound, Merged, Origin, Policies, SubsetRule } from "./matched.ts";
import { proxyOf, selectedInbounds } from "./select.ts";
import { byType, shapeOf } from "./shape.ts";
import { cliqueCases } from "./subset.ts";
import type { ViewIndex } from "./view-index.ts";

type Dataplane = Resource<DataplaneSpec>;

export interface OriginView {
  readonly kri: string;
}

/** What the policies of one type come to; `conf` is a list where rules for real resources are told. */
export interface PolicyView {
  readonly kind: string;
  readonly conf: unknown;
  readonly origins: readonly OriginView[];
}

export interface InboundPolicyView {
  readonly kind: string;
  /** In the order in which Envoy tries them; `matchers` and `match` say for which clients. */
  readonly rules: readonly { readonly kri: string; readonly conf: unknown; readonly [clients: string]: unknown }[];
  readonly origins: readonly OriginView[];
}

export interface RouteView {
  readonly kind: string;
  readonly rules: readonly { readonly kri?: string; readonly matches?: unknown; readonly conf: unknown }[];
  readonly origins: readonly OriginView[];
}

/** Types whose `to` makes routes. */
const ROUTES = new Set(["MeshHTTPRoute", "MeshTCPRoute"]);
const WIDE = new Set(POLICIES.filter(({ policy }) => policy.proxy === true).map(({ type }) => type));

/** Proxy-wide policies of the dataplane. */
export function proxyPolicies(index: ViewIndex, dataplane: Dataplane): readonly PolicyView[] {
  const selecting = byType(shapeOf(index, proxyOf(dataplane, index.policies.gateways)).policies);
  return [...selecting].flatMap(([kind, policies]) => {
    const whole = wholePolicy(policies);
    return whole === null ? [] : [{ kind, conf: whole.conf, origins: originsOf(whole) }];
  });
}

/** Policies of the inbound with this section (its name, else its port); null where there is none. */
export function inboundPolicies(
  index: ViewIndex,
  dataplane: Dataplane,
  section: string,
): readonly InboundPolicyView[] | null {
  const proxy = proxyOf(dataplane, index.policies.gateways);
  const at = proxy.inbounds.findIndex((inbound) => inbound.section === section);
  if (at === -1) return null;
  const shape = shapeOf(index, proxy);
  const selecting = shape.policies.filter((one) => selectedInbounds(one, proxy)?.includes(at));
  return [...byType(selecting)].flatMap(([kind, policies]) => {
    const newer = policies.filter(({ older }) => older === undefined);
    const rules =
      newer.length > 0
        ? [...saidRules(newer).map(ruleView), ...subsetViews(kind, newer)]
        : (shape.inbounds[at]?.policies[kind]?.subsets ?? []).map(olderView);
    return rules.length === 0 ? [] : [{ kind, rules, origins: distinct(rules.map(({ kri }) => kri)) }];
  });
}

function ruleView({ policy, match, conf }: ReturnType<typeof saidRules>[number]): InboundPolicyView["rules"][number] {
  return { kri: policy.kri, ...(match && { match }), conf };
}

function olderView({ conf, origins, matchers }: SubsetRule<unknown>): InboundPolicyView["rules"][number] {
  return { kri: Object.values(origins)[0]?.[0]?.kri ?? "", matchers, conf };
}

/** Rules by client tags; those folded into rules are told already. */
function subsetViews(type: string, policies: readonly IndexedPolicy[]): InboundPolicyView["rules"] {
  const said = saidSubsets(policies.filter(({ traits }) => !traits.fromAsRules));
  const cases = cliqueCases(said.map(({ subset }) => subset)) ?? [];
  const merged = rulesOfCases(type, said, cases);
  return cases.map(({ matchers, items }, position) => ({
    kri: said[items.at(-1) ?? 0]?.policy.kri ?? "",
    matchers,
    conf: merged[position]?.conf,
  }));
}

/** Policies of an outbound, by the KRI of what it leads to or by Envoy's name of that; null where there is none. */
export function outboundPolicies(index: ViewIndex, dataplane: Dataplane, id: string): readonly PolicyView[] | null {
  const outbound = outboundOf(index, dataplane, id);
  return outbound === undefined ? null : toViews(outbound.policies);
}

/** Routes of an outbound; null where there is none. */
export function outboundRoutes(index: ViewIndex, dataplane: Dataplane, id: string): readonly RouteView[] | null {
  const outbound = outboundOf(index, dataplane, id);
  if (outbound === undefined) return null;
  return Object.entries(outbound.policies)
    .filter(([kind]) => ROUTES.has(kind))
    .map(([kind, merged]) => ({ kind, rules: routeRules(merged), origins: originsOf(merged) }));
}

/** Policies of one MeshHTTPRoute's requests to an outbound: its own, type by type, before the outbound's. */
export function routePolicies(
  index: ViewIndex,
  dataplane: Dataplane,
  id: string,
  route: string,
): readonly PolicyView[] | null {
  const outbound = outboundOf(index, dataplane, id);
  return outbound === undefined ? null : toViews({ ...outbound.policies, ...outbound.routePolicies?.[route] });
}

function toViews(policies: Policies): readonly PolicyView[] {
  return Object.entries(policies)
    .filter(([kind]) => !WIDE.has(kind))
    .map(([kind, merged]) => ({ kind, conf: [merged.conf], origins: originsOf(merged) }));
}

interface RouteRule {
  readonly matches?: unknown;
  readonly default?: unknown;
}

function routeRules(merged: Merged<unknown>): RouteView["rules"] {
  const { rules = [] } = merged.conf as { readonly rules?: readonly RouteRule[] };
  return rules.map(({ matches, default: conf }, at) => {
    const kri = originsUnder(merged, `/rules/${at}`)[0]?.kri ?? originsUnder(merged, "/rules")[0]?.kri;
    return { ...(kri !== undefined && { kri }), ...(matches !== undefined && { matches }), conf };
  });
}

function originsUnder({ origins }: Merged<unknown>, pointer: string): readonly Origin[] {
  return Object.entries(origins).flatMap(([leaf, said]) =>
    leaf === pointer || leaf.startsWith(`${pointer}/`) ? said : [],
  );
}

/** Everyone who had a say, weakest last. */
function originsOf({ origins }: Merged<unknown>): readonly OriginView[] {
  return distinct(
    Object.values(origins)
      .flat()
      .map(({ kri }) => kri),
  );
}

function distinct(kris: readonly string[]): readonly OriginView[] {
  return [...new Set(kris)].map((kri) => ({ kri }));
}

function outboundOf(index: ViewIndex, dataplane: Dataplane, id: string): MatchedOutbound | undefined {
  const { outbounds } = matchProxy(index, dataplane);
  return outbounds.find(({ destination: { cluster, tags } }) => unifiedName(tags) === id || cluster === id);
}
