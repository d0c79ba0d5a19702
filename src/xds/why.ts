// A proxy as people think of it: each setting that policies made for it, who said it over whom, and the Envoy fields that it became.
import { withoutCollectors } from "#match/collector-ref.ts";
import type { MatchedInbound, MatchedOutbound, MatchedProxy, Merged, Origin, Policies } from "#match/matched.ts";
import type { Bindings, Json } from "#model/json.ts";
import { POLICIES } from "#model/kinds.ts";
import { parseKri } from "#model/kri.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { destinationBindings } from "./destination.ts";
import { fieldPath, valueAt, type WrittenField, writtenFields } from "./explain.ts";
import { createGenerator, type Generator } from "./generator.ts";
import { inboundTraits, proxyBindings } from "./inbound.ts";
import type { Source } from "./trace.ts";

/** An Envoy field that a setting became, or that it is a part of. */
export type SetField = Omit<WrittenField, "sources">;

/** One value of a merged conf. */
export interface Setting {
  /** Type of the policy. */
  readonly policy: string;
  /** As it stands in the policy below `default`: `http.requestTimeout`. */
  readonly field: string;
  readonly value: Json;
  /** The clients that it holds for: tag matchers of `from`, or the match of a rule; absent = all. */
  readonly clients?: Json;
  /** KRI of the MeshHTTPRoute whose requests alone it holds for. */
  readonly route?: string;
  /** The rule that set it first, then those that it beat. */
  readonly origins: readonly Origin[];
  readonly envoy: readonly SetField[];
}

/**
 * Where settings hold: the proxy as a whole, one inbound, one outbound, a destination that an outbound's routes lead to, or a
 * listener that serves the zone.
 */
export interface Place {
  readonly kind: "proxy" | "inbound" | "outbound" | "backend" | "listener";
  /** `8080` of an inbound; the section of a listener; of the others Envoy's name of the destination; empty for the proxy. */
  readonly name: string;
  /** The proxy's own service behind an inbound; what an outbound leads to; ZoneIngress or ZoneEgress of a listener. */
  readonly service: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
  readonly settings: readonly Setting[];
}

/** Every place of the proxy in the order proxy, inbounds, outbounds; those without settings too. `more` fills its other holes. */
export function why(
  proxy: MatchedProxy,
  generator: Generator = createGenerator(),
  more: Bindings = {},
): readonly Place[] {
  const { mesh, bindings, policies } = proxy;
  const own = { ...more, ...proxyBindings(proxy) };
  const traits = inboundTraits(proxy);
  const ofProxy = writtenFields(generator.patched(generator.proxy(proxy), "proxy", policies, own), own);
  const wide = new WideSettings(policies, ofProxy);
  const places: Place[] = [];
  proxy.inbounds.forEach((inbound, at) => {
    const trait = traits[at];
    if (trait === undefined || trait.listenerTaken) return;
    const told = (name: string): string => String(bindings[`${inbound.index}.${name}`] ?? "");
    places.push({
      kind: "inbound",
      name: told("port"),
      service: told("service"),
      address: told("address"),
      port: Number(told("port")),
      protocol: inbound.protocol,
      settings: inboundSettings(
        inbound,
        writtenFields(generator.patched(generator.inbound(mesh, inbound, trait), "inbound", policies, own), own),
        wide,
      ),
    });
  });
  if (proxy.passing !== undefined) places.push(passingPlace(proxy, proxy.passing, ofProxy, own));
  for (const outbound of proxy.outbounds) {
    const { address, port, destination, routePolicies = {}, backends = [] } = outbound;
    const named = (way: Way): WrittenField[] => {
      const values = { ...own, ...destinationBindings(mesh, way.destination) };
      return [
        ...writtenFields(
          generator.patched(generator.cluster(mesh, way.destination, way.policies), "outbound", way.policies, values),
          values,
        ),
      ];
    };
    const values = { ...own, ...destinationBindings(mesh, destination), address, port };
    const written = [
      ...writtenFields(
        generator.patched(generator.outbound(mesh, outbound), "outbound", outbound.policies, values),
        values,
      ),
      ...named(outbound),
    ];
    const about = ({ destination: { cluster, tags, protocol } }: Way) => ({
      name: cluster,
      service: tags[SERVICE_TAG] ?? parseKri(tags["kuma.io/unified-name"] ?? "")?.name ?? cluster,
      address,
      port,
      protocol,
    });
    const routes = Object.entries(routePolicies).flatMap(([route, said]) =>
      toSettings(said, written, wide, route).map((setting) => ({ ...setting, route })),
    );
    const settings = [...toSettings(outbound.policies, written, wide), ...routes];
    places.push({ kind: "outbound", ...about(outbound), settings });
    for (const way of backends) {
      if (way.destination.cluster === destination.cluster) continue;
      // Of a destination behind a route only what its cluster is made of holds there; the route's own policies stand above.
      const written = named(way);
      const settings = toSettings(way.policies, written, wide).filter(({ envoy }) => envoy.length > 0);
      places.push({ kind: "backend", ...about(way), settings });
    }
  }
  const whole = { name: "", service: told(bindings["proxy.service"]), address: told(bindings.address), port: 0 };
  const all: Place[] = [{ kind: "proxy", ...whole, protocol: "", settings: wide.settings() }, ...places];
  return all.map((place) => ({ ...place, settings: [...place.settings].sort(byOrder) }));
}

