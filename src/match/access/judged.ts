// Verdicts of landings for clients: the way first, then mTLS, then permissions; what was judged once is remembered by its text.
import type { InboundPolicy } from "#match/matched.ts";
import type { Landing } from "./landing.ts";
import type { Names } from "./named.ts";
import { judge } from "./permission.ts";
import type { Request } from "./request.ts";
import type { Reason, Verdict } from "./verdict.ts";

/** A client's names in its certificate. */
export type Client = Pick<Names, "uris" | "uriKey">;

/** By text of the permissions, then by client: what they say. */
export type Judged = ReadonlyMap<string, ReadonlyMap<string, Verdict>>;

export interface Judging {
  /** The client's verdict about a landing, of all requests together. */
  of(landing: Landing, client: Client): Verdict;
  /** All that was asked about, for the next. */
  readonly judged: Judged;
}

const CLOSED: Partial<Record<Reason, Verdict>> = {};

/** Judges clients of one mesh; `before` lends what it has judged, and changes time only. */
export function createJudging(mesh: string, before?: Judged): Judging {
  const judged = new Map<string, Map<string, Verdict>>();
  const texts = new Map<InboundPolicy | undefined, string>();
  return {
    judged,
    of(landing, client) {
      const settled = beforePermission(mesh, landing, client);
      if (settled !== null) return settled;
      const { permission, hop, reads, tls } = landing;
      const text = texts.get(permission) ?? JSON.stringify(permission ?? null);
      texts.set(permission, text);
      const named = text.includes('"sni"') ? (hop?.sni ?? "") : "";
      const key = `${reads ? "r" : ""}${tls === "PERMISSIVE" ? "p" : ""} ${named} ${client.uriKey}`;
      const own = judged.get(text) ?? new Map<string, Verdict>();
      judged.set(text, own);
      let verdict = own.get(key) ?? before?.get(text)?.get(key);
      if (verdict === undefined) verdict = byPermission(mesh, landing, client, {});
      own.set(key, verdict);
      return verdict;
    },
  };
}

/** The client's verdict about one request at a landing. */
export function verdictOf(mesh: string, landing: Landing, client: Client, request: Request): Verdict {
  return beforePermission(mesh, landing, client) ?? byPermission(mesh, landing, client, request);
}

/** Of whoever has no certificate of the mesh. */
export function strangersVerdict({ tls }: Pick<Landing, "tls">): Verdict {
  if (tls === "STRICT") return REFUSED;
  return tls === "off" ? OPEN : PERMISSIVE;
}

const OPEN: Verdict = Object.freeze({ outcome: "open", reason: "mtls-off" });
const PERMISSIVE: Verdict = Object.freeze({ outcome: "open", reason: "permissive" });
const REFUSED: Verdict = Object.freeze({ outcome: "denied", reason: "no-certificate" });
const OUTSIDE: Verdict = Object.freeze({ outcome: "open", reason: "outside" });

/** Null where permissions decide. */
function beforePermission(mesh: string, { kind, blocked, tls, hop, known }: Landing, { uris }: Client): Verdict | null {
  if (blocked !== null) return none(blocked);
  if (kind === "outside") return OUTSIDE;
  if (tls === "off") return OPEN;
  if (hop === null) return tls === "PERMISSIVE" ? PERMISSIVE : none("plaintext-refused");
  if (![...uris].some((uri) => uri.startsWith(`spiffe://${mesh}/`))) return none("no-identity");
  return known ? null : none("peer-name");
}

function byPermission(
  mesh: string,
  { permission, hop, reads, tls }: Landing,
  { uris }: Client,
  request: Request,
): Verdict {
  const verdict = judge(permission, { caller: { mesh, uris, sni: hop?.sni ?? null }, reads, request });
  return tls === "PERMISSIVE" ? { ...verdict, plaintext: true } : verdict;
}

function none(reason: Reason): Verdict {
  CLOSED[reason] ??= Object.freeze({ outcome: "none", reason });
  return CLOSED[reason] as Verdict;
}
