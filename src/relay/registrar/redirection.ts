// Redirection as a proxy tells it when it connects: taken into its Dataplane where that says nothing of it itself.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import { toWire } from "#model/wire.ts";
import type { Redirection } from "#relay/zone.ts";
import type { Admission } from "./admission.ts";

/** What kuma-dp says when it sends its transparent proxy's settings. */
export const REDIRECTION_FEATURE = "feature-transparent-proxy-in-dataplane-metadata";
/** What a proxy says that listens on loopback addresses for what others are redirected to. */
const BIND_FEATURE = "feature-bind-outbounds";
/** Where they stand in the node's metadata. */
export const REDIRECTION_METADATA = "transparentProxy";

/** Kuma's defaults: with the feature, a proxy that sends no settings means these. */
const DEFAULT_PORTS = { inbound: 15_006, outbound: 15_001 };

/** Undefined where the proxy does not speak of redirection, or redirects nothing. */
export function redirectionOf(metadata: Readonly<Record<string, unknown>>): Redirection | undefined {
  const { features, [REDIRECTION_METADATA]: said } = metadata;
  if (!Array.isArray(features)) return undefined;
  // Kuma: one that binds addresses has no redirection, whatever it says of it.
  if (features.includes(BIND_FEATURE)) return { bindOutbounds: true };
  if (!features.includes(REDIRECTION_FEATURE)) return undefined;
  const { redirect, ipFamilyMode } = recordOf(said);
  const { inbound, outbound } = recordOf(redirect);
  const redirectPortInbound = said === undefined ? DEFAULT_PORTS.inbound : portOf(inbound);
  const redirectPortOutbound = said === undefined ? DEFAULT_PORTS.outbound : portOf(outbound);
  if (redirectPortInbound === 0 && redirectPortOutbound === 0) return undefined;
  return { redirectPortInbound, redirectPortOutbound, ipFamilyMode: ipFamilyMode === "ipv4" ? "IPv4" : "DualStack" };
}

/** The dataplane with what its proxy says; as it is where it has ports of its own. */
export function redirected(admission: Admission, redirection: Redirection | undefined): Admission {
  const { wire } = admission;
  if (admission.mesh === "") return admission;
  const resource = admission.resource as Resource<DataplaneSpec>;
  const own = resource.spec.networking?.transparentProxying;
  if (redirection?.bindOutbounds === true) return bound(admission);
  if (redirection === undefined || own?.redirectPortInbound || own?.redirectPortOutbound) return admission;
  const made = { ...resource, spec: redirectedSpec(resource.spec, redirection) };
  return {
    ...admission,
    resource: made,
    wire: wire === undefined ? toWire(made) : redirectedSpec(wire as DataplaneSpec, redirection),
  };
}

/** A label says it: views and policies can see it there. */
function bound({ resource, wire, ...others }: Admission): Admission {
  const label = { [LABEL.bindOutbounds]: "true" };
  const made = { ...resource, labels: { ...resource.labels, ...label } };
  if (wire === undefined) return { ...others, resource: made, wire: toWire(made) };
  const { labels } = wire as { readonly labels?: Readonly<Record<string, string>> };
  return { ...others, resource: made, wire: { ...(wire as object), labels: { ...labels, ...label } } };
}

/** Also of the wire form: there the spec's fields stand beside the name. */
function redirectedSpec<Spec extends DataplaneSpec>(spec: Spec, redirection: Redirection): Spec {
  const { networking = {} } = spec;
  const { ipFamilyMode, ...own } = networking.transparentProxying ?? {};
  const isSaid = ipFamilyMode !== undefined && ipFamilyMode !== "UnSpecified";
  const transparentProxying = { ...own, ...redirection, ...(isSaid && { ipFamilyMode }) };
  return { ...spec, networking: { ...networking, transparentProxying } };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

/** 0 where it is off, or no port. */
function portOf(value: unknown): number {
  const { enabled, port } = recordOf(value);
  const isPort = typeof port === "number" && Number.isInteger(port) && port > 0 && port < 65_536;
  return enabled === true && isPort ? port : 0;
}
