// Groups: what alike proxies share, generated, written as text and hashed once for all of them.
import type { MatchedOutbound, MatchedProxy } from "#match/matched.ts";
import type { Digest, Json } from "#model/json.ts";
import { canonical } from "#snapshot/canonical.ts";
import { holesOf, type Template } from "#snapshot/template.ts";
import { inboundFaults, outboundFaults, type PolicyFault } from "#xds/explain.ts";
import { createGenerator, type Generator } from "#xds/generator.ts";
import { inboundTraits } from "#xds/inbound.ts";
import type { InboundTraits } from "#xds/names.ts";
import { destinationBindings } from "#xds/outbound.ts";
import type { Generated } from "#xds/resource.ts";
import { type Blob, batchText, blobFrom, type Clash, type GroupBlob } from "./blob.ts";

/** Makes groups of one mesh; remembers by identity and content, which changes time only. */
export interface GroupMaker {
  /** Null where there is nothing to share. */
  inbound(proxy: MatchedProxy): GroupBlob | null;
  outbound(proxy: MatchedProxy): GroupBlob | null;
  readonly generator: Generator;
}

/** The templates of one form of destinations. */
interface Kit {
  readonly all: readonly Blob[];
  readonly listener: readonly Blob[];
}

/** One outbound as text; matching hands the same object to all proxies that list it. */
interface OutboundPart {
  readonly listens: string;
  readonly socket: Mark;
  readonly name: Mark;
  readonly cluster: string;
  /** Equal for outbounds whose cluster and routes are equal. */
  readonly leads: string;
  readonly kit: Kit;
  /** Values of the listener's holes, those of the cluster and the routes among them. */
  readonly bindings: string;
  readonly secured: boolean;
  readonly faults: readonly PolicyFault[];
}

/** A socket or a cluster by its name. Groups are made one by one, each with a number, so that none needs sets of its own. */
interface Mark {
  /** The last group that serves it. */
  takenBy: number;
  /** The last group in whose text a cluster stands. */
  writtenBy: number;
  /** What the cluster is in the group that took it. */
  leads: string;
}

/** Names remembered before all are forgotten, with the parts that hold their marks: far more than a mesh has at one time. */
const MARKS = 65_536;

