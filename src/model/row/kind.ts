// Rows of the table of kinds that are no policies: what they are found and shown by. No shape stands here, nor in what is imported.
import type { AccessTestSpec } from "#model/kind/access-test.ts";
import type { ChangeControlSpec } from "#model/kind/change-control.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { ExternalServiceSpec } from "#model/kind/external-service.ts";
import type { HostnameGeneratorSpec } from "#model/kind/hostname-generator.ts";
import type { MeshSpec } from "#model/kind/mesh.ts";
import type { MeshExternalServiceSpec } from "#model/kind/mesh-external-service.ts";
import type { MeshGatewaySpec } from "#model/kind/mesh-gateway-shape.ts";
import type { MeshMultiZoneServiceSpec } from "#model/kind/mesh-multi-zone-service.ts";
import type { MeshOpenTelemetryBackendSpec } from "#model/kind/mesh-open-telemetry-backend.ts";
import type { MeshServiceSpec } from "#model/kind/mesh-service.ts";
import type { MeshZoneAddressSpec } from "#model/kind/mesh-zone-address.ts";
import type { SecretSpec } from "#model/kind/secret.ts";
import type { VirtualOutboundSpec } from "#model/kind/virtual-outbound.ts";
import type { ZoneSpec } from "#model/kind/zone.ts";
import type { ZoneEgressSpec } from "#model/kind/zone-egress.ts";
import type { ZoneIngressSpec } from "#model/kind/zone-ingress.ts";
import type { Kind } from "#model/kind.ts";
import { computedService, snisOf } from "./computed.ts";
import { EXTERNAL_KEYS, GATEWAY_KEYS, MESH_EXTERNAL_KEYS, MESH_KEYS } from "./private-key.ts";

/** What most rows say. */
const USUAL = {
  aliases: [],
  scope: "Mesh",
  readOnly: false,
  shortNames: false,
  relay: "all",
  secret: false,
} as const;

export const accessTest: Kind<AccessTestSpec> = {
  ...USUAL,
  type: "AccessTest",
  path: "accesstests",
  shortName: "actest",
  envelope: "spec",
  singularDisplayName: "Access Test",
  pluralDisplayName: "Access Tests",
  relay: "none",
};

export const changeControl: Kind<ChangeControlSpec> = {
  ...USUAL,
  type: "ChangeControl",
  path: "changecontrols",
  shortName: "chctl",
  envelope: "spec",
  singularDisplayName: "Change Control",
  pluralDisplayName: "Change Controls",
  relay: "none",
};

export const dataplane: Kind<DataplaneSpec> = {
  ...USUAL,
  type: "Dataplane",
  path: "dataplanes",
  shortName: "dp",
  envelope: "flat",
  singularDisplayName: "Dataplane",
  pluralDisplayName: "Dataplanes",
};

export const externalService: Kind<ExternalServiceSpec> = {
  ...USUAL,
  type: "ExternalService",
  path: "external-services",
  shortName: "es",
  everywhere: true,
  envelope: "flat",
  singularDisplayName: "External Service",
  pluralDisplayName: "External Services",
  relay: "public",
  ...EXTERNAL_KEYS,
};

export const globalSecret: Kind<SecretSpec> = {
  ...USUAL,
  type: "GlobalSecret",
  path: "globalsecrets",
  aliases: ["global-secrets"],
  shortName: "",
  scope: "Global",
  envelope: "flat",
  singularDisplayName: "Global Secret",
  pluralDisplayName: "Global Secrets",
  relay: "none",
  secret: true,
};

export const hostnameGenerator: Kind<HostnameGeneratorSpec> = {
  ...USUAL,
  type: "HostnameGenerator",
  path: "hostnamegenerators",
  shortName: "hg",
  scope: "Global",
  envelope: "spec",
  singularDisplayName: "Hostname Generator",
  pluralDisplayName: "Hostname Generators",
};

export const meshExternalService: Kind<MeshExternalServiceSpec> = {
  ...USUAL,
  type: "MeshExternalService",
  path: "meshexternalservices",
  shortName: "extsvc",
  envelope: "spec",
  singularDisplayName: "Mesh External Service",
  pluralDisplayName: "Mesh External Services",
  shortNames: true,
  relay: "public",
  ...MESH_EXTERNAL_KEYS,
  beside: (resource) => snisOf("extsvc", resource, [{ port: resource.spec.match.port }]),
};

