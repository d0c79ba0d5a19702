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
import { type Blob, blobFrom, type Clash, entryText, type GroupBlob } from "./blob.ts";

/** Makes groups of one mesh; remembers by identity and content, which changes time only. */
export interface GroupMaker {
  /** Null where there is nothing to share. */
  inbound(proxy: MatchedProxy): GroupBlob | null;
  outbound(proxy: MatchedProxy): GroupBlob | null;
  readonly generator: Generator;
}

/** One outbound as entries' text; matching hands the same object to all proxies that list it. */
interface OutboundPart {
  readonly listens: string;
  readonly cluster: string;
  /** The destination's cluster and routes: once in a group, however many outbounds lead there. */
  readonly shared: string;
  readonly listener: string;
  readonly templates: readonly Blob[];
  readonly secured: boolean;
  readonly faults: readonly PolicyFault[];
}

export function createGroupMaker(mesh: string, digest: Digest): GroupMaker {
  const generator = createGenerator();
  const templates = new WeakMap<Template, Blob>();
  const inbounds = new WeakMap<MatchedProxy["inbounds"], Map<string, GroupBlob>>();
  const outbounds = new WeakMap<MatchedProxy["outbounds"], GroupBlob>();
  const parts = new WeakMap<MatchedOutbound, OutboundPart>();
  const byMade = new WeakMap<Generated, readonly Blob[]>();

  const blobOf = (template: Template): Blob => {
    let blob = templates.get(template);
    if (blob === undefined) {
      blob = blobFrom(canonical(template as unknown as Json), digest);
      templates.set(template, blob);
    }
    return blob;
  };

  const templatesOf = (made: Generated): readonly Blob[] => {
    let blobs = byMade.get(made);
    if (blobs === undefined) {
      blobs = [made.cluster, made.listener, made.route].flatMap((template) =>
        template === null ? [] : blobOf(template),
      );
      byMade.set(made, blobs);
    }
    return blobs;
  };

  const partOf = (outbound: MatchedOutbound): OutboundPart => {
    const before = parts.get(outbound);
    if (before !== undefined) return before;
    const { address, port, destination } = outbound;
    const made = generator.outbound(mesh, outbound);
    const bindings = destinationBindings(mesh, destination);
    const shared = [made.cluster, made.route].flatMap((template) => (template === null ? [] : blobOf(template)));
    const part: OutboundPart = {
      listens: `${address}:${port}`,
      cluster: destination.cluster,
      shared: shared.map(({ hash }) => entryText(hash, bindings)).join(),
      listener: entryText(blobOf(made.listener).hash, { ...bindings, address, port }),
      templates: templatesOf(made),
      secured: destination.tls !== null,
      faults: made.complaints.length === 0 ? [] : outboundFaults(outbound, made),
    };
    parts.set(outbound, part);
    return part;
  };

  const makeOutbound = (list: MatchedProxy["outbounds"]): GroupBlob => {
    const served: OutboundPart[] = [];
    const clusters = new Map<string, string>();
    const taken = new Set<string>();
    const clashes: Clash[] = [];
    for (const outbound of list) {
      const part = partOf(outbound);
      const clash = clashOf(part, taken.has(part.listens), clusters.get(part.cluster));
      if (clash !== null) {
        clashes.push(clash);
        continue;
      }
      taken.add(part.listens);
      clusters.set(part.cluster, part.shared);
      served.push(part);
    }
    // In one order, so that proxies that list the same things in another order share the group.
    served.sort((a, b) => (a.listens < b.listens ? -1 : 1));
    const texts: string[] = [];
    const written = new Set<string>();
    const used = new Set<readonly Blob[]>();
    const faults: PolicyFault[] = [];
    let secured = false;
    for (const part of served) {
      if (!written.has(part.cluster)) texts.push(part.shared);
      written.add(part.cluster);
      texts.push(part.listener);
      used.add(part.templates);
      secured ||= part.secured;
      if (part.faults.length > 0) faults.push(...part.faults);
    }
    const blob = blobFrom(`[${texts.join()}]`, digest);
    return {
      ...blob,
      bare: [blob.hash, {}],
      templates: distinct([...used].flat()),
      holes: [],
      clusters: [...clusters.keys()],
      secured,
      faults,
      clashes,
    };
  };

  const makeInbound = (proxy: MatchedProxy, traits: readonly InboundTraits[]): GroupBlob => {
    const texts: string[] = [];
    const used = new Set<readonly Blob[]>();
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
      used.add(templatesOf(made));
      for (const { hash } of templatesOf(made)) texts.push(entryText(hash, {}));
      for (const template of [made.cluster, made.listener, made.route]) {
        if (template !== null) for (const name of holesOf(template)) holes.add(name);
      }
      if (made.complaints.length > 0) faults.push(...inboundFaults(inbound, made));
    });
    const blob = blobFrom(`[${texts.join()}]`, digest);
    return {
      ...blob,
      bare: [blob.hash, {}],
      templates: distinct([...used].flat()),
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

/** Why an outbound cannot be served beside those before it; null where it can. */
function clashOf({ listens, cluster, shared }: OutboundPart, taken: boolean, same: string | undefined): Clash | null {
  const field = "networking.outbound";
  if (taken) {
    const reason = `several outbounds listen on ${listens}: give each a port of its own; only the first is served`;
    return { field, reason };
  }
  if (same === undefined || same === shared) return null;
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
