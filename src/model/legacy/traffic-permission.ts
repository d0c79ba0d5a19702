// Older policy TrafficPermission: which clients may reach an inbound.
import type { Judge } from "#model/kind.ts";
import { message } from "#model/shape.ts";
import { ends, endsViolations, type SpecOfShape, TOWARD_INBOUNDS } from "./older-policy.ts";

export const trafficPermissionShape = message({ ...ends });
export type TrafficPermissionSpec = SpecOfShape<typeof trafficPermissionShape>;

export const trafficPermissionJudge: Judge<TrafficPermissionSpec> = {
  shape: trafficPermissionShape,
  validate: ({ spec }) => endsViolations(spec, TOWARD_INBOUNDS),
};