const ORDER = new Map(POLICIES.map(({ type }, at) => [type, at]));

/** Settings in the order of the policies' table. */
export function byOrder(a: Setting, b: Setting): number {
  return (ORDER.get(a.policy) ?? 0) - (ORDER.get(b.policy) ?? 0);
}

/** What policies say of a chain of a listener that serves the zone, in the policies' order. */
export function chainSettings(
  { inbound, policies }: { readonly inbound: MatchedInbound["policies"]; readonly policies: Policies },
  written: readonly WrittenField[],
): readonly Setting[] {
  const nothing = new WideSettings({}, []);
  const callers: MatchedInbound = { index: 0, protocol: "tcp", tls: "STRICT", policies: inbound };
  const settings = [...inboundSettings(callers, written, nothing), ...toSettings(policies, written, nothing)];
  return settings.sort(byOrder);
}

type Way = Pick<MatchedOutbound, "destination" | "policies">;

/** Redirected traffic that leads to nothing in the mesh; what is proxy-wide stands at the proxy. */
function passingPlace(
  { policies }: MatchedProxy,
  passing: Policies,
  written: readonly WrittenField[],
  own: Bindings,
): Place {
  const settings = Object.entries(passing).flatMap(([policy, merged]) =>
    policies[policy] === undefined ? settingsOf(policy, merged, written, (source) => source.policy === policy) : [],
  );
  return {
    kind: "outbound",
    name: "outbound:passthrough",
    service: "external",
    address: told(own.address),
    port: Number(own["proxy.redirectOutbound"] ?? 0),
    protocol: "tcp",
    settings: settings.filter(({ envoy }) => envoy.length > 0),
  };
}

function told(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Proxy-wide settings: said once of the proxy, with the fields that they became anywhere in it. */
class WideSettings {
  readonly #policies: Policies;
  readonly #fields: WrittenField[];

  constructor(policies: Policies, fields: readonly WrittenField[]) {
    this.#policies = policies;
    this.#fields = [...fields];
  }

  /** Takes the fields where the conf at a place is the proxy's own; false where the place has one of its own. */
  take(policy: string, conf: Merged<unknown>, written: readonly WrittenField[]): boolean {
    if (JSON.stringify(this.#policies[policy]) !== JSON.stringify(conf)) return false;
    this.#fields.push(...written.filter(({ sources }) => sources.some((source) => source.policy === policy)));
    return true;
  }

  settings(): readonly Setting[] {
    return Object.entries(this.#policies).flatMap(([policy, merged]) =>
      settingsOf(policy, merged, this.#fields, (source) => source.policy === policy),
    );
  }
}

function inboundSettings(
  { policies }: MatchedInbound,
  written: readonly WrittenField[],
  wide: WideSettings,
): readonly Setting[] {
  return Object.entries(policies).flatMap(([policy, { subsets, rules, whole }]) => {
    const of = (list: Source["list"], item: number) => (source: Source) =>
      source.policy === policy && (source.item === -1 || (source.list === list && source.item === item));
    return [
      ...subsets.flatMap((rule, item) =>
        settingsOf(policy, rule, written, of("subsets", item), rule.matchers as unknown as Json),
      ),
      ...rules.flatMap((rule, item) => settingsOf(policy, rule, written, of("rules", item), rule.match as Json)),
      ...(whole === undefined || wide.take(policy, whole, written)
        ? []
        : settingsOf(policy, whole, written, of("default", 0))),
    ];
  });
}

function toSettings(
  policies: Policies,
  written: readonly WrittenField[],
  wide: WideSettings,
  route?: string,
): readonly Setting[] {
  return Object.entries(policies).flatMap(([policy, merged]) =>
    wide.take(policy, merged, written)
      ? []
      : settingsOf(policy, merged, written, (source) => source.policy === policy && source.route === route),
  );
}

/** A setting for each leaf of the conf, in the conf's order. */
function settingsOf(
  policy: string,
  { conf, origins }: Merged<unknown>,
  written: readonly WrittenField[],
  isMeant: (source: Source) => boolean,
  clients?: Json,
): readonly Setting[] {
  const told = withoutCollectors(conf) as Json;
  const nobody = clients === undefined || (Array.isArray(clients) && clients.length === 0);
  return Object.entries(origins).map(([leaf, said]) => ({
    policy,
    field: fieldPath(leaf).replace(/^\./, ""),
    value: valueAt(told, leaf),
    ...(nobody ? {} : { clients }),
    origins: said,
    envoy: fieldsFrom(leaf, written, isMeant),
  }));
}

function fieldsFrom(
  leaf: string,
  written: readonly WrittenField[],
  isMeant: (source: Source) => boolean,
): readonly SetField[] {
  const found = new Map<string, SetField>();
  for (const { resource, field, value, sources } of written) {
    if (!sources.some((source) => isMeant(source) && touches(source.pointer, leaf))) continue;
    found.set(`${resource.kind} ${resource.name} ${field}`, { resource, field, value });
  }
  return [...found.values()];
}

/** Whether a source speaks of the leaf: of itself, of what it stands in, or of something in it. */
function touches(pointer: string, leaf: string): boolean {
  return leaf === pointer || leaf.startsWith(`${pointer}/`) || pointer.startsWith(`${leaf}/`);
}
