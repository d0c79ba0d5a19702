// The policies of a view, each type in ascending precedence, and what of a proxy any of them can see.
import type { PolicyTraits } from "#model/kind.ts";
import { POLICIES } from "#model/kinds.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import type { RuleMatch } from "#model/rule-match.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import type { View } from "#model/view.ts";
import type { MatchFault } from "./fault.ts";
import { comparePolicies, isShadow, topOf } from "./order.ts";

/** The parts that every targetRef policy may have. */
export interface PolicySpec {
  readonly targetRef?: TargetRef;
  readonly to?: readonly { readonly targetRef: TargetRef; readonly default?: unknown }[];
  readonly from?: readonly { readonly targetRef: TargetRef; readonly default?: unknown }[];
  readonly rules?: readonly { readonly matches?: readonly RuleMatch[]; readonly default?: unknown }[];
  /** What a proxy-wide policy says. */
  readonly default?: unknown;
}

export interface IndexedPolicy {
  /** Its place among all policies of the index; ascending precedence within a type. */
  readonly id: number;
  readonly type: string;
  readonly traits: PolicyTraits;
  readonly resource: Resource<PolicySpec>;
  readonly kri: string;
  readonly top: TargetRef;
}

/** What any policy's top level names: two proxies that agree on all of it are selected alike. */
export interface Visible {
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly names: ReadonlySet<string>;
  readonly sections: ReadonlySet<string>;
}

export interface PolicyIndex {
  /** By id. */
  readonly all: readonly IndexedPolicy[];
  readonly visible: Visible;
  readonly faults: readonly MatchFault[];
}

/** Kinds that a targetRef may name and of which this release keeps no resources. */
const ABSENT = new Set(["MeshGateway", "MeshHTTPRoute", "MeshExternalService", "MeshMultiZoneService"]);

/** Indexes the policies of a view; the earlier index itself where no policy is another. */
export function indexPolicies(
  view: View,
  previous?: { readonly view: View; readonly policies: PolicyIndex },
): PolicyIndex {
  if (previous !== undefined && POLICIES.every(({ type }) => sameList(view, previous.view, type))) {
    return previous.policies;
  }
  const all: IndexedPolicy[] = [];
  for (const { type, policy: traits } of POLICIES) {
    const list = (view.resources[type] ?? []) as readonly Resource<PolicySpec>[];
    for (const resource of list.filter((one) => !isShadow(one)).sort(comparePolicies)) {
      all.push({ id: all.length, type, traits, resource, kri: kriOf(resource), top: topOf(resource) });
    }
  }
  return { all, visible: visibleOf(all), faults: all.flatMap(faultsOf) };
}

/** Whether two views hold the same resources of a type, by identity. */
export function sameList(a: View, b: View, type: string): boolean {
  const [first = [], second = []] = [a.resources[type], b.resources[type]];
  return first === second || (first.length === second.length && first.every((one, index) => one === second[index]));
}

function visibleOf(policies: readonly IndexedPolicy[]): Visible {
  const tags = new Map<string, Set<string>>();
  const labels = new Map<string, Set<string>>();
  const names = new Set<string>();
  const sections = new Set<string>();
  const see = (map: Map<string, Set<string>>, key: string, value: string): void => {
    const values = map.get(key);
    if (values === undefined) map.set(key, new Set([value]));
    else values.add(value);
  };
  for (const { top } of policies) {
    for (const [key, value] of Object.entries(top.tags ?? {})) see(tags, key, value);
    for (const [key, value] of Object.entries(top.labels ?? {})) see(labels, key, value);
    if (top.kind === "Dataplane" && top.name) names.add(top.name);
    else if (top.name) see(tags, SERVICE_TAG, top.name);
    if (top.sectionName) sections.add(top.sectionName);
  }
  return { tags, labels, names, sections };
}

function faultsOf({ kri, top, resource }: IndexedPolicy): MatchFault[] {
  const found: MatchFault[] = [];
  const refer = (field: string, { kind, name }: TargetRef): void => {
    if (!ABSENT.has(kind)) return;
    const which = name ? `${kind} "${name}"` : kind;
    found.push({ kri, field, reason: `refers to ${which}, which does not exist in this mesh: it has no effect there` });
  };
  refer("spec.targetRef", top);
  resource.spec.to?.forEach(({ targetRef }, index) => {
    refer(`spec.to[${index}].targetRef`, targetRef);
  });
  return found;
}
