// How many proxies are in which state, as answers tell it.
import * as z from "#model/lazy-zod.ts";

/** `unknown`: the zone is out of contact, so what was told last may be true no more. */
export const proxyTally = z.object(() => ({
  total: z.int(),
  online: z.int(),
  degraded: z.int(),
  offline: z.int(),
  unknown: z.int(),
}));
