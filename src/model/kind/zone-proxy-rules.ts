// What must hold of a zone's ingress and egress beyond their shape, in Kuma's words and at Kuma's paths.
import { addressReason, isIPv4, isIPv6, portReason } from "#model/address.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";
import { tagViolations } from "#model/tag-rule.ts";
import { under, type Violation } from "#model/violation.ts";

/** Where a zone proxy listens; of an ingress also where other zones reach it. */
export interface ZoneProxyNetworking {
  readonly address?: string;
  readonly port?: number;
  readonly advertisedAddress?: string;
  readonly advertisedPort?: number;
  readonly admin?: { readonly port?: number };
}

/** Violations of a zone proxy's `networking`. */
export function zoneProxyViolations({ networking = {} }: { readonly networking?: ZoneProxyNetworking }): Violation[] {
  const { address, port, advertisedAddress, advertisedPort, admin } = networking;
  const found: Violation[] = [];
  const add = (field: string, reason: string | null): void => {
    if (reason !== null) found.push({ field, reason });
  };
  // Envoy's admin interface listens on 127.0.0.1.
  const taken = (host: string | undefined, at: number | undefined): boolean =>
    at !== undefined && at === admin?.port && host === "127.0.0.1";
  if (taken(address, port) || taken(advertisedAddress, advertisedPort)) add("admin.port", "must differ from port");
  if (!advertisedAddress && advertisedPort) add("advertisedAddress", "has to be defined with advertisedPort");
  if (!advertisedPort && advertisedAddress) add("advertisedPort", "has to be defined with advertisedAddress");
  // Kuma lets it be absent while Kubernetes is still to fill it in; here nobody would.
  if (!address) add("address", addressReason(address));
  else add("address.address", addressReason(address));
  if (advertisedAddress)
    add("advertisedAddress.address", addressReason(advertisedAddress) ?? reachReason(advertisedAddress));
  add("port", portReason(port));
  if (advertisedPort) add("advertisedPort", portReason(advertisedPort));
  return under("networking", found);
}

/** The spec with its zone written into it, as Kuma's zones do; what is computed is left out. */
export function withZone<Spec extends { readonly zone?: string | undefined }>(spec: Spec, zone: string): Spec {
  const {
    zone: _zone,
    availableServices: _computed,
    ...rest
  } = spec as Spec & { readonly availableServices?: unknown };
  return { zone, ...rest } as unknown as Spec;
}

/** Why nobody could connect to the address, or null: it is of no host, or of many. */
export function reachReason(address: string): string | null {
  const first = Number(address.split(".")[0]);
  if (isIPv4(address) ? first === 0 : isIPv6(address) && /^[0:]+$/.test(address)) return "must not be 0.0.0.0 or ::";
  const many = isIPv4(address) ? first >= 224 : isIPv6(address) && /^ff/i.test(address);
  return many ? "must be the address of one host: other zones connect to it" : null;
}

/** Violations of services that an ingress says it has; they are computed, and judged all the same, as Kuma does. */
export function availableServiceViolations(
  services: readonly { readonly tags?: Tags | undefined }[] = [],
): readonly Violation[] {
  return services.flatMap(({ tags = {} }, index) => {
    const found = [...tagViolations(tags)];
    if (tags[SERVICE_TAG] === undefined) {
      found.push({ field: "", reason: `mandatory tag "${SERVICE_TAG}" is missing` });
    }
    return under(`availableService[${index}].tags`, found);
  });
}
