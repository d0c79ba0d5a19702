// Shapes of what a change does: its effect on proxies, access, and faults.
import * as z from "#model/lazy-zod.ts";
import { accessChange } from "./access.ts";

const may = z.exactOptional;
const change = z.enum(["added", "removed", "changed"]);

/** RFC 6902; what goes or is replaced is tested just before. */
const step = z.object(() => ({
  op: z.enum(["test", "add", "replace", "remove"]),
  path: z.string(),
  value: may(z.unknown()),
}));

const resourceEffect = z.object(() => ({
  kind: z.enum(["listener", "cluster", "route", "secret"]),
  /** As Envoy knows it; of the first proxy, where it differs from proxy to proxy. */
  name: z.string(),
  change,
  patch: z.array(step),
  /** The name or the patch has values of the first proxy's own, such as its address. */
  own: z.boolean(),
  /** The patch was left out, because the whole would have been too large. */
  cut: may(z.literal(true)),
}));

/** Proxies of one mesh that the same things happen to; the mesh is empty for ingresses and egresses of a zone. */
const shape = z.object(() => ({
  mesh: z.string(),
  change,
  proxies: z.object({ count: z.int(), names: z.array(z.string()) }),
  resources: z.array(resourceEffect),
}));
export type ShapeBody = z.infer<typeof shape>;

const place = z.object(() => ({
  dataplane: z.string(),
  address: z.string(),
  port: z.int(),
  zone: z.string(),
  weight: z.number(),
  priority: z.number(),
}));

const zoneEffect = z.object(() => ({
  zone: z.string(),
  /** How many get another config; those whose endpoint sets alone differ are not among them. */
  proxies: z.int(),
  shapes: z.array(shape),
  endpoints: z.array(
    z.object({
      mesh: z.string(),
      cluster: z.string(),
      added: z.array(place),
      removed: z.array(place),
      changed: z.array(place),
      proxies: z.int(),
    }),
  ),
  secrets: z.array(z.object({ mesh: z.string(), name: z.string(), change })),
}));
export type ZoneEffectBody = z.infer<typeof zoneEffect>;

const fault = z.object(() => ({ kri: z.string(), field: z.string(), reason: z.string(), zones: z.array(z.string()) }));

/** What a change does. */
export const outcome = {
  /** Of all zones in which anything differs. */
  effect: z.object(() => ({ proxies: z.int(), zones: z.array(zoneEffect) })),
  /** What clients of a service gain or lose; `from` `*` is whoever has no certificate of the mesh. */
  access: z.array(accessChange),
  /** What of resources cannot be used, and could before; and what was mended. */
  faults: z.object(() => ({ new: z.array(fault), mended: z.array(fault) })),
  /** How much was left out because the whole was too large. */
  cut: may(z.record(z.string(), z.int())),
};
const whole = z.object(outcome);
export type OutcomeBody = z.infer<typeof whole>;
