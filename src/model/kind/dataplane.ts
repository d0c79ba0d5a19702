// Kind Dataplane: one Envoy beside one workload, or a gateway.
import type { Kind } from "#model/kind.ts";
import { validateDataplane } from "./dataplane-rules.ts";
import { type DataplaneSpec, dataplaneShape } from "./dataplane-shape.ts";

export type { BackendRef, DataplaneSpec, Inbound, Outbound } from "./dataplane-shape.ts";

export const dataplane: Kind<DataplaneSpec> = {
  type: "Dataplane",
  path: "dataplanes",
  aliases: [],
  shortName: "dp",
  scope: "Mesh",
  envelope: "flat",
  singularDisplayName: "Dataplane",
  pluralDisplayName: "Dataplanes",
  readOnly: false,
  shortNames: false,
  relay: "all",
  secret: false,
  shape: dataplaneShape,
  validate: validateDataplane,
};
