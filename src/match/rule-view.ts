// What holds for a dataplane in the form of Kuma's `_rules`: for reading, never for generation.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";
import { withoutCollectors } from "./collector-ref.ts";
import { rulesOfCases, saidRules, saidSubsets, subsetOf, wholePolicy } from "./inbound-policy.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import type { Merged, Origin } from "./matched.ts";
import { mergeConfs, type Said, sameOrigin } from "./merge.ts";
import { hooksOf } from "./merge-hook.ts";
import { compareItems } from "./order.ts";
import { forService, type SaidTo, saidTo } from "./outbound-policy.ts";
import { isReferred } from "./refer.ts";
import { type ProxyFacts, type ProxyInbound, proxyOf, selectedInbounds } from "./select.ts";
import { refersToResource } from "./service-index.ts";
import { byType, shapeOf } from "./shape.ts";
import { cliqueCases } from "./subset.ts";
import type { ViewIndex } from "./view-index.ts";

type Json = Readonly<Record<string, unknown>>;

/** One policy type's part of the answer. */
export interface RulesOfType {
  readonly type: string;
  readonly toRules: readonly Json[];
  readonly fromRules: readonly Json[];
  readonly inboundRules: readonly Json[];
  readonly toResourceRules: readonly Json[];
  /** What a proxy-wide policy says. */
  readonly proxyRule?: Json;
  readonly warnings: readonly string[];
}

/** `rules` of `GET …/dataplanes/{name}/_rules`: each type that selects the dataplane, in plugin order (reference 2.4). */
export function rulesOf(index: ViewIndex, dataplane: Resource<DataplaneSpec>): readonly RulesOfType[] {
  const proxy = proxyOf(dataplane, index.policies.gateways);
  // Where services are real resources alone, rules by tag reach nothing.
  const byTag = index.view.mesh.spec.meshServices?.mode !== "Exclusive";
  // Kuma's answer knows nothing of older policies.
  const newer = shapeOf(index, proxy).policies.filter(({ older }) => older === undefined);
  const found = [...byType(newer)].map(([type, policies]): RulesOfType => {
    const to = policies.flatMap(saidTo);
    return {
      type,
      toRules: byTag
        ? toRules(
            type,
            to.filter((item) => !isAttached(item)),
            policies,
          )
        : [],
      fromRules: perInbound(proxy, policies, (selecting) => fromRules(type, selecting)),
      inboundRules: perInbound(proxy, policies, (selecting) => inboundRules(selecting)),
      toResourceRules: resourceRules(index, type, to, policies),
      ...proxyRule(policies),
      warnings: [],
    };
  });
  return found.filter(saysSomething);
}

function saysSomething({ toRules, fromRules, inboundRules, toResourceRules, proxyRule }: RulesOfType): boolean {
  return proxyRule !== undefined || [toRules, fromRules, inboundRules, toResourceRules].some((list) => list.length > 0);
}

function proxyRule(policies: readonly IndexedPolicy[]): { readonly proxyRule?: Json } {
  const whole = wholePolicy(policies);
  return whole === null ? {} : { proxyRule: { conf: withoutCollectors(whole.conf), origin: metas(policies) } };
}

function perInbound(
  proxy: ProxyFacts,
  policies: readonly IndexedPolicy[],
  rulesFor: (selecting: readonly IndexedPolicy[]) => readonly Json[],
): readonly Json[] {
  const byPort = [...proxy.inbounds.entries()].sort(([, a], [, b]) => (a.inbound.port ?? 0) - (b.inbound.port ?? 0));
  return byPort.flatMap(([position, inbound]) => {
    const rules = rulesFor(policies.filter((policy) => selectedInbounds(policy, proxy)?.includes(position)));
    return rules.length === 0 ? [] : { inbound: inboundView(inbound), rules };
  });
}

function inboundView({ inbound: { name, port }, tags }: ProxyInbound): Json {
  return { ...(name && { name }), port, tags };
}

/** Kuma's own cases, which may overlap: the first that matches a client holds. */
function fromRules(type: string, policies: readonly IndexedPolicy[]): readonly Json[] {
  const said = saidSubsets(policies);
  const cases = cliqueCases(said.map(({ subset }) => subset)) ?? [];
  const rules = rulesOfCases(type, said, cases);
  return cases.map(({ matchers, items }, position) => ({
    conf: withoutCollectors(rules[position]?.conf),
    matchers,
    origin: metas(items.map((item) => said[item]?.policy as IndexedPolicy)),
  }));
}

function inboundRules(policies: readonly IndexedPolicy[]): readonly Json[] {
  return saidRules(policies).map(({ policy, match, conf, origin }) => ({
    ...(match && { match }),
    conf: [withoutCollectors(conf)],
    origin: [{ resourceMeta: metaOf(policy.resource), ruleIndex: origin.rule }],
  }));
}

