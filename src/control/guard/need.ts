// What is still missing of what guard rails demand, and what to do about it. Pure.
import { freezeEnd, isFrozen } from "#model/freeze-window.ts";
import type { Demand } from "./demand.ts";

/** What stands in the way of a commit. */
export interface Need {
  readonly kind: Demand["kind"];
  readonly mesh: string;
  /** The ChangeControl, or the AccessTest. */
  readonly control: string;
  /** What is missing. */
  readonly reason: string;
  /** A command, or several; in `<>` what only the caller knows. */
  readonly fix: string;
}

export interface Circumstances {
  /** The plan that is, or would be, committed; null = the change comes by itself. */
  readonly plan: string | null;
  /** How many others than its author have approved it (person.ts). */
  readonly approvals: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The scope that overrides; trust/scope.ts. */
const OVERRIDE = 'in an emergency, a token with the scope guard:override: --override "<why>"';

const TEST_FIX =
  "leave out what breaks it; or, where it is to be so from now on, change or delete the test in the same change";

/** In the order of the demands; empty = it may be committed now. */
export function needsOf(demands: readonly Demand[], around: Circumstances): readonly Need[] {
  return demands.flatMap((demand): readonly Need[] => {
    const { kind, mesh, control } = demand;
    const missing = missingOf(demand, around);
    return missing === null ? [] : [{ kind, mesh, control, ...missing }];
  });
}

/** How many approvals it takes: the most that one control demands. */
export function requiredOf(demands: readonly Demand[]): number {
  return demands.reduce((most, one) => (one.kind === "approvals" ? Math.max(most, one.required) : most), 0);
}

function missingOf(demand: Demand, around: Circumstances): Pick<Need, "reason" | "fix"> | null {
  if (demand.kind === "approvals") return missingApprovals(demand.required, around);
  if (demand.kind === "freeze") {
    if (!isFrozen(demand.window, around.now)) return null;
    const reason = `nothing is changed until ${freezeEnd(demand.window)}: ${demand.window.reason}`;
    return { reason, fix: `wait until then; ${OVERRIDE}` };
  }
  if (demand.kind === "test") return { reason: demand.said, fix: `${TEST_FIX}; ${OVERRIDE}` };
  const { resources, count } = demand;
  const more = count > resources.length ? ` and ${count - resources.length} more` : "";
  const verb = count === 1 ? "is" : "are";
  return {
    reason: `${resources.join(", ")}${more} ${verb} protected`,
    fix: `leave out what is protected; ${OVERRIDE}`,
  };
}

function missingApprovals(
  required: number,
  { plan, approvals: given }: Circumstances,
): Pick<Need, "reason" | "fix"> | null {
  if (plan !== null && given >= required) return null;
  const wanted = required === 1 ? "1 approval" : `${required} approvals`;
  if (plan === null) {
    return {
      reason: `a change needs a plan with ${wanted} by others than its author`,
      fix: "weft plan -f <files>, then by somebody else, with the scope plan:approve: weft plan approve <id>, then weft apply --plan-id <id>",
    };
  }
  return {
    reason: `plan ${plan} has ${given} of ${wanted} by others than its author`,
    fix: `by somebody else, with the scope plan:approve: weft plan approve ${plan}, then weft apply --plan-id ${plan}`,
  };
}
