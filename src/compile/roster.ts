// The proxies of one mesh in a zone, each compiled, and what is true of all of them; after an edit only those that it touches.
import { foundOf, type MatchFault, matchesAlike, type ViewIndex } from "#match/match.ts";
import type { MatchedProxy } from "#match/matched.ts";
import type { Bindings, Json } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import { inShards, patchedShards, type Shards, shardsOf } from "#snapshot/shard.ts";
import type { ProxyEntry } from "#snapshot/template.ts";
import { ownTagValue } from "#xds/client-tags.ts";
import type { PolicyFault } from "#xds/explain.ts";
import { proxyBindings } from "#xds/inbound.ts";
import type { GroupBlob } from "./blob.ts";
import type { GroupMaker } from "./group.ts";

type Dataplane = Resource<DataplaneSpec>;

/** What is kept of a proxy: its entry in the snapshot, and what it was made of. */
export interface CompiledProxy extends ProxyEntry {
  readonly matched: MatchedProxy;
  /** The groups that its entry names. */
  readonly blobs: readonly GroupBlob[];
  /** What matching said. */
  readonly unmatched: readonly MatchFault[];
  /** It needs the mesh's trust bundle. */
  readonly secured: boolean;
  /** Something of what matching found is not served. */
  readonly partial: boolean;
  /** It has endpoint sets that are arranged for it. */
  readonly arranged: boolean;
  readonly faults: readonly PolicyFault[];
}

export interface Roster {
  readonly proxies: Shards<CompiledProxy>;
  /** How many of them need the trust bundle, and of how many something is not served. */
  readonly secured: number;
  readonly partial: number;
  /** How many have endpoint sets that are arranged for them. */
  readonly arranged: number;
  /** Those with faults only. */
  readonly faults: ReadonlyMap<string, readonly PolicyFault[]>;
}

const NOBODY: Roster = { proxies: shardsOf<CompiledProxy>([]), secured: 0, partial: 0, arranged: 0, faults: new Map() };

/** All proxies of the index; the roster before where none is another than it was. */
export function rosterOf(
  index: ViewIndex,
  maker: GroupMaker,
  previous?: { readonly index: ViewIndex; readonly roster: Roster },
): Roster {
  const before = previous?.roster ?? NOBODY;
  const old = previous?.index.dataplanes ?? [];
  const alike = previous !== undefined && matchesAlike(index, previous.index);
  const { gone, come } = difference(old, index.dataplanes, alike);
  const changes: [string, CompiledProxy | undefined][] = [];
  const faults = new Map(before.faults);
  let { secured, partial, arranged } = before;
  const change = (name: string, was: CompiledProxy | undefined, proxy: CompiledProxy | undefined): void => {
    changes.push([name, proxy]);
    secured += Number(proxy?.secured ?? false) - Number(was?.secured ?? false);
    partial += Number(proxy?.partial ?? false) - Number(was?.partial ?? false);
    arranged += Number(proxy?.arranged ?? false) - Number(was?.arranged ?? false);
    if (proxy === undefined || proxy.faults.length === 0) faults.delete(name);
    else faults.set(name, proxy.faults);
  };
  for (const { name } of gone) change(name, inShards(before.proxies, name), undefined);
  for (const dataplane of come) {
    const known = previous === undefined ? undefined : inShards(before.proxies, dataplane.name);
    const proxy = compileProxy(index, maker, dataplane, known);
    if (proxy !== known) change(dataplane.name, known, proxy);
  }
  if (changes.length === 0) return before;
  return { proxies: patchedShards(before.proxies, changes), secured, partial, arranged, faults };
}

/** One proxy; the one before where matching found nothing new. */
export function compileProxy(
  index: ViewIndex,
  maker: GroupMaker,
  dataplane: Dataplane,
  before?: CompiledProxy,
): CompiledProxy {
  const { matched, faults: unmatched } = foundOf(index, dataplane);
  if (before !== undefined && before.matched === matched && before.unmatched === unmatched) return before;
  const own = maker.own(matched);
  const outbound = maker.outbound(matched);
  const groups: ProxyEntry["groups"][number][] = [];
  const blobs: GroupBlob[] = [];
  // Later ones win: a service that somebody calls `outbound:passthrough:ipv4` must not take the place of the proxy's own cluster.
  for (const group of [outbound, own]) {
    if (group === null) continue;
    const { bare, hash, holes } = group;
    groups.push(holes.length === 0 ? bare : [hash, bindingsOf(dataplane, matched, holes)]);
    blobs.push(group);
  }
  let secured = false;
  let partial = false;
  let arranged = false;
  let faulty = false;
  for (const group of blobs) {
    secured ||= group.secured;
    partial ||= group.partial;
    arranged ||= group.variants.length > 0;
    faulty ||= group.faults.length > 0 || group.clashes.length > 0;
  }
  const faults = faulty ? [...unmatched, ...faultsOf(dataplane, blobs)] : unmatched;
  return { groups, matched, blobs, unmatched, secured, partial, arranged, faults };
}

/** The values of the proxy's own holes; its tags are asked for by few, and so are looked up by name. */
function bindingsOf(dataplane: Dataplane, matched: MatchedProxy, holes: readonly string[]): Bindings {
  const bindings = proxyBindings(matched, holes);
  let told: Record<string, Json> | undefined;
  for (const name of holes) {
    const value = ownTagValue(dataplane, name);
    if (value === undefined) continue;
    told ??= { ...bindings };
    told[name] = value;
  }
  return told ?? bindings;
}

/** The values of all holes that the proxy fills itself. */
export function ownBindings({ groups }: Pick<CompiledProxy, "groups">): Bindings {
  return Object.assign({}, ...groups.map(([, bindings]) => bindings)) as Bindings;
}

/** Mistakes in the proxy's policies and in the dataplane itself. */
function faultsOf(dataplane: Dataplane, groups: readonly GroupBlob[]): PolicyFault[] {
  const kri = kriOf(dataplane);
  return groups.flatMap(({ faults, clashes }) => [...faults, ...clashes.map((clash) => ({ kri, ...clash }))]);
}

/** Names that are gone, and dataplanes to ask about: all, or where the same objects match alike, the others. Both lists are sorted. */
function difference(
  old: readonly Dataplane[],
  now: readonly Dataplane[],
  alike: boolean,
): { readonly gone: readonly Dataplane[]; readonly come: readonly Dataplane[] } {
  if (alike && old === now) return { gone: [], come: [] };
  const gone: Dataplane[] = [];
  const come: Dataplane[] = [];
  let at = 0;
  for (const dataplane of now) {
    let other = old[at];
    while (other !== dataplane && other !== undefined && other.name < dataplane.name) {
      gone.push(other);
      at++;
      other = old[at];
    }
    const same = other === dataplane;
    if (same || other?.name === dataplane.name) at++;
    if (!same || !alike) come.push(dataplane);
  }
  gone.push(...old.slice(at));
  return { gone, come };
}
