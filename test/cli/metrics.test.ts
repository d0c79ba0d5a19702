// Metrics beside Envoy: the formats read and written, profiles, OTLP's form, and the page over real sockets.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dnsFamilies } from "#cli/proxy/telemetry/dns-metric.ts";
import { profileFilter } from "#cli/proxy/telemetry/metric-profile.ts";
import { type Family, readMetrics, writeMetrics } from "#cli/proxy/telemetry/metric-text.ts";
import { type Metrics, startMetrics } from "#cli/proxy/telemetry/metrics.ts";
import { otlpMetrics } from "#cli/proxy/telemetry/otlp-metric.ts";
import { until } from "#test/child.ts";

const TEXT = `# HELP rq_time How long.
# TYPE rq_time histogram
rq_time_bucket{envoy_cluster_name="a",le="1"} 2
rq_time_bucket{envoy_cluster_name="a",le="5"} 3
rq_time_bucket{envoy_cluster_name="a",le="+Inf"} 4
rq_time_sum{envoy_cluster_name="a"} 20
rq_time_count{envoy_cluster_name="a"} 4
# TYPE up gauge
up 1 1700000000000
# TYPE said counter
said{text="a \\"quoted\\\\ one\\nhere} 1"} 3
`;

describe("the text format", () => {
  it("is read and written back the same", () => {
    expect(writeMetrics(readMetrics(TEXT).values())).toBe(TEXT);
  });

  it("is read from OpenMetrics: counters by their sample's name, seconds, no exemplars, no creation times", () => {
    const text = `# TYPE orders counter
# HELP orders Orders.
orders_total{a="b"} 5 1700000000.5 # {trace_id="x"} 1
orders_created{a="b"} 1.7e9
# TYPE build info
build_info{v="1"} 1
# EOF
`;
    expect(writeMetrics(readMetrics(text, true).values())).toBe(`# HELP orders_total Orders.
# TYPE orders_total counter
orders_total{a="b"} 5 1700000000500
# TYPE build_info gauge
build_info{v="1"} 1
`);
  });

  it("leaves out what is no sample", () => {
    expect(writeMetrics(readMetrics("<html>\n\nx{a=b} 1\nx{ 1\nok 1\n").values())).toBe("# TYPE ok untyped\nok 1\n");
  });
});

describe("profiles", () => {
  const families = (...names: readonly string[]): Family[] =>
    names.map((name) => ({
      name,
      type: "gauge",
      help: "",
      samples: [{ name, labels: [], value: "1", time: undefined }],
    }));
  const left = async (sidecar: Parameters<typeof profileFilter>[0], ...names: readonly string[]): Promise<string[]> =>
    (await profileFilter(sidecar))(families(...names)).map(({ name }) => name);
  const NAMES = ["envoy_cluster_upstream_rq_total", "envoy_cluster_lb_subsets_active", "envoy_server_uptime"];

  it("are Basic unless said, the widest of several, and nothing with None", async () => {
    expect(await left(undefined, ...NAMES)).toEqual([NAMES[0], NAMES[2]]);
    expect(await left({ profiles: { appendProfiles: [{ name: "Basic" }, { name: "All" }] } }, ...NAMES)).toEqual(NAMES);
    expect(await left({ profiles: { appendProfiles: [{ name: "None" }] } }, ...NAMES)).toEqual([]);
  });

  it("are narrowed by exclude and widened by include, which wins", async () => {
    const profiles = {
      exclude: [
        { type: "Prefix", match: "envoy_cluster" },
        { type: "Regex", match: "^envoy_server_" },
      ],
      include: [
        { type: "Exact", match: "envoy_server_uptime" },
        { type: "Contains", match: "subsets" },
      ],
    } as const;
    expect(await left({ profiles }, ...NAMES)).toEqual([NAMES[1], NAMES[2]]);
  });

  it("leave out Weft's own clusters in Basic alone", async () => {
    const labels = [["envoy_cluster_name", "ads_cluster"]] as const;
    const own = (): Family[] => [
      {
        ...(families("envoy_cluster_upstream_rq")[0] as Family),
        samples: [{ name: "x", labels, value: "1", time: undefined }],
      },
    ];
    expect((await profileFilter(undefined))(own())).toEqual([]);
    const all = await profileFilter({ profiles: { appendProfiles: [{ name: "All" }] } });
    expect(all(own())).toHaveLength(1);
  });
});

