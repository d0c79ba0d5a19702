// Makes src/envoy/generated: TypeScript for Envoy's messages, from the .proto files that @grpc/grpc-js-xds ships.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { columnsOf } from "./descriptor-columns.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = join(root, "node_modules/@grpc/grpc-js-xds/deps");
const work = join(root, `node_modules/.cache/weft-proto-${process.pid}`);
const out = `${work}-out`;
const place = join(root, "src/envoy/generated");

/** The messages that generation, the relay or the tests name; everything that they import comes along. */
const TYPES = {
  "envoy/config/bootstrap/v3/bootstrap.proto": ["envoy.config.bootstrap.v3.Bootstrap"],
  "envoy/config/listener/v3/listener.proto": ["envoy.config.listener.v3.Listener"],
  "envoy/config/cluster/v3/cluster.proto": ["envoy.config.cluster.v3.Cluster"],
  "envoy/config/endpoint/v3/endpoint.proto": ["envoy.config.endpoint.v3.ClusterLoadAssignment"],
  "envoy/config/route/v3/route.proto": ["envoy.config.route.v3.RouteConfiguration"],
  "envoy/config/rbac/v3/rbac.proto": ["envoy.config.rbac.v3.RBAC", "envoy.config.rbac.v3.Action"],
  "envoy/config/trace/v3/zipkin.proto": ["envoy.config.trace.v3.ZipkinConfig"],
  "envoy/config/trace/v3/datadog.proto": ["envoy.config.trace.v3.DatadogConfig"],
  "envoy/config/trace/v3/opentelemetry.proto": ["envoy.config.trace.v3.OpenTelemetryConfig"],
  "envoy/service/discovery/v3/ads.proto": ["envoy.service.discovery.v3.AggregatedDiscoveryService"],
  "envoy/service/discovery/v3/discovery.proto": [
    "envoy.service.discovery.v3.DiscoveryRequest",
    "envoy.service.discovery.v3.DiscoveryResponse",
    "envoy.service.discovery.v3.DeltaDiscoveryRequest",
    "envoy.service.discovery.v3.DeltaDiscoveryResponse",
  ],
  "envoy/service/health/v3/hds.proto": ["envoy.service.health.v3.HealthDiscoveryService"],
  "envoy/service/load_stats/v3/lrs.proto": ["envoy.service.load_stats.v3.LoadReportingService"],
  "envoy/service/runtime/v3/rtds.proto": ["envoy.service.runtime.v3.Runtime"],
  "envoy/admin/v3/config_dump.proto": ["envoy.admin.v3.ConfigDump"],
  "envoy/extensions/access_loggers/file/v3/file.proto": ["envoy.extensions.access_loggers.file.v3.FileAccessLog"],
  "envoy/extensions/access_loggers/grpc/v3/als.proto": [
    "envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig",
    "envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig",
  ],
  "envoy/extensions/access_loggers/filters/cel/v3/cel.proto": [
    "envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter",
  ],
  "envoy/extensions/access_loggers/open_telemetry/v3/logs_service.proto": [
    "envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig",
  ],
  "envoy/extensions/common/matching/v3/extension_matcher.proto": [
    "envoy.extensions.common.matching.v3.ExtensionWithMatcher",
  ],
  "envoy/extensions/filters/common/matcher/action/v3/skip_action.proto": [
    "envoy.extensions.filters.common.matcher.action.v3.SkipFilter",
  ],
  "envoy/extensions/filters/http/buffer/v3/buffer.proto": ["envoy.extensions.filters.http.buffer.v3.Buffer"],
  "envoy/extensions/filters/http/fault/v3/fault.proto": ["envoy.extensions.filters.http.fault.v3.HTTPFault"],
  "envoy/extensions/filters/http/grpc_stats/v3/config.proto": [
    "envoy.extensions.filters.http.grpc_stats.v3.FilterConfig",
  ],
  "envoy/extensions/filters/http/header_mutation/v3/header_mutation.proto": [
    "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
  ],
  "envoy/extensions/filters/http/health_check/v3/health_check.proto": [
    "envoy.extensions.filters.http.health_check.v3.HealthCheck",
  ],
  "envoy/extensions/filters/http/jwt_authn/v3/config.proto": [
    "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
  ],
  "envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit.proto": [
    "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
  ],
  "envoy/extensions/filters/http/lua/v3/lua.proto": ["envoy.extensions.filters.http.lua.v3.Lua"],
  "envoy/extensions/filters/http/rbac/v3/rbac.proto": ["envoy.extensions.filters.http.rbac.v3.RBAC"],
  "envoy/extensions/filters/http/router/v3/router.proto": ["envoy.extensions.filters.http.router.v3.Router"],
  "envoy/extensions/filters/http/set_filter_state/v3/set_filter_state.proto": [
    "envoy.extensions.filters.http.set_filter_state.v3.Config",
  ],
  "envoy/extensions/filters/listener/original_dst/v3/original_dst.proto": [
    "envoy.extensions.filters.listener.original_dst.v3.OriginalDst",
  ],
  "envoy/extensions/filters/listener/http_inspector/v3/http_inspector.proto": [
    "envoy.extensions.filters.listener.http_inspector.v3.HttpInspector",
  ],
  "envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector.proto": [
    "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
  ],
  "envoy/extensions/filters/network/connection_limit/v3/connection_limit.proto": [
    "envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit",
  ],
  "envoy/extensions/filters/network/direct_response/v3/config.proto": [
    "envoy.extensions.filters.network.direct_response.v3.Config",
  ],
  "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto": [
    "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
  ],
  "envoy/extensions/filters/network/local_ratelimit/v3/local_rate_limit.proto": [
    "envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit",
  ],
  "envoy/extensions/filters/network/rbac/v3/rbac.proto": ["envoy.extensions.filters.network.rbac.v3.RBAC"],
  "envoy/extensions/filters/network/set_filter_state/v3/set_filter_state.proto": [
    "envoy.extensions.filters.network.set_filter_state.v3.Config",
  ],
  "envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.proto": [
    "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
  ],
  "envoy/extensions/filters/udp/dns_filter/v3/dns_filter.proto": [
    "envoy.extensions.filters.udp.dns_filter.v3.DnsFilterConfig",
  ],
  "envoy/extensions/clusters/aggregate/v3/cluster.proto": ["envoy.extensions.clusters.aggregate.v3.ClusterConfig"],
  "envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation.proto": [
    "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
  ],
  "envoy/extensions/matching/common_inputs/ssl/v3/ssl_inputs.proto": [
    "envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput",
    "envoy.extensions.matching.common_inputs.ssl.v3.SubjectInput",
  ],
  "envoy/extensions/matching/common_inputs/network/v3/network_inputs.proto": [
    "envoy.extensions.matching.common_inputs.network.v3.ServerNameInput",
    "envoy.extensions.matching.common_inputs.network.v3.TransportProtocolInput",
  ],
  "envoy/extensions/matching/common_inputs/network/v3/dynamic_metadata_input.proto": [
    "envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput",
  ],
  "envoy/extensions/matching/input_matchers/metadata/v3/metadata.proto": [
    "envoy.extensions.matching.input_matchers.metadata.v3.Metadata",
  ],
  "envoy/type/matcher/v3/http_inputs.proto": ["envoy.type.matcher.v3.HttpRequestHeaderMatchInput"],
  "envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections.proto": [
    "envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
  ],
  "envoy/extensions/resource_monitors/fixed_heap/v3/fixed_heap.proto": [
    "envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig",
  ],
  "envoy/extensions/health_check/event_sinks/file/v3/file.proto": [
    "envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink",
  ],
  "envoy/extensions/retry/host/omit_host_metadata/v3/omit_host_metadata_config.proto": [
    "envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig",
  ],
  "envoy/extensions/retry/host/previous_hosts/v3/previous_hosts.proto": [
    "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
  ],
  "envoy/extensions/retry/priority/previous_priorities/v3/previous_priorities_config.proto": [
    "envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig",
  ],
  "envoy/extensions/transport_sockets/tls/v3/tls.proto": [
    "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
    "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
  ],
  "envoy/extensions/transport_sockets/tls/v3/secret.proto": ["envoy.extensions.transport_sockets.tls.v3.Secret"],
  "envoy/extensions/transport_sockets/tls/v3/tls_spiffe_validator_config.proto": [
    "envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig",
  ],
  "envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer.proto": [
    "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer",
  ],
  "envoy/extensions/upstreams/http/v3/http_protocol_options.proto": [
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
  ],
};

