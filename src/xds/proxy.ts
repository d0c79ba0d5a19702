// What a proxy has once, beside its inbounds and outbounds: where redirected traffic comes in, names, and what proxy-wide policies bring.
import type { MatchedProxy } from "#match/matched.ts";
import { dnsConfig, dnsListener } from "./dns.ts";
import { ToldConfigs } from "./dynamic-config.ts";
import { Extras } from "./extras.ts";
import { POLICY_WRITERS } from "./policies.ts";
import { type Generated, generated } from "./resource.ts";
import { Tracer } from "./trace.ts";
import { addRedirected, completePassthrough, isClosed, passthroughOf } from "./transparent-proxy.ts";

/** What is looked at of a proxy. */
export type ProxyFacts = Pick<MatchedProxy, "mesh" | "policies"> &
  Partial<Pick<MatchedProxy, "tls" | "redirect" | "names" | "passing" | "inbounds" | "bindings">>;

/** Templates of the proxy itself: a function of its proxy-wide confs, of how its traffic is redirected, of the names that it tells, and of what holds for what passes. */
export function generateProxy(proxy: ProxyFacts): Generated {
  const { mesh, policies, redirect, names, passing = {} } = proxy;
  const tracer = new Tracer();
  const extras = new Extras(tracer);
  const told = new ToldConfigs(tracer);
  const passthrough = redirect === undefined ? null : passthroughOf(redirect);
  for (const { type, proxy: write } of POLICY_WRITERS) {
    const merged = policies[type];
    if (write === undefined || merged === undefined) continue;
    tracer.attempt(type, () => write({ mesh, extras, told, passthrough }, merged.conf, tracer));
  }
  if (names !== undefined) {
    told.add(dnsConfig(names));
    // Who listens on loopback addresses redirects no questions either.
    if (redirect !== undefined) extras.listener(dnsListener(names));
  }
  told.complete(extras);
  if (redirect !== undefined && passthrough !== null) {
    completePassthrough(passthrough, extras, tracer);
    const chains = passthrough.listeners.flatMap((listener) => listener.chains);
    for (const { type, passthrough: write } of POLICY_WRITERS) {
      const merged = passing[type];
      if (write === undefined || merged === undefined) continue;
      tracer.attempt(type, () => write({ mesh, chains, extras }, merged.conf, tracer));
    }
    addRedirected(passthrough, { redirect, closed: isClosed(proxy) }, extras);
  }
  return generated({ extras }, tracer);
}
