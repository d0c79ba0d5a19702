// Timeout as MeshTimeout: what it leaves out is off, as Kuma has it, and not MeshTimeout's default.
import type { TimeoutSpec } from "#model/legacy/timeout.ts";
import type { MeshTimeoutConf } from "#model/policy/mesh-timeout.ts";
import type { Aim, Translation } from "./translation.ts";

const OFF = "0s";

function conf({ conf: said = {} }: TimeoutSpec, { protocol }: Aim): MeshTimeoutConf {
  const { connectTimeout = "5s", tcp = {}, http = {}, grpc = {} } = said;
  // Zero would refuse every connection.
  const connectionTimeout = /^0(\.0+)?s$/.test(connectTimeout) ? "5s" : connectTimeout;
  if (protocol !== "http" && protocol !== "http2" && protocol !== "grpc") {
    return { connectionTimeout, idleTimeout: tcp.idleTimeout ?? OFF };
  }
  const older = protocol === "grpc" ? grpc : {};
  return {
    connectionTimeout,
    idleTimeout: http.idleTimeout ?? OFF,
    http: {
      requestTimeout: http.requestTimeout ?? OFF,
      streamIdleTimeout: http.streamIdleTimeout ?? older.streamIdleTimeout ?? OFF,
      maxStreamDuration: http.maxStreamDuration ?? older.maxStreamDuration ?? OFF,
    },
  };
}

export const timeout: Translation<TimeoutSpec> = { from: "Timeout", to: "MeshTimeout", about: "outbound", conf };
