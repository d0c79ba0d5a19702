// What an Envoy resource names: clusters, routes, secrets and endpoint sets, found by the fields that name them.
import { isJsonObject, type Json, type JsonObject } from "#model/json.ts";
import type { EnvoyKind } from "./template.ts";

export type ReferenceKind = "cluster" | "route" | "secret" | "endpoints";

/** A name as text, or in the hole notation where it depends on the proxy. */
export interface Reference {
  readonly kind: ReferenceKind;
  readonly name: Json;
}

/** Fields that hold the name of another resource, in Envoy's proto3 JSON. */
const NAMING_FIELDS: Readonly<Record<string, ReferenceKind>> = {
  cluster: "cluster",
  clusterName: "cluster",
  // Of a tracer.
  collectorCluster: "cluster",
  routeConfigName: "route",
};

/** Fields whose content is the user's or belongs to nobody's schema: a key `cluster` in them names nothing. */
const OPAQUE_FIELDS: ReadonlySet<string> = new Set([
  "metadata",
  "filterMetadata",
  "metadataMatch",
  "jsonFormat",
  "textFormat",
  "runtimeLayer",
  "loadAssignment",
]);

/** The names in a resource's body (filled, or with holes left), each once, in the order of their first place. */
export function referencesOf(kind: EnvoyKind, name: Json, body: Json): readonly Reference[] {
  const found = new Map<string, Reference>();
  const add = (reference: Reference) => {
    found.set(`${reference.kind} ${JSON.stringify(reference.name)}`, reference);
  };
  const endpoints = kind === "cluster" ? endpointsName(name, body) : undefined;
  if (endpoints !== undefined) add({ kind: "endpoints", name: endpoints });
  walk(body, add);
  return [...found.values()];
}

/** Name of a cluster's endpoint set: undefined unless its endpoints come by EDS. */
export function endpointsName(name: Json, body: Json): Json | undefined {
  if (!isJsonObject(body) || body.type !== "EDS") return undefined;
  const conf = body.edsClusterConfig;
  const service = isJsonObject(conf) ? conf.serviceName : undefined;
  return service === undefined || service === "" ? name : service;
}

function walk(value: Json, add: (reference: Reference) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, add);
    return;
  }
  if (!isJsonObject(value)) return;
  // SdsSecretConfig is the only message with `sdsConfig`; without it the secret stands in the bootstrap.
  if (value.sdsConfig !== undefined && value.name !== undefined) add({ kind: "secret", name: value.name });
  for (const [field, member] of Object.entries(value)) {
    if (OPAQUE_FIELDS.has(field)) continue;
    const named = NAMING_FIELDS[field];
    if (named !== undefined && isName(member)) add({ kind: named, name: member });
    else if (field === "weightedClusters") weighted(member, add);
    else if (field === "clusters" && isAggregate(value)) {
      for (const name of member as readonly Json[]) add({ kind: "cluster", name });
    } else walk(member, add);
  }
}

/** `weightedClusters.clusters[].name`, in routes and in TcpProxy alike. */
function weighted(value: Json, add: (reference: Reference) => void): void {
  const clusters = isJsonObject(value) ? value.clusters : undefined;
  if (!Array.isArray(clusters)) return;
  for (const item of clusters as readonly Json[]) {
    if (isJsonObject(item) && item.name !== undefined) add({ kind: "cluster", name: item.name });
  }
}

function isAggregate(value: JsonObject): boolean {
  return (
    value["@type"] === "type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig" &&
    Array.isArray(value.clusters)
  );
}

function isName(value: Json): boolean {
  return typeof value === "string" ? value !== "" : isJsonObject(value) && value.$ !== undefined;
}
