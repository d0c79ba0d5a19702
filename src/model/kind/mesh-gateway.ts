// Kind MeshGateway: the listeners of builtin gateway proxies, chosen by their tags.
import { portReason } from "#model/address.ts";
import { dataSourceViolations } from "#model/data-source.ts";
import type { Judge } from "#model/kind.ts";
import { type SelectorRules, selectorsViolations, selectorViolations } from "#model/selector.ts";
import { PROTOCOL_TAG, SERVICE_TAG, ZONE_TAG } from "#model/tag.ts";
import { under, type Violation } from "#model/violation.ts";
import { type GatewayListener, type MeshGatewaySpec, meshGatewayShape } from "./mesh-gateway-shape.ts";

/** A gateway's tags say what it is, not whose it is. */
const OWN: SelectorRules = { banned: ["kuma.io/external-service-name", PROTOCOL_TAG, SERVICE_TAG, ZONE_TAG] };

const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function validate({ spec: { selectors, tags = {}, conf } }: { readonly spec: MeshGatewaySpec }): readonly Violation[] {
  const one = conf?.listeners?.some(({ crossMesh }) => crossMesh === true) === true;
  return [
    ...under("selectors", selectorsViolations(selectors, { some: true, service: "needed" }, { one })),
    ...under("tags", selectorViolations(tags, OWN)),
    ...under("conf", conf === undefined ? [{ field: "", reason: "cannot be empty" }] : confViolations(conf)),
  ];
}

function confViolations({ listeners = [] }: NonNullable<MeshGatewaySpec["conf"]>): Violation[] {
  const found =
    listeners.length === 0
      ? [{ field: "", reason: "cannot be empty" }]
      : listeners.flatMap((listener, index) => under(`[${index}]`, listenerViolations(listener)));
  return under("listeners", [...found, ...portViolations(listeners)]);
}

function listenerViolations(listener: GatewayListener): Violation[] {
  const { hostname = "", port = 0, protocol, tls, crossMesh = false, tags = {} } = listener;
  const wrongPort = portReason(port);
  return [
    ...hostnameViolations(hostname),
    ...(wrongPort === null ? [] : [{ field: "port", reason: wrongPort }]),
    ...(protocol === undefined ? [{ field: "protocol", reason: "cannot be empty" }] : []),
    ...(protocol === "HTTPS" ? secureViolations(listener) : []),
    ...(tls === undefined ? [] : under("tls", crossMesh ? crossMeshViolations(tls) : tlsViolations(tls))),
    ...under("tags", selectorViolations(tags, OWN)),
  ];
}

function hostnameViolations(hostname: string): Violation[] {
  if (hostname === "" || hostname === "*") return [];
  const refuse = (reason: string): Violation[] => [{ field: "hostname", reason }];
  // The length first, so that what is no name is not read to its end.
  if (hostname.length > 253) return refuse("must be at most 253 characters");
  if (hostname.startsWith("*.")) return DOMAIN.test(hostname.slice(2)) ? [] : refuse("invalid wildcard domain");
  return DOMAIN.test(hostname) ? [] : refuse("invalid hostname");
}

function secureViolations({ crossMesh, tls }: GatewayListener): Violation[] {
  if (crossMesh) return [{ field: "protocol", reason: "protocol is not supported with crossMesh" }];
  if (tls === undefined) return [{ field: "tls", reason: "cannot be empty" }];
  return tls.mode === "PASSTHROUGH" ? [{ field: "tls.mode", reason: "mode is not supported on HTTPS listeners" }] : [];
}

type Tls = NonNullable<GatewayListener["tls"]>;

function tlsViolations({ mode, certificates = [] }: Tls): Violation[] {
  const sources = certificates.flatMap((source, index) =>
    under(`certificates[${index}]`, dataSourceViolations(source)),
  );
  if (mode === undefined) return [{ field: "mode", reason: "cannot be empty" }, ...sources];
  if (mode !== "TERMINATE") return sources;
  const field = "certificates";
  if (certificates.length === 0) return [{ field, reason: "cannot be empty in TLS termination mode" }];
  return certificates.length > 2 ? [{ field, reason: "cannot have more than 2 certificates" }, ...sources] : sources;
}

function crossMeshViolations({ mode, certificates = [] }: Tls): Violation[] {
  return mode !== undefined || certificates.length > 0 ? [{ field: "", reason: "must be empty with crossMesh" }] : [];
}

/** Listeners of one port become one Envoy listener: what they say must agree. */
function portViolations(listeners: readonly GatewayListener[]): Violation[] {
  const all = listeners.map((listener, index) => ({ ...listener, index }));
  const samePort = (one: GatewayListener): typeof all => all.filter(({ port = 0 }) => port === (one.port ?? 0));
  const limitOf = ({ resources }: GatewayListener): number => resources?.connectionLimit ?? 0;
  return all.flatMap((one): Violation[] => {
    const others = samePort(one);
    const field = `[${one.index}]`;
    const found: Violation[] = [];
    if (others.some(({ protocol }) => protocol !== one.protocol)) {
      found.push({ field, reason: "protocol conflicts with other listeners on this port" });
    }
    if (others.some(({ hostname, index }) => index !== one.index && (hostname || "*") === (one.hostname || "*"))) {
      found.push({ field, reason: "multiple listeners for hostname on this port" });
    }
    if (limitOf(one) !== 0 && others.some((other) => limitOf(other) !== 0 && limitOf(other) !== limitOf(one))) {
      found.push({ field: `${field}.resources.connectionLimit`, reason: "conflicting values for this port" });
    }
    return found;
  });
}

export const meshGatewayJudge: Judge<MeshGatewaySpec> = {
  shape: meshGatewayShape,
  validate,
};
