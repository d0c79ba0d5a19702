// Why a proxy's Envoy fields have their values: which resources set them, and which those beat.
import type { MatchedInbound, MatchedOutbound, MatchedProxy, Merged, Origin, Origins } from "#match/matched.ts";
import type { Bindings, Json } from "#model/json.ts";
import { type EnvoyKind, fillPartly } from "#snapshot/template.ts";
import { destinationBindings } from "./destination.ts";
import { createGenerator, type Generator } from "./generator.ts";
import { inboundTraits, proxyBindings } from "./inbound.ts";
import { type Generated, templatesOf } from "./resource.ts";
import type { Source } from "./trace.ts";

/** A field that policies set, in a resource of one proxy. */
export interface Explained {
  readonly resource: { readonly kind: EnvoyKind; readonly name: string };
  /** JSON pointer in the resource's Envoy JSON. */
  readonly field: string;
  readonly value: Json;
  /** The rule that set the value first, then those that it beat; for a value made of several, those of each in turn. */
  readonly origins: readonly Origin[];
}

/** A mistake in a policy's value, by the resource that holds it. */
export interface PolicyFault {
  readonly kri: string;
  /** Path in the resource: `spec.to[0].default.http.requestTimeout`. */
  readonly field: string;
  readonly reason: string;
}

/** Every field of the proxy's own resources that a policy set. Sorted by resource and field. `more` fills its other holes. */
export function explain(
  proxy: MatchedProxy,
  generator: Generator = createGenerator(),
  more: Bindings = {},
): Explained[] {
  const { mesh, policies, passing = policies } = proxy;
  const found = new Map<string, Explained>();
  const add = (made: Generated, bindings: Bindings, originsOf: (source: Source) => readonly Origin[]): void => {
    for (const { resource, field, value, sources } of writtenFields(made, { ...more, ...bindings })) {
      const origins = distinct(sources.flatMap(originsOf));
      found.set(`${resource.kind} ${resource.name} ${field}`, { resource, field, value, origins });
    }
  };
  const own = proxyBindings(proxy);
  const traits = inboundTraits(proxy);
  proxy.inbounds.forEach((inbound, at) => {
    const trait = traits[at];
    if (trait === undefined || trait.listenerTaken) return;
    const made = generator.patched(generator.inbound(mesh, inbound, trait), "inbound", policies, own);
    add(made, own, (source) => inboundOrigins(inbound, source));
  });
  add(generator.patched(generator.proxy(proxy), "proxy", policies, own), own, (source) =>
    originsOf({ policies: passing }, source),
  );
  for (const outbound of proxy.outbounds) {
    const { address, address6, port } = outbound;
    const socket = { address, ...(address6 !== undefined && { address6 }), port };
    const bindings = { ...own, ...destinationBindings(mesh, outbound.destination), ...socket };
    const made = generator.patched(generator.outbound(mesh, outbound), "outbound", outbound.policies, bindings);
    add(made, bindings, (source) => originsOf(outbound, source));
    for (const way of [outbound, ...(outbound.backends ?? [])]) {
      const values = { ...own, ...destinationBindings(mesh, way.destination) };
      const cluster = generator.cluster(mesh, way.destination, way.policies);
      add(generator.patched(cluster, "outbound", way.policies, values), values, (source) => originsOf(way, source));
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, explained]) => explained);
}

/** Every field that a policy set for a destination outside the mesh at an egress; the chain stands alone in its listener. */
export function explainWay({ inbound, policies }: WayPolicies, made: Generated, bindings: Bindings): Explained[] {
  const callers: MatchedInbound = { index: 0, protocol: "tcp", tls: "STRICT", policies: inbound };
  return writtenFields(made, bindings).map(({ resource, field, value, sources }) => {
    const origins = sources.flatMap((source) =>
      source.list === "to" ? originsOf({ policies }, source) : inboundOrigins(callers, source),
    );
    return { resource, field, value, origins: distinct(origins) };
  });
}

/** What holds for who calls, and for the egress's own calls. */
interface WayPolicies {
  readonly inbound: MatchedInbound["policies"];
  readonly policies: MatchedOutbound["policies"];
}

/** A field of one proxy's resource that policies wrote, and the places in confs that it was made of. */
export interface WrittenField extends Omit<Explained, "origins"> {
  readonly sources: readonly Source[];
}

/** The fields of what was generated, with holes filled as far as the bindings go. */
export function writtenFields(made: Generated, bindings: Bindings): readonly WrittenField[] {
  const bodies = new Map(templatesOf(made).map(({ kind, name, body }) => [nameKey(kind, name), body]));
  return made.fields.map(({ kind, resource, field, sources }) => {
    const name = String(fillPartly(resource, bindings));
    const value = fillPartly(valueAt(bodies.get(nameKey(kind, resource)) ?? null, field), bindings);
    return { resource: { kind, name }, field, value, sources };
  });
}

