// The bootstrap of an Envoy, in the shape that a stock kuma-dp 2.14 asks for and hands on.

import { NODE_METADATA } from "#relay/node-values.ts";
import { REDIRECTION_METADATA } from "#relay/registrar/redirection.ts";
import { adsCluster, adsValidation, type BootstrapPlace } from "./ads-cluster.ts";
import { typed } from "./typed.ts";

/** What of kuma-dp's request counts; everything else is echoed or left aside. */
export interface BootstrapRequest {
  readonly mesh: string;
  readonly name: string;
  readonly proxyType: string;
  readonly dataplaneToken: string;
  readonly dataplaneResource: string;
  readonly version: unknown;
  readonly features: readonly string[];
  /** The transparent proxy's settings, as its machine has them; handed on. */
  readonly transparentProxy: object | undefined;
  readonly workdir: string;
  readonly readinessPort: number;
  readonly dnsPort: number;
  readonly adminPort: number;
  /** Paths of the certificate and key that the metrics listener may use; empty without. */
  readonly metricsCertPath: string;
  readonly metricsKeyPath: string;
  /** The file of certificates that the proxy's machine trusts; empty where it names none. */
  readonly systemCaPath: string;
  /** Address of the proxy's machine, where its environment tells it; else empty. */
  readonly hostIp: string;
  /** Random id of its supervisor's run; empty where it has none, as under kuma-dp. */
  readonly instance: string;
}

/** Reads a request; null where it is not one. Absent members have kuma-dp's defaults. */
export function readBootstrapRequest(body: unknown): BootstrapRequest | null {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const from = body as Readonly<Record<string, unknown>>;
  const text = (name: string): string => (typeof from[name] === "string" ? from[name] : "");
  const port = (name: string, otherwise: number): number => {
    const value = from[name];
    return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65_536 ? value : otherwise;
  };
  const { version = {}, features } = from;
  const inside = (name: string, member: string): string => {
    const value = (from[name] as Readonly<Record<string, unknown>> | null | undefined)?.[member];
    return typeof value === "string" ? value : "";
  };
  return {
    mesh: text("mesh"),
    name: text("name"),
    proxyType: text("proxyType") || "dataplane",
    dataplaneToken: text("dataplaneToken"),
    dataplaneResource: text("dataplaneResource"),
    version,
    features: Array.isArray(features) ? features.filter((one): one is string => typeof one === "string") : [],
    transparentProxy: typeof from.dataplaneConfig === "object" ? (from.dataplaneConfig ?? undefined) : undefined,
    workdir: text("workdir"),
    readinessPort: port("readinessPort", 9902),
    dnsPort: port("dnsPort", 0),
    adminPort: port("adminPort", 9901),
    metricsCertPath: inside("metricsResources", "certPath"),
    metricsKeyPath: inside("metricsResources", "keyPath"),
    systemCaPath: text("systemCaPath"),
    hostIp: inside("dynamicMetadata", "HOST_IP"),
    instance: text("instance").slice(0, 64),
  };
}

/** Envoy would pause up to 30 s: longer than the grace after which a proxy without a stream is taken for gone. */
const RETURN = { baseInterval: "0.5s", maxInterval: "3s" };