export function createGroupMaker(mesh: string, digest: Digest): GroupMaker {
  const generator = createGenerator();
  const templates = new WeakMap<Template, Blob>();
  const inbounds = new WeakMap<MatchedProxy["inbounds"], Map<string, GroupBlob>>();
  const outbounds = new WeakMap<MatchedProxy["outbounds"], GroupBlob>();
  let parts = new WeakMap<MatchedOutbound, OutboundPart>();
  const sockets = new Map<string, Mark>();
  const names = new Map<string, Mark>();
  let groups = 0;
  const kits = new WeakMap<Generated, Kit>();
  const lists = new Map<string, readonly Blob[]>();

  const blobOf = (template: Template): Blob => {
    let blob = templates.get(template);
    if (blob === undefined) {
      blob = blobFrom(canonical(template as unknown as Json), digest);
      templates.set(template, blob);
    }
    return blob;
  };

  /** One list for equal ones: different forms may come out equal, and then share a batch. */
  const listOf = (blobs: readonly Blob[]): readonly Blob[] => {
    const key = blobs.map(({ hash }) => hash).join();
    const list = lists.get(key) ?? blobs;
    lists.set(key, list);
    return list;
  };

  const namedIn = (batches: readonly (readonly Blob[])[]): readonly Blob[] => {
    const [first, ...others] = batches;
    return first !== undefined && others.length === 0 ? first : listOf(distinct(batches.flat()));
  };

  const kitOf = (made: Generated): Kit => {
    let kit = kits.get(made);
    if (kit === undefined) {
      const listener = blobOf(made.listener);
      const others = made.route === null ? [] : [blobOf(made.route)];
      kit = { all: listOf([blobOf(made.cluster), listener, ...others]), listener: listOf([listener]) };
      kits.set(made, kit);
    }
    return kit;
  };

  const partOf = (outbound: MatchedOutbound): OutboundPart => {
    const before = parts.get(outbound);
    if (before !== undefined) return before;
    const { address, port, destination } = outbound;
    const listens = `${address}:${port}`;
    const made = generator.outbound(mesh, outbound);
    const bindings = destinationBindings(mesh, destination);
    const kit = kitOf(made);
    const [cluster, , route] = kit.all;
    const part: OutboundPart = {
      listens,
      socket: markOf(sockets, listens),
      name: markOf(names, destination.cluster),
      cluster: destination.cluster,
      leads: `${cluster?.hash} ${route?.hash} ${canonical(bindings)}`,
      kit,
      bindings: canonical({ ...bindings, address, port }),
      secured: destination.tls !== null,
      faults: made.complaints.length === 0 ? [] : outboundFaults(outbound, made),
    };
    parts.set(outbound, part);
    return part;
  };

  const makeOutbound = (list: MatchedProxy["outbounds"]): GroupBlob => {
    if (sockets.size + names.size > MARKS) {
      sockets.clear();
      names.clear();
      parts = new WeakMap();
    }
    const group = ++groups;
    const served: OutboundPart[] = [];
    const clusters: string[] = [];
    const clashes: Clash[] = [];
    let sorted = true;
    let before = "";
    for (const outbound of list) {
      const part = partOf(outbound);
      const { socket, name, listens } = part;
      const known = name.takenBy === group;
      const clash = clashOf(part, socket.takenBy === group, known ? name.leads : undefined);
      if (clash !== null) {
        clashes.push(clash);
        continue;
      }
      socket.takenBy = group;
      if (!known) {
        name.takenBy = group;
        name.leads = part.leads;
        clusters.push(part.cluster);
      }
      served.push(part);
      sorted &&= before < listens;
      before = listens;
    }
    // In one order, so that proxies that list the same things in another order share the group.
    if (!sorted) served.sort((a, b) => (a.listens < b.listens ? -1 : 1));
    const batches = new Map<readonly Blob[], string[]>();
    const faults: PolicyFault[] = [];
    let secured = false;
    for (const { name, kit, bindings, secured: safe, faults: found } of served) {
      // A destination's cluster and routes stand once in a group, however many outbounds lead there.
      const templates = name.writtenBy === group ? kit.listener : kit.all;
      name.writtenBy = group;
      const batch = batches.get(templates);
      if (batch === undefined) batches.set(templates, [bindings]);
      else batch.push(bindings);
      secured ||= safe;
      if (found.length > 0) faults.push(...found);
    }
    const texts = [...batches].map(([templates, bindings]) => batchText(templates, bindings));
    const blob = blobFrom(`[${texts.join()}]`, digest);
    return {
      ...blob,
      bare: [blob.hash, {}],
      templates: namedIn([...batches.keys()]),
      holes: [],
      clusters,
      secured,
      faults,
      clashes,
    };
  };

  const makeInbound = (proxy: MatchedProxy, traits: readonly InboundTraits[]): GroupBlob => {
    const used: Blob[] = [];
    const holes = new Set<string>();
    const faults: PolicyFault[] = [];
    const clashes: Clash[] = [];
    proxy.inbounds.forEach((inbound, at) => {
      const trait = traits[at] as InboundTraits;
      if (trait.listenerTaken) {
        const field = `networking.inbound[${inbound.index}].port`;
        const reason = "an earlier inbound has the same address and port; this one is not served: give it another port";
        clashes.push({ field, reason });
        return;
      }
      const made = generator.inbound(mesh, inbound, trait);
      used.push(...kitOf(made).all);
      for (const template of [made.cluster, made.listener, made.route]) {
        if (template !== null) for (const name of holesOf(template)) holes.add(name);
      }
      if (made.complaints.length > 0) faults.push(...inboundFaults(inbound, made));
    });
    const templates = listOf(distinct(used));
    const blob = blobFrom(`[${batchText(templates, ["{}"])}]`, digest);
    return {
      ...blob,
      bare: [blob.hash, {}],
      templates,
      holes: [...holes].sort(),
      clusters: [],
      secured: proxy.inbounds.some(({ tls }) => tls !== "off"),
      faults,
      clashes,
    };
  };

  return {
    generator,
    inbound(proxy) {
      if (proxy.inbounds.length === 0) return null;
      const traits = inboundTraits(proxy);
      const key = traitsKey(traits);
      let byTraits = inbounds.get(proxy.inbounds);
      if (byTraits === undefined) {
        byTraits = new Map();
        inbounds.set(proxy.inbounds, byTraits);
      }
      let group = byTraits.get(key);
      if (group === undefined) {
        group = makeInbound(proxy, traits);
        byTraits.set(key, group);
      }
      return group;
    },
    outbound({ outbounds: list }) {
      if (list.length === 0) return null;
      let group = outbounds.get(list);
      if (group === undefined) {
        group = makeOutbound(list);
        outbounds.set(list, group);
      }
      return group;
    },
  };
}

function markOf(marks: Map<string, Mark>, name: string): Mark {
  let mark = marks.get(name);
  if (mark === undefined) {
    mark = { takenBy: 0, writtenBy: 0, leads: "" };
    marks.set(name, mark);
  }
  return mark;
}

/** Why an outbound cannot be served beside those before it; null where it can. */
function clashOf({ listens, cluster, leads }: OutboundPart, taken: boolean, same: string | undefined): Clash | null {
  const field = "networking.outbound";
  if (taken) {
    const reason = `several outbounds listen on ${listens}: give each a port of its own; only the first is served`;
    return { field, reason };
  }
  if (same === undefined || same === leads) return null;
  const reason = `${listens} leads to another destination than an earlier outbound, and Envoy's name of both is ${cluster}`;
  return { field, reason: `${reason}; only the first is served` };
}

/** Equal for traits that are equal. */
function traitsKey(traits: readonly InboundTraits[]): string {
  let key = "";
  for (const { index, ipv6, named, listenerTaken, clusterTaken, routeTaken } of traits) {
    key += `${index}:${ipv6 ? 6 : 4}${named ? "n" : ""}${listenerTaken ? "l" : ""}${clusterTaken ? "c" : ""}${routeTaken ? "r" : ""} `;
  }
  return key;
}

/** Templates of different shapes may come out equal. */
function distinct(blobs: readonly Blob[]): readonly Blob[] {
  return [...new Map(blobs.map((blob) => [blob.hash, blob])).values()];
}
