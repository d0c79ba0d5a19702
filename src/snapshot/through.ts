// Endpoint sets whose ways out come and go: the egresses of a set as they are now, and all else as the snapshot has it.
import { type Endpoint, type EndpointSet, egressBehind, isRemote } from "#model/endpoint.ts";
import { byDataplane } from "./overlay.ts";

/**
 * The set with those egresses that are named in `changed` as `now` has them, which is the same set in a newer compile. What
 * another zone's instances weigh beside the own ones follows the number of ways there. The same object where nothing differs.
 */
export function throughEgresses(
  set: EndpointSet,
  now: EndpointSet | undefined,
  changed: ReadonlySet<string>,
): EndpointSet {
  const isChanged = (endpoint: Endpoint): boolean => changed.has(egressBehind(endpoint) ?? "");
  const gone = set.endpoints.filter(isChanged);
  const left = new Set(gone.map(placeOf));
  const kept = set.endpoints.filter((one) => !isChanged(one));
  const names = new Set(kept.map(({ dataplane }) => dataplane));
  // Of two egresses at one place a set has the first alone: where that one leaves, the other stands for it.
  const come = (now?.endpoints ?? []).filter(
    (one) => isChanged(one) || (egressBehind(one) !== null && left.has(placeOf(one)) && !names.has(one.dataplane)),
  );
  if (gone.length === 0 && come.length === 0) return set;
  const { localWeight = 1, ...rest } = set;
  const endpoints = [...kept, ...come].sort(byDataplane);
  const ways = waysOf(endpoints);
  // Each zone is reached by all of them; an arranged set may lack every zone that its cluster has.
  const others = now === undefined ? localWeight : (now.localWeight ?? 1);
  const weight = ways > 0 || set.arrangement === undefined ? Math.max(1, ways) : others;
  return reweighed({ ...rest, endpoints }, localWeight, weight);
}

function waysOf(endpoints: readonly Endpoint[]): number {
  const ways = endpoints.filter(({ dataplane }) => dataplane.indexOf("/") > 0);
  return new Set(ways.map(placeOf)).size;
}

/** Instances of the own zone weigh as much as there are ways to others, since each of these leads to all. */
function reweighed(set: EndpointSet, before: number, localWeight: number): EndpointSet {
  const weighed = (one: Endpoint): Endpoint => (isRemote(one) ? one : { ...one, weight: localWeight });
  const endpoints = localWeight === before ? set.endpoints : set.endpoints.map(weighed);
  return localWeight === 1 ? { ...set, endpoints } : { ...set, endpoints, localWeight };
}

function placeOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
