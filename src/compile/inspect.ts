// Looking into one mesh without compiling a zone: what holds for a proxy, why, and the Envoy config that it gets.
import { type XdsKind, xdsType } from "#envoy/type-url.ts";
import { endpointSets, indexView, matchProxy, shadowView, type ViewIndex } from "#match/match.ts";
import type { Bindings, Digest, Hash, Json } from "#model/json.ts";
import { jsonPatch, type PatchStep } from "#model/json-patch.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { NODE_HOLES, socketPaths } from "#model/node-hole.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { clusterLoadAssignment } from "#snapshot/endpoints.ts";
import { resourcesOfEntry } from "#snapshot/proxy.ts";
import { bundleSecret, identitySecret } from "#xds/names.ts";
import { type Place, why } from "#xds/why.ts";
import { createGroupMaker, type GroupMaker } from "./group.ts";
import { compileProxy } from "./roster.ts";
import { soundPart } from "./sound.ts";

export { type Layout, layoutOf } from "#match/layout.ts";
export { rulesOf } from "#match/match.ts";
export * as policyView from "#match/policy-view.ts";
export type { RulesOfType } from "#match/rule-view.ts";
export { policiesOn, selectedByPolicy, selectedByService } from "#match/selected-view.ts";
export type { Place, Setting } from "#xds/why.ts";
export type { ViewIndex };

export type Dataplane = Resource<DataplaneSpec>;

/** Envoy's resources by type URL, then by name. */
export type ProxyConfig = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** One mesh as one zone sees it, indexed: each question costs one proxy. */
export interface Inspection {
  readonly view: View;
  readonly zone: string;
  readonly index: ViewIndex;
  readonly maker: GroupMaker;
  /** The same with shadow policies acting; itself where there are none. */
  readonly shadow: () => Inspection;
}

/** Indexes a view to be asked about; `previous` changes the time and nothing else. Never throws for what users wrote. */
export function inspectView(view: View, zone: string, digest: Digest, previous?: Inspection): Inspection {
  if (previous?.view === view && previous.zone === zone) return previous;
  let index: ViewIndex;
  try {
    index = indexView(view, zone, digest, previous?.index);
  } catch {
    index = indexView(soundPart(view).view, zone, digest);
  }
  let shadow: Inspection | undefined;
  const inspection: Inspection = {
    view,
    zone,
    index,
    maker: createGroupMaker(view.mesh.name, digest),
    shadow: () => {
      const acting = shadowView(index.view);
      shadow ??= acting === index.view ? inspection : inspectView(acting, zone, digest, inspection);
      return shadow;
    },
  };
  return inspection;
}

/** What each setting of the proxy is, who said it, and what it became (xds/why.ts). */
export function whyOf({ index, maker }: Inspection, dataplane: Dataplane): readonly Place[] {
  return why(matchProxy(index, dataplane), maker.generator);
}

/**
 * All that the proxy's Envoy is given, filled. Secrets stand with the placeholders that Kuma shows: their content is the
 * relay's, and no business of a reader.
 */
export function configOf({ index, maker }: Inspection, dataplane: Dataplane): ProxyConfig {
  const { digest } = index;
  const { groups, blobs, secured } = compileProxy(index, maker, dataplane);
  const texts = new Map<Hash, string>();
  for (const { hash, text, templates } of blobs) {
    texts.set(hash, text);
    for (const template of templates) texts.set(template.hash, template.text);
  }
  const found = new Map<XdsKind, Map<string, Json>>();
  const add = (kind: XdsKind, name: string, body: Json): void => {
    found.set(kind, (found.get(kind) ?? new Map<string, Json>()).set(name, body));
  };
  const node = unknownNode(index.view.mesh.name, dataplane.name);
  for (const part of resourcesOfEntry({ groups }, (hash) => texts.get(hash), digest, node).parts) {
    for (const resources of Object.values(part)) {
      for (const { kind, name, body } of resources.values()) add(kind, name, body());
    }
  }
  const called = new Set(blobs.flatMap(({ clusters }) => clusters));
  for (const [cluster, set] of endpointSets(index)) {
    if (called.has(cluster)) add("endpoints", cluster, clusterLoadAssignment(set));
  }
  if (secured) for (const body of placeholders(index.view.mesh.name)) add("secret", body.name, body);
  const byUrl = [...found].map(([kind, resources]) => [xdsType(kind).url, sorted(resources)] as const);
  return Object.fromEntries(byUrl.sort(byName));
}

/** What would change for the proxy if shadow policies acted. */
export function configDiff(before: ProxyConfig, after: ProxyConfig): readonly PatchStep[] {
  return jsonPatch(before, after);
}

/** What only the Envoy itself can tell stands as it would beside a proxy in the working directory `/tmp`. */
function unknownNode(mesh: string, name: string): Bindings {
  const paths = socketPaths("/tmp", { mesh, name });
  return {
    [NODE_HOLES.accessLog]: paths.accessLog,
    [NODE_HOLES.metrics]: paths.metrics,
    [NODE_HOLES.dynamicConfig]: paths.dynamicConfig,
    [NODE_HOLES.metricsTls]: null,
    [NODE_HOLES.host]: "127.0.0.1",
  };
}

function placeholders(mesh: string): readonly { readonly name: string; readonly [member: string]: Json }[] {
  const bytes = (text: string): Json => ({ inlineBytes: text });
  const identity = { certificateChain: bytes("Q0VSVA=="), privateKey: bytes("S0VZ") };
  return [
    { name: identitySecret(mesh), tlsCertificate: identity },
    { name: bundleSecret(mesh), validationContext: { trustedCa: bytes("Q0E=") } },
  ];
}

function sorted(resources: ReadonlyMap<string, Json>): Readonly<Record<string, Json>> {
  return Object.fromEntries([...resources].sort(byName));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