/** Envoy's bootstrap. It is JSON, which is YAML; kuma-dp's protobuf must know every field and type in it. */
export function bootstrapOf(
  request: BootstrapRequest,
  cluster: string,
  place: BootstrapPlace & { readonly loads?: boolean },
): unknown {
  const { mesh, name, workdir, dataplaneToken: token } = request;
  const initialMetadata = [{ key: "authorization", value: token }];
  const grpcServices = [
    { envoyGrpc: { clusterName: "ads_cluster", retryPolicy: { retryBackOff: RETURN } }, initialMetadata },
  ];
  const ads = { ads: {}, resourceApiVersion: "V3", initialFetchTimeout: "0s" };
  return {
    node: { id: `${mesh}.${name}`, cluster, metadata: metadataOf(request) },
    admin: {
      accessLog: [
        {
          name: "envoy.access_loggers.file",
          typedConfig: typed("envoy.extensions.access_loggers.file.v3.FileAccessLog", { path: "/dev/null" }),
        },
      ],
      address:
        workdir === ""
          ? { socketAddress: { address: "127.0.0.1", portValue: request.adminPort } }
          : { pipe: { path: adminSocket(workdir), mode: 0o600 } },
    },
    defaultRegexEngine: {
      name: "envoy.regex_engines.google_re2",
      typedConfig: typed("envoy.extensions.regex_engines.v3.GoogleRE2", {}),
    },
    layeredRuntime: {
      layers: [
        {
          name: "kuma",
          staticLayer: { "re2.max_program_size.error_level": 4_294_967_295, "re2.max_program_size.warn_level": 1000 },
        },
      ],
    },
    dynamicResources: {
      ldsConfig: ads,
      cdsConfig: ads,
      adsConfig: {
        // Delta whatever was asked: full pushes of thousands of clusters stall Envoy.
        apiType: "DELTA_GRPC",
        transportApiVersion: "V3",
        setNodeOnFirstMessageOnly: true,
        grpcServices,
      },
    },
    // A further stream, which each relay pays for: only where somebody looks at loads.
    ...(place.loads === true && {
      clusterManager: { loadStatsConfig: { apiType: "GRPC", transportApiVersion: "V3", grpcServices } },
    }),
    staticResources: { clusters: [adsCluster(place, `${mesh}.${name}`)], secrets: [adsValidation(place)] },
    statsConfig: { statsTags: STATS_TAGS },
  };
}

function metadataOf(request: BootstrapRequest): unknown {
  const { workdir } = request;
  return {
    "dataplane.proxyType": request.proxyType,
    "dataplane.admin.port": String(request.adminPort),
    "dataplane.admin.address": "127.0.0.1",
    ...(workdir === "" ? {} : { "dataplane.admin.socketPath": adminSocket(workdir) }),
    "dataplane.readinessReporter.port": String(request.readinessPort),
    ...(request.dnsPort === 0 ? {} : { [NODE_METADATA.dnsPort]: String(request.dnsPort) }),
    ...(request.dataplaneResource === "" ? {} : { "dataplane.resource": request.dataplaneResource }),
    features: request.features,
    ...(request.transparentProxy !== undefined && { [REDIRECTION_METADATA]: request.transparentProxy }),
    ...(workdir === "" ? {} : { [NODE_METADATA.workdir]: workdir }),
    ...(request.metricsCertPath === "" ? {} : { [NODE_METADATA.metricsCertPath]: request.metricsCertPath }),
    ...(request.metricsKeyPath === "" ? {} : { [NODE_METADATA.metricsKeyPath]: request.metricsKeyPath }),
    ...(request.systemCaPath === "" ? {} : { [NODE_METADATA.systemCaPath]: request.systemCaPath }),
    ...(request.hostIp === "" ? {} : { [NODE_METADATA.hostIp]: request.hostIp }),
    ...(request.instance === "" ? {} : { [NODE_METADATA.instance]: request.instance }),
    version: request.version,
  };
}

function adminSocket(workdir: string): string {
  // A socket's path has at most 107 bytes; Kuma cuts its own at 98 and adds the ending.
  return `${`${workdir}/kuma-envoy-admin`.slice(0, 98)}.sock`;
}

/** Kuma's stats tags, in its order. */
const STATS_TAGS = [
  { tagName: "name", regex: "^grpc\\.((.+)\\.)" },
  { tagName: "status", regex: "^grpc.*streams_closed(_([0-9]+))" },
  { tagName: "kafka_name", regex: "^kafka(\\.(\\S*[0-9]))\\." },
  { tagName: "kafka_type", regex: "^kafka\\..*\\.(.*?(?=_duration|$))" },
  { tagName: "worker", regex: "(worker_([0-9]+)\\.)" },
  { tagName: "listener", regex: "((.+?)\\.)rbac\\." },
];
