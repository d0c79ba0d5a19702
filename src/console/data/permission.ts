// The permission that lets one service call another.
import type { ChangeBody } from "#api/weft.ts";

export interface PermissionAsked {
  readonly mesh: string;
  readonly from: string;
  readonly to: string;
  /** Labels of each proxy of the service that is called, as far as they are known. */
  readonly labels: readonly Readonly<Record<string, string>>[];
}

/** By the label `app` where all proxies of the service have the same one, else by the service's tag. Who calls is known by its SPIFFE ID. */
export function permissionFor({ mesh, from, to, labels }: PermissionAsked): NonNullable<ChangeBody["put"]>[number] {
  const [app, ...others] = [...new Set(labels.map((one) => one.app))];
  const targetRef =
    app !== undefined && others.length === 0
      ? { kind: "Dataplane", labels: { app } }
      : { kind: "MeshSubset", tags: { "kuma.io/service": to } };
  const allow = [{ spiffeID: { type: "Exact", value: `spiffe://${mesh}/${from}` } }];
  return {
    resource: {
      type: "MeshTrafficPermission",
      mesh,
      name: `${from}-to-${to}`,
      spec: { targetRef, rules: [{ default: { allow } }] },
    },
  };
}
