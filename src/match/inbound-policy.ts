// What the policies of one type say of an inbound: rules by client tags, and rules by client identity or SNI.
import { freeze } from "#model/freeze.ts";
import type { RuleMatch } from "#model/rule-match.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import type { MatchFault } from "./fault.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import { olderSubsets } from "./legacy/inbound.ts";
import type { InboundPolicy, InboundRule, Merged, SubsetRule } from "./matched.ts";
import { mergeConfs, type Said } from "./merge.ts";
import { hooksOf, ruleHooksOf } from "./merge-hook.ts";
import { disjointCases, MOST_CASES, type Subset, type SubsetCase } from "./subset.ts";

/** One rule of one policy, before merging. */
export interface SaidRule extends Said {
  readonly policy: IndexedPolicy;
  readonly match?: RuleMatch;
}

/** A `from` item as the clients that it selects. */
export interface SaidSubset extends Said {
  readonly policy: IndexedPolicy;
  readonly subset: Subset;
}

/** Of policies of one type, in ascending precedence, that select the inbound; null where none has a say. */
export function inboundPolicy(policies: readonly IndexedPolicy[], faults: MatchFault[]): InboundPolicy | null {
  const acting = actingOf(policies);
  return acting[0]?.older === undefined ? newerInbound(acting, faults) : olderInbound(acting, faults);
}

/** Who comes to a filter chain of a zone listener. */
export interface ChainCallers {
  /** The server names that lead to it, in lower case. */
  readonly names: readonly string[];
  /** Whether it ends TLS, and knows who calls. */
  readonly known: boolean;
}

/**
 * Of policies of one type, in ascending precedence, that select a zone listener: what they say of one chain, as in Kuma.
 * A rule with the chain's `sni` is about all that comes there, and beats those without; one about who calls holds where that is
 * known. Null where none has a say.
 */
export function chainPolicy(policies: readonly IndexedPolicy[], { names, known }: ChainCallers): InboundPolicy | null {
  const said = saidRules(policies).flatMap(
    ({ match, ...rule }): readonly (SaidRule & { readonly named: boolean })[] => {
      const { sni, spiffeID } = match ?? {};
      if (sni !== undefined && !names.includes(sni.value.toLowerCase())) return [];
      if (spiffeID !== undefined && !known) return [];
      return [{ ...rule, ...(spiffeID !== undefined && { match: { spiffeID } }), named: sni !== undefined }];
    },
  );
  const rules = said.sort((a, b) => Number(a.named) - Number(b.named));
  const whole = wholePolicy(policies);
  if (rules.length === 0 && whole === null) return null;
  return freeze({
    subsets: [],
    rules: mergedRules(policies[0]?.type ?? "", rules),
    ...(whole !== null && { whole }),
  });
}

/** Of one type: older policies act where there is no newer one. The list itself where none is older. */
function actingOf(policies: readonly IndexedPolicy[]): readonly IndexedPolicy[] {
  if (policies.every(({ older }) => older === undefined)) return policies;
  const newer = policies.filter(({ older }) => older === undefined);
  return newer.length > 0 ? newer : policies;
}

function olderInbound(rows: readonly IndexedPolicy[], faults: MatchFault[]): InboundPolicy | null {
  const subsets = olderSubsets(rows, faults);
  const whole = wholePolicy(rows);
  if (subsets.length === 0 && whole === null) return null;
  return freeze({ subsets, rules: [], ...(whole !== null && { whole }) });
}

function newerInbound(policies: readonly IndexedPolicy[], faults: MatchFault[]): InboundPolicy | null {
  const type = policies[0]?.type ?? "";
  const rules = saidRules(policies);
  const from = saidSubsets(
    policies.filter(({ traits }) => !traits.fromAsRules && !(traits.rulesAlone === true && rules.length > 0)),
  );
  const whole = wholePolicy(policies);
  if (from.length === 0 && rules.length === 0 && whole === null) return null;
  return freeze({
    subsets: subsetRules(type, from, faults),
    rules: mergedRules(type, rules),
    ...(whole !== null && { whole }),
  });
}

/** The merged `default` of proxy-wide policies of one type, in ascending precedence; null where there is none. */
export function wholePolicy(policies: readonly IndexedPolicy[]): Merged<unknown> | null {
  const acting = actingOf(policies).filter(({ traits }) => traits.proxy);
  const strongest = acting.at(-1);
  if (strongest?.older !== undefined) {
    const { resource, kri } = strongest;
    if (resource.spec.default === null) return null;
    return mergeConfs([{ conf: resource.spec.default, origin: { kri, part: "conf", rule: 0 } }]);
  }
  const said = acting.map(
    ({ resource, kri }): Said => ({ conf: resource.spec.default, origin: { kri, part: "default", rule: 0 } }),
  );
  return said.length === 0 ? null : mergeConfs(said, hooksOf(policies[0]?.type ?? ""));
}