function prepare() {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const [folder, name] of [
    ["envoy-api/envoy", "envoy"],
    ["googleapis/google", "google"],
    ["xds/udpa", "udpa"],
    ["xds/xds", "xds"],
    ["protoc-gen-validate/validate", "validate"],
  ]) {
    cpSync(join(packages, folder), join(work, name), {
      recursive: true,
      filter: (path) => !/\.(go|py|cc|h|bzl)$|BUILD/.test(path),
    });
  }
  cpSync(join(root, "tools/proto"), work, { recursive: true });
  // Envoy's files use `ignore_empty`, which this older validate.proto lacks; only its name has to be known.
  const validate = join(work, "validate/validate.proto");
  const text = readFileSync(validate, "utf8");
  if (!text.includes("ignore_empty")) {
    writeFileSync(
      validate,
      text.replaceAll(/^message (\w+Rules) \{$/gm, "message $1 {\n    optional bool ignore_empty = 1000;"),
    );
  }
  writeFileSync(join(work, "buf.yaml"), "version: v2\n");
  writeFileSync(
    join(work, "buf.gen.yaml"),
    JSON.stringify({
      version: "v2",
      plugins: [
        {
          local: [process.execPath, join(root, "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es")],
          out,
          include_imports: true,
          strategy: "all",
          opt: ["target=ts", "import_extension=ts", "json_types=true", "ts_nocheck=true"],
        },
      ],
    }),
  );
}

