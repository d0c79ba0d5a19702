// Hosts of SPIFFE names, as name constraints hold them.
import { tagUri } from "#model/spiffe.ts";

/** `spiffe://<mesh>`: what a root and an intermediate are named. */
export function trustDomain(mesh: string): string {
  return `spiffe://${mesh}`;
}

/**
 * The host of a URI as OpenSSL and BoringSSL (Envoy) see it when they check name constraints, lower-case: from `://` to
 * the first colon anywhere after, else to the first slash, else to the end. So `kuma://version/a:b` has the host
 * `version/a`, which no constraint permits. Null when there is none: such a name can stand below no constraint.
 */
export function uriHost(uri: string): string | null {
  const start = uri.indexOf("://");
  if (start <= 0) return null;
  const rest = uri.slice(start + 3);
  const end = rest.includes(":") ? rest.indexOf(":") : rest.includes("/") ? rest.indexOf("/") : rest.length;
  return end === 0 ? null : rest.slice(0, end).toLowerCase();
}

/** The host under which the URIs of a tag key stand: `kuma.io` for `kuma.io/service`, `version` for `version`. */
export function tagHost(key: string): string | null {
  return uriHost(tagUri(key, "x"));
}
