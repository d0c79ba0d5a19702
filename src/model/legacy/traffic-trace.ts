// Older policy TrafficTrace: where a proxy sends its spans.
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { selectorShape, selectorsViolations } from "#model/selector.ts";
import { may, message, text } from "#model/shape.ts";
import { under } from "#model/violation.ts";
import type { SpecOfShape } from "./older-policy.ts";

export const trafficTraceShape = message(() => ({
  selectors: may(z.array(selectorShape)),
  /** A backend of `Mesh.tracing`; absent = its default. */
  conf: may(message({ backend: may(text) })),
}));
export type TrafficTraceSpec = SpecOfShape<typeof trafficTraceShape>;

export const trafficTraceJudge: Judge<TrafficTraceSpec> = {
  shape: trafficTraceShape,
  validate: ({ spec }) => under("selectors", selectorsViolations(spec.selectors, { some: true })),
};
