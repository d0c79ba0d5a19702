// MeshRetry: which requests a client's Envoy asks again, and how often it tries to connect.
import type { RetryPolicyJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { GrpcRetry, HttpRetry, MeshRetryConf } from "#model/policy/mesh-retry-shape.ts";
import type { Protocol } from "#model/tag.ts";
import { numberOf, setDuration, setValue } from "#xds/field.ts";
import { headerMatcher } from "#xds/header-matcher.ts";
import type { PolicyWriter } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";
import { writeBackOff, writeLimitedBackOff } from "./mesh-retry-back-off.ts";
import { grpcConditions, httpConditions } from "./mesh-retry-conditions.ts";
import { writeHostSelection } from "./mesh-retry-hosts.ts";

const TYPE = "MeshRetry";

const at = (pointer: string): Source => ({ policy: TYPE, list: "to", item: 0, pointer });

export const meshRetryWriter: PolicyWriter = {
  type: TYPE,
  outbound({ chains }, conf, tracer) {
    const source = at("/tcp/maxConnectAttempt");
    const attempts = numberOf((conf as MeshRetryConf).tcp?.maxConnectAttempt, [1, 4_294_967_295], tracer, source);
    for (const { tcp } of chains) if (tcp !== null) setValue([tcp, "maxConnectAttempts"], attempts, tracer, source);
  },
  route({ route, protocol }, conf, tracer) {
    if (route.route === undefined) return;
    const section = sectionOf(protocol);
    const said = section === null ? undefined : (conf as MeshRetryConf)[section];
    if (section === null || said === undefined || said.numRetries === 0) return;
    const policy: RetryPolicyJson = {};
    tracer.set(route.route, "retryPolicy", policy, at(`/${section}`));
    const from = (pointer: string): Source => at(`/${section}${pointer}`);
    setValue([policy, "numRetries"], said.numRetries, tracer, from("/numRetries"));
    setDuration([policy, "perTryTimeout"], said.perTryTimeout, "none", tracer, from("/perTryTimeout"));
    writeBackOff(policy, said.backOff, tracer, (pointer) => from(`/backOff${pointer}`));
    writeLimitedBackOff(policy, said.rateLimitedBackOff, tracer, (pointer) => from(`/rateLimitedBackOff${pointer}`));
    const conditions = from(said.retryOn?.length ? "/retryOn" : "");
    if (section === "grpc") tracer.set(policy, "retryOn", grpcConditions(said as GrpcRetry), conditions);
    else writeHttp(policy, said as HttpRetry, tracer);
  },
};

/** gRPC has its own section; HTTP/2 without it is HTTP. */
function sectionOf(protocol: Protocol): "http" | "grpc" | null {
  if (protocol === "grpc") return "grpc";
  return protocol === "http" || protocol === "http2" ? "http" : null;
}

function writeHttp(policy: RetryPolicyJson, said: HttpRetry, tracer: Tracer): void {
  const { retryOn, statusCodes, methods } = httpConditions(said.retryOn);
  const { retriableRequestHeaders: asked = [], retriableResponseHeaders: answered = [] } = said;
  // Without the word Envoy looks at no header of an answer.
  const conditions = answered.length > 0 ? `${retryOn},retriable-headers` : retryOn;
  tracer.set(policy, "retryOn", conditions, at(said.retryOn?.length ? "/http/retryOn" : "/http"));
  if (statusCodes.length > 0) tracer.set(policy, "retriableStatusCodes", statusCodes, at("/http/retryOn"));
  const byMethod = methods.map((method) => headerMatcher({ name: ":method", value: method }));
  const sources = [
    ...(byMethod.length > 0 ? [at("/http/retryOn")] : []),
    ...(asked.length > 0 ? [at("/http/retriableRequestHeaders")] : []),
  ];
  if (sources.length > 0) {
    tracer.set(policy, "retriableRequestHeaders", [...byMethod, ...asked.map(headerMatcher)], ...sources);
  }
  if (answered.length > 0) {
    tracer.set(policy, "retriableHeaders", answered.map(headerMatcher), at("/http/retriableResponseHeaders"));
  }
  writeHostSelection(policy, said.hostSelection, tracer, at("/http/hostSelection"));
  const attempts = said.hostSelectionMaxAttempts;
  const source = at("/http/hostSelectionMaxAttempts");
  if (attempts !== undefined && attempts !== null) {
    tracer.set(policy, "hostSelectionRetryMaxAttempts", String(attempts), source);
  }
}
