// What older policies say of a destination: of each type the strongest one's conf, made for that destination.
import type { IndexedPolicy } from "#match/indexed-policy.ts";
import type { Merged, Policies } from "#match/matched.ts";
import { mergeConfs } from "#match/merge.ts";
import type { Aim } from "./translation.ts";

/** Rows of policies that a client is selected by, in ascending precedence. */
export type OlderRows = readonly IndexedPolicy[];

/** By type, from the rows that name the service; a type that says nothing of it is absent. */
export function olderPolicies(rows: OlderRows, aim: Aim): Policies {
  const strongest = new Map<string, IndexedPolicy>();
  for (const row of rows) if (names(row, aim.service)) strongest.set(row.type, row);
  const made: Record<string, Merged<unknown>> = {};
  for (const [type, { kri, older }] of strongest) {
    const conf = older?.confFor?.(aim) ?? null;
    if (conf !== null) made[type] = mergeConfs([{ conf, origin: { kri, part: "conf", rule: 0 } }]);
  }
  return made;
}

function names({ resource: { spec } }: IndexedPolicy, service: string): boolean {
  return spec.to?.some(({ targetRef: { kind, name } }) => kind === "Mesh" || name === service) === true;
}
