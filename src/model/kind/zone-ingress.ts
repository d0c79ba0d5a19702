// Kind ZoneIngress: the Envoy through which other zones reach the services of its own.

import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { flag, may, message, text, textMap, uint32 } from "#model/shape.ts";
import { availableServiceViolations, zoneProxyViolations } from "./zone-proxy-rules.ts";

export const zoneIngressShape = message(() => ({
  zone: may(text),
  networking: may(
    message({
      address: may(text),
      advertisedAddress: may(text),
      port: may(uint32),
      advertisedPort: may(uint32),
      admin: may(message({ port: may(uint32) })),
    }),
  ),
  availableServices: may(
    z.array(message({ tags: may(textMap), instances: may(uint32), mesh: may(text), externalService: may(flag) })),
  ),
}));
export type ZoneIngressSpec = Frozen<z.infer<typeof zoneIngressShape>>;

export const zoneIngressJudge: Judge<ZoneIngressSpec> = {
  shape: zoneIngressShape,
  warn: ({ spec }) =>
    spec.networking?.advertisedAddress
      ? []
      : ["without networking.advertisedAddress and advertisedPort other zones send nothing to this ingress"],
  validate: ({ spec }) => [...zoneProxyViolations(spec), ...availableServiceViolations(spec.availableServices)],
};
