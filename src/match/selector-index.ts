// An index over selectors: of thousands of policies, those that may select a proxy, without asking the others.

import { displayName } from "#model/display-name.ts";
import { ANY } from "#model/selector.ts";
import { LABEL, SERVICE_TAG, type Tags } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import type { ProxyFacts } from "./select.ts";

type Buckets = ReadonlyMap<string, ReadonlyMap<string, readonly IndexedPolicy[]>>;

/** Each selector stands in one place, under one thing that it asks for; a proxy looks where it has something. */
export interface SelectorIndex {
  /** Those that ask for nothing that could be looked up. */
  readonly open: readonly IndexedPolicy[];
  readonly tags: Buckets;
  readonly labels: Buckets;
  readonly names: ReadonlyMap<string, readonly IndexedPolicy[]>;
  readonly gateways: ReadonlyMap<string, readonly IndexedPolicy[]>;
}

/** Where a selector stands: of several tags or labels under the one that fewest selectors ask for. */
type Pair = readonly [key: string, value: string];

/** Indexes policies; they are given in the order of their ids. */
export function indexSelectors(policies: readonly IndexedPolicy[]): SelectorIndex {
  const counts = new Map<string, number>();
  const count = (wanted: Tags): void => {
    for (const key in wanted) {
      const text = `${key}\u0000${wanted[key]}`;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  };
  const rarest = (wanted: Tags): Pair | null => {
    let best: Pair | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const key in wanted) {
      if (wanted[key] === ANY) continue;
      const often = counts.get(`${key}\u0000${wanted[key]}`) ?? 0;
      if (often < least) [best, least] = [[key, wanted[key] as string], often];
    }
    return best;
  };
  for (const { selectors } of policies) {
    for (const { ref } of selectors) {
      count(tagsOf(ref));
      count(ref.labels ?? {});
    }
  }
  const open: IndexedPolicy[] = [];
  const tags = new Map<string, Map<string, IndexedPolicy[]>>();
  const labels = new Map<string, Map<string, IndexedPolicy[]>>();
  const names = new Map<string, IndexedPolicy[]>();
  const gateways = new Map<string, IndexedPolicy[]>();
  const under = (buckets: Map<string, Map<string, IndexedPolicy[]>>, [key, value]: Pair, one: IndexedPolicy): void => {
    const values = buckets.get(key) ?? new Map<string, IndexedPolicy[]>();
    buckets.set(key, values);
    listed(values, value, one);
  };
  for (const policy of policies) {
    for (const { ref } of policy.selectors) {
      const { kind, name } = ref;
      const tag = kind === "MeshGateway" ? null : rarest(tagsOf(ref));
      const label = rarest(ref.labels ?? {});
      if (kind === "Dataplane" && name) listed(names, name, policy);
      else if (kind === "MeshGateway" && name) listed(gateways, name, policy);
      else if (label !== null) under(labels, label, policy);
      else if (tag !== null) under(tags, tag, policy);
      else open.push(policy);
    }
  }
  return { open, tags, labels, names, gateways };
}

function tagsOf({ kind, name, tags = {} }: TargetRef): Tags {
  return name && (kind === "MeshService" || kind === "MeshServiceSubset") ? { ...tags, [SERVICE_TAG]: name } : tags;
}

function listed(lists: Map<string, IndexedPolicy[]>, key: string, one: IndexedPolicy): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [one]);
  else if (list.at(-1) !== one) list.push(one);
}

/** The policies that may select the proxy, each once, in the order of their ids. */
export function candidatesFor(index: SelectorIndex, proxy: ProxyFacts): readonly IndexedPolicy[] {
  const { dataplane, gateway, gatewayTags, serves, listeners, inbounds } = proxy;
  const found: (readonly IndexedPolicy[])[] = [index.open];
  const look = (list: readonly IndexedPolicy[] | undefined): void => {
    if (list !== undefined) found.push(list);
  };
  const lookUp = (own: Tags): void => {
    for (const key in own) look(index.tags.get(key)?.get(own[key] as string));
  };
  if (gateway === "delegated") lookUp(gatewayTags);
  for (const { all } of listeners) lookUp(all);
  for (const { tags } of inbounds) lookUp(tags);
  for (const key in dataplane.labels) {
    if (key !== LABEL.displayName) look(index.labels.get(key)?.get(dataplane.labels[key] as string));
  }
  look(index.labels.get(LABEL.displayName)?.get(displayName(dataplane)));
  for (const name of new Set([dataplane.name, displayName(dataplane)])) look(index.names.get(name));
  if (serves !== null) for (const name of new Set([serves.name, displayName(serves)])) look(index.gateways.get(name));
  if (found.length === 1) return index.open;
  return [...new Set(found.flat())].sort((a, b) => a.id - b.id);
}
