// Older policy TrafficTrace: where a proxy sends its spans.
import * as z from "#model/lazy-zod.ts";
import { selectorShape, selectorsViolations } from "#model/selector.ts";
import { may, message, text } from "#model/shape.ts";
import { under } from "#model/violation.ts";
import { olderPolicy, type SpecOfShape } from "./older-policy.ts";

export const trafficTraceShape = message(() => ({
  selectors: may(z.array(selectorShape)),
  /** A backend of `Mesh.tracing`; absent = its default. */
  conf: may(message({ backend: may(text) })),
}));
export type TrafficTraceSpec = SpecOfShape<typeof trafficTraceShape>;

export const trafficTrace = olderPolicy<TrafficTraceSpec>({
  type: "TrafficTrace",
  path: "traffic-traces",
  shortName: "tt",
  displayName: "Traffic Trace",
  becomes: ["MeshTrace"],
  shape: trafficTraceShape,
  validate: ({ spec }) => under("selectors", selectorsViolations(spec.selectors, { some: true })),
});
