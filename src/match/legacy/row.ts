// Rows: older policies as matching reads policies, one for each pair of selectors, in ascending precedence.

import type { IndexedPolicy, PolicySpec } from "#match/indexed-policy.ts";
import { isShadow } from "#match/order.ts";
import { shapeFaults } from "#match/sound.ts";
import type { RouteBackendRef } from "#model/backend-ref.ts";
import { POLICIES } from "#model/kinds.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Ends } from "#model/legacy/older-policy.ts";
import type { Resource } from "#model/resource.ts";
import { ANY, compareRanks, rankOf, type Selector } from "#model/selector.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import { resourcesOf, type View } from "#model/view.ts";
import type { Aim, Translation } from "./translation.ts";
import { TRANSLATIONS } from "./translations.ts";

type OlderSpec = Ends & { readonly selectors?: readonly Selector[] };

/** A policy without its place in the index. */
export type Row = Omit<IndexedPolicy, "id">;

/** One way in which an older policy holds: what selects the proxy or inbound, what it says, and how much it asks for. */
interface Way {
  readonly top: Tags;
  /** All that ranks it. */
  readonly ranked: readonly Tags[];
  readonly spec: PolicySpec;
}

/** The view's older policies that act as policies of this type, weakest first. */
export function olderRows(view: View, type: string): readonly Row[] {
  return TRANSLATIONS.filter(({ to }) => to === type).flatMap((translation) => rowsOf(view, translation));
}

/** Whether rows of one view are those of another; `same` compares the resources of a type. */
export function sameOlder(view: View, previous: View, same: (type: string) => boolean): boolean {
  if (!TRANSLATIONS.every(({ from }) => same(from))) return false;
  // Routes lead to what dataplanes call and offer.
  if ((view.resources.TrafficRoute?.length ?? 0) > 0 && !same("Dataplane")) return false;
  // Logging and tracing backends stand in the Mesh.
  return view.mesh === previous.mesh || !TRANSLATIONS.some(({ from }) => (view.resources[from]?.length ?? 0) > 0);
}

function rowsOf(view: View, translation: Translation): readonly Row[] {
  const traits = POLICIES.find(({ type }) => type === translation.to)?.policy;
  if (traits === undefined) return [];
  const list = (view.resources[translation.from] ?? []) as readonly Resource<OlderSpec>[];
  const aims =
    translation.about === "outbound" && translation.refs !== undefined && list.length > 0 ? calledTags(view) : [];
  const rows = list
    .filter((one) => !isShadow(one) && shapeFaults(one).length === 0)
    .flatMap((resource) =>
      waysOf(resource.spec, translation, view).map(({ top, ranked, spec }) => {
        const ref: TargetRef = { kind: "MeshSubset", tags: top };
        const row: Row = {
          type: translation.to,
          traits,
          resource: { ...resource, spec },
          kri: kriOf(resource),
          top: ref,
          selectors: [{ ref, labels: resource.labels }],
          older: {
            acting: translation.about === "inbound" ? translation.acting : "strongest",
            confFor:
              translation.about === "outbound"
                ? (aim: Aim) => translation.conf(resource.spec as never, aim, view.mesh.spec)
                : null,
            ...refsIn(translation, resource.spec, spec, aims),
          },
        };
        return { row, rank: rankOf(...ranked) };
      }),
    );
  return rows
    .sort((a, b) => compareRanks(a.rank, b.rank) || compareAges(a.row.resource, b.row.resource))
    .map(({ row }) => row);
}

/** Where a row's routes may lead, for every destination that its proxies may call. */
function refsIn(
  translation: Translation,
  said: OlderSpec,
  { to = [] }: PolicySpec,
  aims: readonly Tags[],
): { readonly refs?: readonly RouteBackendRef[] } {
  if (translation.about !== "outbound" || translation.refs === undefined) return {};
  const { refs } = translation;
  const [only] = to;
  const called = aims.filter((tags) => only?.targetRef.kind === "Mesh" || tags[SERVICE_TAG] === only?.targetRef.name);
  return { refs: called.flatMap((tags) => refs(said as never, tags)) };
}

/** All tags by which dataplanes call services or offer them. */
function calledTags(view: View): readonly Tags[] {
  const found = new Map<string, Tags>();
  for (const { spec } of resourcesOf(view, "Dataplane")) {
    const { inbound = [], outbound = [] } = spec.networking ?? {};
    const offered = inbound.map(({ tags = {} }) => ({ [SERVICE_TAG]: tags[SERVICE_TAG] ?? "" }));
    for (const tags of [...offered, ...outbound.map(({ tags = {} }) => tags)]) {
      if (tags[SERVICE_TAG]) found.set(JSON.stringify(tags), tags);
    }
  }
  return [...found.values()];
}

/** Of equal ranks the newest counts, then the smallest name. */
function compareAges(a: Resource, b: Resource): number {
  const [first, second] = [Date.parse(a.creationTime) || 0, Date.parse(b.creationTime) || 0];
  if (first !== second) return first - second;
  return a.name < b.name ? 1 : a.name > b.name ? -1 : 0;
}

function waysOf(spec: OlderSpec, translation: Translation, view: View): readonly Way[] {
  const sources = matchesOf(spec.sources);
  const destinations = matchesOf(spec.destinations);
  switch (translation.about) {
    case "outbound":
      return sources.flatMap((top) =>
        destinations.map((destination) => ({
          top,
          ranked: [top, destination],
          spec: { to: [{ targetRef: serviceOf(destination) }] },
        })),
      );
    case "proxy": {
      const conf = translation.conf(spec as never, view.mesh.spec);
      return matchesOf(spec.selectors).map((top) => ({ top, ranked: [top], spec: { default: conf } }));
    }
    case "inbound": {
      const conf = translation.conf(spec as never);
      if (conf === null) return [];
      const from = sources.map((source) => ({ targetRef: clientsOf(source), default: conf }));
      return destinations.flatMap((top): readonly Way[] => {
        if (translation.acting === "strongest") return [{ top, ranked: [top], spec: { from } }];
        // Among those that all act, the first source alone orders them.
        if (translation.acting === "each") return [{ top, ranked: sources.slice(0, 1), spec: { from } }];
        return from.map((one, at) => ({ top, ranked: [sources[at] ?? {}], spec: { from: [one] } }));
      });
    }
  }
}

function matchesOf(selectors: readonly Selector[] = []): readonly Tags[] {
  return selectors.map(({ match = {} }) => match);
}

function serviceOf(destination: Tags): TargetRef {
  const name = destination[SERVICE_TAG] ?? ANY;
  return name === ANY ? { kind: "Mesh" } : { kind: "MeshService", name };
}

/** Any value of a tag is as good as no tag: a client's certificate cannot be asked for one. */
function clientsOf(source: Tags): TargetRef {
  const exact = Object.entries(source).filter(([, value]) => value !== ANY);
  return exact.length === 0 ? { kind: "Mesh" } : { kind: "MeshSubset", tags: Object.fromEntries(exact) };
}
