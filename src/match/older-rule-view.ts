// What holds for a dataplane in the form of Kuma's older `rules`: for reading, by tools that do not know `_rules`.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";
import { tagCluster } from "./destination.ts";
import { type RulesOfType, rulesOf } from "./rule-view.ts";
import type { ViewIndex } from "./view-index.ts";

/** A rule, and the inbound, the outbounds or the proxy that it is attached to. */
export interface OlderRule {
  readonly type: "ClientSubset" | "DestinationSubset" | "SingleItem";
  /** Name of the cluster. */
  readonly name?: string;
  readonly addresses?: readonly string[];
  readonly service?: string;
  readonly tags?: Tags;
  readonly policyType: string;
  /** A negated value begins with `!`. */
  readonly subset: Tags;
  readonly conf: unknown;
  readonly origins: readonly { readonly mesh: string; readonly name: string }[];
}

interface Rule {
  readonly conf: unknown;
  readonly matchers?: readonly { readonly key: string; readonly value: string; readonly not: boolean }[];
  readonly origin: readonly { readonly mesh: string; readonly name: string }[];
}

/** Sorted by name, then type; rules for real resources are not among them. */
export function olderRulesOf(index: ViewIndex, dataplane: Resource<DataplaneSpec>): readonly OlderRule[] {
  const found = rulesOf(index, dataplane).flatMap((rules) => [
    ...clientRules(index, dataplane, rules),
    ...destinationRules(index, dataplane, rules),
    ...(rules.proxyRule === undefined
      ? []
      : [{ type: "SingleItem" as const, ...told(rules.type, rules.proxyRule as unknown as Rule) }]),
  ]);
  return found.sort((a, b) => compare(a.name ?? "", b.name ?? "") || compare(a.type, b.type));
}

function told(policyType: string, { matchers = [], conf, origin }: Rule): Omit<OlderRule, "type"> {
  const subset = matchers.map(({ key, value, not }) => [key, `${not ? "!" : ""}${value}`] as const);
  return {
    policyType,
    subset: Object.fromEntries(subset),
    conf,
    origins: origin.map(({ mesh, name }) => ({ mesh, name })),
  };
}

function clientRules(
  { digest }: ViewIndex,
  { spec }: Resource<DataplaneSpec>,
  { type, fromRules }: RulesOfType,
): readonly OlderRule[] {
  const { address: own = "", inbound: inbounds = [] } = spec.networking ?? {};
  const all = fromRules as readonly { readonly inbound: Inbound; readonly rules: readonly Rule[] }[];
  return all.flatMap(({ inbound: { port, tags }, rules }) => {
    const address = inbounds.find((one) => one.port === port)?.address || own;
    const at = { name: tagCluster(tags, digest), addresses: [`${address}:${port}`], service: tags[SERVICE_TAG] ?? "" };
    return rules.map((rule) => ({ type: "ClientSubset" as const, ...at, tags, ...told(type, rule) }));
  });
}

interface Inbound {
  readonly port: number;
  readonly tags: Tags;
}

/** The first rule that holds for an outbound's service; outbounds of one cluster share it. */
function destinationRules(
  { digest }: ViewIndex,
  { spec }: Resource<DataplaneSpec>,
  { type, toRules }: RulesOfType,
): readonly OlderRule[] {
  const found = new Map<string, OlderRule>();
  for (const { tags = {}, address, port = 0 } of spec.networking?.outbound ?? []) {
    const service = tags[SERVICE_TAG];
    if (service === undefined) continue;
    const holds = ({ matchers = [] }: Rule): boolean => matchers.every(({ value }) => value === service);
    const rule = (toRules as unknown as readonly Rule[]).find(holds);
    if (rule === undefined) continue;
    const name = tagCluster(tags, digest);
    const addresses = [...new Set([...(found.get(name)?.addresses ?? []), `${address || "127.0.0.1"}:${port}`])];
    found.set(name, { type: "DestinationSubset", name, addresses, service, tags, ...told(type, rule) });
  }
  return [...found.values()];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
