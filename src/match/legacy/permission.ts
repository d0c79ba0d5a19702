// TrafficPermission as MeshTrafficPermission: of those that name an inbound the strongest says who may come in.
import type { TrafficPermissionSpec } from "#model/legacy/traffic-permission.ts";
import type { PermissionAction } from "#model/policy/mesh-traffic-permission.ts";
import type { Translation } from "./translation.ts";

export const permission: Translation<TrafficPermissionSpec> = {
  from: "TrafficPermission",
  to: "MeshTrafficPermission",
  about: "inbound",
  acting: "strongest",
  conf: (): PermissionAction => ({ action: "Allow" }),
};
