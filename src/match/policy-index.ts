// The policies of a view, each type in ascending precedence, whom they select, and what of a proxy any of them can see.
import { COLLECTOR_TYPE } from "#model/collector.ts";
import { ALL_KINDS, POLICIES } from "#model/kinds.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import type { TargetRef } from "#model/target-ref.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { collectorFaults, collectorsOf, namesCollectors, withCollectors } from "./collector-ref.ts";
import { type DistantRef, distantRefs } from "./dangling.ts";
import type { MatchFault } from "./fault.ts";
import type { Gateway } from "./gateway.ts";
import type { IndexedPolicy, PolicySpec } from "./indexed-policy.ts";
import { olderRows, sameOlder } from "./legacy/row.ts";
import { comparePolicies, isShadow, topOf } from "./order.ts";
import { inOwnNamespace } from "./own-namespace.ts";
import { isReferred } from "./refer.ts";
import type { Selector } from "./select.ts";
import { indexSelectors, type SelectorIndex } from "./selector-index.ts";
import { type Visible, visibleTo } from "./signature.ts";
import { shapeFaults } from "./sound.ts";

export interface PolicyIndex {
  /** By id. */
  readonly all: readonly IndexedPolicy[];
  readonly visible: Visible;
  readonly selectors: SelectorIndex;
  readonly gateways: readonly Gateway[];
  /** Whether any policy tells clients apart by their tags. */
  readonly clientTags: boolean;
  /** Labels that endpoints carry because a policy tells them apart by it; sorted. */
  readonly endpointLabels: readonly string[];
  /** References that may lead to nothing. */
  readonly distant: readonly DistantRef[];
  /** What is wrong with those that are left out, and with references to collectors. */
  readonly broken: readonly MatchFault[];
}

/** No zone is in it: all zones of a view share one. */
const known = new WeakMap<View, PolicyIndex>();

/** Indexes the policies of a view; the earlier index itself where no policy, MeshGateway or collector is another. */
export function indexPolicies(
  view: View,
  previous?: { readonly view: View; readonly policies: PolicyIndex },
): PolicyIndex {
  const same = (type: string): boolean => previous !== undefined && sameList(view, previous.view, type);
  if (
    previous !== undefined &&
    same("MeshGateway") &&
    same(COLLECTOR_TYPE) &&
    POLICIES.every(({ type }) => same(type)) &&
    sameOlder(view, previous.view, same)
  )
    return previous.policies;
  const index = known.get(view) ?? indexed(view);
  known.set(view, index);
  return index;
}

function indexed(view: View): PolicyIndex {
  const broken: MatchFault[] = [];
  const routes = soundList(view, "MeshHTTPRoute", []);
  const collectors = collectorsOf(view);
  const all: IndexedPolicy[] = [];
  for (const { type, older } of ALL_KINDS) if (older !== undefined) soundList(view, type, broken);
  for (const { type, policy: traits } of POLICIES) {
    for (const row of olderRows(view, type)) all.push({ id: all.length, ...row });
    for (const written of soundList(view, type, broken).sort(comparePolicies)) {
      const placed = inOwnNamespace(written);
      const resource = namesCollectors(type) ? withCollectors(placed, collectors) : placed;
      if (resource !== placed) broken.push(...collectorFaults(resource));
      const top = topOf(resource);
      const selectors = selectorsOf(resource, top, routes);
      all.push({ id: all.length, type, traits, resource, kri: kriOf(resource), top, selectors });
    }
  }
  return {
    all,
    visible: visibleTo(all),
    selectors: indexSelectors(all),
    gateways: resourcesOf(view, "MeshGateway"),
    clientTags: all.some(
      ({ traits, resource, older }) =>
        (traits.clientTags || older?.acting === "strongest source") && resource.spec.from?.some(namesClients),
    ),
    endpointLabels: labelsOf(all),
    distant: all.flatMap(distantRefs),
    broken,
  };
}

/** Those that act; what is wrong with others is told. */
function soundList(view: View, type: string, broken: MatchFault[]): Resource<PolicySpec>[] {
  const list = (view.resources[type] ?? []) as readonly Resource<PolicySpec>[];
  return list.filter((one) => {
    const faults = shapeFaults(one);
    broken.push(...faults);
    return faults.length === 0 && !isShadow(one);
  });
}

function labelsOf(all: readonly IndexedPolicy[]): readonly string[] {
  const keys = all.flatMap(({ traits, resource }) => traits.endpointLabels?.(resource.spec as never) ?? []);
  return [...new Set(keys)].sort();
}

function namesClients({ targetRef }: NonNullable<PolicySpec["from"]>[number]): boolean {
  return targetRef.kind !== "Mesh";
}

function selectorsOf(
  { labels }: Resource<PolicySpec>,
  top: TargetRef,
  routes: readonly Resource<PolicySpec>[],
): readonly Selector[] {
  if (top.kind !== "MeshHTTPRoute") return [{ ref: top, labels }];
  return routes.filter((route) => isReferred(top, route)).map((route) => ({ ref: topOf(route), labels: route.labels }));
}

/** Whether two views hold the same resources of a type, by identity. */
export function sameList(a: View, b: View, type: string): boolean {
  const [first = [], second = []] = [a.resources[type], b.resources[type]];
  return first === second || (first.length === second.length && first.every((one, index) => one === second[index]));
}
