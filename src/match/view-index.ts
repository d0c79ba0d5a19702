// A view indexed for one zone: policies in order, services by what they select, dataplanes by what they offer.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";

/** A mistake of one resource that matching left out, so that the rest is served. */
export interface MatchFault {
  readonly kri: string;
  readonly field: string;
  readonly reason: string;
}

export interface ViewIndex {
  readonly view: View;
  readonly zone: string;
  /** The dataplanes that this zone serves, sorted by name; departed ones too. */
  readonly dataplanes: readonly Resource<DataplaneSpec>[];
}
