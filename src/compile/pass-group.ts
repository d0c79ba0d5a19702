// Groups of a zone's proxies: clusters that traffic passes through, one group a mesh, and the listener over all of them.
import type { PassCluster } from "#match/passing.ts";
import { canonical } from "#model/canonical.ts";
import type { Digest, Json } from "#model/json.ts";
import { holesOf, type Template } from "#snapshot/template.ts";
import { passBindings, passCluster } from "#xds/passing.ts";
import { type Blob, batchText, blobFrom, type GroupBlob } from "./blob.ts";

export type BlobOf = (template: Template) => Blob;

/** Templates as text, each once. */
export function templateBlobs(digest: Digest): BlobOf {
  const known = new WeakMap<Template, Blob>();
  return (template) => {
    const blob = known.get(template) ?? blobFrom(canonical(template as unknown as Json), digest);
    known.set(template, blob);
    return blob;
  };
}

/** The clusters as a group; null where there are none. `endpointsOf` names the endpoint set of each. */
export function passGroup(
  clusters: readonly PassCluster[],
  endpointsOf: (cluster: string) => string,
  { blobOf, digest }: { readonly blobOf: BlobOf; readonly digest: Digest },
): GroupBlob | null {
  if (clusters.length === 0) return null;
  const batches = new Map<string, { readonly template: Blob; readonly bindings: string[] }>();
  for (const cluster of clusters) {
    const { splits, connectTimeout } = cluster;
    const form = JSON.stringify(connectTimeout === undefined ? splits : [splits, connectTimeout]);
    const batch = batches.get(form) ?? { template: blobOf(passCluster(cluster)), bindings: [] };
    batches.set(form, batch);
    batch.bindings.push(canonical(passBindings(cluster, endpointsOf(cluster.name))));
  }
  const texts = [...batches].sort(byForm).map(([, { template, bindings }]) => batchText([template], bindings));
  return groupOf(
    texts,
    [...batches.values()].map(({ template }) => template),
    [],
    digest,
  );
}

/** Templates that are all of the proxy's own, as a group. */
export function plainGroup(
  templates: readonly Template[],
  { blobOf, digest }: { readonly blobOf: BlobOf; readonly digest: Digest },
): GroupBlob {
  const blobs = [...new Map(templates.map(blobOf).map((blob) => [blob.hash, blob])).values()];
  return groupOf([batchText(blobs, ["{}"])], blobs, [...new Set(templates.flatMap(holesOf))].sort(), digest);
}

function groupOf(
  texts: readonly string[],
  templates: readonly Blob[],
  holes: readonly string[],
  digest: Digest,
): GroupBlob {
  const blob = blobFrom(`[${texts.join()}]`, digest);
  return {
    ...blob,
    bare: [blob.hash, {}],
    templates,
    holes,
    faults: [],
    clusters: [],
    variants: [],
    partial: false,
    secured: false,
    clashes: [],
  };
}

function byForm([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
