// Verdicts of landings for clients: the way first, then mTLS, then permissions; what was judged once is remembered by its text.
import type { InboundPolicy } from "#match/matched.ts";
import type { Landing } from "./landing.ts";
import type { Names } from "./named.ts";
import { judge } from "./permission.ts";
import type { Request } from "./request.ts";
import type { Reason, Verdict } from "./verdict.ts";

/** A client's names in its certificate. */
export type Client = Pick<Names, "uris">;

/** By text of what is asked, then by client: what permissions say. */
export type Judged = ReadonlyMap<string, ReadonlyMap<Client, Verdict>>;

export interface Judging {
  /** The client's verdict about a landing, of all requests together. */
  of(landing: Landing, client: Client): Verdict;
  /** All that was asked about, for the next. */
  readonly judged: Judged;
}

const CLOSED: Partial<Record<Reason, Verdict>> = {};

/** Judges clients of one mesh; `before` lends what it has judged, and changes time only. */
export function createJudging(mesh: string, before?: Judged): Judging {
  const judged = new Map<string, Map<Client, Verdict>>();
  const texts = new Map<InboundPolicy | undefined, string>();
  const known = new Map<
    Landing,
    { readonly own: Map<Client, Verdict>; readonly old: ReadonlyMap<Client, Verdict> | undefined }
  >();
  const asked = ({ permission, hop, reads, tls }: Landing): string => {
    const text = texts.get(permission) ?? JSON.stringify(permission ?? null);
    texts.set(permission, text);
    const named = text.includes('"sni"') ? (hop?.sni ?? "") : "";
    return `${reads} ${tls} ${named} ${text}`;
  };
  return {
    judged,
    of(landing, client) {
      const settled = beforePermission(mesh, landing, client);
      if (settled !== null) return settled;
      let there = known.get(landing);
      if (there === undefined) {
        const text = asked(landing);
        const own = judged.get(text) ?? new Map<Client, Verdict>();
        judged.set(text, own);
        there = { own, old: before?.get(text) };
        known.set(landing, there);
      }
      let verdict = there.own.get(client);
      if (verdict === undefined) {
        verdict = there.old?.get(client) ?? byPermission(mesh, landing, client, {});
        there.own.set(client, verdict);
      }
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
  if (!isNamed(mesh, uris)) return none("no-identity");
  return known ? null : none("peer-name");
}

/** Servers of the mesh take certificates with a name below their own trust domain. */
function isNamed(mesh: string, uris: ReadonlySet<string>): boolean {
  const domain = `spiffe://${mesh}/`;
  for (const uri of uris) if (uri.startsWith(domain)) return true;
  return false;
}

/** What permissions alone say of the client, whatever way it has. */
export function byPermission(
  mesh: string,
  { permission, hop, reads, tls }: Pick<Landing, "permission" | "hop" | "reads" | "tls">,
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
