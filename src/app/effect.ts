// What a change does, as answers tell it.
import type { OutcomeBody } from "#api/effect-shape.ts";
import type { StoredEffect } from "#control/effect-book.ts";
import type { AccessChange, Outcome } from "#control/outcome.ts";
import type { RevisionEffectRow } from "#store/face/plan.ts";
import { verdictView } from "./access.ts";

/** The outcome of a plan. */
export function outcomeBody({ effect, access, faults, cut }: Outcome): OutcomeBody {
  // Plain values through and through: what is read-only here is written as it is.
  return { effect, access: access.map(accessBody), faults, ...(cut && { cut }) } as unknown as OutcomeBody;
}

/** What a revision did, by the rows of the publication that covered it; nulls where none was observed. */
export function effectBody(rows: readonly RevisionEffectRow[]): Readonly<Record<string, unknown>> {
  const [first] = rows;
  if (first === undefined) return { covers: null, effect: null, access: null, faults: null };
  const bodies = rows.map(({ body }) => JSON.parse(body) as StoredEffect);
  const {
    access = [],
    faults = { new: [], mended: [] },
    cut,
  } = bodies[rows.findIndex(({ zone }) => zone === "")] ?? {};
  const zones = bodies.flatMap(({ effect }) => effect ?? []);
  const effect = { proxies: zones.reduce((sum, { proxies }) => sum + proxies, 0), zones };
  return {
    covers: { from: first.first, to: first.revision },
    ...outcomeBody({ effect, access, faults, ...(cut && { cut }) }),
  };
}

function accessBody({ before, after, ...pair }: AccessChange): OutcomeBody["access"][number] {
  return { ...pair, before: verdictView(before), after: verdictView(after) };
}
