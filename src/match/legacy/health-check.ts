// HealthCheck as MeshHealthCheck: of one that says neither tcp nor http, a connection is the check.
import type { HealthCheckConf, HealthCheckSpec } from "#model/legacy/health-check.ts";
import type { HttpCheck, MeshHealthCheckConf } from "#model/policy/mesh-health-check.ts";
import type { Translation } from "./translation.ts";

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

function conf({ conf: said = {} }: HealthCheckSpec): MeshHealthCheckConf {
  const { http, tcp, healthyPanicThreshold, ...common } = said;
  return {
    ...common,
    ...(healthyPanicThreshold !== undefined && { healthyPanicThreshold: String(healthyPanicThreshold) }),
    ...(http === undefined ? { tcp: tcp ?? {} } : { http: httpCheck(http) }),
  };
}

export const healthCheck: Translation<HealthCheckSpec> = {
  from: "HealthCheck",
  to: "MeshHealthCheck",
  about: "outbound",
  conf,
};
