// A permission that leads to an answer: drafts are tried on the mesh itself, and the one that changes least beside it is taken.
import { type MeshAccess, meshDelta } from "#match/access/access.ts";
import { askOf } from "#match/access/ask.ts";
import { type Candidate, candidatesOf, type Want } from "#match/access/draft/candidate.ts";
import { type DraftPlace, placeOf } from "#match/access/draft/place.ts";
import type { ReachQuestion } from "#match/access/reach.ts";
import { letsIn, REASONS, type Verdict } from "#match/access/verdict.ts";
import type { Digest } from "#model/json.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { type Access, accessOf } from "./access.ts";

export type { Want } from "#match/access/draft/candidate.ts";

export interface AccessDraft {
  /** To be written: a new policy, or one that stands with something added or taken away. */
  readonly resource: Resource;
  readonly extends: boolean;
  /** How many other pairs of services gain or lose access by it. */
  readonly others: number;
}

/** Why nothing that a permission says leads to the answer. */
export interface NoDraft {
  readonly reason: string;
}

export interface DraftAsked {
  readonly question: ReachQuestion;
  readonly want: Want;
}

/** Drafts that are tried at most: each is a mesh looked at. */
const TRIED = 24;

/** The draft that leads to what is wanted and changes least beside it. Nothing is written. */
export function draftAccess(
  view: View,
  access: MeshAccess,
  { question, want }: DraftAsked,
  digest: Digest,
): AccessDraft | NoDraft {
  const answer = askOf(access.zones)(question);
  if (!("outcome" in answer)) return answer;
  if (isSo(answer, want))
    return { reason: `it is ${want === "allow" ? "allowed" : "denied"} already, wherever there is a way` };
  const settled = settledBefore(answer);
  if (settled !== null) return { reason: `no permission changes that: ${settled}` };
  const [index] = access.zones.values();
  const place = index === undefined ? null : placeOf(index, question);
  if (place === null) return { reason: "one of the two has no name that a permission of this mesh could have" };
  const before: Access = new Map([[view.mesh.name, access]]);
  let best: AccessDraft | null = null;
  const { request = {} } = question;
  // Where requests are not read, an item that asks for one lets nobody in.
  const requests = Object.keys(request).length === 0 ? [request] : [request, {}];
  const candidates = requests.flatMap((one) => candidatesOf(view, place, { want, request: one, verdict: answer }));
  for (const { resource, extends: isOlder } of candidates.slice(0, TRIED)) {
    const others = tried({ view, before, place }, resource, { question, want }, digest);
    if (others !== null && (best === null || others < best.others)) best = { resource, extends: isOlder, others };
    if (best?.others === 0) break;
  }
  return best ?? { reason: "no single permission leads there: write it by hand, and look at its plan" };
}

interface Standing {
  readonly view: View;
  readonly before: Access;
  readonly place: DraftPlace;
}

/** How many other pairs would change, or null where the answer would be another one. */
function tried(
  { view, before, place }: Standing,
  resource: Candidate["resource"],
  { question, want }: DraftAsked,
  digest: Digest,
): number | null {
  const later = withResource(view, resource);
  const mesh = view.mesh.name;
  const after = accessOf([later], { digest }, before).get(mesh);
  if (after === undefined) return null;
  const answer = askOf(after.zones)(question);
  if (!("outcome" in answer) || !isSo(answer, want)) return null;
  return meshDelta(before.get(mesh) ?? null, after).filter(({ from, to }) => !place.from.has(from) || !place.to.has(to))
    .length;
}

/** As far as there is a way: what has none is let in by no permission. */
function isSo(verdict: Verdict, want: Want): boolean {
  if (want === "deny") return !letsIn(verdict);
  const ways = leavesOf(verdict).filter(({ outcome }) => outcome !== "none");
  return ways.length > 0 && ways.every(({ outcome }) => outcome === "allowed" || outcome === "open");
}

function leavesOf(verdict: Verdict): readonly Verdict[] {
  return verdict.outcome === "mixed" ? (verdict.parts ?? []).flatMap(leavesOf) : [verdict];
}

/** What decides before any permission is asked, as a sentence; null where permissions decide, of some at least. */
function settledBefore({ outcome, reason, parts = [] }: Verdict): string | null {
  if (outcome === "mixed") return parts.every((part) => settledBefore(part) !== null) ? REASONS[reason] : null;
  return outcome === "none" || outcome === "open" ? REASONS[reason] : null;
}

/** The view as it would be with the resource written. */
function withResource(view: View, resource: Resource): View {
  const { type, name } = resource;
  const others = (view.resources[type] ?? []).filter((one) => one.name !== name);
  const list = [...others, resource].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...view, resources: { ...view.resources, [type]: list } };
}
