// What older policies of one type say of an inbound: rules by client tags, each with one policy's conf as it stands.
import type { MatchFault } from "#match/fault.ts";
import type { IndexedPolicy } from "#match/indexed-policy.ts";
import type { Origin, SubsetRule, TagMatcher } from "#match/matched.ts";
import { mergeConfs } from "#match/merge.ts";
import { disjointCases, MOST_CASES, type Subset } from "#match/subset.ts";

/** One source of a policy and what is said to it. */
interface Source {
  readonly subset: Subset;
  readonly conf: unknown;
  readonly origin: Origin;
}

/** From rows in ascending precedence, all of one type; which act is the type's own. */
export function olderSubsets(rows: readonly IndexedPolicy[], faults: MatchFault[]): readonly SubsetRule<unknown>[] {
  switch (rows[0]?.older?.acting) {
    case "strongest":
      // All of its clients get the same, so it does not matter that some match twice.
      return rows.slice(-1).flatMap((row) => sourcesOf(row).map(positiveRule));
    case "each":
      return distinct(rows).flatMap((row) => firstOf(sourcesOf(row), faults));
    case "strongest source":
      return upToAll(rows.toReversed().flatMap(sourcesOf)).map(positiveRule);
    default:
      return [];
  }
}

function sourcesOf({ resource, kri, older }: IndexedPolicy): readonly Source[] {
  const several = older?.acting === "strongest";
  return (resource.spec.from ?? []).map(({ targetRef, default: conf }, index) => ({
    subset: targetRef.tags ?? {},
    conf,
    origin: several ? { kri, part: "sources", rule: index } : { kri, part: "conf", rule: 0 },
  }));
}

/** A policy that names the inbound by several destinations acts once; the strongest first. */
function distinct(rows: readonly IndexedPolicy[]): readonly IndexedPolicy[] {
  return [...new Map(rows.map((row) => [row.kri, row])).values()].reverse();
}

function positiveRule({ subset, conf, origin }: Source): SubsetRule<unknown> {
  const matchers = Object.entries(subset).map(([key, value]): TagMatcher => ({ key, value, not: false }));
  return { matchers, ...mergeConfs([{ conf, origin }]) };
}

/** Nobody comes to what stands behind a source that takes all; so the first that matches counts, and the last takes the rest. */
function upToAll(sources: readonly Source[]): readonly Source[] {
  const all = sources.findIndex(({ subset }) => Object.keys(subset).length === 0);
  return all === -1 ? sources : sources.slice(0, all + 1);
}

/** Rules of which each client matches at most one: that of the first source, in the order given, that knows it. */
function firstOf(sources: readonly Source[], faults: MatchFault[]): readonly SubsetRule<unknown>[] {
  const cases = disjointCases(sources.map(({ subset }) => subset));
  if (cases === null) {
    const reason = `its combinations of client tags, together with those of other policies here, exceed ${MOST_CASES}: none of them holds; use fewer different tag keys`;
    for (const kri of new Set(sources.map(({ origin }) => origin.kri))) faults.push({ kri, field: "sources", reason });
    return [];
  }
  return cases.map(({ matchers, items }) => {
    const { conf, origin } = sources[items[0] ?? 0] as Source;
    return { matchers, ...mergeConfs([{ conf, origin }]) };
  });
}
