// Kind Mesh: an isolated network with its own CA, policies and services.
import * as z from "zod/mini";
import type { Frozen } from "#model/frozen.ts";
import type { Kind } from "#model/kind.ts";
import { dataSource, flag, may, number, protoDuration, text, textMap, texts, uint32 } from "#model/shape.ts";

const certificateAuthority = z.strictObject({
  name: may(text),
  type: may(text),
  mode: may(z.enum(["STRICT", "PERMISSIVE"])),
  dpCert: may(
    z.strictObject({
      rotation: may(z.strictObject({ expiration: may(text) })),
      requestTimeout: may(protoDuration),
    }),
  ),
  rootChain: may(z.strictObject({ requestTimeout: may(protoDuration) })),
  /** `caCert` for builtin; `cert` and `key` for provided. */
  conf: may(
    z.strictObject({
      caCert: may(z.strictObject({ RSAbits: may(uint32), expiration: may(text) })),
      cert: may(dataSource),
      key: may(dataSource),
    }),
  ),
});

const loggingBackend = z.strictObject({
  name: may(text),
  type: may(text),
  format: may(text),
  /** `address` for tcp, `path` for file. */
  conf: may(z.strictObject({ address: may(text), path: may(text) })),
});

const tracingBackend = z.strictObject({
  name: may(text),
  type: may(text),
  sampling: may(number),
  /** The first four for zipkin, the others for datadog. */
  conf: may(
    z.strictObject({
      url: may(text),
      traceId128bit: may(flag),
      apiVersion: may(text),
      sharedSpanContext: may(flag),
      address: may(text),
      port: may(uint32),
      splitService: may(flag),
    }),
  ),
});

/** Conf of a prometheus backend, of a mesh or of one dataplane. */
export const prometheusConf = z.strictObject({
  port: may(uint32),
  path: may(text),
  tags: may(textMap),
  skipMTLS: may(flag),
  tls: may(z.strictObject({ mode: may(z.enum(["activeMTLSBackend", "providedTLS", "disabled"])) })),
  aggregate: may(
    z.array(
      z.strictObject({
        name: may(text),
        port: may(uint32),
        path: may(text),
        address: may(text),
        enabled: may(flag),
      }),
    ),
  ),
  envoy: may(z.strictObject({ filterRegex: may(text), usedOnly: may(flag) })),
});

/** A metrics backend, of a mesh or of one dataplane. */
export const metricsBackend = z.strictObject({
  name: may(text),
  type: may(text),
  conf: may(prometheusConf),
});

const tagRule = z.strictObject({ tags: may(textMap) });

export const meshShape = z.strictObject({
  mtls: may(
    z.strictObject({
      enabledBackend: may(text),
      skipValidation: may(flag),
      backends: may(z.array(certificateAuthority)),
    }),
  ),
  tracing: may(z.strictObject({ defaultBackend: may(text), backends: may(z.array(tracingBackend)) })),
  logging: may(z.strictObject({ defaultBackend: may(text), backends: may(z.array(loggingBackend)) })),
  metrics: may(z.strictObject({ enabledBackend: may(text), backends: may(z.array(metricsBackend)) })),
  networking: may(z.strictObject({ outbound: may(z.strictObject({ passthrough: may(flag) })) })),
  routing: may(
    z.strictObject({
      localityAwareLoadBalancing: may(flag),
      zoneEgress: may(flag),
      defaultForbidMeshExternalServiceAccess: may(flag),
    }),
  ),
  constraints: may(
    z.strictObject({
      dataplaneProxy: may(z.strictObject({ requirements: may(z.array(tagRule)), restrictions: may(z.array(tagRule)) })),
    }),
  ),
  skipCreatingInitialPolicies: may(texts),
  meshServices: may(
    z.strictObject({ mode: may(z.enum(["Disabled", "Everywhere", "ReachableBackends", "Exclusive"])) }),
  ),
});
export type MeshSpec = Frozen<z.infer<typeof meshShape>>;
export type MtlsBackend = Frozen<z.infer<typeof certificateAuthority>>;
export type MetricsBackend = Frozen<z.infer<typeof metricsBackend>>;

export const mesh: Kind<MeshSpec> = {
  type: "Mesh",
  path: "meshes",
  aliases: [],
  shortName: "m",
  scope: "Global",
  envelope: "flat",
  singularDisplayName: "Mesh",
  pluralDisplayName: "Meshes",
  readOnly: false,
  shortNames: true,
  relay: "public",
  secret: false,
  shape: meshShape,
  validate: () => [],
};