export const meshGateway: Kind<MeshGatewaySpec> = {
  ...USUAL,
  type: "MeshGateway",
  path: "meshgateways",
  shortName: "mgw",
  envelope: "flat",
  singularDisplayName: "Mesh Gateway",
  pluralDisplayName: "Mesh Gateways",
  // Keys may stand inline in certificates; a relay needs the selectors, for policies of a newcomer.
  relay: "public",
  ...GATEWAY_KEYS,
};

export const meshMultiZoneService: Kind<MeshMultiZoneServiceSpec> = {
  ...USUAL,
  type: "MeshMultiZoneService",
  path: "meshmultizoneservices",
  shortName: "mzsvc",
  everywhere: true,
  envelope: "spec",
  singularDisplayName: "Mesh Multi Zone Service",
  pluralDisplayName: "Mesh Multi Zone Services",
  beside: (resource) => snisOf("mzsvc", resource, resource.spec.ports),
};

export const meshOpenTelemetryBackend: Kind<MeshOpenTelemetryBackendSpec> = {
  ...USUAL,
  type: "MeshOpenTelemetryBackend",
  path: "meshopentelemetrybackends",
  shortName: "motb",
  envelope: "spec",
  singularDisplayName: "Mesh OpenTelemetry Backend",
  pluralDisplayName: "Mesh OpenTelemetry Backends",
};

export const meshService: Kind<MeshServiceSpec> = {
  ...USUAL,
  type: "MeshService",
  path: "meshservices",
  shortName: "msvc",
  envelope: "spec",
  singularDisplayName: "Mesh Service",
  pluralDisplayName: "Mesh Services",
  shortNames: true,
  shown: computedService,
  beside: (resource) => snisOf("msvc", resource, resource.spec.ports ?? []),
};

export const meshZoneAddress: Kind<MeshZoneAddressSpec> = {
  ...USUAL,
  type: "MeshZoneAddress",
  path: "meshzoneaddresses",
  shortName: "mza",
  envelope: "spec",
  singularDisplayName: "Mesh Zone Address",
  pluralDisplayName: "Mesh Zone Addresses",
};

export const mesh: Kind<MeshSpec> = {
  ...USUAL,
  type: "Mesh",
  path: "meshes",
  shortName: "m",
  scope: "Global",
  envelope: "flat",
  singularDisplayName: "Mesh",
  pluralDisplayName: "Meshes",
  shortNames: true,
  relay: "public",
  ...MESH_KEYS,
};

export const secret: Kind<SecretSpec> = {
  ...USUAL,
  type: "Secret",
  path: "secrets",
  shortName: "",
  envelope: "flat",
  singularDisplayName: "Secret",
  pluralDisplayName: "Secrets",
  relay: "none",
  secret: true,
};

export const virtualOutbound: Kind<VirtualOutboundSpec> = {
  ...USUAL,
  type: "VirtualOutbound",
  path: "virtual-outbounds",
  shortName: "vo",
  everywhere: true,
  envelope: "flat",
  singularDisplayName: "Virtual Outbound",
  pluralDisplayName: "Virtual Outbounds",
};

export const zoneEgress: Kind<ZoneEgressSpec> = {
  ...USUAL,
  type: "ZoneEgress",
  path: "zoneegresses",
  aliases: ["zone-egresses"],
  shortName: "ze",
  scope: "Global",
  envelope: "flat",
  singularDisplayName: "Zone Egress",
  pluralDisplayName: "Zone Egresses",
};

export const zoneIngress: Kind<ZoneIngressSpec> = {
  ...USUAL,
  type: "ZoneIngress",
  path: "zoneingresses",
  aliases: ["zone-ingresses"],
  shortName: "zi",
  scope: "Global",
  envelope: "flat",
  singularDisplayName: "Zone Ingress",
  pluralDisplayName: "Zone Ingresses",
  computed: true,
};

export const zone: Kind<ZoneSpec> = {
  ...USUAL,
  type: "Zone",
  path: "zones",
  shortName: "z",
  scope: "Global",
  envelope: "flat",
  singularDisplayName: "Zone",
  pluralDisplayName: "Zones",
  shortNames: true,
  relay: "none",
};
