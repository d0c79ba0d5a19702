// Kind Mesh: an isolated network with its own CA, policies and services.
import type { Kind } from "#model/kind.ts";
import { completeMetrics } from "./mesh-metrics.ts";
import { validateMesh } from "./mesh-rules.ts";
import { type MeshSpec, meshShape } from "./mesh-shape.ts";

export type { MetricsBackend } from "./mesh-metrics.ts";
export type { MeshSpec, MtlsBackend } from "./mesh-shape.ts";

export const mesh: Kind<MeshSpec> = {
  type: "Mesh",
  path: "meshes",
  aliases: [],
  shortName: "m",
  scope: "Global",
  envelope: "flat",
  singularDisplayName: "Mesh",
  pluralDisplayName: "Meshes",
  readOnly: false,
  shortNames: true,
  relay: "public",
  secret: false,
  shape: meshShape,
  complete: (spec) => (spec.metrics === undefined ? spec : { ...spec, metrics: completeMetrics(spec.metrics) }),
  publicPart: (spec) => (spec.mtls?.backends === undefined ? spec : withoutKeys(spec)),
  keyPlaces: ({ mtls }) =>
    (mtls?.backends ?? []).flatMap(({ name = "", conf }, index) =>
      conf?.key === undefined ? [] : [{ at: ["mtls", "backends", index, "conf", "key"], slot: name }],
    ),
  validate: validateMesh,
};

/** A provided CA's key, and any other conf that may hold one, is the control plane's alone. */
function withoutKeys(spec: MeshSpec): MeshSpec {
  const backends = (spec.mtls?.backends ?? []).map(({ conf, ...backend }) =>
    conf?.caCert === undefined ? backend : { ...backend, conf: { caCert: conf.caCert } },
  );
  return { ...spec, mtls: { ...spec.mtls, backends } };
}
