// One proxy, inspected: the rules that hold for it, its parts with their policies, why each setting is so, and its whole Envoy config.
import { type XdsKind, xdsType } from "#envoy/type-url.ts";
import { type Layout, layoutOf } from "#match/layout.ts";
import { policyFaults, rulesOf } from "#match/match.ts";
import { type OlderRule, olderRulesOf } from "#match/older-rule-view.ts";
import * as view from "#match/policy-view.ts";
import type { RulesOfType } from "#match/rule-view.ts";
import { policiesOn } from "#match/selected-view.ts";
import { withheldFrom } from "#match/withheld.ts";
import type { Hash, Json } from "#model/json.ts";
import { jsonPatch, type PatchStep } from "#model/json-patch.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { kriOf } from "#model/kri-of.ts";
import { ENVOY_DNS_PORT, NODE_HOLES, socketOfHole } from "#model/node-hole.ts";
import type { Resource } from "#model/resource.ts";
import { clusterLoadAssignment } from "#snapshot/endpoints.ts";
import { type NodeValues, resourcesOfEntry } from "#snapshot/proxy.ts";
import { bundleSecret, identitySecret } from "#xds/names.ts";
import { type Place, why } from "#xds/why.ts";
import { type CompileFault, sortedFaults } from "./compile.ts";
import { setsFor } from "./endpoint-set.ts";
import type { Inspection } from "./inspect.ts";
import { listenerPart } from "./listener-part.ts";
import { listenerPlaces } from "./listener-why.ts";
import { compileProxy, ownBindings } from "./roster.ts";

export type { RulesOfType } from "#match/rule-view.ts";
export type { Place, Setting } from "#xds/why.ts";

/** Envoy's resources by type URL, then by name. */
export type ProxyConfig = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** Answers about one dataplane, each computed when asked. Null = it has no such inbound or outbound. */
export interface ProxyInspection {
  readonly dataplane: Resource<DataplaneSpec>;
  readonly rules: () => readonly RulesOfType[];
  readonly olderRules: () => readonly OlderRule[];
  readonly layout: () => Layout;
  /** The policies that select it, in plugin order, each type in ascending precedence. */
  readonly selectedBy: () => readonly Resource[];
  readonly policies: () => readonly view.PolicyView[];
  /** By an inbound's name, else its port. */
  readonly inboundPolicies: (section: string) => readonly view.InboundPolicyView[] | null;
  /** By the KRI of what an outbound leads to, or Envoy's name of that. */
  readonly outboundPolicies: (id: string) => readonly view.PolicyView[] | null;
  readonly outboundRoutes: (id: string) => readonly view.RouteView[] | null;
  readonly routePolicies: (id: string, route: string) => readonly view.PolicyView[] | null;
  readonly why: () => readonly Place[];
  /** Mistakes of the dataplane and of the policies that select it, and what keeps other zones from it. */
  readonly faults: () => readonly CompileFault[];
  readonly config: (shadow: boolean) => ProxyConfig;
  /** From its config to what it would be if shadow policies acted. */
  readonly shadowDiff: () => readonly PatchStep[];
}

type Aspect = Exclude<keyof ProxyInspection, "dataplane">;

/** What is asked of an inspected proxy: methods of it, each with its arguments. */
export type ProxyAsked = { readonly [A in Aspect]?: Parameters<ProxyInspection[A]> };

/** The dataplane, and the answers by the same names: plain values. */
export type ProxyTold<Asked extends ProxyAsked> = Pick<ProxyInspection, "dataplane"> & {
  readonly [A in keyof Asked & Aspect]: ReturnType<ProxyInspection[A]>;
};

/** Answers all that is asked, and works out nothing else. */
export function tellProxy<const Asked extends ProxyAsked>(proxy: ProxyInspection, asked: Asked): ProxyTold<Asked> {
  const answers = (Object.keys(asked) as Aspect[]).map((aspect) => {
    const answer = proxy[aspect] as (...given: readonly unknown[]) => unknown;
    return [aspect, answer(...(asked[aspect] ?? []))] as const;
  });
  return { dataplane: proxy.dataplane, ...Object.fromEntries(answers) } as unknown as ProxyTold<Asked>;
}

