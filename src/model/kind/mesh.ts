// Kind Mesh: an isolated network with its own CA, policies and services.
import type { Judge } from "#model/kind.ts";
import { completeMetrics } from "./mesh-metrics.ts";
import { validateMesh } from "./mesh-rules.ts";
import { type MeshSpec, meshShape } from "./mesh-shape.ts";

export type { MetricsBackend } from "./mesh-metrics.ts";
export type { MeshSpec, MtlsBackend } from "./mesh-shape.ts";

export const meshJudge: Judge<MeshSpec> = {
  shape: meshShape,
  complete: (spec) => (spec.metrics === undefined ? spec : { ...spec, metrics: completeMetrics(spec.metrics) }),
  validate: validateMesh,
};
