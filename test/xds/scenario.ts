// Golden scenarios: a mesh given as users write it, compiled for its zone, and what each Envoy of it gets.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { type Compiled, compile } from "#compile/compile.ts";
import { nativeEnvoy } from "#envoy/native/registry.ts";
import type { Digest, Json } from "#model/json.ts";
import { withZoneTag } from "#model/kind/dataplane-zone.ts";
import { kindOfType, type SpecOf } from "#model/kinds.ts";
import { computedLabels } from "#model/label.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { fromWire } from "#model/wire.ts";
import { nodeValues } from "#relay/node-values.ts";
import { clusterLoadAssignment } from "#snapshot/endpoints.ts";
import { openedOf } from "#snapshot/opened.ts";
import { resourcesOfProxy, secretsOfMesh } from "#snapshot/proxy.ts";
import { zonesAmong } from "#test/places.ts";
import { CA_PEM } from "./ca.ts";

export const ZONE = "east";
/** Where proxies of scenarios work: a folder that every machine has, for Envoy checks paths of sockets. */
export const WORKDIR = "/tmp";
export const GOLDEN = fileURLToPath(new URL("golden/", import.meta.url));
export const sha256: Digest = (text) => createHash("sha256").update(text).digest("base64url");

export const SCENARIOS: readonly string[] = readdirSync(GOLDEN, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** What one Envoy gets, by the golden's file name; each list sorted by name. */
export interface Served {
  readonly clusters: readonly Json[];
  readonly endpoints: readonly Json[];
  readonly listeners: readonly Json[];
  readonly routes: readonly Json[];
  readonly secrets: readonly Json[];
}

/** The resources of `golden/<scenario>/given.yaml` as a view; throws what validation says. */
export function givenView(scenario: string): View {
  return viewOf(readFileSync(join(GOLDEN, scenario, "given.yaml"), "utf8"));
}

/** A view from YAML documents as users write them. */
export function viewOf(yaml: string): View {
  const resources = parseAllDocuments(yaml).map((document) => read(document.toJS() as Body));
  const mesh = resources.find(({ type }) => type === "Mesh") as Resource<SpecOf<"Mesh">>;
  const lists: Record<string, Resource[]> = {};
  for (const resource of resources) {
    if (resource === mesh) continue;
    lists[resource.type] ??= [];
    lists[resource.type]?.push(resource);
  }
  for (const list of Object.values(lists)) list.sort((a, b) => (a.name < b.name ? -1 : 1));
  const zones = zonesAmong(resources);
  const bundle = mesh.spec.mtls?.enabledBackend ? [CA_PEM] : [];
  return { mesh, resources: lists, bundle, departed: [], ...(zones && { zones }) };
}

interface Body {
  readonly type: string;
  readonly mesh?: string;
  readonly name: string;
}

function read(body: Body): Resource {
  const kind = kindOfType(body.type);
  if (kind === undefined) throw new Error(`no kind ${body.type}`);
  const { resource, violations } = fromWire(kind, body, { mesh: body.mesh ?? "", name: body.name });
  if (resource === undefined) throw new Error(`${body.type} ${body.name}: ${JSON.stringify(violations)}`);
  const zone = resource.labels["kuma.io/zone"] ?? ZONE;
  const { spec } = resource;
  const own = resource.type === "Dataplane" && zone !== ZONE ? withZoneTag(spec as SpecOf<"Dataplane">, zone) : spec;
  return { ...resource, spec: own, labels: computedLabels(resource, zone) };
}

export function compileView(view: View): Compiled {
  return compile({ zone: ZONE, views: [view], native: nativeEnvoy() }, sha256);
}

/** Names of the zone's proxies in a mesh. */
export function proxiesOf(view: View): readonly string[] {
  const own = (view.resources.Dataplane ?? []).filter(({ labels }) => labels["kuma.io/zone"] === ZONE);
  return own.map(({ name }) => name);
}

/** Every resource that the proxy's Envoy would hold. */
export function servedTo({ snapshot }: Compiled, mesh: string, proxy: string): Served {
  const view = resourcesOfProxy(
    snapshot,
    mesh,
    proxy,
    sha256,
    nodeValues({ mesh, name: proxy }, { workdir: WORKDIR, systemCaPath: "/etc/ssl/certs/ca-certificates.crt" }),
  );
  const sets = new Map([...openedOf(snapshot).endpointSets.values()].map((set) => [set.cluster, set]));
  const parts = (view?.parts ?? []).flatMap((part) => Object.values(part).flatMap((byName) => [...byName.values()]));
  // Two groups may give the same resource; later parts win.
  const all = [...new Map(parts.map((one) => [`${one.kind} ${one.name}`, one])).values()];
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  const of = (kind: string): Json[] => all.filter((one) => one.kind === kind).map((one) => one.body());
  const secrets = secretsOfMesh(snapshot, mesh, sha256);
  const references = all.flatMap((one) => one.references);
  const named = [...new Set(references.filter(({ kind }) => kind === "secret").map(({ name }) => name))].sort();
  return {
    clusters: of("cluster"),
    endpoints: all.flatMap(({ endpoints }) => {
      const set = endpoints === undefined ? undefined : sets.get(endpoints);
      return set === undefined ? [] : [clusterLoadAssignment(set)];
    }),
    listeners: of("listener"),
    routes: of("route"),
    secrets: named.flatMap((name) => secrets.get(name)?.body() ?? []),
  };
}
