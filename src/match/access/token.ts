// Tokens that requests must bring beside what permissions say: MeshJWT asks whoever is let in.
import type { InboundPolicy, InboundRule, Origin } from "#match/matched.ts";
import type { MeshJwtConf } from "#model/policy/mesh-jwt.ts";
import type { Landing } from "./landing.ts";
import type { Names } from "./named.ts";

/** The rule of a MeshJWT that asks the client's requests for a token; null where none does, or the token may be left out. */
export function tokenRule({ tokens, reads, hop, tls }: Landing, { uris }: Pick<Names, "uris">): Origin | null {
  const rules = ((tokens as InboundPolicy<MeshJwtConf> | undefined)?.rules ??
    []) as readonly InboundRule<MeshJwtConf>[];
  if (!reads) return null;
  const common = rules.find(({ match }) => match === undefined);
  // Envoy takes the first that means the client; one that names no issuer asks nothing, and is passed over.
  for (const rule of rules) {
    if (!means(rule.match, { uris, sni: hop?.sni ?? null, secured: hop !== null && tls !== "off" })) continue;
    const named = rule.conf?.providers === undefined ? common : rule;
    if ((named?.conf.providers ?? []).length === 0) continue;
    if ((rule.conf?.mode ?? common?.conf.mode) === "Optional") return null;
    return originOf(named as InboundRule<MeshJwtConf>);
  }
  return null;
}

interface Caller {
  readonly uris: ReadonlySet<string>;
  readonly sni: string | null;
  readonly secured: boolean;
}

function means(match: InboundRule<unknown>["match"], { uris, sni, secured }: Caller): boolean {
  if (match === undefined) return true;
  if (!secured || (match.sni !== undefined && match.sni.value !== sni)) return false;
  if (match.spiffeID === undefined) return true;
  const { type, value } = match.spiffeID;
  return type === "Exact" ? uris.has(value) : [...uris].some((uri) => uri.startsWith(value));
}

function originOf({ origins }: InboundRule<MeshJwtConf>): Origin | null {
  const found = Object.entries(origins).find(([pointer]) => pointer.startsWith("/providers"));
  return found?.[1][0] ?? null;
}
