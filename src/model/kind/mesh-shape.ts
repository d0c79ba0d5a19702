// Shape of a Mesh, in the order in which Kuma prints its fields.

import type { Frozen } from "#model/frozen.ts";
import * as z from "#model/lazy-zod.ts";
import { dataSource, flag, may, message, number, protoDuration, text, textMap, texts, uint32 } from "#model/shape.ts";
import { metricsShape } from "./mesh-metrics.ts";

const certificateAuthority = message(
  () => ({
    name: may(text),
    type: may(text),
    dpCert: may(message({ rotation: may(message({ expiration: may(text) })), requestTimeout: may(protoDuration) })),
    /** `caCert` for builtin; `cert` and `key` for provided. */
    conf: may(
      z.strictObject(() => ({
        caCert: may(z.strictObject({ RSAbits: may(uint32), expiration: may(text) })),
        cert: may(dataSource),
        key: may(dataSource),
      })),
    ),
    mode: may(z.enum(["STRICT", "PERMISSIVE"])),
    rootChain: may(message({ requestTimeout: may(protoDuration) })),
  }),
  { zero: { mode: "STRICT" } },
);
export type MtlsBackend = Frozen<z.infer<typeof certificateAuthority>>;

const tracingBackend = message(
  () => ({
    name: may(text),
    sampling: may(number),
    type: may(text),
    /** `address`, `port` and `splitService` for datadog, the others for zipkin. */
    conf: may(
      z.strictObject(() => ({
        address: may(text),
        apiVersion: may(text),
        port: may(uint32),
        sharedSpanContext: may(flag),
        splitService: may(flag),
        traceId128bit: may(flag),
        url: may(text),
      })),
    ),
  }),
  { keep: ["sampling"] },
);
export type TracingBackend = Frozen<z.infer<typeof tracingBackend>>;

const loggingBackend = message(() => ({
  name: may(text),
  format: may(text),
  type: may(text),
  /** `address` for tcp, `path` for file. */
  conf: may(z.strictObject({ address: may(text), path: may(text) })),
}));
export type LoggingBackend = Frozen<z.infer<typeof loggingBackend>>;

const tagRules = may(z.array(message({ tags: may(textMap) })));

export const meshShape = message(() => ({
  mtls: may(
    message({
      enabledBackend: may(text),
      backends: may(z.array(certificateAuthority)),
      skipValidation: may(flag),
    }),
  ),
  tracing: may(message({ defaultBackend: may(text), backends: may(z.array(tracingBackend)) })),
  logging: may(message({ defaultBackend: may(text), backends: may(z.array(loggingBackend)) })),
  metrics: may(metricsShape),
  networking: may(message({ outbound: may(message({ passthrough: may(flag) }, { keep: ["passthrough"] })) })),
  routing: may(
    message({
      localityAwareLoadBalancing: may(flag),
      zoneEgress: may(flag),
      defaultForbidMeshExternalServiceAccess: may(flag),
    }),
  ),
  constraints: may(message({ dataplaneProxy: may(message({ requirements: tagRules, restrictions: tagRules })) })),
  skipCreatingInitialPolicies: may(texts),
  meshServices: may(
    message(
      { mode: may(z.enum(["Disabled", "Everywhere", "ReachableBackends", "Exclusive"])) },
      { zero: { mode: "Disabled" } },
    ),
  ),
}));
export type MeshSpec = Frozen<z.infer<typeof meshShape>>;
