// A memo of generation: alike inbounds, outbounds, destinations and proxies, whatever their origins, are generated once.
import type { NativeEnvoy } from "#envoy/native.ts";
import type { Destination, MatchedInbound, MatchedOutbound, Policies } from "#match/matched.ts";
import { generateCluster, isPlainService, isResource } from "./destination.ts";
import { generateInbound } from "./inbound.ts";
import type { InboundTraits } from "./names.ts";
import { generateOutbound } from "./outbound.ts";
import { createPatcher, type Patcher } from "./patch/patcher.ts";
import { POLICY_WRITERS } from "./policies.ts";
import type { PolicyWriter } from "./policy.ts";
import { generateProxy, type ProxyFacts } from "./proxy.ts";
import type { Generated } from "./resource.ts";
import { redirectedPorts } from "./transparent-proxy.ts";

/** Shapes remembered before all are forgotten: far more than a mesh has at one time, so that old ones do not pile up. */
const LIMIT = 4096;

export interface Generator {
  inbound(mesh: string, inbound: MatchedInbound, traits: InboundTraits): Generated;
  /** Listener and routes. */
  outbound(mesh: string, outbound: MatchedOutbound): Generated;
  /** The cluster of a destination. */
  cluster(mesh: string, destination: Destination, policies: Policies): Generated;
  /** What the proxy has once. */
  proxy(proxy: ProxyFacts): Generated;
  /** Any of these, patched as the policies say. */
  patched: Patcher["patch"];
}

/** A function of its arguments; what it remembers changes time only, and grows with shapes, not with proxies. */
export function createGenerator(native: NativeEnvoy | null = null): Generator {
  const known = new Map<string, Generated>();
  const memo = (key: string, make: () => Generated): Generated => {
    let result = known.get(key);
    if (result === undefined) {
      if (known.size >= LIMIT) known.clear();
      result = make();
      known.set(key, result);
    }
    return result;
  };
  return {
    inbound: (mesh, inbound, traits) =>
      memo(inboundKey(mesh, inbound, traits), () => generateInbound(mesh, inbound, traits)),
    outbound: (mesh, outbound) => memo(outboundKey(mesh, outbound), () => generateOutbound(mesh, outbound)),
    cluster: (mesh, destination, policies) =>
      memo(clusterKey(mesh, destination, policies), () => generateCluster(mesh, destination, policies)),
    patched: createPatcher(native).patch,
    proxy: (proxy) => memo(proxyKey(proxy), () => generateProxy(proxy)),
  };
}

function inboundKey(mesh: string, { protocol, tls, policies }: MatchedInbound, traits: InboundTraits): string {
  const confs = Object.entries(policies).map(([type, { subsets, rules, whole }]) => [
    type,
    subsets.map(({ matchers, conf }) => [matchers, conf]),
    rules.map(({ match, conf }) => [match ?? null, conf]),
    whole?.conf,
  ]);
  return JSON.stringify(["inbound", mesh, protocol, tls, traits, confs.sort(byType)]);
}

function outboundKey(mesh: string, outbound: MatchedOutbound): string {
  const { address, redirected = false, destination, policies, backends = [] } = outbound;
  const { ruleRoutes = [], routePolicies = {}, tellsTags = false } = outbound;
  const form = `${formOf(mesh, destination)}/${address.includes(":")}/${tellsTags}/${redirected}`;
  const own = Object.entries(routePolicies).map(([kri, said]) => [kri, confsKey("outbound", said)]);
  const more =
    backends.length === 0 && own.length === 0
      ? ""
      : JSON.stringify([ruleRoutes, own.sort(byType), backends.map(target)]);
  return `outbound/${mesh}/${form}/${confsKey("outbound", policies)}/${more}`;
}

function proxyKey(proxy: ProxyFacts): string {
  const { mesh, redirect, policies, passing } = proxy;
  const form = redirect === undefined ? "" : JSON.stringify([redirect, redirectedPorts(proxy)]);
  const passes = passing === undefined ? "" : confsKey("passthrough", passing);
  return `proxy/${mesh}/${form}/${confsKey("proxy", policies)}/${passes}`;
}

/** What routes say of where they lead. */
function target({
  key,
  destination: { cluster, protocol, external },
}: NonNullable<MatchedOutbound["backends"]>[number]): unknown {
  return [key, cluster, protocol, external !== undefined];
}

function clusterKey(mesh: string, destination: Destination, policies: Policies): string {
  return `cluster/${mesh}/${formOf(mesh, destination)}/${confsKey("cluster", policies)}`;
}

/** What templates of a destination depend on, beside confs. */
function formOf(mesh: string, destination: Destination): string {
  const { protocol, tls, external } = destination;
  const place = external === undefined ? "" : JSON.stringify(external);
  const kind = isPlainService(mesh, destination) ? "service" : isResource(destination) ? "resource" : "subset";
  return `${protocol}/${tls !== null}/${kind}/${place}`;
}

type Part = "outbound" | "cluster" | "proxy" | "passthrough";

/** The policies that write to each part; the others' confs are no part of its key. */
const WRITERS: Readonly<Record<Part, ReadonlySet<string>>> = {
  outbound: typesOf(
    ({ outbound, route, routes }) => outbound !== undefined || route !== undefined || routes !== undefined,
  ),
  cluster: typesOf(({ cluster }) => cluster !== undefined),
  proxy: typesOf(({ proxy }) => proxy !== undefined),
  passthrough: typesOf(({ passthrough }) => passthrough !== undefined),
};

function typesOf(writes: (writer: PolicyWriter) => boolean): ReadonlySet<string> {
  return new Set(POLICY_WRITERS.filter(writes).map(({ type }) => type));
}

/** Confs as text, without their origins. Matching hands the same object to all that it made it for. */
const confKeys = new WeakMap<Policies, Partial<Record<Part, string>>>();

function confsKey(part: Part, policies: Policies): string {
  let keys = confKeys.get(policies);
  if (keys === undefined) {
    keys = {};
    confKeys.set(policies, keys);
  }
  let key = keys[part];
  if (key === undefined) {
    const confs = Object.entries(policies).flatMap(([type, { conf }]): [string, unknown][] =>
      WRITERS[part].has(type) ? [[type, conf]] : [],
    );
    key = JSON.stringify(confs.sort(byType));
    keys[part] = key;
  }
  return key;
}

function byType(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}