it("OTLP has counts per bucket, and sums where Prometheus has counters", () => {
  const metrics = otlpMetrics(readMetrics(TEXT).values());
  expect(metrics.map(({ name, type }) => [name, type])).toEqual([
    ["rq_time", "histogram"],
    ["up", "gauge"],
    ["said", "sum"],
  ]);
  expect(metrics[0]?.points).toEqual([
    {
      kind: "histogram",
      attributes: { envoy_cluster_name: "a" },
      sum: 20,
      count: 4,
      bounds: [1, 5],
      counts: [2, 1, 1],
    },
  ]);
});

describe("the page", () => {
  let folder = "";
  let metrics: Metrics | undefined;
  const servers: Server[] = [];
  const said: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "weft-metrics-"));
    said.length = 0;
  });
  afterEach(() => {
    metrics?.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  async function serve(where: string | 0, answer: (path: string) => string | null): Promise<number> {
    const server = createServer((incoming, outgoing) => {
      const body = answer(incoming.url ?? "");
      if (body !== null) outgoing.writeHead(200, { etag: "one" }).end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) =>
      where === 0 ? server.listen(0, "127.0.0.1", resolve) : server.listen(where, resolve),
    );
    return where === 0 ? (server.address() as AddressInfo).port : 0;
  }

  function ask(headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const options = { socketPath: join(folder, "page.sock"), path: "/meshmetric", headers, agent: false };
      const call = request(options, (answer) => {
        let body = "";
        answer.on("data", (chunk) => (body += String(chunk)));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
      });
      call.on("error", reject);
      call.end();
    });
  }

  it("has Envoy's and each application's metrics; one that says nothing costs the others nothing", async () => {
    const envoy = await serve(0, (path) =>
      path.includes("usedonly") ? "# TYPE envoy_server_live gauge\nenvoy_server_live 1\n" : null,
    );
    const good = await serve(0, () => 'orders{mesh="mine"} 7\n');
    const silent = await serve(0, () => null);
    const applications = [
      { name: "good", path: "/metrics", port: good, address: "127.0.0.1" },
      { name: "silent", path: "/metrics", port: silent, address: "" },
    ];
    const config = {
      observability: {
        metrics: { applications, backends: [], extraLabels: { mesh: "default", "kuma.role": "sidecar" } },
      },
    };
    await serve(join(folder, "config.sock"), () => JSON.stringify(config));
    metrics = await startMetrics({
      path: join(folder, "page.sock"),
      configPath: join(folder, "config.sock"),
      admin: () => `http://127.0.0.1:${envoy}`,
      address: "127.0.0.1",
      beside: () => dnsFamilies({ questions: 3, answered: 2, forwarded: 1, unanswered: 1, malformed: 4, dropped: 5 }),
      say: (line) => said.push(line),
      everyMs: 20,
    });
    const body = await until("the page", async () => {
      const answer = await ask({ "x-prometheus-scrape-timeout-seconds": "0.5" });
      return answer.status === 200 ? answer.body : undefined;
    });
    expect(body).toBe(`# TYPE envoy_server_live gauge
envoy_server_live{mesh="default",kuma_role="sidecar"} 1
# TYPE orders untyped
orders{mesh="mine",kuma_role="sidecar"} 7
# HELP weft_proxy_dns_messages_total DNS messages by what became of them: answered from known names, forwarded, malformed, or dropped above a source's rate or with too many waiting.
# TYPE weft_proxy_dns_messages_total counter
weft_proxy_dns_messages_total{outcome="answered",mesh="default",kuma_role="sidecar"} 2
weft_proxy_dns_messages_total{outcome="forwarded",mesh="default",kuma_role="sidecar"} 1
weft_proxy_dns_messages_total{outcome="malformed",mesh="default",kuma_role="sidecar"} 4
weft_proxy_dns_messages_total{outcome="dropped",mesh="default",kuma_role="sidecar"} 5
# HELP weft_proxy_dns_unanswered_total DNS questions that were forwarded and that no resolver answered.
# TYPE weft_proxy_dns_unanswered_total counter
weft_proxy_dns_unanswered_total{mesh="default",kuma_role="sidecar"} 1
`);
    expect(said).toEqual(["the application silent shows no metrics: no answer within 450 ms"]);
  });
});
