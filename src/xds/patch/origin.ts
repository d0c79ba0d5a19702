// Origins: what a resource was made for, as `match.origin` of a patch names it; Kuma's words.
import type { EnvoyKind } from "#snapshot/template.ts";

/** Resources that policies or redirection bring, by the beginning of their names. */
const BY_NAME: readonly (readonly [prefix: string, origin: string])[] = [
  ["inbound:passthrough:", "transparent"],
  ["outbound:passthrough:", "transparent"],
  ["self_transparentproxy_", "transparent"],
  ["meshpassthrough_", "meshpassthrough"],
  ["meshaccesslog:", "meshaccesslog"],
  ["meshtrace:", "mesh-trace"],
  ["_kuma:metrics:prometheus", "prometheus"],
  ["_kuma:metrics:opentelemetry", "open-telemetry"],
  ["_kuma:metrics:", "prometheus"],
  ["_kuma:dynamicconfig", "dynamic-config"],
  ["kuma:dns", "dns"],
];

/** The origin of what an inbound, an outbound or a proxy has, by its name with holes filled. */
export function originOf(part: "inbound" | "outbound" | "proxy", name: string): string {
  const known = BY_NAME.find(([prefix]) => name.startsWith(prefix));
  if (known !== undefined) return known[1];
  return part === "proxy" ? "outbound" : part;
}

/** The origin of what a patch added. */
export function addedOrigin(kind: EnvoyKind): string {
  return kind === "cluster" ? "proxy-template-modifications" : "mesh-proxy-patch";
}

/** Names that a resource has where Envoy's resources are named by their KRIs; a patch may use either. */
const NEW_NAMES: Readonly<Record<string, string>> = {
  self_transparentproxy_passthrough_inbound_ipv4: "inbound:passthrough:ipv4",
  self_transparentproxy_passthrough_inbound_ipv6: "inbound:passthrough:ipv6",
  self_transparentproxy_passthrough_outbound_ipv4: "outbound:passthrough:ipv4",
  self_transparentproxy_passthrough_outbound_ipv6: "outbound:passthrough:ipv6",
};

/** Whether a match's name means the resource. */
export function sameName(said: string, name: string): boolean {
  return said === name || NEW_NAMES[said] === name;
}