/** All `from` items, in ascending precedence. */
export function saidSubsets(policies: readonly IndexedPolicy[]): readonly SaidSubset[] {
  return policies.flatMap((policy) =>
    (policy.resource.spec.from ?? []).flatMap(({ targetRef, default: conf }, rule) => {
      const subset = subsetOf(targetRef);
      return subset === null
        ? []
        : [{ policy, subset, conf, origin: { kri: policy.kri, part: "from", rule } as const }];
    }),
  );
}

/** The client tags that a `from` item asks for, or null where its kind is none that selects clients. */
export function subsetOf({ kind, name, tags = {} }: TargetRef): Subset | null {
  switch (kind) {
    case "Mesh":
      return {};
    case "MeshSubset":
      return tags;
    case "MeshService":
      return name ? { [SERVICE_TAG]: name } : null;
    case "MeshServiceSubset":
      return { ...tags, [SERVICE_TAG]: name ?? "" };
    default:
      return null;
  }
}

/** Rules of the cases, each with the merge of the items that hold in it. */
export function rulesOfCases(
  type: string,
  said: readonly SaidSubset[],
  cases: readonly SubsetCase[],
): readonly SubsetRule<unknown>[] {
  const memo = new Map<string, ReturnType<typeof mergeConfs>>();
  return cases.map(({ matchers, items }) => {
    const key = items.join();
    const merged =
      memo.get(key) ??
      mergeConfs(
        items.map((index) => said[index] as Said),
        hooksOf(type),
      );
    memo.set(key, merged);
    return { matchers, ...merged };
  });
}

function subsetRules(type: string, said: readonly SaidSubset[], faults: MatchFault[]): readonly SubsetRule<unknown>[] {
  const cases = disjointCases(said.map(({ subset }) => subset));
  if (cases !== null) return rulesOfCases(type, said, cases);
  // No rules: for a permission that is nobody, which is the safe side; the fault says so.
  const reason = `its combinations of client tags, together with those of other policies here, exceed ${MOST_CASES}: none of them holds; use fewer different tag keys`;
  for (const kri of new Set(said.map(({ policy }) => policy.kri))) faults.push({ kri, field: "spec.from", reason });
  return [];
}

/**
 * Every rule once per match, the most specific match first and equal ones in ascending precedence. `from` of policies
 * that fold it into rules has no match.
 */
export function saidRules(policies: readonly IndexedPolicy[]): readonly SaidRule[] {
  const found = policies.flatMap((policy) => {
    const { resource, traits, kri } = policy;
    const from = traits.fromAsRules ? (resource.spec.from ?? []) : [];
    return [
      ...from.map(({ default: conf }, rule): SaidRule => ({ policy, conf, origin: { kri, part: "from", rule } })),
      ...(resource.spec.rules ?? []).flatMap(({ matches = [], default: conf }, rule): SaidRule[] => {
        const said: SaidRule = { policy, conf, origin: { kri, part: "rules", rule } };
        return matches.length === 0 ? [said] : matches.map((match) => ({ ...said, match }));
      }),
    ];
  });
  return found.sort((a, b) => matchRank(a.match) - matchRank(b.match));
}

/** spiffeID Exact, then Prefix, then none; within each, with an SNI before without. */
function matchRank(match: RuleMatch | undefined): number {
  const identity = match?.spiffeID === undefined ? 2 : match.spiffeID.type === "Exact" ? 0 : 1;
  return identity * 2 + (match?.sni === undefined ? 1 : 0);
}

function mergedRules(type: string, said: readonly SaidRule[]): readonly InboundRule<unknown>[] {
  const groups = new Map<string, SaidRule[]>();
  const { apart = false } = hooksOf(type);
  for (const [index, rule] of said.entries()) {
    const key = apart ? String(index) : matchText(rule.match);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [rule]);
    else group.push(rule);
  }
  return [...groups.values()]
    .map((group): InboundRule<unknown> => {
      const match = group[0]?.match;
      const merged = mergeConfs(group, ruleHooksOf(type));
      return match === undefined || matchText(match) === "" ? merged : { match, ...merged };
    })
    .sort((a, b) => matchRank(a.match) - matchRank(b.match) || prefixLength(b.match) - prefixLength(a.match));
}

function matchText({ spiffeID, sni }: RuleMatch = {}): string {
  if (spiffeID === undefined && sni === undefined) return "";
  return JSON.stringify([spiffeID?.type ?? "", spiffeID?.value ?? "", sni?.value ?? ""]);
}

/** Of two prefixes that hold, the longer one says more of the client. */
function prefixLength(match: RuleMatch | undefined): number {
  return match?.spiffeID?.type === "Prefix" ? match.spiffeID.value.length : 0;
}
