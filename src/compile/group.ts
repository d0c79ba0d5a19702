// Groups: what alike proxies share, generated, written as text and hashed once for all of them.
import type { NativeEnvoy } from "#envoy/native.ts";
import type { MatchedOutbound, MatchedProxy } from "#match/matched.ts";
import { canonical } from "#model/canonical.ts";
import type { Digest, Json } from "#model/json.ts";
import { holesOf, type Template } from "#snapshot/template.ts";
import { inboundFaults, type PolicyFault, proxyFaults } from "#xds/explain.ts";
import { createGenerator, type Generator } from "#xds/generator.ts";
import { inboundTraits, proxyBindings } from "#xds/inbound.ts";
import type { InboundTraits } from "#xds/names.ts";
import { isPatched } from "#xds/patch/patcher.ts";
import { templatesOf } from "#xds/resource.ts";
import { isClosed } from "#xds/transparent-proxy.ts";
import { type Blob, batchText, blobFrom, type Clash, type GroupBlob, type Variant } from "./blob.ts";
import { createMarks } from "./mark.ts";
import { createPartMaker, type Lead, type OutboundPart } from "./outbound-part.ts";

/** Makes groups of one mesh; remembers by identity and content, which changes time only. */
export interface GroupMaker {
  /** Inbounds, and what the proxy has once. Null where there is nothing to share. */
  own(proxy: MatchedProxy): GroupBlob | null;
  outbound(proxy: MatchedProxy): GroupBlob | null;
  /** Between two compiles: lets go what is remembered of content that is gone. */
  turn(): void;
  readonly generator: Generator;
}

/** Lists of templates, and names, remembered until all of them go, with the parts that hold them; those of one compile stay in any case. */
const LISTS = 8;
const MARKS = 16_384;

