// One inbound of a proxy → its listener, the application's cluster and, for HTTP, its routes.
import { inboundHoles } from "#match/binding.ts";
import type { MatchedInbound, MatchedProxy } from "#match/matched.ts";
import type { Bindings, Json } from "#model/json.ts";
import { isHttp } from "#model/protocol.ts";
import { hole } from "#snapshot/template.ts";
import { localCluster } from "./cluster.ts";
import { httpManager, tcpProxy } from "./connection.ts";
import { Extras } from "./extras.ts";
import { type Chain, httpChain, inboundChains, listener, tcpChain } from "./listener.ts";
import { type InboundTraits, inboundNames, listenerName, listenerStat } from "./names.ts";
import { POLICY_WRITERS } from "./policies.ts";
import type { InboundParts } from "./policy.ts";
import { PROXY_HOLES, proxyValue } from "./proxy-hole.ts";
import { type Generated, generated } from "./resource.ts";
import { inboundRoutes } from "./route.ts";
import { Tracer } from "./trace.ts";

/** Templates of one inbound: a function of its matched value without origins, and of traits that its names depend on. */
export function generateInbound(mesh: string, inbound: MatchedInbound, traits: InboundTraits): Generated {
  const { index, protocol, tls } = inbound;
  const names = inboundNames(traits);
  const at = <T = string>(name: string): T => hole<T>(`${index}.${name}`);
  const cluster = localCluster({
    name: names.cluster,
    stat: names.stat,
    address: at("serviceAddress"),
    port: at<number>("servicePort"),
    protocol,
  });
  if (traits.source !== null) {
    cluster.upstreamBindConfig = { sourceAddress: { address: traits.source, portValue: 0 } };
  }
  const bytes = (): Chain => tcpChain(tcpProxy(names.stat, names.cluster));
  const requests = (): Chain => {
    const manager = httpManager(names.stat, names.routeConfig, protocol);
    // A client cannot say who it is: the header is removed, and set from its certificate.
    manager.forwardClientCertDetails = "SANITIZE_SET";
    manager.setCurrentClientCertDetails = { uri: true };
    return httpChain(manager);
  };
  const http = isHttp(protocol);
  const chains = inboundChains(mesh, tls, http ? requests : bytes, bytes);
  const routes = http ? inboundRoutes(names.routeConfig, names.virtualHost, names.cluster) : null;
  const tracer = new Tracer();
  const extras = new Extras(tracer);
  const inspect = { tls: tls === "PERMISSIVE" };
  const service = traits.named ? at("service") : hole(PROXY_HOLES.service);
  const parts: InboundParts = {
    mesh,
    protocol,
    tls,
    service,
    chains,
    cluster,
    routes,
    rbacStat: names.rbacStat,
    inspect,
    extras,
  };
  for (const writer of POLICY_WRITERS) applyInbound(writer, parts, inbound, tracer);
  const body = listener({
    name: names.listener,
    direction: "INBOUND",
    address: at("address"),
    port: at<number>("port"),
    chains,
    tags: at<Record<string, string>>("tags"),
    inspectTls: inspect.tls,
    redirected: traits.redirected,
  });
  return generated({ cluster, listener: body, route: routes, extras }, tracer);
}

function applyInbound(
  { type, inbound: write, failed }: (typeof POLICY_WRITERS)[number],
  parts: InboundParts,
  inbound: MatchedInbound,
  tracer: Tracer,
): void {
  if (write === undefined) return;
  const policy = inbound.policies[type];
  if (tracer.attempt(type, () => write(parts, policy, tracer))) return;
  if (failed !== undefined) failed(parts, tracer);
  else write(parts, undefined, tracer);
}

/** What the names of each inbound depend on: which tags and addresses it has, and what its earlier siblings took. */
export function inboundTraits({
  inbounds,
  bindings,
  redirect,
}: Pick<MatchedProxy, "inbounds" | "bindings" | "redirect">): InboundTraits[] {
  const served: Socket[] = [];
  return inbounds.map(({ index, protocol }) => {
    const holes = inboundHoles(index);
    const own: Socket = {
      address: String(bindings[holes.address]),
      port: bindings[holes.port],
      servicePort: bindings[holes.servicePort],
      service: bindings[holes.service],
      http: isHttp(protocol),
    };
    const named = typeof own.service === "string" && own.service !== "";
    const first = served.length === 0;
    const traits = {
      index,
      ipv6: own.address.includes(":"),
      named,
      listenerTaken: !first && served.some(({ address, port }) => address === own.address && port === own.port),
      clusterTaken: !first && served.some(({ servicePort }) => servicePort === own.servicePort),
      redirected: redirect?.inbound === true,
      source: redirect === undefined ? null : sourceTo(String(bindings[holes.serviceAddress])),
      routeTaken: !first && named && own.http && served.some(({ http, service }) => http && service === own.service),
    };
    if (!traits.listenerTaken) served.push(own);
    return traits;
  });
}

/** Redirection lets traffic from these addresses alone; what stays on the loopback is never redirected. */
function sourceTo(application: string): string | null {
  if (application === "127.0.0.1" || application === "::1") return null;
  return application.includes(":") ? "::6" : "127.0.0.6";
}

interface Socket {
  readonly address: string;
  readonly port: Json | undefined;
  readonly servicePort: Json | undefined;
  readonly service: Json | undefined;
  readonly http: boolean;
}

/** The values of a proxy's own holes, those made from others too; with `holes`, of these only. */
export function proxyBindings(
  proxy: Pick<MatchedProxy, "inbounds" | "bindings"> & Partial<Pick<MatchedProxy, "mesh" | "gateway">>,
  holes?: readonly string[],
): Bindings {
  if (holes === undefined) {
    const made = Object.values(PROXY_HOLES).flatMap((name) => {
      const value = proxyValue(proxy, name);
      return value === undefined ? [] : [[name, value] as const];
    });
    const stats = proxy.inbounds.map((one) => statOf(proxy, one.index));
    return { ...proxy.bindings, ...Object.fromEntries([...made, ...stats]) };
  }
  const bindings: Record<string, Json> = {};
  for (const name of holes) {
    const value = name.endsWith(".stat")
      ? statOf(proxy, Number.parseInt(name, 10))[1]
      : (proxy.bindings[name] ?? proxyValue(proxy, name));
    if (value !== undefined) bindings[name] = value;
  }
  return bindings;
}

function statOf({ bindings }: Pick<MatchedProxy, "bindings">, index: number): [string, string] {
  const address = String(bindings[`${index}.address`]);
  const name = listenerName("inbound", address, String(bindings[`${index}.port`]), address.includes(":"));
  return [`${index}.stat`, listenerStat(name)];
}
