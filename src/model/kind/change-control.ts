// Kind ChangeControl: what guards changes of a mesh. A Weft kind; Kuma has none.

import { durationMs } from "#model/duration.ts";
import { freeze, freezeViolations } from "#model/freeze-window.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Around, Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { percentage, percentageViolations } from "#model/percentage.ts";
import type { Resource } from "#model/resource.ts";
import { duration, may, text } from "#model/shape.ts";
import { at, under, type Violation } from "#model/violation.ts";

const rollback = z.strictObject(() => ({
  /** So long after its commit a revision is judged. */
  window: duration,
  /** Percentage points by which a destination's share of failed requests may rise over what it was before. */
  errorRate: may(percentage),
  /** Requests to a destination since the change, below which nothing is said of it. */
  minRequests: may(z.int().check(z.minimum(1), z.maximum(1_000_000_000))),
  /** So many proxies may refuse it. */
  nacks: may(z.int().check(z.minimum(0), z.maximum(1_000_000))),
}));

const approvals = z.strictObject(() => ({
  /** So many tokens other than the author's must approve the plan of a change. */
  required: z.int().check(z.minimum(1), z.maximum(10)),
}));

/** Resources of the mesh, or the Mesh itself; without a name, all of the type. */
const protectedOne = z.strictObject({ type: text, name: may(text) });
export type Protected = Frozen<z.infer<typeof protectedOne>>;

export const changeControlShape = z.strictObject(() => ({
  /** Changes are committed only by plans that others have approved. */
  approvals: may(approvals),
  /** When nothing is changed. */
  freezes: may(z.array(freeze)),
  /** Neither changed nor deleted. */
  protected: may(z.array(protectedOne)),
  /** Takes a revision back by itself. */
  rollback: may(rollback),
}));
export type ChangeControlSpec = Frozen<z.infer<typeof changeControlShape>>;
export type RollbackRule = NonNullable<ChangeControlSpec["rollback"]>;

/** Where the rule says nothing of it. */
export const DEFAULT_MIN_REQUESTS = 100;

const MOST_FREEZES = 100;
const MOST_PROTECTED = 500;
const SHORTEST = 10_000;
const LONGEST = 3_600_000;

function validate({ mesh, spec }: Resource<ChangeControlSpec>, around: Around): readonly Violation[] {
  if (Object.keys(spec).length === 0)
    return [{ field: "", reason: "must say something: approvals, freezes, protected or rollback" }];
  return [
    ...listViolations("freezes", spec.freezes, MOST_FREEZES, freezeViolations),
    ...listViolations("protected", spec.protected, MOST_PROTECTED, (one) => protectedViolations(one, mesh, around)),
    ...under("rollback", spec.rollback === undefined ? [] : rollbackViolations(spec.rollback)),
  ];
}

function listViolations<T>(
  field: string,
  list: readonly T[] | undefined,
  most: number,
  wrongIn: (one: T) => readonly Violation[],
): readonly Violation[] {
  if (list === undefined) return [];
  if (list.length === 0) return [{ field, reason: "cannot be empty; leave it out" }];
  if (list.length > most) return [{ field, reason: `must have at most ${most} entries` }];
  return list.flatMap((one, index) => under(at(field, index), wrongIn(one)));
}

/** A type that is misspelt would protect nothing, and nobody would see it. */
function protectedViolations({ type, name }: Protected, mesh: string, { kindOf }: Around): readonly Violation[] {
  const found: Violation[] = [];
  const kind = kindOf(type);
  if (type === "") found.push({ field: "type", reason: "cannot be empty" });
  else if (type !== "Mesh" && (kind?.scope !== "Mesh" || kind.readOnly))
    found.push({ field: "type", reason: `${JSON.stringify(type)} is no kind of resources of a mesh, and not Mesh` });
  if (name === "") found.push({ field: "name", reason: "cannot be empty; left out, it means all of the type" });
  else if (type === "Mesh" && name !== undefined && name !== mesh)
    found.push({ field: "name", reason: `must be ${mesh}, or left out: another mesh has controls of its own` });
  return found;
}

function rollbackViolations({ window, errorRate, nacks }: RollbackRule): readonly Violation[] {
  const length = durationMs(window) ?? 0;
  return [
    ...(length < SHORTEST || length > LONGEST ? [{ field: "window", reason: "must be between 10s and 1h" }] : []),
    ...under("errorRate", errorRate === undefined ? [] : percentageViolations(errorRate)),
    ...(errorRate === undefined && nacks === undefined
      ? [{ field: "", reason: "must have errorRate or nacks: nothing else would take a revision back" }]
      : []),
  ];
}

export const changeControlJudge: Judge<ChangeControlSpec> = {
  shape: changeControlShape,
  validate,
};
