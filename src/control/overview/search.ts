// Search by parts of names: ranked, bounded, and only what the caller may read. Pure.
import type { TenantState } from "#control/state.ts";
import { kindOfType } from "#model/kinds.ts";
import { kriOf } from "#model/kri-of.ts";
import { isProxyKind } from "#model/proxy-kind.ts";
import { LABEL } from "#model/tag.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { RevisionMoment } from "#store/face/history.ts";
import { may } from "#trust/scope.ts";
import type { ServiceCensus } from "./census.ts";

export const HIT_KINDS = ["mesh", "zone", "service", "proxy", "resource", "revision", "token"] as const;
export type HitKind = (typeof HIT_KINDS)[number];

export interface Hit {
  readonly kind: HitKind;
  /** Of a resource; else empty. */
  readonly type: string;
  readonly mesh: string;
  /** A resource's or service's name, a revision's number, a token's name. */
  readonly name: string;
  /** Of resources. */
  readonly kri: string;
  /** Of tokens. */
  readonly id: string;
  /** What people call it, where that is another name; a revision's reason; a proxy's zone. */
  readonly detail: string;
}

/** What is searched. */
export interface Haystack {
  readonly state: TenantState;
  readonly services: readonly ServiceCensus[];
  readonly revisions: readonly RevisionMoment[];
  /** Empty where the caller may not list them. */
  readonly tokens: readonly CredentialRow[];
  readonly scopes: readonly string[];
}

/** What of a hit a word may be found in, and where it counts most. */
interface Candidate {
  /** Made of those that are found alone: there may be ten thousand others. */
  readonly hit: () => Hit;
  readonly texts: readonly string[];
}

/** Longest query that is looked at, and the most of its words. */
export const MOST_CHARACTERS = 200;
const MOST_WORDS = 8;

/** The best first: the name itself, its beginning, the beginning of a part of it, anywhere; then by kind and name. */
export function searchIn(
  haystack: Haystack,
  query: string,
  size: number,
): { readonly total: number; readonly items: readonly Hit[] } {
  const words = query
    .slice(0, MOST_CHARACTERS)
    .toLowerCase()
    .split(/[\s/]+/)
    .filter((word) => word !== "")
    .slice(0, MOST_WORDS);
  if (words.length === 0) return { total: 0, items: [] };
  const found: { readonly hit: Hit; readonly rank: number; readonly key: string }[] = [];
  for (const { hit: make, texts } of candidates(haystack)) {
    const rank = rankOfAll(words, texts);
    if (rank === null) continue;
    const hit = make();
    found.push({ hit, rank, key: keyOf(hit) });
  }
  found.sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { total: found.length, items: found.slice(0, size).map(({ hit }) => hit) };
}

/** Null where one of the words is nowhere. */
function rankOfAll(words: readonly string[], texts: readonly string[]): number | null {
  let sum = 0;
  for (const word of words) {
    const rank = rankOf(word, texts);
    if (rank === null) return null;
    sum += rank;
  }
  return sum;
}

/** 0 = the name itself … 3 = anywhere in it, and 4 more in what only belongs to it; null = nowhere. */
function rankOf(word: string, texts: readonly string[]): number | null {
  let best: number | null = null;
  texts.forEach((text, at) => {
    const rank = rankIn(word, text.toLowerCase());
    if (rank !== null && (best === null || rank + (at === 0 ? 0 : 4) < best)) best = rank + (at === 0 ? 0 : 4);
  });
  return best;
}

function rankIn(word: string, text: string): number | null {
  const at = text.indexOf(word);
  if (at === -1) return null;
  if (at === 0) return text.length === word.length ? 0 : 1;
  for (let next = at; next !== -1; next = text.indexOf(word, next + 1))
    if (!/[a-z0-9]/.test(text[next - 1] ?? "")) return 2;
  return 3;
}

function* candidates({ state, services, revisions, tokens, scopes }: Haystack): Generator<Candidate> {
  const blank = { type: "", mesh: "", name: "", kri: "", id: "", detail: "" };
  const readable = new Map<string, boolean>();
  const mayRead = (type: string): boolean => {
    const known = readable.get(type);
    if (known !== undefined) return known;
    const kind = kindOfType(type);
    const is = kind !== undefined && may(scopes, "read", kind);
    readable.set(type, is);
    return is;
  };
  for (const map of [state.global, ...[...state.meshes.values()].map(({ items }) => items)]) {
    for (const { resource } of map.values()) {
      const { type, mesh, name, labels } = resource;
      if (!mayRead(type)) continue;
      const shown = labels[LABEL.displayName] ?? name;
      const zone = labels[LABEL.zone] ?? "";
      const kind = type === "Mesh" ? "mesh" : type === "Zone" ? "zone" : isProxyKind(type) ? "proxy" : "resource";
      const detail = kind === "proxy" ? zone : shown === name ? "" : shown;
      const texts = [
        name,
        type,
        mesh,
        shown,
        zone,
        ...((kindOfType(type)?.shortName ?? "") ? [kindOfType(type)?.shortName ?? ""] : []),
      ];
      yield { hit: () => ({ ...blank, kind, type, mesh, name, kri: kriOf(resource), detail }), texts };
    }
  }
  if (mayRead("Dataplane"))
    for (const { mesh, name } of services)
      yield { hit: () => ({ ...blank, kind: "service", mesh, name }), texts: [name, "service", mesh] };
  for (const { revision, reason, actor } of revisions) {
    const name = String(revision);
    yield {
      hit: () => ({ ...blank, kind: "revision", name, detail: reason }),
      texts: [name, "revision", reason, actor],
    };
  }
  for (const { id, name, revokedAt } of tokens)
    if (revokedAt === null) yield { hit: () => ({ ...blank, kind: "token", name, id }), texts: [name, "token", id] };
}

/** By kind, then by name, the shorter first; of revisions the newest is more likely meant. */
function keyOf({ kind, name, mesh, type, id }: Hit): string {
  const order = HIT_KINDS.indexOf(kind);
  if (kind === "revision") return `${order}${String(Number.MAX_SAFE_INTEGER - Number(name)).padStart(16, "0")}`;
  return `${order}${name.length.toString().padStart(4, "0")}${name}\u0000${mesh}\u0000${type}\u0000${id}`;
}
