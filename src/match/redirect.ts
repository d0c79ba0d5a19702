// Redirection: whether a proxy's traffic comes to it without the applications knowing, and what passes then.
import type { Bindings, Json } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Networking } from "#model/kind/dataplane-shape.ts";
import type { MeshSpec } from "#model/kind/mesh.ts";
import type { Redirect } from "./matched.ts";

/** Equal ones are one object, so that alike proxies share it. */
const KNOWN = new Map<string, Redirect>();

/** How the dataplane's traffic is redirected; undefined where it is not. A builtin gateway has sockets of its own. */
export function redirectOf({ networking }: DataplaneSpec, mesh: MeshSpec): Redirect | undefined {
  if (!isRedirected(networking)) return undefined;
  const { redirectPortInbound = 0, ipFamilyMode } = networking?.transparentProxying ?? {};
  const made: Redirect = {
    inbound: redirectPortInbound !== 0 && networking?.gateway === undefined,
    ipv6: ipFamilyMode !== "IPv4",
    passthrough: mesh.networking?.outbound?.passthrough !== false,
  };
  const key = `${made.inbound} ${made.ipv6} ${made.passthrough}`;
  const known = KNOWN.get(key) ?? Object.freeze(made);
  KNOWN.set(key, known);
  return known;
}

/** Whether the dataplane's outbound traffic is redirected to it. */
export function isRedirected(networking: Networking | undefined): boolean {
  return networking?.gateway?.type !== "BUILTIN" && (networking?.transparentProxying?.redirectPortOutbound ?? 0) !== 0;
}

/** The redirect ports as holes' values; nothing where there are none. */
export function redirectBindings({ networking }: DataplaneSpec): Bindings {
  if (!isRedirected(networking)) return {};
  const { redirectPortInbound = 0, redirectPortOutbound = 0 } = networking?.transparentProxying ?? {};
  const made: Record<string, Json> = { "proxy.redirectOutbound": redirectPortOutbound };
  if (redirectPortInbound !== 0) made["proxy.redirectInbound"] = redirectPortInbound;
  return made;
}
