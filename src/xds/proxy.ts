// What a proxy has once, beside its inbounds and outbounds: listeners and clusters that proxy-wide policies bring.
import type { MatchedProxy } from "#match/matched.ts";
import { Extras } from "./extras.ts";
import { POLICY_WRITERS } from "./policies.ts";
import { type Generated, generated } from "./resource.ts";
import { Tracer } from "./trace.ts";

/** Templates of the proxy itself: a function of its proxy-wide confs. */
export function generateProxy({ mesh, policies }: Pick<MatchedProxy, "mesh" | "policies">): Generated {
  const tracer = new Tracer();
  const extras = new Extras(tracer);
  for (const { type, proxy: write } of POLICY_WRITERS) {
    const merged = policies[type];
    if (write === undefined || merged === undefined) continue;
    tracer.attempt(type, () => write({ mesh, extras }, merged.conf, tracer));
  }
  return generated({ extras }, tracer);
}
