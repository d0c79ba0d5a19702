// Metrics of Envoy and of applications in one page, shown on a Unix socket that Envoy's metrics listener leads to.
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { reasonOf } from "#cli/failure.ts";
import { type MetricConfig, watchMetricConfig } from "./metric-config.ts";
import { profileFilter } from "./metric-profile.ts";
import { askMetrics, type MetricSource } from "./metric-source.ts";
import { type Family, withLabels, writeMetrics } from "./metric-text.ts";

export interface MetricsOptions {
  /** Of the socket that shows the page. */
  readonly path: string;
  /** Of the socket on which Envoy tells what is wanted. */
  readonly configPath: string;
  /** Base URL of Envoy's admin interface; undefined while Envoy is not there. */
  readonly admin: () => string | undefined;
  /** The proxy's own address: where applications are that have none. */
  readonly address: string;
  /** Of what runs beside Envoy. */
  readonly beside?: () => readonly Family[];
  readonly say: (line: string) => void;
  readonly onConfig?: (config: MetricConfig | null) => void;
  readonly everyMs?: number;
}

export interface Metrics {
  /** All families, gathered anew. */
  gather(timeoutMs: number): Promise<Family[]>;
  close(): void;
}

/** Prometheus waits 10 s unless told otherwise, and says so in a header. */
const TIMEOUT_MS = 9_000;

/** Serves until it is closed. Rejects where the socket cannot be bound. */
export async function startMetrics(options: MetricsOptions): Promise<Metrics> {
  const { path, configPath, admin, address, say, onConfig } = options;
  let config: MetricConfig | null = null;
  let filter = profileFilter(undefined);
  /** Sources whose failure has been told. */
  const failing = new Set<string>();

  const familiesOf = async (source: MetricSource, timeoutMs: number): Promise<readonly Family[]> => {
    try {
      const families = [...(await askMetrics(source, timeoutMs)).values()];
      failing.delete(source.name);
      return families;
    } catch (error) {
      if (!failing.has(source.name)) say(`${source.name} shows no metrics: ${reasonOf(error)}`);
      failing.add(source.name);
      return [];
    }
  };

  const gather = async (timeoutMs: number): Promise<Family[]> => {
    // Both of one moment: a page is that of the old settings or of the new, never of half of each.
    const [now, shown] = [config, filter];
    if (now === null) return [];
    const base = admin();
    const [own, ...others] = await Promise.all([
      base === undefined ? [] : familiesOf(envoySource(base, now), timeoutMs),
      ...now.applications.map((one) => familiesOf(applicationSource(one, address), timeoutMs)),
    ]);
    return merged([(await shown)(own), ...others, options.beside?.() ?? []]).map((family) =>
      withLabels(family, now.extraLabels),
    );
  };

  const server = createServer((incoming, outgoing) => {
    const wanted = Number(incoming.headers["x-prometheus-scrape-timeout-seconds"]);
    // A little earlier than who asks, or it would get nothing at all for one slow application.
    const timeoutMs = wanted > 0 ? Math.max(250, wanted * 900) : TIMEOUT_MS;
    if (config === null) {
      outgoing.writeHead(503, { "content-type": "text/plain" }).end("no MeshMetric holds for this proxy yet\n");
      return;
    }
    void gather(Math.min(timeoutMs, 60_000)).then((families) => {
      outgoing.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
      outgoing.end(writeMetrics(families));
    });
  });
  await listen(server, path);
  const watch = watchMetricConfig(
    configPath,
    (changed) => {
      config = changed;
      filter = profileFilter(changed?.sidecar);
      failing.clear();
      onConfig?.(changed);
    },
    options.everyMs,
  );
  return {
    gather,
    close() {
      watch.close();
      server.close();
      server.closeAllConnections();
      rmSync(path, { force: true });
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function envoySource(base: string, { sidecar }: MetricConfig): MetricSource {
  const used = sidecar?.includeUnused === true ? "" : "&usedonly";
  return { name: "Envoy", url: `${base}/stats?format=prometheus&text_readouts${used}` };
}

function applicationSource(
  { name, path, port, address }: MetricConfig["applications"][number],
  otherwise: string,
): MetricSource {
  const host = address || otherwise;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}${path.startsWith("/") ? path : `/${path}`}`;
  return { name: name === undefined ? `the application at ${url}` : `the application ${name}`, url };
}

/** Families of one name as one: a page may tell of each only once. */
function merged(pages: readonly (readonly Family[])[]): Family[] {
  const all = new Map<string, Family>();
  for (const family of pages.flat()) {
    const known = all.get(family.name);
    if (known === undefined) all.set(family.name, { ...family, samples: [...family.samples] });
    else known.samples.push(...family.samples);
  }
  return [...all.values()];
}
