// Older policy TrafficPermission: which clients may reach an inbound.
import { message } from "#model/shape.ts";
import { ends, endsViolations, olderPolicy, type SpecOfShape, TOWARD_INBOUNDS } from "./older-policy.ts";

export const trafficPermissionShape = message({ ...ends });
export type TrafficPermissionSpec = SpecOfShape<typeof trafficPermissionShape>;

export const trafficPermission = olderPolicy<TrafficPermissionSpec>({
  type: "TrafficPermission",
  path: "traffic-permissions",
  shortName: "tp",
  displayName: "Traffic Permission",
  becomes: ["MeshTrafficPermission"],
  shape: trafficPermissionShape,
  validate: ({ spec }) => endsViolations(spec, TOWARD_INBOUNDS),
});
