// Matched proxies built by hand, for what a view cannot easily say.
import type {
  Destination,
  InboundPolicy,
  MatchedInbound,
  MatchedOutbound,
  MatchedProxy,
  Merged,
  Origin,
} from "#match/matched.ts";
import type { Bindings } from "#model/json.ts";

export const origin = (name: string, part: Origin["part"] = "to", rule = 0): Origin => ({
  kri: `kri_mt_default___${name}_`,
  part,
  rule,
});

export function inbound(index: number, more: Partial<MatchedInbound> = {}): MatchedInbound {
  return { index, protocol: "http", tls: "off", policies: {}, ...more };
}

export function bindings(index: number, port: number, service: string, more: Bindings = {}): Bindings {
  return {
    [`${index}.address`]: "10.0.0.1",
    [`${index}.port`]: port,
    [`${index}.serviceAddress`]: "127.0.0.1",
    [`${index}.servicePort`]: port,
    [`${index}.service`]: service,
    [`${index}.tags`]: { "kuma.io/service": service },
    ...more,
  };
}

export function destination(service: string, more: Partial<Destination> = {}): Destination {
  return {
    cluster: service,
    routeConfig: `outbound:${service}`,
    virtualHost: service,
    protocol: "http",
    tls: null,
    tags: { "kuma.io/service": service },
    ...more,
  };
}

export function outbound(service: string, port: number, more: Partial<MatchedOutbound> = {}): MatchedOutbound {
  return { address: "127.0.0.1", port, destination: destination(service), policies: {}, ...more };
}

export function proxy(more: Partial<MatchedProxy> = {}): MatchedProxy {
  return {
    mesh: "default",
    name: "web-1",
    gateway: false,
    tls: "off",
    inbounds: [],
    outbounds: [],
    policies: {},
    bindings: {},
    ...more,
  };
}

export function timeout(conf: unknown, origins: Merged<unknown>["origins"] = {}): Record<string, Merged<unknown>> {
  return { MeshTimeout: { conf, origins } };
}

export function inboundPolicy(type: string, policy: Partial<InboundPolicy>): Record<string, InboundPolicy> {
  return { [type]: { subsets: [], rules: [], ...policy } };
}
