// Kind ChangeControl: what guards changes of a mesh. A Weft kind; Kuma has none.

import { durationMs } from "#model/duration.ts";
import { freeze, freezeViolations } from "#model/freeze-window.ts";
import type { Frozen } from "#model/frozen.ts";
import { isJsonObject } from "#model/json.ts";
import type { Around, Kind } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { percentage, percentageViolations } from "#model/percentage.ts";
import { duration, may, text } from "#model/shape.ts";
import { ofPart } from "#model/sound-part.ts";
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

/** What its rules read, apart from what else is written. */
const lists = {
  freezes: z.object(() => ({ freezes: z.array(z.unknown()) })),
  protected: z.object(() => ({ protected: z.array(z.unknown()) })),
} as const;
const protectedType = z.object(() => ({ type: text }));
const protectedName = z.object(() => ({ name: text }));
const protectedMesh = z.object(() => ({ type: z.literal("Mesh"), name: text }));
const ruled = z.object(() => ({ rollback: z.unknown() }));
const span = z.object(() => ({ window: duration }));
const rate = z.object(() => ({ errorRate: percentage }));
const bounds = z.object(() => ({ errorRate: rollback.shape.errorRate, nacks: rollback.shape.nacks }));

function partViolations(written: unknown, around: Around): readonly Violation[] {
  if (isJsonObject(written) && Object.keys(written).length === 0)
    return [{ field: "", reason: "must say something: approvals, freezes, protected or rollback" }];
  return [
    ...ofPart(lists.freezes, written, ({ freezes }) =>
      listViolations("freezes", freezes, MOST_FREEZES, freezeViolations),
    ),
    ...ofPart(lists.protected, written, (said) =>
      listViolations("protected", said.protected, MOST_PROTECTED, (one) => protectedViolations(one, around)),
    ),
    ...ofPart(ruled, written, (said) => under("rollback", rollbackViolations(said.rollback))),
  ];
}

function listViolations(
  field: string,
  list: readonly unknown[],
  most: number,
  wrongIn: (one: unknown) => readonly Violation[],
): readonly Violation[] {
  if (list.length === 0) return [{ field, reason: "cannot be empty; leave it out" }];
  if (list.length > most) return [{ field, reason: `must have at most ${most} entries` }];
  return list.flatMap((one, index) => under(at(field, index), wrongIn(one)));
}

/** A type that is misspelt would protect nothing, and nobody would see it. */
function protectedViolations(written: unknown, { mesh, kindOf }: Around): readonly Violation[] {
  return [
    ...ofPart(protectedType, written, ({ type }) => {
      if (type === "") return [{ field: "type", reason: "cannot be empty" }];
      const kind = kindOf(type);
      if (type === "Mesh" || (kind?.scope === "Mesh" && !kind.readOnly)) return [];
      return [{ field: "type", reason: `${JSON.stringify(type)} is no kind of resources of a mesh, and not Mesh` }];
    }),
    ...ofPart(protectedName, written, ({ name }) =>
      name === "" ? [{ field: "name", reason: "cannot be empty; left out, it means all of the type" }] : [],
    ),
    ...ofPart(protectedMesh, written, ({ name }) =>
      name === "" || name === mesh
        ? []
        : [{ field: "name", reason: `must be ${mesh}, or left out: another mesh has controls of its own` }],
    ),
  ];
}

function rollbackViolations(written: unknown): readonly Violation[] {
  return [
    ...ofPart(span, written, ({ window }) => {
      const length = durationMs(window) ?? 0;
      return length < SHORTEST || length > LONGEST ? [{ field: "window", reason: "must be between 10s and 1h" }] : [];
    }),
    ...ofPart(rate, written, ({ errorRate }) => under("errorRate", percentageViolations(errorRate))),
    ...ofPart(bounds, written, ({ errorRate, nacks }) =>
      errorRate === undefined && nacks === undefined
        ? [{ field: "", reason: "must have errorRate or nacks: nothing else would take a revision back" }]
        : [],
    ),
  ];
}

export const changeControl: Kind<ChangeControlSpec> = {
  type: "ChangeControl",
  path: "changecontrols",
  aliases: [],
  shortName: "chctl",
  scope: "Mesh",
  envelope: "spec",
  singularDisplayName: "Change Control",
  pluralDisplayName: "Change Controls",
  readOnly: false,
  shortNames: false,
  relay: "none",
  secret: false,
  shape: changeControlShape,
  validate: () => [],
  partViolations,
};
