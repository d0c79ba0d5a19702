// TrafficLog as MeshAccessLog: the Mesh's logging backend that it names, or the default one.
import type { MeshSpec } from "#model/kind/mesh.ts";
import type { LoggingBackend } from "#model/kind/mesh-shape.ts";
import type { TrafficLogSpec } from "#model/legacy/traffic-log.ts";
import type { MeshAccessLogConf } from "#model/policy/mesh-access-log.ts";
import type { LogBackend } from "#model/policy/mesh-access-log-backend.ts";
import type { Translation } from "./translation.ts";

function backendOf({ type, format: plain, conf = {} }: LoggingBackend): LogBackend | null {
  const format = plain === undefined ? {} : { format: { type: "Plain" as const, plain } };
  if (type === "file" && conf.path !== undefined) return { type: "File", file: { path: conf.path, ...format } };
  if (type === "tcp" && conf.address !== undefined) return { type: "Tcp", tcp: { address: conf.address, ...format } };
  return null;
}

/** Null where there is no such backend: Kuma logs nothing then. */
function conf({ conf: said = {} }: TrafficLogSpec, { logging = {} }: MeshSpec): MeshAccessLogConf | null {
  const name = said.backend ?? logging.defaultBackend;
  const found = logging.backends?.find((backend) => backend.name === name);
  const backend = found === undefined ? null : backendOf(found);
  return backend === null ? null : { backends: [backend] };
}

export const trafficLog: Translation<TrafficLogSpec> = {
  from: "TrafficLog",
  to: "MeshAccessLog",
  about: "outbound",
  conf: (spec, _, mesh) => conf(spec, mesh),
};
