// Kind ZoneEgress: the Envoy through which a zone's proxies reach what is outside it.

import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import type * as z from "#model/lazy-zod.ts";
import { may, message, text, uint32 } from "#model/shape.ts";
import { zoneProxyViolations } from "./zone-proxy-rules.ts";

export const zoneEgressShape = message(() => ({
  zone: may(text),
  networking: may(message({ address: may(text), port: may(uint32), admin: may(message({ port: may(uint32) })) })),
}));
export type ZoneEgressSpec = Frozen<z.infer<typeof zoneEgressShape>>;

export const zoneEgressJudge: Judge<ZoneEgressSpec> = {
  shape: zoneEgressShape,
  validate: ({ spec }) => zoneProxyViolations(spec),
};
