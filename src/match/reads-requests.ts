// Whether a client's Envoy reads the requests of an outbound.
import { isHttp } from "#model/protocol.ts";
import type { Protocol } from "#model/tag.ts";
import type { Policies } from "./matched.ts";

/**
 * Whether requests are read: where the destination speaks HTTP, unless a MeshTCPRoute and no MeshHTTPRoute holds for it
 * (reference 2.2). What speaks something else passes as bytes, whatever a MeshHTTPRoute says: so it does in Kuma 2.14, whose
 * MeshTCPRoute comes later and makes such a listener anew.
 */
export function readsRequests(protocol: Protocol, { MeshHTTPRoute, MeshTCPRoute }: Policies): boolean {
  const { rules = [] } = (MeshHTTPRoute?.conf ?? {}) as { readonly rules?: readonly unknown[] };
  return isHttp(protocol) && (MeshTCPRoute === undefined || rules.length > 0);
}