export function createGroupMaker(mesh: string, digest: Digest, native: NativeEnvoy | null = null): GroupMaker {
  const generator = createGenerator(native);
  const templates = new WeakMap<Template, Blob>();
  type Owns = WeakMap<MatchedProxy["inbounds"], Map<string, GroupBlob>>;
  const owns: Owns = new WeakMap();
  const named = new WeakMap<object, Owns>();
  const policyIds = new WeakMap<MatchedProxy["policies"], number>();
  const outbounds = new WeakMap<MatchedProxy["outbounds"], GroupBlob>();
  let parts = new WeakMap<MatchedOutbound, OutboundPart>();
  const marks = createMarks();
  let groups = 0;
  let policySets = 0;
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

  /** The listener with the routes and the cluster that are written beside it. */
  const written = ({ listener, lists: made }: OutboundPart, routes: Lead | null, own: Lead | null): readonly Blob[] => {
    const form = (routes === null ? 0 : 1) + (own === null ? 0 : 2);
    made[form] ??= listOf([own?.template, listener ?? undefined, routes?.template].flatMap((blob) => blob ?? []));
    return made[form];
  };

  const namedIn = (batches: readonly (readonly Blob[])[]): readonly Blob[] => {
    const [first, ...others] = batches;
    return first !== undefined && others.length === 0 ? first : listOf(distinct(batches.flat()));
  };

  let makePart = createPartMaker({ mesh, generator, marks, blobOf });

  const partOf = (outbound: MatchedOutbound): OutboundPart => {
    let part = parts.get(outbound);
    if (part === undefined) {
      part = makePart(outbound);
      parts.set(outbound, part);
    }
    return part;
  };

  const makeOutbound = (list: MatchedProxy["outbounds"]): GroupBlob => {
    const group = ++groups;
    const served: OutboundPart[] = [];
    const clusters: string[] = [];
    const variants: Variant[] = [];
    const named = { clusters, variants };
    const clashes: Clash[] = [];
    let sorted = true;
    let before = "";
    let partial = false;
    // By index: the engine has no fast way through a frozen list.
    for (let at = 0; at < list.length; at++) {
      const part = partOf(list[at] as MatchedOutbound);
      const clash = clashOf(part, group);
      if (clash !== null) {
        clashes.push(clash);
        continue;
      }
      part.socket.takenBy = group;
      if (part.routes !== null) take(part.routes, group, named);
      if (part.own !== null) take(part.own, group, named);
      if (part.others.length > 0) for (const lead of part.others) take(lead, group, named);
      partial ||= part.own === null;
      served.push(part);
      sorted &&= before < part.listens;
      before = part.listens;
    }
    // In one order, so that proxies that list the same things in another order share the group.
    if (!sorted) served.sort((a, b) => (a.listens < b.listens ? -1 : 1));
    const batches = new Map<readonly Blob[], string[]>();
    const write = (blobs: readonly Blob[], bindings: string): void => {
      const batch = batches.get(blobs);
      if (batch === undefined) batches.set(blobs, [bindings]);
      else batch.push(bindings);
    };
    const faults: PolicyFault[] = [];
    const extras: Blob[] = [];
    const holes: string[] = [];
    let secured = false;
    for (const part of served) {
      const routes = firstTime(part.routes, group);
      const own = firstTime(part.own, group);
      write(written(part, routes, own), part.bindings);
      if (part.others.length > 0) {
        for (const lead of part.others) {
          if (firstTime(lead, group) !== null) write(listOf([lead.template]), lead.bindings);
        }
      }
      if (part.extras.length > 0) extras.push(...part.extras);
      if (part.holes.length > 0) holes.push(...part.holes);
      secured ||= part.secured;
      if (part.faults.length > 0) faults.push(...part.faults);
    }
    if (extras.length > 0) write(listOf([...distinct(extras)].sort(byHash)), "{}");
    const texts: string[] = [];
    batches.forEach((bindings, blobs) => {
      texts.push(batchText(blobs, bindings));
    });
    const blob = blobFrom(`[${texts.join()}]`, digest);
    return {
      hash: blob.hash,
      text: blob.text,
      bare: [blob.hash, {}],
      templates: namedIn([...batches.keys()]),
      holes: holes.length === 0 ? holes : [...new Set(holes)].sort(),
      clusters,
      variants,
      secured,
      partial: partial || clashes.length > 0,
      faults,
      clashes,
    };
  };

  const makeOwn = (proxy: MatchedProxy, traits: readonly InboundTraits[]): GroupBlob | null => {
    const used: Template[] = [];
    const faults: PolicyFault[] = [];
    const clashes: Clash[] = [];
    const bindings = isPatched(proxy.policies) ? proxyBindings(proxy) : {};
    proxy.inbounds.forEach((inbound, at) => {
      const trait = traits[at] as InboundTraits;
      if (trait.listenerTaken) {
        const field = `networking.inbound[${inbound.index}].port`;
        const reason = "an earlier inbound has the same address and port; this one is not served: give it another port";
        clashes.push({ field, reason });
        return;
      }
      const made = generator.patched(generator.inbound(mesh, inbound, trait), "inbound", proxy.policies, bindings);
      used.push(...templatesOf(made));
      if (made.complaints.length > 0) faults.push(...inboundFaults(inbound, made));
    });
    const once = generator.patched(generator.proxy(proxy), "proxy", proxy.policies, bindings);
    used.push(...templatesOf(once));
    faults.push(...proxyFaults(proxy, once));
    // A table of names is forgotten with the proxies that tell it.
    const all = proxy.names === undefined ? listOf(distinct(used.map(blobOf))) : distinct(used.map(blobOf));
    const blob = blobFrom(`[${batchText(all, ["{}"])}]`, digest);
    return {
      hash: blob.hash,
      text: blob.text,
      bare: [blob.hash, {}],
      templates: all,
      holes: [...new Set(used.flatMap(holesOf))].sort(),
      clusters: [],
      variants: [],
      secured: proxy.inbounds.some(({ tls }) => tls !== "off"),
      partial: clashes.length > 0,
      faults,
      clashes,
    };
  };

  const ownsOf = (names: object): Owns => {
    const known = named.get(names) ?? new WeakMap();
    named.set(names, known);
    return known;
  };

  const idOf = (policies: MatchedProxy["policies"]): number => {
    let id = policyIds.get(policies);
    if (id === undefined) {
      id = ++policySets;
      policyIds.set(policies, id);
    }
    return id;
  };

  return {
    generator,
    turn() {
      generator.turn();
      if (lists.size <= LISTS && marks.size() <= MARKS) return;
      // Both with the parts: a group is made of one list for equal ones, and a part holds the lists of its time.
      lists.clear();
      marks.forget();
      parts = new WeakMap();
      makePart = createPartMaker({ mesh, generator, marks, blobOf });
    },
    own(proxy) {
      if (proxy.inbounds.length === 0 && generator.proxy(proxy).extras.length === 0 && !isPatched(proxy.policies)) {
        return null;
      }
      const traits = inboundTraits(proxy);
      const passing = proxy.passing === undefined ? "" : idOf(proxy.passing);
      const key = `${idOf(proxy.policies)} ${passing} ${traitsKey(traits)} ${redirectKey(proxy)} ${patchKey(proxy)}`;
      const memo = proxy.names === undefined ? owns : ownsOf(proxy.names);
      let byKey = memo.get(proxy.inbounds);
      if (byKey === undefined) {
        byKey = new Map();
        memo.set(proxy.inbounds, byKey);
      }
      let group = byKey.get(key);
      if (group === undefined) {
        group = makeOwn(proxy, traits) as GroupBlob;
        byKey.set(key, group);
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

interface Named {
  readonly clusters: string[];
  readonly variants: Variant[];
}

/** The lead's name is the group's from now on; `named` gets its endpoint set. */
function take(lead: Lead, group: number, named: Named): void {
  const { mark, endpoints, variant } = lead;
  if (mark.takenBy === group) return;
  mark.takenBy = group;
  mark.lead = lead;
  if (endpoints !== null) named.clusters.push(endpoints);
  if (variant !== null) named.variants.push(variant);
}

/** The lead where the group's text does not hold it yet; it then does. */
function firstTime(lead: Lead | null, group: number): Lead | null {
  if (lead === null || lead.mark.writtenBy === group) return null;
  lead.mark.writtenBy = group;
  return lead;
}

/** Why an outbound cannot be served beside those before it; null where it can. */
function clashOf({ listens, socket, routes, own, others }: OutboundPart, group: number): Clash | null {
  const field = "networking.outbound";
  if (socket.takenBy === group) {
    const reason = `several outbounds listen on ${listens}: give each a port of its own; only the first is served`;
    return { field, reason };
  }
  let differs = isOther(routes, group) || isOther(own, group);
  if (others.length > 0) for (const lead of others) differs ||= isOther(lead, group);
  if (!differs) return null;
  const reason = `${listens} leads to another destination than an earlier outbound under the same name in Envoy`;
  return { field, reason: `${reason}; only the first is served` };
}

/** Whether the group has something else under the lead's name. */
function isOther(lead: Lead | null, group: number): boolean {
  if (lead === null || lead.mark.takenBy !== group || lead.mark.lead === lead) return false;
  const first = lead.mark.lead;
  // By content: outbounds of two families are of two forms, and their routes and clusters may be equal.
  return first?.template.hash !== lead.template.hash || first.bindings !== lead.bindings;
}

/** Equal for traits that are equal. */
function traitsKey(traits: readonly InboundTraits[]): string {
  let key = "";
  for (const trait of traits) {
    const { index, ipv6, named, listenerTaken, clusterTaken, routeTaken, redirected, source } = trait;
    key += `${index}:${ipv6 ? 6 : 4}${named ? "n" : ""}${listenerTaken ? "l" : ""}${clusterTaken ? "c" : ""}${routeTaken ? "r" : ""}${redirected ? "t" : ""}${source ?? ""} `;
  }
  return key;
}

/** Equal for proxies that no patch can tell apart by names: alike ones come out as the same text all the same. */
function patchKey(proxy: MatchedProxy): string {
  return isPatched(proxy.policies) ? JSON.stringify(proxyBindings(proxy)) : "";
}

/** Equal for proxies whose traffic is redirected alike. */
function redirectKey(proxy: MatchedProxy): string {
  return proxy.redirect === undefined ? "" : JSON.stringify([proxy.redirect, isClosed(proxy)]);
}

function byHash(a: Blob, b: Blob): number {
  return a.hash < b.hash ? -1 : 1;
}

/** Templates of different shapes may come out equal. */
function distinct(blobs: readonly Blob[]): readonly Blob[] {
  return [...new Map(blobs.map((blob) => [blob.hash, blob])).values()];
}
