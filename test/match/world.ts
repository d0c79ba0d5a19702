// Worlds for matching: views made from wire-form resources, as a control plane would have stored them.
import { createHash } from "node:crypto";
import { parseAllDocuments } from "yaml";
import { type MatchFault, sortedFaults } from "#match/fault.ts";
import { foundOf, indexView, policyFaults, type ViewIndex } from "#match/match.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { ZonePlace } from "#model/zone-place.ts";
import { zonesAmong } from "#test/places.ts";
import { type Body, stored, ZONE } from "#test/stored.ts";

/** A view of these resources, the Mesh among them. */
export function viewOf(
  resources: readonly Resource[],
  departed: readonly string[] = [],
  zones: readonly ZonePlace[] | undefined = zonesAmong(resources),
): View {
  const byType: Record<string, Resource[]> = {};
  for (const resource of resources) {
    if (resource.type === "Mesh") continue;
    byType[resource.type] = [...(byType[resource.type] ?? []), resource];
  }
  for (const list of Object.values(byType)) list.sort((a, b) => (a.name < b.name ? -1 : 1));
  const mesh = resources.find(({ type }) => type === "Mesh") as Resource<SpecOf<"Mesh">>;
  return { mesh, resources: byType, bundle: [], departed, ...(zones && { zones }) };
}

/** The resources of a YAML stream. */
export function storedFrom(yaml: string): readonly Resource[] {
  return parseAllDocuments(yaml).map((document) => stored(document.toJS() as Body));
}

/** A dataplane of one inbound. */
export function dataplane(
  name: string,
  inbound: object,
  more: object = {},
  labels: object = {},
): Resource<DataplaneSpec> {
  const networking = { address: "10.0.0.1", inbound: [{ port: 8080, ...inbound }], ...more };
  return stored({ type: "Dataplane", mesh: "default", name, labels, networking }) as Resource<DataplaneSpec>;
}

/** A policy. */
export function policy(type: string, name: string, spec: object, labels: object = {}): Resource {
  return stored({ type, mesh: "default", name, labels, spec });
}

/** All that matching left out, of policies and of the zone's dataplanes. */
export function faultsOf(index: ViewIndex): readonly MatchFault[] {
  return sortedFaults([...policyFaults(index), ...index.dataplanes.flatMap((one) => foundOf(index, one).faults)]);
}

/** The view as a zone sees it, `ZONE` unless said. */
export function indexed(view: View, previous?: ViewIndex, zone: string = ZONE): ViewIndex {
  return indexView(view, zone, (text) => createHash("sha256").update(text).digest("base64url"), previous);
}
