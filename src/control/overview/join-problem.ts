// Problems of who wants to come in: relays and proxies that were refused lately, and have not been admitted since. Pure.
import { type RefusedJoinNote, refusedOf } from "#control/join-note/timeline.ts";
import type { TenantState } from "#control/state.ts";
import type { Refusal } from "#control/zone/status.ts";
import type { JoinNoteRow } from "#store/face/join-note.ts";
import { type Problem, problem } from "./problem.ts";

/** How long a refusal is told of; milliseconds. */
const LATELY = 3_600_000;

/** Those of one zone and reason together. */
export function joinProblems(
  state: TenantState,
  notes: readonly JoinNoteRow[],
  refused: readonly (Refusal & { readonly zone: string })[],
  now: number,
): readonly Problem[] {
  const groups = new Map<string, RefusedJoinNote[]>();
  for (const one of refusedOf({ tokens: [], notes, refused })) {
    // Whose token names no zone of ours may be a stranger, and must not write on the first page.
    if (one.zone === null || now - Date.parse(one.lastAt) > LATELY || hasComeIn(state, one)) continue;
    const key = JSON.stringify([one.what, one.zone, one.reason]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((alike) => {
    const [first] = alike as [RefusedJoinNote];
    const { what, zone, mesh, name, token, reason, fix } = first;
    const who = what === "relay" ? "A relay" : `Proxy ${mesh === "" ? "" : `${mesh}.`}${name}`;
    const more = alike.length === 1 ? "" : `, and ${alike.length - 1} more`;
    const text = `${who}${more} was refused in zone ${zone}`;
    const about = {
      ...(zone !== null && { zone }),
      ...(token !== null && { token }),
      ...(mesh !== null && name !== null && { type: "Dataplane", mesh, name }),
    };
    const words = fix === "" ? reason : `${reason}: ${fix}`;
    return problem("join.refused", text, about, { words, count: alike.length, since: first.firstAt });
  });
}

/** A proxy that lives now needs nobody's attention; a relay, once its zone has admitted one since. */
function hasComeIn({ meshes, registrations, relays }: TenantState, one: RefusedJoinNote): boolean {
  if (one.what === "relay")
    return [...relays.values()].some(
      (head) => head.zone === one.zone && !head.revoked && head.enrolledAt >= one.lastAt,
    );
  const lives = one.mesh === "" ? registrations : meshes.get(one.mesh ?? "")?.registrations;
  const life = lives?.get(one.name ?? "");
  return life?.online === true && life.since >= one.lastAt;
}
