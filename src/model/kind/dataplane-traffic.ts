// Rules for what a Dataplane sends to and takes in for its zone: outbounds, reachable backends, zone listeners.
import { addressReason, isIP, portReason } from "#model/address.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { tagViolations } from "#model/tag-rule.ts";
import { under, type Violation } from "#model/violation.ts";
import type { BackendRef, Networking, Outbound, ReachableBackend } from "./dataplane-shape.ts";

const BACKEND_KINDS = ["MeshExternalService", "MeshMultiZoneService", "MeshService"];
const KIND_REASON = `invalid value. Available values are: ${BACKEND_KINDS.join(",")}`;

/** Of one outbound, below its own path. */
export function outboundViolations({ address, port, tags = {}, backendRef }: Outbound): Violation[] {
  const found: Violation[] = [];
  const wrongPort = portReason(port);
  if (wrongPort !== null) found.push({ field: "port", reason: wrongPort });
  if (address && !isIP(address)) found.push({ field: "address", reason: "address has to be valid IP address" });
  if (backendRef !== undefined) {
    found.push(...under("backendRef", backendRefViolations(backendRef)));
    if (Object.keys(tags).length > 0) {
      found.push({ field: "backendRef", reason: "both backendRef and tags/service cannot be defined" });
    }
    return found;
  }
  if (tags[SERVICE_TAG] === undefined) {
    found.push({ field: "tags", reason: `mandatory tag ${JSON.stringify(SERVICE_TAG)} is missing` });
  }
  return [...found, ...under("tags", tagViolations(tags))];
}

function backendRefViolations({ kind = "", name, labels = {}, port }: BackendRef): Violation[] {
  const found: Violation[] = [];
  if (!BACKEND_KINDS.includes(kind)) found.push({ field: "kind", reason: KIND_REASON });
  const labelled = Object.keys(labels).length > 0;
  if (!name && !labelled) found.push({ field: "", reason: "either 'name' or 'labels' should be specified" });
  if (name && labelled) found.push({ field: "", reason: "only one of 'name' and 'labels' should be specified" });
  const wrongPort = portReason(port);
  if (wrongPort !== null && (port !== undefined || kind !== "MeshExternalService")) {
    found.push({ field: "port", reason: wrongPort });
  }
  return found;
}

/** Of transparentProxying; the path keeps Kuma's spelling. */
export function reachableViolations({ transparentProxying: proxying }: Networking): Violation[] {
  if (proxying === undefined) return [];
  const found: Violation[] = [];
  for (const field of ["redirectPortInbound", "redirectPortOutbound"] as const) {
    const port = proxying[field];
    if (port !== undefined && port > 65_535) {
      found.push({ field: `transparentProxing.${field}`, reason: "port must be in the range [0, 65535]" });
    }
  }
  proxying.reachableBackends?.refs?.forEach((ref, index) => {
    found.push(...under(`transparentProxing.reachableBackends.refs[${index}]`, reachableRef(ref)));
  });
  return found;
}

function reachableRef({ kind = "", name, namespace, labels = {} }: ReachableBackend): Violation[] {
  const found: Violation[] = [];
  const labelled = Object.keys(labels).length > 0;
  if (!BACKEND_KINDS.includes(kind)) found.push({ field: "kind", reason: KIND_REASON });
  if (namespace && !name) found.push({ field: "name", reason: "name is required, when namespace is defined" });
  else if (!name && !labelled) found.push({ field: "name", reason: "name or labels are required" });
  if (labelled && (name || namespace)) {
    found.push({ field: "labels", reason: "labels cannot be defined when name is specified" });
  }
  return found;
}

/** Of the zone listeners, which share names and ports with the inbounds. */
export function listenerViolations({ address = "", inbound = [], listeners = [] }: Networking): Violation[] {
  const found: Violation[] = [];
  const names = new Set(inbound.map(({ name }) => name).filter(Boolean));
  const taken = new Set(inbound.map((item) => `${item.address ?? address}:${item.port}`));
  const typeAt = new Map<string, string>();
  listeners.forEach(({ type, address: own, port, name }, index) => {
    const field = `listeners[${index}]`;
    if (type === undefined) found.push({ field: `${field}.type`, reason: "type must be ZoneIngress or ZoneEgress" });
    const wrongAddress = addressReason(own);
    if (wrongAddress !== null) found.push({ field: `${field}.address`, reason: wrongAddress });
    const wrongPort = portReason(port);
    if (wrongPort !== null) found.push({ field: `${field}.port`, reason: wrongPort });
    if (name && names.has(name)) {
      const reason = `name ${JSON.stringify(name)} must be unique across inbounds and listeners`;
      found.push({ field: `${field}.name`, reason });
    }
    if (name) names.add(name);
    const socket = `${own}:${port}`;
    const other = typeAt.get(socket);
    if (taken.has(socket)) found.push({ field, reason: `address:port ${socket} collides with an inbound listener` });
    else if (other !== undefined && type !== undefined) {
      const reason = other === type ? "is used by another listener" : "is used by listeners of different types";
      found.push({ field, reason: `address:port ${socket} ${reason}` });
    }
    if (type !== undefined) typeAt.set(socket, type);
  });
  return found;
}
