// Groups: what alike proxies share, generated, written as text and hashed once for all of them.
import type { Destination, MatchedOutbound, MatchedProxy } from "#match/matched.ts";
import type { Bindings, Digest, Json } from "#model/json.ts";
import { canonical } from "#snapshot/canonical.ts";
import { holesOf, type Template } from "#snapshot/template.ts";
import { inboundFaults, outboundFaults, type PolicyFault } from "#xds/explain.ts";
import { createGenerator, type Generator } from "#xds/generator.ts";
import { inboundTraits } from "#xds/inbound.ts";
import type { InboundTraits } from "#xds/names.ts";
import { destinationBindings } from "#xds/outbound.ts";
import type { Generated } from "#xds/resource.ts";
import { type Blob, blobFrom, type Clash, entryText, type GroupBlob, groupText } from "./blob.ts";

/** Makes groups of one mesh; remembers by identity and content, which changes time only. */
export interface GroupMaker {
  /** Null where there is nothing to share. */
  inbound(proxy: MatchedProxy): GroupBlob | null;
  outbound(proxy: MatchedProxy): GroupBlob | null;
  readonly generator: Generator;
}

/** Parts of a generated destination as entries' text; the listener's still lacks its address and port. */
interface DestinationTexts {
  readonly made: Generated;
  readonly cluster: string;
  readonly route: string | null;
  readonly bindings: Bindings;
}

export function createGroupMaker(mesh: string, digest: Digest): GroupMaker {
  const generator = createGenerator();
  const templates = new WeakMap<Template, Blob>();
  const inbounds = new WeakMap<MatchedProxy["inbounds"], Map<string, GroupBlob>>();
  const outbounds = new WeakMap<MatchedProxy["outbounds"], GroupBlob>();
  const destinations = new WeakMap<Destination, DestinationTexts>();

  const blobOf = (template: Template): Blob => {
    let blob = templates.get(template);
    if (blob === undefined) {
      blob = blobFrom(canonical(template as unknown as Json), digest);
      templates.set(template, blob);
    }
    return blob;
  };

  const textsOf = ({ destination }: MatchedOutbound, made: Generated): DestinationTexts => {
    const before = destinations.get(destination);
    if (before?.made === made) return before;
    const bindings = destinationBindings(mesh, destination);
    const texts: DestinationTexts = {
      made,
      cluster: entryText(blobOf(made.cluster).hash, bindings),
      route: made.route === null ? null : entryText(blobOf(made.route).hash, bindings),
      bindings,
    };
    destinations.set(destination, texts);
    return texts;
  };

  const makeOutbound = (list: MatchedProxy["outbounds"]): GroupBlob => {
    const entries = new Set<string>();
    const used = new Set<Template>();
    const faults: PolicyFault[] = [];
    const clusters = new Map<string, string>();
    const taken = new Set<string>();
    const clashes: Clash[] = [];
    let secured = false;
    for (const outbound of list) {
      const { address, port } = outbound;
      const listens = `${address}:${port}`;
      if (taken.has(listens)) {
        clashes.push({
          field: "networking.outbound",
          reason: `several outbounds listen on ${listens}: give each a port of its own; only the first is served`,
        });
        continue;
      }
      taken.add(listens);
      const made = generator.outbound(mesh, outbound);
      const { cluster, route, bindings } = textsOf(outbound, made);
      const name = outbound.destination.cluster;
      if ((clusters.get(name) ?? cluster) !== cluster) {
        const reason = `${listens} leads to another destination than an earlier outbound, and Envoy's name of both is ${name}`;
        clashes.push({ field: "networking.outbound", reason: `${reason}; only the first is served` });
        continue;
      }
      clusters.set(name, cluster);
      secured ||= outbound.destination.tls !== null;
      entries.add(cluster);
      if (route !== null) entries.add(route);
      entries.add(entryText(blobOf(made.listener).hash, { ...bindings, address, port }));
      for (const template of [made.cluster, made.listener, made.route]) if (template !== null) used.add(template);
      if (made.complaints.length > 0) faults.push(...outboundFaults(outbound, made));
    }
    return {
      ...blobFrom(groupText(entries), digest),
      templates: [...used].map(blobOf),
      holes: [],
      clusters: [...clusters.keys()],
      secured,
      faults,
      clashes,
    };
  };

  const makeInbound = (proxy: MatchedProxy, traits: readonly InboundTraits[]): GroupBlob => {
    const entries = new Set<string>();
    const used = new Set<Template>();
    const faults: PolicyFault[] = [];
    const clashes: Clash[] = [];
    proxy.inbounds.forEach((inbound, at) => {
      const trait = traits[at] as InboundTraits;
      if (trait.listenerTaken) {
        const reason =
          "an earlier inbound has the same address and port: give each a port of its own; this one is not served";
        clashes.push({ field: `networking.inbound[${inbound.index}].port`, reason });
        return;
      }
      const made = generator.inbound(mesh, inbound, trait);
      for (const template of [made.cluster, made.listener, made.route]) {
        if (template === null) continue;
        used.add(template);
        entries.add(entryText(blobOf(template).hash, {}));
      }
      if (made.complaints.length > 0) faults.push(...inboundFaults(inbound, made));
    });
    const secured = proxy.inbounds.some(({ tls }) => tls !== "off");
    const holes = new Set([...used].flatMap((template) => holesOf(template)));
    return {
      ...blobFrom(groupText(entries), digest),
      templates: [...used].map(blobOf),
      holes: [...holes].sort(),
      clusters: [],
      secured,
      faults,
      clashes,
    };
  };

  return {
    generator,
    inbound(proxy) {
      if (proxy.inbounds.length === 0) return null;
      const traits = inboundTraits(proxy);
      const key = JSON.stringify(traits);
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
