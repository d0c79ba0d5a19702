// The three ways of MeshHealthCheck to ask a host, as Envoy's messages.
import type { HeaderValueOptionJson } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import type {
  HealthCheck_GrpcHealthCheckJson as GrpcHealthCheck,
  HealthCheck_HttpHealthCheckJson as HttpHealthCheck,
  HealthCheck_TcpHealthCheckJson as TcpHealthCheck,
} from "#envoy/generated/envoy/config/core/v3/health_check_pb.ts";
import type { GrpcCheck, HttpCheck, TcpCheck } from "#model/policy/mesh-health-check.ts";
import { type Protocol, TAGS_HEADER } from "#model/tag.ts";
import { OWN_TAGS } from "#xds/client-tags.ts";

/** A GET (or an extended one over HTTP/2) that says who asks, unless that has no tags. */
export function httpCheck(said: HttpCheck = {}, protocol: Protocol, untagged = false): HttpHealthCheck {
  const { path = "/", requestHeadersToAdd = {}, expectedStatuses = [] } = said;
  const { add = [], set = [] } = requestHeadersToAdd;
  const added = [
    ...(untagged ? [] : [{ header: { key: TAGS_HEADER, value: OWN_TAGS } }]),
    ...add.flatMap((header) => headers(header, "APPEND_IF_EXISTS_OR_ADD")),
    ...set.flatMap((header) => headers(header, "OVERWRITE_IF_EXISTS_OR_ADD")),
  ];
  return {
    path,
    ...(added.length > 0 && { requestHeadersToAdd: added }),
    ...(expectedStatuses.length === 0
      ? {}
      : { expectedStatuses: expectedStatuses.map((status) => ({ start: String(status), end: String(status + 1) })) }),
    codecClientType: protocol === "http2" ? "HTTP2" : "HTTP1",
  };
}

/** A value with commas is a list, and each of its items a header. */
function headers(
  { name, value }: { readonly name: string; readonly value: string },
  appendAction: NonNullable<HeaderValueOptionJson["appendAction"]>,
): HeaderValueOptionJson[] {
  return value.split(",").map((one) => ({ header: { key: name, value: one }, appendAction }));
}

/** What an older HealthCheck says is bytes. */
type TcpBytes = TcpCheck & { readonly encoding?: "base64" };

/** A connection; where something is sent, the answer must hold all that is expected. Envoy takes bytes in hexadecimal. */
export function tcpCheck({ send, receive = [], encoding }: TcpBytes = {}): TcpHealthCheck {
  const expected = receive.filter((text) => text !== "");
  const hex = encoding === "base64" ? hexOfBase64 : hexOf;
  return {
    ...(send === undefined || send === "" ? {} : { send: { text: hex(send) } }),
    ...(expected.length === 0 ? {} : { receive: expected.map((text) => ({ text: hex(text) })) }),
  };
}

/** grpc.health.v1.Health/Check. */
export function grpcCheck({ serviceName = "", authority = "" }: GrpcCheck = {}): GrpcHealthCheck {
  return {
    ...(serviceName === "" ? {} : { serviceName }),
    ...(authority === "" ? {} : { authority }),
  };
}

const SIXES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The bytes in hexadecimal; of either alphabet (RFC 4648). */
function hexOfBase64(text: string): string {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/").replaceAll("=", "");
  const bits = [...plain].map((unit) => SIXES.indexOf(unit).toString(2).padStart(6, "0")).join("");
  const bytes = bits.match(/[01]{8}/g) ?? [];
  return bytes.map((byte) => Number.parseInt(byte, 2).toString(16).padStart(2, "0")).join("");
}

/** UTF-8 in hexadecimal. */
function hexOf(text: string): string {
  return encodeURIComponent(text).replaceAll(/%([0-9A-F]{2})|[^%]/g, (unit, byte: string | undefined) =>
    byte === undefined ? unit.charCodeAt(0).toString(16).padStart(2, "0") : byte.toLowerCase(),
  );
}
