// Virtual outbounds: what a proxy reaches by name when it lists nothing, and the host names that it is told.
import type { DataplaneSpec, Outbound } from "#model/kind/dataplane.ts";
import type { ReachableBackend } from "#model/kind/dataplane-shape.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { isLabelled } from "#model/service-selector.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import type { View } from "#model/view.ts";
import { ipv6Of, loopbackOf, type NamedKind, numberOf } from "#model/virtual/address.ts";
import { hostRecords, type VirtualItem, type VirtualPort, virtualItems } from "#model/virtual/item.ts";
import { virtualName } from "#model/virtual/name.ts";
import type { NameRecord } from "./matched.ts";
import { sameList } from "./policy-index.ts";
import { type Naming, namingOf } from "./redirect.ts";
import { isReferred } from "./refer.ts";
import type { ServiceIndex } from "./service-index.ts";

/** An outbound that nobody listed. */
export interface VirtualOutbound extends Outbound {
  /** The same in IPv6. */
  readonly address6?: string;
}

/** What alike proxies reach by name; one object for all of them, also across views where nothing of it is different. */
export interface VirtualList {
  readonly outbounds: readonly VirtualOutbound[];
  /** Sorted by name. */
  readonly names: readonly NameRecord[];
}

export interface Virtuals {
  readonly items: readonly VirtualItem[];
  /** What the dataplane reaches by name; null where it has just what it lists. */
  listOf(dataplane: Resource<DataplaneSpec>): VirtualList | null;
  /** By what is asked for; for the next index. */
  readonly lists: Map<string, VirtualList>;
}

/** The virtual outbounds of a view in a zone; the zone's earlier ones where nothing that they are made of is different. */
export function indexVirtuals(
  view: View,
  zone: string,
  services: ServiceIndex,
  previous?: {
    readonly view: View;
    readonly services: ServiceIndex;
    readonly virtuals: Virtuals;
    /** No other tags are offered than then. */
    readonly sameTags: boolean;
  },
): Virtuals {
  const before = previous?.virtuals;
  if (before !== undefined && previous?.services === services && previous.sameTags && sameSources(view, previous.view))
    return before;
  const items = virtualItems(view, zone);
  const onlyAsked = view.mesh.spec.meshServices?.mode === "ReachableBackends";
  if (
    before !== undefined &&
    previous?.services === services &&
    sameMode(view, previous.view) &&
    sameJson(items, before.items)
  )
    return before;
  const lists = new Map<string, VirtualList>();
  const listFor = (key: string, make: () => VirtualList): VirtualList => {
    let list = lists.get(key);
    if (list === undefined) {
      list = kept(make(), before?.lists.get(key));
      lists.set(key, list);
    }
    return list;
  };
  return {
    items,
    lists,
    listOf(dataplane) {
      const naming = namingOf(dataplane);
      if (naming === null || items.length === 0) return naming === null ? null : NOTHING;
      const { transparentProxying: said = {}, address = "", inbound = [] } = dataplane.spec.networking ?? {};
      const { reachableServices = [], reachableBackends } = said;
      const own = numberOf(address) === null ? [] : inbound.map(({ port = 0 }) => `${address} ${port}`);
      const plain = reachableServices.length === 0 && reachableBackends === undefined && own.length === 0;
      const key = plain ? naming : JSON.stringify([naming, reachableServices, reachableBackends, own]);
      return listFor(key, () => {
        const asked = filterOf(
          reachableServices,
          reachableBackends === undefined ? null : (reachableBackends.refs ?? []),
          onlyAsked && reachableBackends === undefined,
          services,
        );
        return listOfItems(
          items,
          naming,
          (item, one) => asked(item, one) && !own.includes(`${item.address} ${one.port}`),
        );
      });
    },
  };
}

const NOTHING: VirtualList = Object.freeze({ outbounds: [], names: [] });

