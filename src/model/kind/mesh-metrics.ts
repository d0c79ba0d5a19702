// Prometheus backends of a Mesh or of one Dataplane: their shape, and what a write fills in.

import type { Frozen } from "#model/frozen.ts";
import * as z from "#model/lazy-zod.ts";
import { flag, may, message, text, textMap, uint32 } from "#model/shape.ts";
import { SERVICE_TAG } from "#model/tag.ts";

const prometheusConf = z.strictObject(() => ({
  aggregate: may(
    z.array(
      z.strictObject({
        address: may(text),
        enabled: may(flag),
        name: may(text),
        path: may(text),
        port: may(uint32),
      }),
    ),
  ),
  envoy: may(z.strictObject({ filterRegex: may(text), usedOnly: may(flag) })),
  path: may(text),
  port: may(uint32),
  skipMTLS: may(flag),
  tags: may(textMap),
  tls: may(
    message(
      { mode: may(z.enum(["activeMTLSBackend", "providedTLS", "disabled"])) },
      { zero: { mode: "activeMTLSBackend" } },
    ),
  ),
}));

export const metricsBackend = message(() => ({ name: may(text), type: may(text), conf: may(prometheusConf) }));
export type MetricsBackend = Frozen<z.infer<typeof metricsBackend>>;

export const metricsShape = message(() => ({ enabledBackend: may(text), backends: may(z.array(metricsBackend)) }));
export type MetricsSpec = Frozen<z.infer<typeof metricsShape>>;

/** What Kuma fills of a mesh's prometheus backends on write: the only defaults that it stores. */
export function completeMetrics(metrics: MetricsSpec): MetricsSpec {
  if (metrics.backends === undefined) return metrics;
  return { ...metrics, backends: metrics.backends.map(completeBackend) };
}

function completeBackend(backend: MetricsBackend): MetricsBackend {
  if (backend.type !== "prometheus") return backend;
  const { aggregate, envoy, path, port, skipMTLS, tags, tls } = backend.conf ?? {};
  return {
    ...backend,
    conf: {
      ...(aggregate && { aggregate }),
      ...(envoy && { envoy }),
      path: path || "/metrics",
      port: port || 5670,
      ...(skipMTLS !== undefined && { skipMTLS }),
      tags: tags && Object.keys(tags).length > 0 ? tags : { [SERVICE_TAG]: "dataplane-metrics" },
      // Not always `{}`: what a GET shows must be accepted by the next PUT, and skipMTLS contradicts activeMTLSBackend.
      tls: tls ?? (skipMTLS ? { mode: "disabled" } : {}),
    },
  };
}
