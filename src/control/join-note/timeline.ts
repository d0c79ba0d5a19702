// How far each enrolment has come, step by step, and what was refused lately: from what stands in the store. Pure.
import type { Refusal } from "#control/zone/status.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { DeliveryRow } from "#store/face/delivery.ts";
import type { JoinNoteRow } from "#store/face/join-note.ts";
import type { Registration } from "#store/face/registration.ts";
import type { ContactRow, ZoneHead } from "#store/face/relay.ts";
import { CALL_CODES, type CallCode, FIRST_REQUEST, JOIN_CODES, type JoinCode } from "./code.ts";

/** Enrolments that are told, the newest first. */
export const MOST_ENROLMENTS = 50;

/** Each step with the time by which it was done; null = not yet. In the order in which they come. */
export interface JoinSteps {
  readonly tokenMade: string;
  /** The relay was admitted. */
  readonly tokenUsed: string | null;
  /** The relay has told something by itself. */
  readonly relayConnected: string | null;
  readonly proxySeen: string | null;
  readonly configSent: string | null;
  /** An Envoy has ACKed all of it. */
  readonly configTaken: string | null;
  /** Told in meshes that are new and small, and where requests are counted. */
  readonly firstRequest: string | null;
}

export interface Enrolment {
  readonly zone: string;
  readonly token: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly state: "waiting" | "used" | "expired" | "revoked";
  readonly relay: string | null;
  readonly steps: JoinSteps;
  /** The first proxy that lives at the relay. */
  readonly proxy: { readonly mesh: string; readonly name: string } | null;
  /** Envoy's words, where the newest config is refused and none has taken it. */
  readonly rejected: string | null;
}

export interface RefusedJoinNote {
  readonly what: "relay" | "proxy";
  readonly code: JoinCode | "refused";
  readonly reason: string;
  /** Empty where the reason says it. */
  readonly fix: string;
  readonly zone: string | null;
  readonly token: string | null;
  readonly relay: string | null;
  readonly mesh: string | null;
  readonly name: string | null;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** What stands of the zones that are asked for. */
export interface JoinFacts {
  readonly tokens: readonly CredentialRow[];
  readonly heads: readonly ZoneHead[];
  readonly contacts: readonly ContactRow[];
  readonly lives: readonly Registration[];
  /** Of each zone newest first. */
  readonly deliveries: readonly DeliveryRow[];
  readonly notes: readonly JoinNoteRow[];
  readonly refused: readonly (Refusal & { readonly zone: string })[];
  readonly now: number;
}

/** The newest enrolments. */
export function enrolmentsOf({ tokens, ...facts }: JoinFacts): readonly Enrolment[] {
  const newest = tokens.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, MOST_ENROLMENTS);
  return newest.map((token) => enrolmentOf(token, facts));
}

function enrolmentOf(token: CredentialRow, facts: Omit<JoinFacts, "tokens">): Enrolment {
  const { id, createdAt, expiresAt, revokedAt, usedBy } = token;
  const zone = token.zone ?? "";
  const isOwn = (one: { readonly zone: string; readonly relay: string }): boolean =>
    one.zone === zone && one.relay === usedBy;
  const head = facts.heads.find(isOwn);
  const [first] = facts.lives.filter((one) => isOwn(one)).toSorted((a, b) => (a.since < b.since ? -1 : 1));
  const deliveries = facts.deliveries.filter(isOwn);
  const [last] = deliveries;
  const asked = facts.notes.find((one) => one.code === FIRST_REQUEST && one.zone === zone && one.subject === usedBy);
  const hasExpired = expiresAt !== null && Date.parse(expiresAt) <= facts.now;
  return {
    ...{ zone, token: id, createdAt, expiresAt, relay: usedBy },
    state: usedBy !== null ? "used" : revokedAt !== null ? "revoked" : hasExpired ? "expired" : "waiting",
    steps: {
      tokenMade: createdAt,
      tokenUsed: head?.enrolledAt ?? null,
      relayConnected: facts.contacts.find(isOwn)?.connectedAt ?? null,
      proxySeen: first?.since ?? null,
      configSent: deliveries.findLast((one) => one.acked + one.nacked + one.pending > 0)?.at ?? null,
      configTaken: deliveries.findLast(({ acked }) => acked > 0)?.at ?? null,
      firstRequest: asked?.firstAt ?? null,
    },
    proxy: first === undefined ? null : { mesh: first.mesh, name: first.name },
    rejected:
      last !== undefined && last.nacked > 0 && last.acked === 0
        ? (last.laggards.find(({ connected }) => connected !== false)?.reason ?? null)
        : null,
  };
}

/** Refused relays and proxies, the last one first. */
export function refusedOf({
  notes,
  refused,
  tokens,
}: Pick<JoinFacts, "notes" | "refused" | "tokens">): readonly RefusedJoinNote[] {
  const relays = notes.flatMap((note): readonly RefusedJoinNote[] => {
    const known = JOIN_CODES[note.code as JoinCode];
    if (known === undefined) return [];
    const { zone, subject, count, firstAt, lastAt } = note;
    return [
      {
        ...{ what: "relay", code: note.code as JoinCode, ...known, count, firstAt, lastAt, mesh: null, name: null },
        zone: zone === "" ? null : zone,
        token: subject === "" ? null : subject,
        relay: tokens.find(({ id }) => id === subject)?.usedBy ?? null,
      },
    ];
  });
  const proxies = refused.map(
    ({ zone, mesh, name, reason, relay, at }): RefusedJoinNote => ({
      ...{ what: "proxy", code: "refused", reason, fix: "", zone, relay, mesh, name },
      ...{ token: null, count: 1, firstAt: at, lastAt: at },
    }),
  );
  return [...relays, ...proxies].sort((a, b) => (a.lastAt < b.lastAt ? 1 : a.lastAt > b.lastAt ? -1 : 0));
}

/** Requests that relays have seen, the first of each kind. */
export interface SeenCall {
  readonly zone: string;
  readonly mesh: string;
  readonly proxy: string;
  readonly way: (typeof CALL_CODES)[CallCode];
  /** The destination's name in the proxy's Envoy; null = what came in. */
  readonly to: string | null;
  readonly firstAt: string;
}

/** The first ones first. */
export function callsOf(notes: readonly JoinNoteRow[]): readonly SeenCall[] {
  const calls = notes.flatMap(({ zone, subject, code, firstAt }): readonly SeenCall[] => {
    const way = CALL_CODES[code as CallCode];
    if (way === undefined) return [];
    const [mesh = "", proxy = "", to = ""] = JSON.parse(subject) as readonly string[];
    return [{ zone, mesh, proxy, way, to: to === "" ? null : to, firstAt }];
  });
  return calls.sort((a, b) => (a.firstAt < b.firstAt ? -1 : a.firstAt > b.firstAt ? 1 : 0));
}
