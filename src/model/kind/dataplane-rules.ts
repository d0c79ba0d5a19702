// What must hold of a Dataplane beyond its shape, in Kuma's words and at Kuma's paths.
import { addressReason, isIP, portReason } from "#model/address.ts";
import { parseProtoDuration } from "#model/duration.ts";
import { protocolOf } from "#model/protocol.ts";
import type { Resource } from "#model/resource.ts";
import { PROTOCOL_TAG, SERVICE_TAG, type Tags } from "#model/tag.ts";
import { tagField, tagViolations } from "#model/tag-rule.ts";
import { under, type Violation } from "#model/violation.ts";
import type { DataplaneSpec, Inbound, Networking } from "./dataplane-shape.ts";
import { listenerViolations, outboundViolations, reachableViolations } from "./dataplane-traffic.ts";
import { metricsBackendViolations } from "./mesh-backends.ts";

const LOOPBACK = new Set(["127.0.0.1", "::1"]);
/** What Kuma tells of; `tls` and `mysql` parse too. */
const TOLD = "grpc, http, http2, kafka, tcp";

/** All violations of a Dataplane that need nothing but itself. */
export function validateDataplane({ spec }: Resource<DataplaneSpec>): readonly Violation[] {
  const { networking, metrics } = spec;
  const found: Violation[] =
    networking === undefined
      ? [{ field: "networking", reason: "must be defined" }]
      : under("networking", networkingViolations(networking, spec.probes !== undefined));
  found.push(...probeViolations(spec));
  if (metrics !== undefined) found.push(...under("metrics", metricsBackendViolations(metrics)));
  return found;
}

function networkingViolations(networking: Networking, probes: boolean): Violation[] {
  const { address, advertisedAddress, admin, inbound = [], outbound = [] } = networking;
  const found: Violation[] = [];
  const add = (field: string, reason: string | null): void => {
    if (reason !== null) found.push({ field, reason });
  };
  add("address", addressReason(address));
  if (advertisedAddress) add("advertisedAddress", addressReason(advertisedAddress));
  found.push(...gatewayViolations(networking, probes));
  if (admin?.port) {
    add("admin.port", portReason(admin.port));
    const port = admin.port;
    const onLoopback = (own: string | undefined): boolean => LOOPBACK.has(own ?? address ?? "");
    const takenInside = inbound.some((item) => item.port === port && onLoopback(item.address));
    const takenOutside = outbound.some((item) => item.port === port && LOOPBACK.has(item.address ?? "127.0.0.1"));
    if (takenInside) add("admin.port", "must differ from inbound");
    if (takenOutside) add("admin.port", "must differ from outbound");
  }
  if (networking.gateway === undefined) {
    inbound.forEach((item, index) => {
      found.push(...under(`inbound[${index}]`, inboundViolations(item, address ?? "")));
    });
    found.push(...listenerViolations(networking));
  }
  outbound.forEach((item, index) => {
    found.push(...under(`outbound[${index}]`, outboundViolations(item)));
  });
  found.push(...reachableViolations(networking));
  return found;
}

function gatewayViolations(networking: Networking, probes: boolean): Violation[] {
  const { gateway } = networking;
  if (gateway === undefined) return [];
  const builtin = gateway.type === "BUILTIN";
  const kind = builtin ? "builtin" : "delegated";
  const forbidden = builtin ? (["inbound", "outbound", "listeners"] as const) : (["inbound", "listeners"] as const);
  const found: Violation[] = forbidden
    .filter((field) => (networking[field]?.length ?? 0) > 0)
    .map((field) => ({ field, reason: `${field} cannot be defined for ${kind} gateways` }));
  if (builtin && probes) found.push({ field: "probes", reason: "probes cannot be defined for builtin gateways" });
  const tags = gateway.tags ?? {};
  if (Object.keys(tags).length === 0) return found;
  const protocol = tags[PROTOCOL_TAG];
  if (protocol !== undefined && protocol !== "tcp") {
    const reason = `other values than tcp are not allowed, provided value ${JSON.stringify(protocol)}`;
    found.push({ field: `gateway.tags${tagField(PROTOCOL_TAG)}`, reason });
  }
  if (tags[SERVICE_TAG] === undefined) {
    found.push({ field: "gateway.tags", reason: `mandatory tag ${JSON.stringify(SERVICE_TAG)} is missing` });
  }
  found.push(...under("gateway.tags", tagViolations(tags)));
  return found;
}

function inboundViolations(inbound: Inbound, proxyAddress: string): Violation[] {
  const { port, servicePort, address, serviceAddress, serviceProbe, protocol } = inbound;
  const found: Violation[] = [];
  const add = (field: string, reason: string | null): void => {
    if (reason !== null) found.push({ field, reason });
  };
  add("port", portReason(port));
  if (servicePort) add("servicePort", portReason(servicePort));
  if (serviceAddress) {
    if (!isIP(serviceAddress)) add("serviceAddress", "serviceAddress has to be valid IP address");
    else if (serviceAddress === (address ?? proxyAddress) && (servicePort ?? port) === port) {
      add("serviceAddress", "serviceAddress and servicePort has to differ from address and port");
    }
  }
  if (address && !isIP(address)) add("address", "address has to be valid IP address");
  if (protocol && protocolOf(protocol) === null) {
    add("protocol", `has an invalid value ${JSON.stringify(protocol)}. Allowed values: ${TOLD}`);
  }
  if (serviceProbe !== undefined) {
    for (const field of ["interval", "timeout"] as const) {
      const value = serviceProbe[field];
      const nanoseconds = value === undefined ? null : parseProtoDuration(value);
      if (nanoseconds !== null && nanoseconds <= 0n) add(`serviceProbe.${field}`, "must have a positive value");
    }
    for (const field of ["unhealthyThreshold", "healthyThreshold"] as const) {
      if (serviceProbe[field] === 0) add(`serviceProbe.${field}`, "must have a positive value");
    }
  }
  found.push(...inboundTags(inbound.tags ?? {}));
  return found;
}

function inboundTags(tags: Tags): Violation[] {
  if (Object.keys(tags).length === 0) return [];
  const found: Violation[] = [];
  if (tags[SERVICE_TAG] === undefined)
    found.push({ field: `tags${tagField(SERVICE_TAG)}`, reason: "tag has to exist" });
  const protocol = tags[PROTOCOL_TAG];
  if (protocol && protocolOf(protocol) === null) {
    const reason = `tag "${PROTOCOL_TAG}" has an invalid value ${JSON.stringify(protocol)}. Allowed values: ${TOLD}`;
    found.push({ field: `tags${tagField(PROTOCOL_TAG)}`, reason });
  }
  found.push(...under("tags", tagViolations(tags)));
  return found;
}

function probeViolations({ probes }: DataplaneSpec): Violation[] {
  if (probes === undefined) return [];
  const found: Violation[] = [];
  const add = (field: string, reason: string | null): void => {
    if (reason !== null) found.push({ field, reason });
  };
  add("probes.port", portReason(probes.port));
  probes.endpoints?.forEach((endpoint, index) => {
    const at = `probes.endpoints[${index}]`;
    add(`${at}.inboundPort`, portReason(endpoint.inboundPort));
    for (const field of ["inboundPath", "path"] as const) {
      if (!/^\/\S*$/.test(endpoint[field] ?? "")) add(`${at}.${field}`, "should be a valid URL Path");
    }
  });
  return found;
}