/** What an inbound's policies hold that could not be used. */
export function inboundFaults(inbound: MatchedInbound, { complaints }: Generated): PolicyFault[] {
  return complaints.flatMap(({ source, reason }) =>
    faultsAt(inboundOrigins(inbound, source), ownSource(inbound.policies[source.policy]?.whole, source), reason),
  );
}

/** What the policies of a proxy itself hold that could not be used. */
export function proxyFaults({ policies, passing = policies }: MatchedProxy, made: Generated): PolicyFault[] {
  return policyFaults({ policies: passing }, made);
}

/** What the policies of an outbound or a destination hold that could not be used. */
export function policyFaults(said: Said, { complaints }: Generated): PolicyFault[] {
  return complaints.flatMap(({ source, reason }) =>
    faultsAt(originsOf(said, source), ownSource(said.policies[source.policy], source), reason),
  );
}

/** Where merged confs stand. */
type Said = Pick<MatchedOutbound, "policies" | "routePolicies">;

function nameKey(kind: EnvoyKind, name: Json): string {
  return `${kind} ${JSON.stringify(name)}`;
}

/** Lists that policies append to hold items of several: the item's index in the list of the one that wrote it. */
function ownSource(merged: Merged<unknown> | undefined, source: Source): Source {
  const [, list, index] = /^(\/append[A-Z]\w*)\/(\d+)/.exec(source.pointer) ?? [];
  if (merged === undefined || list === undefined || index === undefined) return source;
  const writer = merged.origins[`${list}/${index}`]?.[0]?.kri;
  const before = Array.from({ length: Number(index) }, (_, at) => merged.origins[`${list}/${at}`]?.[0]?.kri);
  const own = before.filter((kri) => kri === writer).length;
  return { ...source, pointer: source.pointer.replace(`${list}/${index}`, `${list}/${own}`) };
}

/** The rule that set a value is at fault, not those that it beat; where no single value is to blame, all of them. */
function faultsAt(origins: readonly Origin[], { policy, item, pointer }: Source, reason: string): PolicyFault[] {
  const blamed = item === -1 || pointer === "" ? origins : origins.slice(0, 1);
  return blamed.map(({ kri, part, rule }) => {
    // The pointer is one into what an older policy was translated to.
    if (part === "conf" || part === "sources")
      return { kri, field: part === "conf" ? part : `${part}[${rule}]`, reason };
    const base = part === "default" ? "spec.default" : `spec.${part}[${rule}]`;
    const place = PLACES[policy] ?? ((path) => (part === "default" ? "" : ".default") + path);
    return { kri, field: base + place(fieldPath(pointer)), reason };
  });
}

/** Where items say what others say in `default`; of rules that were merged out of several lists only the list is told. */
const PLACES: Readonly<Record<string, (path: string) => string>> = {
  MeshHTTPRoute: () => ".rules",
  MeshTCPRoute: (path) => `.rules[0].default${path}`,
};

/** `/http/requestTimeout` is `.http.requestTimeout`; `/allow/0` is `.allow[0]`. */
export function fieldPath(pointer: string): string {
  return pointer.replaceAll(/\/(\d+)/g, "[$1]").replaceAll("/", ".");
}

function inboundOrigins({ policies }: MatchedInbound, { policy, list, item, pointer }: Source): readonly Origin[] {
  const said = policies[policy];
  if (said === undefined) return [];
  const { subsets, rules, whole } = said;
  if (item === -1) {
    const all = [...subsets, ...rules, ...(whole === undefined ? [] : [whole])];
    return distinct(all.flatMap(({ origins }) => under(origins, "")));
  }
  const rule = list === "default" ? whole : list === "subsets" ? subsets[item] : rules[item];
  return rule === undefined ? [] : under(rule.origins, pointer);
}

function originsOf({ policies, routePolicies }: Said, { policy, pointer, route }: Source): readonly Origin[] {
  const merged = (route === undefined ? policies : routePolicies?.[route])?.[policy];
  return merged === undefined ? [] : under(merged.origins, pointer);
}

/** Origins of the leaf at a pointer, of all leaves below it, or of the leaf (a list) that it points into. */
function under(origins: Origins, pointer: string): readonly Origin[] {
  const found = Object.entries(origins).filter(
    ([leaf]) => leaf === pointer || leaf.startsWith(`${pointer}/`) || pointer.startsWith(`${leaf}/`),
  );
  return distinct(found.flatMap(([, list]) => list));
}

function distinct(origins: readonly Origin[]): Origin[] {
  const seen = new Map<string, Origin>();
  for (const origin of origins) {
    const key = `${origin.kri} ${origin.part} ${origin.rule}`;
    if (!seen.has(key)) seen.set(key, origin);
  }
  return [...seen.values()];
}

/** The value that a JSON pointer leads to; null where it leads nowhere. */
export function valueAt(body: Json, pointer: string): Json {
  let value = body;
  for (const step of pointer.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    value = (value as { readonly [key: string]: Json } | null)?.[key] ?? null;
  }
  return value;
}
