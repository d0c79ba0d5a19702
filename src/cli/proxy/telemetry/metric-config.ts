// What MeshMetric wants of the program beside Envoy: asked of Envoy every second, told when it changes.
import { request } from "node:http";
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

const EVERY_MS = 1_000;
const TIMEOUT_MS = 2_000;

/** Asks until it is closed. `onChange` gets null when no MeshMetric holds any more: Envoy then listens there no longer. */
export function watchMetricConfig(
  socketPath: string,
  onChange: (config: MetricConfig | null) => void,
  everyMs = EVERY_MS,
): { close(): void } {
  let etag = "";
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const ask = async (): Promise<void> => {
    const answer = await askOnce(socketPath, etag);
    if (over) return;
    if (answer.status === 200) {
      const config = configOf(answer.body);
      if (config !== null) {
        etag = answer.etag;
        onChange(config);
      }
    } else if (answer.status !== 304 && etag !== "") {
      etag = "";
      onChange(null);
    }
    timer = setTimeout(() => void ask(), everyMs);
    timer.unref();
  };
  void ask();
  return {
    close() {
      over = true;
      clearTimeout(timer);
    },
  };
}

interface Answer {
  /** 0 where nobody listens. */
  readonly status: number;
  readonly etag: string;
  readonly body: string;
}

function askOnce(socketPath: string, etag: string): Promise<Answer> {
  return new Promise((resolve) => {
    const none = (): void => resolve({ status: 0, etag: "", body: "" });
    const headers = etag === "" ? {} : { "if-none-match": etag };
    const options = { socketPath, path: "/meshmetric", headers, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const call = request(options, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => (body += chunk));
      answer.on("error", none);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, etag: answer.headers.etag ?? "", body }));
    });
    call.on("error", none);
    call.end();
  });
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