function generate() {
  const paths = Object.keys(TYPES).flatMap((path) => ["--path", path]);
  const types = Object.values(TYPES)
    .flat()
    .flatMap((type) => ["--type", type]);
  const buf = join(root, "node_modules/.bin/buf");
  const set = ["build", ".", "--as-file-descriptor-set", "--exclude-source-info", "-o", "all.binpb"];
  for (const args of [["generate", ".", "--include-imports"], set]) {
    const done = spawnSync(buf, [...args, ...paths, ...types], { cwd: work, encoding: "utf8" });
    if (done.status !== 0) {
      process.stderr.write(`buf ${args[0]} failed:\n${done.stdout}${done.stderr}`);
      process.exit(1);
    }
  }
}

/** All descriptors as columns, from which a registry is built. */
function writeColumns() {
  const columns = columnsOf(readFileSync(join(work, "all.binpb")));
  const rows = Object.entries(columns).map(([name, words]) => `  ${name}: ${JSON.stringify(words)},\n`);
  writeFileSync(
    join(out, "columns.ts"),
    `// All descriptors, as columns of words.\nexport const COLUMNS = {\n${rows.join("")}} as const;\n`,
  );
}

for (const path of Object.keys(TYPES)) {
  if (!existsSync(join(packages, "envoy-api", path)) && !existsSync(join(root, "tools/proto", path))) {
    process.stderr.write(`${path} is not in @grpc/grpc-js-xds: was its version changed?\n`);
    process.exit(1);
  }
}
prepare();
generate();
writeColumns();
// Swapped as a whole, so that two first runs beside each other never see half of it.
rmSync(`${work}-old`, { recursive: true, force: true });
if (existsSync(place)) renameSync(place, `${work}-old`);
renameSync(out, place);
for (const rest of [work, `${work}-old`]) rmSync(rest, { recursive: true, force: true });
