// Redirection: whether a proxy's traffic comes to it without the applications knowing, and what passes then.
import type { Bindings, Json } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { MeshSpec } from "#model/kind/mesh.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import type { Redirect } from "./matched.ts";

/** Equal ones are one object, so that alike proxies share it. */
const KNOWN = new Map<string, Redirect>();

/** How the dataplane's traffic is redirected; undefined where it is not. A builtin gateway has sockets of its own. */
export function redirectOf(dataplane: Dataplane, mesh: MeshSpec): Redirect | undefined {
  if (!isRedirected(dataplane)) return undefined;
  const { networking } = dataplane.spec;
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

type Dataplane = Pick<Resource<DataplaneSpec>, "labels" | "spec">;

/** How a proxy is reached by names: traffic for addresses of both families, or of IPv4 alone, comes to it, or it listens on loopback. */
export type Naming = "dual" | "four" | "bound";

/** Null for a proxy that has just what it lists. */
export function namingOf(dataplane: Dataplane): Naming | null {
  if (isBound(dataplane)) return "bound";
  if (!isRedirected(dataplane)) return null;
  return dataplane.spec.networking?.transparentProxying?.ipFamilyMode === "IPv4" ? "four" : "dual";
}

/** Whether the proxy listens on loopback addresses for all that it reaches by name; it then has no redirection (Kuma: bind-outbounds). */
function isBound({ labels, spec }: Dataplane): boolean {
  return labels[LABEL.bindOutbounds] === "true" && spec.networking?.gateway?.type !== "BUILTIN";
}

/** Whether the dataplane's outbound traffic is redirected to it. */
export function isRedirected(dataplane: Dataplane): boolean {
  const { gateway, transparentProxying } = dataplane.spec.networking ?? {};
  return gateway?.type !== "BUILTIN" && (transparentProxying?.redirectPortOutbound ?? 0) !== 0 && !isBound(dataplane);
}

/** The redirect ports as holes' values; nothing where there are none. */
export function redirectBindings(dataplane: Dataplane): Bindings {
  if (!isRedirected(dataplane)) return {};
  const { networking } = dataplane.spec;
  const { redirectPortInbound = 0, redirectPortOutbound = 0 } = networking?.transparentProxying ?? {};
  const made: Record<string, Json> = { "proxy.redirectOutbound": redirectPortOutbound };
  if (redirectPortInbound !== 0) made["proxy.redirectInbound"] = redirectPortInbound;
  return made;
}
