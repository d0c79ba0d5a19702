// What runs beside Envoy for its telemetry: the pipe of access logs, the page of metrics, and metrics that are pushed.
import { reasonOf } from "#cli/failure.ts";
import type { DnsCounts } from "#dns/server.ts";
import { socketPaths } from "#model/node-hole.ts";
import { startAccessLog } from "./access-log.ts";
import { dnsFamilies } from "./dns-metric.ts";
import { type Metrics, startMetrics } from "./metrics.ts";
import { createOtlpPush } from "./otlp-push.ts";

export interface TelemetryOptions {
  /** The work folder that the relay was told of. */
  readonly folder: string;
  readonly mesh: string;
  readonly name: string;
  /** The proxy's own address. */
  readonly address: string;
  readonly admin: () => string | undefined;
  /** What its DNS server has counted; null while there is none. */
  readonly dns: () => DnsCounts | null;
  readonly say: (line: string) => void;
}

/** Must run before Envoy starts, which would make plain files of pipes that are not there. Never throws: traffic goes first. */
export async function startTelemetry(options: TelemetryOptions): Promise<{ close(): void }> {
  const { folder, mesh, name, say } = options;
  const paths = socketPaths(folder, { mesh, name });
  const closers: (() => void)[] = [];
  try {
    closers.push(startAccessLog({ path: paths.accessLog, say }).close);
  } catch (error) {
    say(`access logs for TCP receivers go nowhere: no pipe ${paths.accessLog} (${reasonOf(error)})`);
  }
  try {
    let metrics: Metrics | undefined;
    const push = createOtlpPush(async (timeoutMs) => metrics?.gather(timeoutMs) ?? [], say);
    const where = { path: paths.metrics, configPath: paths.dynamicConfig, beside: () => dnsFamilies(options.dns()) };
    metrics = await startMetrics({ ...options, ...where, onConfig: push.update });
    closers.push(metrics.close, push.close);
  } catch (error) {
    say(`metrics are not shown: no socket ${paths.metrics} (${reasonOf(error)})`);
  }
  return {
    close() {
      for (const close of closers) close();
    },
  };
}
