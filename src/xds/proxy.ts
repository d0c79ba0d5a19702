// What a proxy has once, beside its inbounds and outbounds: where redirected traffic comes in, and what proxy-wide policies bring.
import type { MatchedProxy } from "#match/matched.ts";
import { Extras } from "./extras.ts";
import { POLICY_WRITERS } from "./policies.ts";
import { type Generated, generated } from "./resource.ts";
import { Tracer } from "./trace.ts";
import { addRedirected, passthroughOf, redirectedPorts } from "./transparent-proxy.ts";

/** What is looked at of a proxy. */
export type ProxyFacts = Pick<MatchedProxy, "mesh" | "policies"> &
  Partial<Pick<MatchedProxy, "tls" | "redirect" | "inbounds" | "bindings">>;

/** Templates of the proxy itself: a function of its proxy-wide confs, and of how its traffic is redirected. */
export function generateProxy(proxy: ProxyFacts): Generated {
  const { mesh, policies, redirect } = proxy;
  const tracer = new Tracer();
  const extras = new Extras(tracer);
  const passthrough = redirect === undefined ? null : passthroughOf(redirect);
  for (const { type, proxy: write } of POLICY_WRITERS) {
    const merged = policies[type];
    if (write === undefined || merged === undefined) continue;
    tracer.attempt(type, () => write({ mesh, extras, passthrough }, merged.conf, tracer));
  }
  if (redirect !== undefined && passthrough !== null) {
    addRedirected(passthrough, { redirect, ports: redirectedPorts(proxy) }, extras, tracer);
  }
  return generated({ extras }, tracer);
}
