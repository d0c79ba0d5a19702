// What MeshMetric wants of the program beside Envoy: asked of Envoy every second, told when it changes.
import { watchDynamicConfig } from "#cli/proxy/dynamic-config.ts";
import type { Sidecar } from "./metric-profile.ts";

export interface MetricConfig {
  readonly applications: readonly Application[];
  readonly backends: readonly MetricBackend[];
  readonly sidecar: Sidecar | undefined;
  readonly extraLabels: Readonly<Record<string, string>>;
}

export interface Application {
  readonly name?: string;
  readonly path: string;
  readonly port: number;
  /** Empty = the proxy's own. */
  readonly address: string;
}

export interface MetricBackend {
  readonly type: "Prometheus" | "OpenTelemetry";
  readonly name: string | null;
  readonly openTelemetry?: {
    /** Path of the Unix socket on which Envoy takes it. */
    readonly endpoint: string;
    /** A Go duration. */
    readonly refreshInterval: string;
    readonly protocol?: "http";
    readonly path?: string;
  };
}

/** Asks until it is closed. `onChange` gets null when no MeshMetric holds any more: Envoy then listens there no longer. */
export function watchMetricConfig(
  socketPath: string,
  onChange: (config: MetricConfig | null) => void,
  everyMs?: number,
): { close(): void } {
  return watchDynamicConfig(socketPath, { path: "/meshmetric", read: configOf, onChange }, everyMs);
}

function configOf(body: string): MetricConfig | null {
  try {
    const { metrics } = (JSON.parse(body) as { readonly observability: { readonly metrics: Partial<MetricConfig> } })
      .observability;
    const { applications, backends, sidecar, extraLabels } = metrics;
    return {
      applications: applications ?? [],
      backends: backends ?? [],
      sidecar: sidecar ?? undefined,
      extraLabels: extraLabels ?? {},
    };
  } catch {
    return null;
  }
}