const SOURCES = [
  "MeshService",
  "MeshMultiZoneService",
  "MeshExternalService",
  "VirtualOutbound",
  "ExternalService",
] as const;

function sameSources(view: View, before: View): boolean {
  return (
    view.addresses === before.addresses &&
    sameMode(view, before) &&
    SOURCES.every((type) => sameList(view, before, type))
  );
}

function sameMode({ mesh }: View, before: View): boolean {
  return (mesh.spec.meshServices?.mode ?? "Disabled") === (before.mesh.spec.meshServices?.mode ?? "Disabled");
}

function kept(list: VirtualList, before: VirtualList | undefined): VirtualList {
  return before !== undefined && sameJson(list, before) ? before : list;
}

type Asked = (item: VirtualItem, port: VirtualPort) => boolean;

/**
 * What a dataplane says that it needs: each list filters its own kind, and one that asks for services alone gets no others
 * (Kuma 2.14). `noBackends`: the mesh gives resources to those alone that ask for some.
 */
function filterOf(
  reachable: readonly string[],
  refs: readonly ReachableBackend[] | null,
  noBackends: boolean,
  services: ServiceIndex,
): Asked {
  const wanted = new Set(reachable);
  const found = refs === null ? null : referredPorts(refs, services);
  return ({ resource }, { port, tags }) => {
    if (resource === undefined) return wanted.size === 0 || wanted.has(tags?.[SERVICE_TAG] ?? "");
    if (found === null) return wanted.size === 0 && !noBackends;
    const ports = found.get(resource);
    return ports !== undefined && (ports.size === 0 || ports.has(port));
  };
}

/** By resource, the ports that are asked for; none = all. */
function referredPorts(
  refs: readonly ReachableBackend[],
  { all, multi, external }: ServiceIndex,
): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  for (const { kind = "", name = "", namespace, labels = {}, port = 0 } of refs) {
    const lists: Readonly<Record<string, readonly Resource[]>> = {
      MeshService: all,
      MeshMultiZoneService: multi,
      MeshExternalService: external,
    };
    const labelled = Object.keys(labels).length > 0;
    for (const one of lists[kind] ?? []) {
      const meant = labelled
        ? isLabelled(one, labels)
        : isReferred({ name, ...(namespace !== undefined && { namespace }) }, one);
      if (!meant) continue;
      const key = virtualName(kind as NamedKind, one.name);
      const known = found.get(key);
      if (port === 0 || known?.size === 0) found.set(key, new Set());
      else found.set(key, (known ?? new Set()).add(port));
    }
  }
  return found;
}

function listOfItems(items: readonly VirtualItem[], naming: Naming, asked: Asked): VirtualList {
  const outbounds: VirtualOutbound[] = [];
  const named: { item: VirtualItem; ips: readonly string[] }[] = [];
  for (const item of items) {
    const ports = item.ports.filter((port) => asked(item, port));
    if (ports.length === 0) continue;
    for (const address of [item.address, ...item.also]) {
      const sockets = socketsOf(address, naming);
      for (const port of ports) outbounds.push(outboundTo(port, sockets));
    }
    const { address, address6 } = socketsOf(item.address, naming);
    named.push({ item, ips: address6 === undefined ? [address] : [address, address6] });
  }
  return { outbounds, names: hostRecords(named) };
}

interface Sockets {
  readonly address: string;
  readonly address6?: string;
}

/** Most lead to tags, by both families: for these one literal. */
function outboundTo(outbound: VirtualPort, sockets: Sockets): VirtualOutbound {
  const { port, tags, backendRef } = outbound;
  const { address, address6 } = sockets;
  if (tags === undefined || backendRef !== undefined || address6 === undefined) return { ...outbound, ...sockets };
  return { address, address6, port, tags };
}

function socketsOf(address: string, naming: Naming): Sockets {
  if (naming === "bound") return { address: loopbackOf(address) };
  return naming === "dual" ? { address, address6: ipv6Of(address) } : { address };
}
