// Which policies hold for a dataplane, for each of its inbounds and outbounds, and for routes, as Kuma's `_policies` tell: for reading.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { POLICIES } from "#model/kinds.ts";
import { parseKri } from "#model/kri.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { withoutCollectors } from "./collector-ref.ts";
import { rulesOfCases, saidRules, saidSubsets, wholePolicy } from "./inbound-policy.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import { unifiedName } from "./layout.ts";
import { listenerPolicies } from "./listener-policy.ts";
import { matchProxy } from "./match.ts";
import type { MatchedOutbound, Merged, Origin, Policies, SubsetRule } from "./matched.ts";
import { proxyOf, selectedInbounds } from "./select.ts";
import { type ResourceRuleView, rulesToward } from "./service-policy-view.ts";
import { byType, shapeOf } from "./shape.ts";
import { cliqueCases } from "./subset.ts";
import type { ViewIndex } from "./view-index.ts";
import { zoneListenersOf } from "./zone-listener.ts";

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
    return whole === null ? [] : [{ kind, conf: withoutCollectors(whole.conf), origins: originsOf(whole) }];
  });
}

/** Policies of the inbound, or of the listener that serves the zone, with this section (its name, else its port); null where there is none. */
export function inboundPolicies(
  index: ViewIndex,
  dataplane: Dataplane,
  section: string,
): readonly InboundPolicyView[] | null {
  const proxy = proxyOf(dataplane, index.policies.gateways);
  const at = proxy.inbounds.findIndex((inbound) => inbound.section === section);
  if (at === -1) return listenerView(index, dataplane, section);
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

function listenerView(index: ViewIndex, dataplane: Dataplane, section: string): readonly InboundPolicyView[] | null {
  const place = zoneListenersOf(index).find((one) => one.dataplane === dataplane.name && one.section === section);
  if (place === undefined) return null;
  return [...byType(listenerPolicies(index, dataplane, place))].flatMap(([kind, policies]) => {
    const rules = [...saidRules(policies).map(ruleView), ...subsetViews(kind, policies)];
    return rules.length === 0 ? [] : [{ kind, rules, origins: distinct(rules.map(({ kri }) => kri)) }];
  });
}

function ruleView({ policy, match, conf }: ReturnType<typeof saidRules>[number]): InboundPolicyView["rules"][number] {
  return { kri: policy.kri, ...(match && { match }), conf: withoutCollectors(conf) };
}

function olderView({ conf, origins, matchers }: SubsetRule<unknown>): InboundPolicyView["rules"][number] {
  return { kri: Object.values(origins)[0]?.[0]?.kri ?? "", matchers, conf: withoutCollectors(conf) };
}

/** Rules by client tags; those folded into rules are told already. */
function subsetViews(type: string, policies: readonly IndexedPolicy[]): InboundPolicyView["rules"] {
  const said = saidSubsets(policies.filter(({ traits }) => !traits.fromAsRules));
  const cases = cliqueCases(said.map(({ subset }) => subset)) ?? [];
  const merged = rulesOfCases(type, said, cases);
  return cases.map(({ matchers, items }, position) => ({
    kri: said[items.at(-1) ?? 0]?.policy.kri ?? "",
    matchers,
    conf: withoutCollectors(merged[position]?.conf),
  }));
}

/**
 * Policies toward a destination: by the KRI of a resource's port, whether an outbound leads there or not, or by Envoy's name
 * of an outbound's destination; null where it is neither.
 */
export function outboundPolicies(index: ViewIndex, dataplane: Dataplane, id: string): readonly PolicyView[] | null {
  const outbound = outboundOf(index, dataplane, id);
  if (outbound !== undefined) return toViews(outbound.policies);
  const target = parseKri(id);
  if (target === null) return null;
  return rulesToward(index, dataplane, target).map(ruleOfType);
}

function ruleOfType({ type, conf, origins }: ResourceRuleView): PolicyView {
  return { kind: type, conf, origins: distinct(origins) };
}

/** Routes of an outbound; null where there is none. */
export function outboundRoutes(index: ViewIndex, dataplane: Dataplane, id: string): readonly RouteView[] | null {
  const outbound = outboundOf(index, dataplane, id);
  if (outbound === undefined) return unlistedRoutes(index, dataplane, id);
  return Object.entries(outbound.policies)
    .filter(([kind]) => ROUTES.has(kind))
    .map(([kind, merged]) => ({ kind, rules: routeRules(merged), origins: originsOf(merged) }));
}

function unlistedRoutes(index: ViewIndex, dataplane: Dataplane, id: string): readonly RouteView[] | null {
  const target = parseKri(id);
  if (target === null) return null;
  const found = rulesToward(index, dataplane, target).filter(({ type }) => ROUTES.has(type));
  return found.map(({ type, conf, origins }) => ({
    kind: type,
    rules: conf.flatMap(rulesIn).map(({ matches, default: said }) => {
      const kri = matches === undefined ? origins.at(-1) : origins.findLast((one) => says(index, type, one, matches));
      return { ...(kri !== undefined && { kri }), ...(matches !== undefined && { matches }), conf: said };
    }),
    origins: distinct(origins),
  }));
}

/** Whether a route has a rule for these requests. */
function says({ policies }: ViewIndex, type: string, kri: string, matches: unknown): boolean {
  const route = policies.all.find((policy) => policy.type === type && policy.kri === kri);
  const items = (route?.resource.spec.to ?? []) as readonly { readonly rules?: readonly RouteRule[] }[];
  return items.some(({ rules = [] }) => rules.some((rule) => sameJson(rule.matches, matches)));
}

/** Policies of one MeshHTTPRoute's requests to an outbound: its own, type by type, before the outbound's. */
export function routePolicies(
  index: ViewIndex,
  dataplane: Dataplane,
  id: string,
  route: string,
): readonly PolicyView[] | null {
  const outbound = outboundOf(index, dataplane, id);
  if (outbound !== undefined) return toViews({ ...outbound.policies, ...outbound.routePolicies?.[route] });
  const [target, own] = [parseKri(id), parseKri(route)];
  if (target === null || own === null) return null;
  const found = rulesToward(index, dataplane, own, target).filter(({ type }) => !ROUTES.has(type));
  return found.map(ruleOfType);
}

function toViews(policies: Policies): readonly PolicyView[] {
  return Object.entries(policies)
    .filter(([kind]) => !WIDE.has(kind))
    .map(([kind, merged]) => ({ kind, conf: [withoutCollectors(merged.conf)], origins: originsOf(merged) }));
}

interface RouteRule {
  readonly matches?: unknown;
  readonly default?: unknown;
}

/** A MeshHTTPRoute's list of rules; a MeshTCPRoute has one, told as a rule or matched as its conf. */
function rulesIn(conf: unknown): readonly RouteRule[] {
  const { rules, ...only } = (conf ?? {}) as RouteRule & { readonly rules?: readonly RouteRule[] };
  return rules ?? ["default" in only ? only : { default: only }];
}

function routeRules(merged: Merged<unknown>): RouteView["rules"] {
  return rulesIn(merged.conf).map(({ matches, default: conf }, at) => {
    const kri = (originsUnder(merged, `/rules/${at}`)[0] ?? Object.values(merged.origins).flat()[0])?.kri;
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
