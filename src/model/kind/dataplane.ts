// Kind Dataplane: one Envoy beside one workload, or a gateway.
import type { Judge } from "#model/kind.ts";
import { validateDataplane } from "./dataplane-rules.ts";
import { type DataplaneSpec, dataplaneShape } from "./dataplane-shape.ts";

export type { BackendRef, DataplaneSpec, Inbound, Outbound } from "./dataplane-shape.ts";

export const dataplaneJudge: Judge<DataplaneSpec> = {
  shape: dataplaneShape,
  validate: validateDataplane,
};
