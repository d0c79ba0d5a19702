// Older policy TrafficLog: where a client's proxy logs what it sends.
import type { Judge } from "#model/kind.ts";
import { may, message, text } from "#model/shape.ts";
import { ends, endsViolations, type SpecOfShape, TOWARD_SERVICES } from "./older-policy.ts";

export const trafficLogShape = message(() => ({
  ...ends,
  /** A backend of `Mesh.logging`; absent = its default. */
  conf: may(message({ backend: may(text) })),
}));
export type TrafficLogSpec = SpecOfShape<typeof trafficLogShape>;

export const trafficLogJudge: Judge<TrafficLogSpec> = {
  shape: trafficLogShape,
  validate: ({ spec }) => endsViolations(spec, TOWARD_SERVICES),
};