/** Inspects a dataplane of the inspection's zone. */
export function inspectProxy(inspection: Inspection, dataplane: Resource<DataplaneSpec>): ProxyInspection {
  const { index, maker } = inspection;
  const config = (shadow: boolean): ProxyConfig => configOf(shadow ? inspection.shadow() : inspection, dataplane);
  return {
    dataplane,
    rules: () => rulesOf(index, dataplane),
    olderRules: () => olderRulesOf(index, dataplane),
    layout: () => layoutOf(index, dataplane),
    selectedBy: () => policiesOn(index, dataplane),
    policies: () => view.proxyPolicies(index, dataplane),
    inboundPolicies: (section) => view.inboundPolicies(index, dataplane, section),
    outboundPolicies: (id) => view.outboundPolicies(index, dataplane, id),
    outboundRoutes: (id) => view.outboundRoutes(index, dataplane, id),
    routePolicies: (id, route) => view.routePolicies(index, dataplane, id, route),
    why: () => {
      const proxy = compileProxy(index, maker, dataplane);
      return [
        ...why(proxy.matched, maker.generator, ownBindings(proxy)),
        ...listenerPlaces(index, dataplane, index.digest),
      ];
    },
    faults: () => faultsOf(inspection, dataplane),
    config,
    shadowDiff: () => jsonPatch(config(false), config(true)),
  };
}

function faultsOf({ index, maker }: Inspection, dataplane: Resource<DataplaneSpec>): readonly CompileFault[] {
  const own = new Set(policiesOn(index, dataplane).map((policy) => kriOf(policy)));
  const ofPolicies = policyFaults(index).filter(({ kri }) => own.has(kri));
  const withheld = withheldFrom(index, dataplane);
  return sortedFaults([
    compileProxy(index, maker, dataplane),
    { faults: ofPolicies },
    { faults: withheld === null ? [] : [withheld] },
  ]);
}

/**
 * All that the proxy's Envoy is given, filled. Secrets stand with the placeholders that Kuma shows: their content is the
 * relay's, and no business of a reader.
 */
function configOf({ index, maker }: Inspection, dataplane: Resource<DataplaneSpec>): ProxyConfig {
  const { digest } = index;
  const { groups: called, blobs, secured } = compileProxy(index, maker, dataplane);
  const listening = listenerPart(index, { digest, trusted: true });
  const listens = listening?.groups.get(dataplane.name) ?? [];
  const groups = [...called, ...listens];
  const texts = new Map<Hash, string>();
  for (const { hash, text, templates } of [...blobs, ...(listening?.blobs ?? [])]) {
    texts.set(hash, text);
    for (const template of templates) texts.set(template.hash, template.text);
  }
  const found = new Map<XdsKind, Map<string, Json>>();
  const add = (kind: XdsKind, name: string, body: Json): void => {
    found.set(kind, (found.get(kind) ?? new Map<string, Json>()).set(name, body));
  };
  const node = unknownNode(index.view.mesh.name, dataplane.name);
  for (const part of resourcesOfEntry({ groups }, (hash) => texts.get(hash), digest, node).parts) {
    for (const resources of Object.values(part)) {
      for (const { kind, name, body } of resources.values()) add(kind, name, body());
    }
  }
  const sets = [
    ...setsFor(index, { groups: called, blobs }),
    ...(listens.length > 0 ? (listening?.sets.values() ?? []) : []),
  ];
  for (const set of sets) add("endpoints", set.cluster, clusterLoadAssignment(set));
  if (secured || (listens.length > 0 && listening?.secured === true))
    for (const name of [identitySecret(index.view.mesh.name), bundleSecret(index.view.mesh.name)])
      add("secret", name, secretPlaceholder(name));
  return sortedConfig(found);
}

/** Resources by type URL and name, both sorted. */
export function sortedConfig(found: ReadonlyMap<XdsKind, ReadonlyMap<string, Json>>): ProxyConfig {
  const byUrl = [...found].map(([kind, resources]) => [xdsType(kind).url, sorted(resources)] as const);
  return Object.fromEntries(byUrl.sort(byName));
}

/** What only the Envoy itself can tell stands as it would beside a proxy that works in a folder of its own name. */
export function unknownNode(mesh: string, name: string): NodeValues {
  const others: Readonly<Record<string, Json>> = {
    [NODE_HOLES.metricsTls]: null,
    [NODE_HOLES.roots]: { filename: "/etc/ssl/certs/ca-certificates.crt" },
    [NODE_HOLES.host]: "127.0.0.1",
    [NODE_HOLES.dnsPort]: ENVOY_DNS_PORT,
  };
  return (hole) => socketOfHole(`/var/lib/kuma/${name}`, { mesh, name }, hole) ?? others[hole];
}

/** What stands for a secret, as Kuma shows it: a certificate with its key, or what is trusted. */
export function secretPlaceholder(name: string): { readonly name: string; readonly [member: string]: Json } {
  const bytes = (text: string): Json => ({ inlineBytes: text });
  if (name.startsWith(bundleSecret(""))) return { name, validationContext: { trustedCa: bytes("Q0E=") } };
  return { name, tlsCertificate: { certificateChain: bytes("Q0VSVA=="), privateKey: bytes("S0VZ") } };
}

function sorted(resources: ReadonlyMap<string, Json>): Readonly<Record<string, Json>> {
  return Object.fromEntries([...resources].sort(byName));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
