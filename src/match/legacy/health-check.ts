// HealthCheck as MeshHealthCheck: of one that says neither tcp nor http, a connection is the check.
import type { HealthCheckConf, HealthCheckSpec } from "#model/legacy/health-check.ts";
import type { HttpCheck, MeshHealthCheckConf, TcpCheck } from "#model/policy/mesh-health-check.ts";
import type { Aim, Translation } from "./translation.ts";

function httpCheck({
  path,
  requestHeadersToAdd = [],
  expectedStatuses,
}: NonNullable<HealthCheckConf["http"]>): HttpCheck {
  const named = (append: boolean): HeaderItems =>
    requestHeadersToAdd.flatMap(({ header = {}, append: said = false }) =>
      said === append ? [{ name: (header.key ?? "").toLowerCase(), value: header.value ?? "" }] : [],
    );
  const [add, set] = [named(true), named(false)];
  return {
    ...(path !== undefined && { path }),
    ...(expectedStatuses && { expectedStatuses }),
    ...(requestHeadersToAdd.length > 0 && {
      requestHeadersToAdd: { ...(set.length > 0 && { set }), ...(add.length > 0 && { add }) },
    }),
  };
}

type HeaderItems = { readonly name: string; readonly value: string }[];

/** A check by connection, whatever the protocol. */
function connection(
  tcp: TcpCheck & { readonly encoding: "base64" },
): Pick<MeshHealthCheckConf, "tcp" | "http" | "grpc"> {
  return { tcp, http: { disabled: true }, grpc: { disabled: true } };
}

function conf({ conf: said = {} }: HealthCheckSpec, { protocol }: Aim): MeshHealthCheckConf {
  const { http, tcp = {}, healthyPanicThreshold, ...common } = said;
  // Of a service that does not speak HTTP, MeshHealthCheck asks no request.
  const asks = http !== undefined && (protocol === "http" || protocol === "http2");
  return {
    ...common,
    ...(healthyPanicThreshold !== undefined && { healthyPanicThreshold: String(healthyPanicThreshold) }),
    ...(asks ? { http: httpCheck(http) } : connection({ ...tcp, encoding: "base64" })),
  };
}

export const healthCheck: Translation<HealthCheckSpec> = {
  from: "HealthCheck",
  to: "MeshHealthCheck",
  about: "outbound",
  conf,
};
