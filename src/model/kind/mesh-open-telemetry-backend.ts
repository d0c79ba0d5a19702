// Kind MeshOpenTelemetryBackend: an OpenTelemetry collector that several policies send to.

import { isHostName, isIP } from "#model/address.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { flag, int32, may, text } from "#model/shape.ts";
import { under, type Violation } from "#model/violation.ts";

export const meshOpenTelemetryBackendShape = z.strictObject(() => ({
  endpoint: may(z.strictObject({ address: may(text), port: may(int32), path: may(text) })),
  protocol: may(z.enum(["grpc", "http"])),
  env: may(
    z.strictObject({
      mode: may(z.enum(["Disabled", "Optional", "Required"])),
      precedence: may(z.enum(["ExplicitFirst", "EnvFirst"])),
      allowSignalOverrides: may(flag),
    }),
  ),
}));
export type MeshOpenTelemetryBackendSpec = Frozen<z.infer<typeof meshOpenTelemetryBackendShape>>;

function validate({ spec }: { readonly spec: MeshOpenTelemetryBackendSpec }): readonly Violation[] {
  const { address, port, path = "" } = spec.endpoint ?? {};
  const found: Violation[] = [];
  if (address === "") found.push({ field: "address", reason: "must not be empty" });
  else if (address !== undefined && !isIP(address) && !isHostName(address)) {
    found.push({ field: "address", reason: "address has to be a valid IP or hostname" });
  }
  if (port !== undefined && (port < 1 || port > 65_535)) {
    found.push({ field: "port", reason: "port must be a valid (1-65535)" });
  }
  if (path !== "" && (spec.protocol ?? "grpc") === "grpc") {
    found.push({ field: "path", reason: "must not be set when protocol is grpc" });
  } else if (path !== "") {
    if (!path.startsWith("/")) found.push({ field: "path", reason: "must start with /" });
    if (/[?#]/.test(path)) found.push({ field: "path", reason: "must not contain query or fragment" });
  }
  return under("endpoint", found);
}

export const meshOpenTelemetryBackendJudge: Judge<MeshOpenTelemetryBackendSpec> = {
  shape: meshOpenTelemetryBackendShape,
  complete: ({ env, ...spec }) =>
    env === undefined
      ? spec
      : meshOpenTelemetryBackendShape.parse({ ...spec, env: { mode: "Optional", precedence: "EnvFirst", ...env } }),
  validate,
};
