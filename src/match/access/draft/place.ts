// Whom a drafted permission is about: the client's names in its certificate, and targetRefs that mean the called inbounds.
import { type Dataplane, namesOf, offeredInbounds } from "#match/access/named.ts";
import { type Party, partyOf, placeKey } from "#match/access/party.ts";
import { sectionOf } from "#match/select.ts";
import type { ViewIndex } from "#match/view-index.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";

/** What of a question a draft is made of. */
export interface DraftQuestion {
  readonly from: string;
  readonly to: string;
  readonly port?: string;
}

export interface DraftPlace {
  /** SPIFFE IDs of the client, as few as name it. */
  readonly uris: readonly string[];
  /** Its service, where a tag says it. */
  readonly client: string | null;
  /** From the one that is written most often to the older ones. */
  readonly targets: readonly TargetRef[];
  /** What clients and callees are called in pairs of access. */
  readonly from: ReadonlySet<string>;
  readonly to: ReadonlySet<string>;
}

/** Labels that Weft and Kubernetes write themselves say nothing that a person would select by. */
const OWN_LABEL = /(^|[./])(kuma\.io|k8s\.kuma\.io|kubernetes\.io)\//;

/** Null where one of the two is nobody, has no name in a certificate, or is outside the mesh. */
export function placeOf(index: ViewIndex, { from, to, port }: DraftQuestion): DraftPlace | null {
  const [client, server] = [partyOf(index, from), partyOf(index, to)];
  if ("reason" in client || "reason" in server || server.dataplanes.length === 0) return null;
  const uris = urisOf(index, client);
  if (uris.length === 0) return null;
  const domain = `spiffe://${index.view.mesh.name}/`;
  const [only] = uris;
  return {
    uris,
    client: uris.length === 1 && only?.startsWith(domain) === true ? only.slice(domain.length) : null,
    targets: targetsOf(index, server, port),
    from: new Set(client.dataplanes.flatMap((one) => namesOf(index, one).from)),
    to: new Set(server.dataplanes.flatMap((one) => calledAt(index, one, server.places))),
  };
}

function calledAt(index: ViewIndex, dataplane: Dataplane, places: ReadonlySet<string>): readonly string[] {
  const { inbounds } = namesOf(index, dataplane);
  return offeredInbounds(dataplane).flatMap(({ port = 0 }, at) =>
    places.has(placeKey(dataplane, port)) ? (inbounds[at]?.to ?? []) : [],
  );
}

function urisOf(index: ViewIndex, { name, stranger, dataplanes }: Party): readonly string[] {
  if (stranger !== undefined) return [stranger];
  const domain = `spiffe://${index.view.mesh.name}/`;
  const sets = dataplanes.map((one) => namesOf(index, one).uris);
  for (const own of [name, `${domain}${name}`])
    if (own.startsWith(domain) && sets.every((uris) => uris.has(own))) return [own];
  const all = sets.flatMap((uris) => [...uris].filter((uri) => uri.startsWith(domain)).slice(0, 1));
  return [...new Set(all)].sort();
}

function targetsOf(
  index: ViewIndex,
  { name, dataplanes, places }: Party,
  port: string | undefined,
): readonly TargetRef[] {
  const sections = new Set<string>();
  let others = false;
  for (const dataplane of dataplanes)
    for (const inbound of offeredInbounds(dataplane)) {
      const section = sectionOf(inbound);
      const isMeant =
        places.has(placeKey(dataplane, inbound.port ?? 0)) &&
        (port === undefined || port === section || port === String(inbound.port ?? 0));
      if (isMeant) sections.add(section);
      else others = true;
    }
  const [section] = sections;
  const part = others && sections.size === 1 && section !== undefined ? { sectionName: section } : {};
  const wide = [...byLabels(index, dataplanes), ...byName(dataplanes)];
  const refs = wide.map((one): TargetRef => ({ kind: "Dataplane", ...one, ...part }));
  const tagged = dataplanes.some((one) => offeredInbounds(one).some(({ tags }) => tags?.[SERVICE_TAG] === name));
  if (!tagged) return refs;
  return [...refs, { kind: "MeshSubset", tags: { [SERVICE_TAG]: name } }, { kind: "MeshService", name }];
}

/** One label, or two, that these dataplanes have and no other. */
function byLabels(index: ViewIndex, dataplanes: readonly Dataplane[]): readonly Pick<TargetRef, "labels">[] {
  const [first] = dataplanes;
  if (first === undefined) return [];
  const own = new Set(dataplanes);
  const others = index.everywhere.filter((one) => !own.has(one));
  const common = Object.entries(first.labels)
    .filter(([key, value]) => !OWN_LABEL.test(`/${key}`) && dataplanes.every(({ labels }) => labels[key] === value))
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const alone = (labels: Readonly<Record<string, string>>): boolean =>
    !others.some((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value));
  const singles = common.map(([key, value]) => ({ [key]: value }));
  const doubles = singles.flatMap((one, at) => singles.slice(at + 1).map((other) => ({ ...one, ...other })));
  const found = [...singles, ...doubles].find(alone);
  return found === undefined ? [] : [{ labels: found }];
}

function rank(key: string): number {
  return key === "app" ? 0 : 1;
}

function byName(dataplanes: readonly Dataplane[]): readonly Pick<TargetRef, "name">[] {
  const [only] = dataplanes;
  return dataplanes.length === 1 && only !== undefined ? [{ name: only.name }] : [];
}
