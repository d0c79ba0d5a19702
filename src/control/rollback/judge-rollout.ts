// The judge of a rollout: from what proxies did before a revision and since, whether it is to be taken back, and why. Pure.
import type { RollbackRule } from "#model/kind/change-control.ts";
import { DEFAULT_MIN_REQUESTS } from "#model/kind/change-control.ts";
import { parsePercentage } from "#model/percentage.ts";

/** Requests that ended, and how many of them failed. */
export interface Load {
  readonly total: number;
  readonly errors: number;
}

/** By destination, as its clients' Envoys call it. */
export type Loads = ReadonlyMap<string, Load>;

export interface Since {
  readonly loads: Loads;
  /** Proxies that began to refuse under the revision, `mesh.name`, with Envoy's words. */
  readonly refusals: ReadonlyMap<string, string>;
}

const NOTHING: Load = { total: 0, errors: 0 };

/**
 * Why the revision is to be taken back; null = it is not. A destination counts once `minRequests` have ended since; its error
 * rate must have risen by more than `errorRate` percentage points over the rate before. The destination that rose most is named.
 */
export function judgeRollout(before: Loads, { loads, refusals }: Since, rule: RollbackRule): string | null {
  const [first] = refusals;
  if (rule.nacks !== undefined && first !== undefined && refusals.size > rule.nacks) {
    const [proxy, words] = first;
    const who = refusals.size === 1 ? `proxy ${proxy} refuses` : `${refusals.size} proxies refuse`;
    return `${who} it, and ${rule.nacks} may; ${refusals.size === 1 ? "" : `${proxy}: `}${words}`;
  }
  const bound = rule.errorRate === undefined ? null : parsePercentage(rule.errorRate);
  if (bound === null) return null;
  const { minRequests = DEFAULT_MIN_REQUESTS } = rule;
  const risen = [...loads].flatMap(([destination, load]) => {
    if (load.total < minRequests) return [];
    const was = percentOf(before.get(destination) ?? NOTHING);
    const is = percentOf(load);
    return is - was > bound ? [{ destination, was, is, load }] : [];
  });
  const [worst] = risen.sort((a, b) => b.is - b.was - (a.is - a.was) || (a.destination < b.destination ? -1 : 1));
  if (worst === undefined) return null;
  const { destination, was, is, load } = worst;
  return `${load.errors} of ${load.total} requests to ${destination} failed since (${text(is)} %, and ${text(was)} % before); it may rise by ${text(bound)}`;
}

function percentOf({ total, errors }: Load): number {
  return total === 0 ? 0 : (100 * errors) / total;
}

function text(percent: number): string {
  return String(Math.round(percent * 10) / 10);
}

/** Sums of several. */
export function addLoads(parts: readonly Loads[]): Loads {
  const sums = new Map<string, Load>();
  for (const part of parts)
    for (const [destination, { total, errors }] of part) {
      const sum = sums.get(destination) ?? NOTHING;
      sums.set(destination, { total: sum.total + total, errors: sum.errors + errors });
    }
  return sums;
}