/** By service tag: a rule for each service that an item names, then the one for all others. */
function toRules(type: string, said: readonly SaidTo[], policies: readonly IndexedPolicy[]): readonly Json[] {
  const services = new Set(said.flatMap(({ targetRef }) => subsetOf(targetRef)?.[SERVICE_TAG] ?? []));
  const rule = (matchers: readonly Json[], items: readonly SaidTo[]): readonly Json[] =>
    items.length === 0
      ? []
      : [
          {
            conf: shown(type, mergeConfs(items, hooksOf(type)).conf),
            matchers,
            origin: metas(policies.filter((policy) => items.some((item) => item.policy === policy))),
          },
        ];
  return [
    ...[...services].flatMap((value) => rule([{ key: SERVICE_TAG, value, not: false }], forService(said, value))),
    ...rule(
      [],
      said.filter(({ targetRef }) => targetRef.kind === "Mesh"),
    ),
  ];
}

/** By real resource: the mesh, and each service or port that an item names. */
function resourceRules(
  index: ViewIndex,
  type: string,
  said: readonly SaidTo[],
  policies: readonly IndexedPolicy[],
): readonly Json[] {
  const kris = new Map(policies.map((policy) => [policy.kri, policy]));
  const rule = (resourceMeta: Json, section: string, items: readonly SaidTo[]): readonly Json[] => {
    if (items.length === 0) return [];
    const sorted = [...items].sort((a, b) => compareItems(ranked(a), ranked(b)));
    const { conf, origins } = mergeConfs(sorted, hooksOf(type));
    return [
      {
        conf: [shown(type, conf)],
        origin: ruleOrigins(sorted, origins, kris),
        resourceMeta,
        resourceSectionName: section,
      },
    ];
  };
  // What is attached to routes holds for their requests alone.
  const attached = said.filter(isAttached);
  const own = said.filter((item) => !isAttached(item));
  const mesh = own.filter(({ targetRef }) => targetRef.kind === "Mesh");
  const found = [...rule({ labels: {}, mesh: "", name: index.view.mesh.name, type: "Mesh" }, "", mesh)];
  for (const [kind, resource] of named(index)) {
    const items = own.filter(
      ({ targetRef }) => targetRef.kind === kind && refersToResource(targetRef, resource, index.services.find),
    );
    const whole = items.filter(({ targetRef }) => !targetRef.sectionName);
    if (kind === "MeshHTTPRoute") whole.push(...attached.filter(({ policy: { top } }) => isReferred(top, resource)));
    if (whole.length > 0) found.push(...rule(metaOf(resource), "", [...mesh, ...whole]));
    for (const section of new Set(items.flatMap(({ targetRef }) => targetRef.sectionName || []))) {
      const part = items.filter(({ targetRef }) => !targetRef.sectionName || targetRef.sectionName === section);
      found.push(...rule(metaOf(resource), section, [...mesh, ...part]));
    }
  }
  return found;
}

/** Kinds of which an item of `to` may name one resource. */
const NAMED = ["MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute"];

function named({ view }: ViewIndex): readonly (readonly [kind: string, resource: Resource])[] {
  return NAMED.flatMap((kind) => (view.resources[kind] ?? []).map((resource) => [kind, resource] as const));
}

function isAttached({ policy: { top } }: SaidTo): boolean {
  return top.kind === "MeshHTTPRoute";
}

function ranked({ policy, targetRef, index }: SaidTo): Parameters<typeof compareItems>[0] {
  return { policy: policy.resource, targetRef, index };
}

/** Every rule that had a say, weakest first. */
function ruleOrigins(
  said: readonly Said[],
  origins: Merged<unknown>["origins"],
  policies: ReadonlyMap<string, IndexedPolicy>,
): readonly Json[] {
  const used = Object.values(origins).flat();
  return said
    .map(({ origin }) => origin)
    .filter((origin: Origin) => used.some((other) => sameOrigin(other, origin)))
    .map((origin) => {
      const policy = policies.get(origin.kri);
      return { resourceMeta: policy === undefined ? {} : metaOf(policy.resource), ruleIndex: origin.rule };
    });
}

/** The policies' metas, each once. */
function metas(policies: readonly IndexedPolicy[]): readonly Json[] {
  return [...new Set(policies)].map(({ resource }) => metaOf(resource));
}

function metaOf({ type, mesh, name, labels }: { type: string; mesh: string; name: string; labels: Tags }): Json {
  return { labels, mesh, name, type };
}

/** As it was written; of a MeshTCPRoute Kuma tells the one rule, and not its conf alone. */
function shown(type: string, conf: unknown): unknown {
  return type === "MeshTCPRoute" ? { default: conf } : withoutCollectors(conf);
}
