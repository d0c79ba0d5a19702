// Metrics pushed to collectors: at each one's interval, through the socket on which Envoy takes them.
import { request } from "node:http";
import { connect } from "node:http2";
import { connect as connectSocket } from "node:net";
import { reasonOf } from "#cli/failure.ts";
import { parseDuration } from "#model/duration.ts";
import type { MetricConfig } from "./metric-config.ts";
import type { Family } from "./metric-text.ts";
import { type OtlpRequest, otlpBytes, otlpJson } from "./otlp-encode.ts";
import { otlpMetrics } from "./otlp-metric.ts";

export interface OtlpPush {
  /** Begins and ends what the config asks for. */
  update(config: MetricConfig | null): void;
  close(): void;
}

const TIMEOUT_MS = 10_000;
const METHOD = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

/** `gather` gives all families within so many milliseconds. */
export function createOtlpPush(
  gather: (timeoutMs: number) => Promise<readonly Family[]>,
  say: (line: string) => void,
): OtlpPush {
  const timers = new Map<string, NodeJS.Timeout>();
  const start = BigInt(Date.now()) * 1_000_000n;
  const failing = new Set<string>();
  type Target = NonNullable<MetricConfig["backends"][number]["openTelemetry"]>;

  const push = async (name: string, target: Target): Promise<void> => {
    try {
      const metrics = otlpMetrics(await gather(TIMEOUT_MS));
      // Samples carry what tells of the proxy, as for Prometheus; the resource has the service's own name only.
      const now = BigInt(Date.now()) * 1_000_000n;
      const body: OtlpRequest = { attributes: {}, metrics, start, now };
      if (target.protocol === "http") await post(target.endpoint, target.path ?? "/v1/metrics", otlpJson(body));
      else await call(target.endpoint, otlpBytes(body));
      failing.delete(name);
    } catch (error) {
      if (!failing.has(name)) say(`the collector ${name} takes no metrics: ${reasonOf(error)}`);
      failing.add(name);
    }
  };

  const stop = (): void => {
    for (const timer of timers.values()) clearInterval(timer);
    timers.clear();
  };

  return {
    update(config) {
      stop();
      for (const { type, name, openTelemetry } of config?.backends ?? []) {
        if (type !== "OpenTelemetry" || openTelemetry === undefined || name === null) continue;
        const every = Number((parseDuration(openTelemetry.refreshInterval) ?? 60_000_000_000n) / 1_000_000n);
        const timer = setInterval(() => void push(name, openTelemetry), Math.min(Math.max(every, 100), 2 ** 31 - 1));
        timer.unref();
        timers.set(name, timer);
      }
    },
    close: stop,
  };
}

/** One unary call of gRPC over a Unix socket; rejects unless its status is 0. */
function call(socketPath: string, message: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const session = connect("http://collector", { createConnection: () => connectSocket(socketPath) });
    const end = (error?: Error): void => {
      clearTimeout(timer);
      session.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    const timer = setTimeout(() => end(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
    session.on("error", end);
    const stream = session.request({
      ":method": "POST",
      ":path": METHOD,
      "content-type": "application/grpc",
      te: "trailers",
    });
    let status = "";
    stream.on("response", (headers) => (status = String(headers["grpc-status"] ?? status)));
    stream.on("trailers", (headers) => (status = String(headers["grpc-status"] ?? status)));
    stream.on("error", end);
    stream.on("end", () => end(status === "0" ? undefined : new Error(`gRPC status ${status || "unknown"}`)));
    stream.resume();
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([head, message]));
  });
}

function post(socketPath: string, path: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", host: "collector" };
    const options = {
      socketPath,
      path,
      method: "POST",
      headers,
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    const outgoing = request(options, (answer) => {
      answer.resume();
      const status = answer.statusCode ?? 0;
      if (status >= 200 && status < 300) resolve();
      else reject(new Error(`it answered ${status}`));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
