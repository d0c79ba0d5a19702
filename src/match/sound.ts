// Policies whose shape is broken: left out with a fault each, so that nothing after has to doubt what it reads.
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import { storedViolations } from "#model/shape-fault.ts";
import type { MatchFault } from "./fault.ts";

const NONE: readonly MatchFault[] = Object.freeze([]);
/** A resource is frozen, so it is looked at once. */
const known = new WeakMap<Resource, readonly MatchFault[]>();

/** What is wrong with a policy's shape; empty for one that may act. */
export function shapeFaults(policy: Resource): readonly MatchFault[] {
  let faults = known.get(policy);
  if (faults === undefined) {
    const found = storedViolations(policy);
    faults =
      found.length === 0
        ? NONE
        : found.map(({ field, reason }) => ({
            kri: kriOf(policy),
            field,
            reason: `${reason}; the resource is left out`,
          }));
    known.set(policy, faults);
  }
  return faults;
}
