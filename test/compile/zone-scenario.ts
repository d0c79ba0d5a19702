// Scenarios of a zone's own proxies: meshes over several zones as users write them, compiled for the zone `east`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { type Compiled, type CompileInput, compile } from "#compile/compile.ts";
import { nativeEnvoy } from "#envoy/native/registry.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { zoneOf } from "#model/kind/dataplane-zone.ts";
import { kindOfType, type SpecOf } from "#model/kinds.ts";
import { computedLabels } from "#model/label.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import type { View } from "#model/view.ts";
import { fromWire } from "#model/wire.ts";
import type { ProxyPlace, ZonePlace, ZoneProxy } from "#model/zone-place.ts";
import { CA_PEM } from "#test/xds/ca.ts";
import { sha256 } from "#test/xds/scenario.ts";

export const ZONE = "east";
export const GOLDEN = fileURLToPath(new URL("golden/", import.meta.url));
export const SCENARIOS: readonly string[] = readdirSync(GOLDEN).sort();

/** `golden/<scenario>/given.yaml` as the zone's compiler is given it; throws what validation says. */
export function givenZone(scenario: string): CompileInput {
  return zoneOfYaml(readFileSync(join(GOLDEN, scenario, "given.yaml"), "utf8"));
}

/** The same from YAML documents. Dataplanes are of the zone in their tags; what names a zone in its labels was made there. */
export function zoneOfYaml(yaml: string, ofZone = ZONE): CompileInput {
  const resources = parseAllDocuments(yaml).map((document) => read(document.toJS() as Body));
  const of = <T>(type: string): readonly Resource<T>[] =>
    (resources.filter((one) => one.type === type) as Resource<T>[]).sort((a, b) => (a.name < b.name ? -1 : 1));
  const zones = of<SpecOf<"Zone">>("Zone").map(({ name, spec }): ZonePlace => {
    const own = <P>(type: string, place: (spec: P, name: string) => ProxyPlace | null): readonly ProxyPlace[] =>
      of<P>(type).flatMap((one) => (one.labels[LABEL.zone] === name ? (place(one.spec, one.name) ?? []) : []));
    return {
      name,
      enabled: spec.enabled !== false,
      ingresses: own<SpecOf<"ZoneIngress">>("ZoneIngress", ({ networking = {} }, called) =>
        placeAt(called, networking.advertisedAddress, networking.advertisedPort),
      ),
      egresses: own<SpecOf<"ZoneEgress">>("ZoneEgress", ({ networking = {} }, called) =>
        placeAt(called, networking.address, networking.port),
      ),
    };
  });
  const views = of<SpecOf<"Mesh">>("Mesh").map((mesh): View => {
    const own = resources.filter((one) => one.mesh === mesh.name);
    const types = [...new Set(own.map(({ type }) => type))].sort();
    return {
      mesh,
      resources: Object.fromEntries(types.map((type) => [type, of(type).filter((one) => one.mesh === mesh.name)])),
      bundle: mesh.spec.mtls?.enabledBackend ? [CA_PEM] : [],
      departed: [],
      zones,
    };
  });
  const zoneProxies = ([...of("ZoneIngress"), ...of("ZoneEgress")] as ZoneProxy[])
    .filter(({ labels }) => labels[LABEL.zone] === ofZone)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { zone: ZONE, views, zoneProxies, native: nativeEnvoy() };
}

export function compileZone(input: CompileInput): Compiled {
  return compile(input, sha256);
}

function placeAt(name: string, address: string | undefined, port: number | undefined): ProxyPlace | null {
  return address && port ? { name, address, port } : null;
}

interface Body {
  readonly type: string;
  readonly mesh?: string;
  readonly name: string;
  readonly zone?: string;
}

function read(body: Body): Resource {
  const kind = kindOfType(body.type);
  if (kind === undefined) throw new Error(`no kind ${body.type}`);
  const mesh = kind.scope === "Mesh" ? (body.mesh ?? "default") : "";
  const { resource, violations } = fromWire(kind, body, { mesh, name: body.name });
  if (resource === undefined) throw new Error(`${body.type} ${body.name}: ${JSON.stringify(violations)}`);
  const tagged = body.type === "Dataplane" ? zoneOf(resource as Resource<DataplaneSpec>) : null;
  const zone = body.zone ?? tagged ?? resource.labels[LABEL.zone];
  return { ...resource, labels: computedLabels(resource, zone) };
}
