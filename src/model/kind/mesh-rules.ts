// What must hold of a Mesh beyond its shape, in Kuma's words and at Kuma's paths.
import { type DataSource, dataSourceViolations } from "#model/data-source.ts";
import { subdomainReason } from "#model/name.ts";
import type { Resource } from "#model/resource.ts";
import { tagViolations } from "#model/tag-rule.ts";
import { under, type Violation } from "#model/violation.ts";
import { duplicateNames, loggingViolations, metricsViolations, misplaced, tracingViolations } from "./mesh-backends.ts";
import type { MeshSpec, MtlsBackend } from "./mesh-shape.ts";

/** A single number with a unit: `30d`, `1y`. */
const EXPIRATION = /^\d+(y|w|d|h|m|s|ms)$/;

/** All violations of a Mesh that need nothing but itself. */
export function validateMesh({ name, spec }: Resource<MeshSpec>): readonly Violation[] {
  const { mtls, logging, tracing, metrics, routing } = spec;
  return [
    ...(mtls === undefined ? [] : under("mtls", mtlsViolations(name, mtls))),
    ...(logging === undefined ? [] : under("logging", loggingViolations(logging))),
    ...(tracing === undefined ? [] : under("tracing", tracingViolations(tracing))),
    ...(metrics === undefined ? [] : under("metrics", metricsViolations(metrics))),
    ...under("constraints.dataplaneProxy", constraintRules(spec)),
    ...(routing?.zoneEgress && !mtls?.enabledBackend
      ? [{ field: "mtls", reason: "has to be set when zoneEgress enabled" }]
      : []),
  ];
}

function mtlsViolations(mesh: string, mtls: NonNullable<MeshSpec["mtls"]>): Violation[] {
  const { backends = [], enabledBackend } = mtls;
  const found: Violation[] = [];
  if (backends.length > 1) found.push({ field: "backends", reason: "cannot have more than 1 backends" });
  found.push(...duplicateNames(backends));
  if (backends.some(({ dpCert }) => dpCert !== undefined && !EXPIRATION.test(dpCert.rotation?.expiration ?? ""))) {
    // Kuma spells the field so, without the backend's index.
    found.push({ field: "dpcert.rotation.expiration", reason: "has to be a valid format" });
  }
  if (enabledBackend && !backends.some(({ name }) => name === enabledBackend)) {
    found.push({ field: "enabledBackend", reason: "has to be set to one of the backends in the mesh" });
  }
  backends.forEach((backend, index) => {
    found.push(...under(`backends[${index}]`, authorityViolations(mesh, backend)));
  });
  return found;
}

function authorityViolations(mesh: string, { name = "", type, conf = {} }: MtlsBackend): Violation[] {
  if (type === "builtin") {
    const found = misplaced(conf, ["caCert"], "builtin");
    const secretName = `${mesh}.ca-builtin-cert-${name}`;
    if (secretName.length > 255) {
      found.push({
        field: "conf.mtls.backends.name",
        reason: `name of the CA's secret must be at most 255 characters`,
      });
    } else if (subdomainReason(secretName) !== null) {
      const reason = `${JSON.stringify(name)} name must be valid dns name`;
      found.push({ field: "conf.mtls.backends.name", reason });
    }
    if (conf.caCert?.expiration && !EXPIRATION.test(conf.caCert.expiration)) {
      found.push({ field: "conf.caCert.expiration", reason: "has to be a valid format" });
    }
    return found;
  }
  if (type === "provided") {
    return [...misplaced(conf, ["cert", "key"], "provided"), ...source("cert", conf.cert), ...source("key", conf.key)];
  }
  return [{ field: "type", reason: "could not find installed plugin for this type" }];
}

function source(field: "cert" | "key", value: DataSource | undefined): Violation[] {
  if (value === undefined) return [{ field: `conf.${field}`, reason: "has to be defined" }];
  return under(`conf.${field}`, dataSourceViolations(value));
}

function constraintRules({ constraints }: MeshSpec): Violation[] {
  const { requirements = [], restrictions = [] } = constraints?.dataplaneProxy ?? {};
  const rules = (list: typeof requirements, field: string): Violation[] =>
    list.flatMap(({ tags = {} }, index) =>
      under(
        `${field}[${index}].tags`,
        Object.keys(tags).length === 0
          ? [{ field: "", reason: "must have at least one tag" }]
          : tagViolations(tags, { wildcards: true }),
      ),
    );
  return [...rules(requirements, "requirements"), ...rules(restrictions, "restrictions")];
}
