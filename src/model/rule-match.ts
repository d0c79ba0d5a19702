// Matches of `rules` policies: which client identity, which SNI.

import type { Frozen } from "./frozen.ts";
import * as z from "./lazy-zod.ts";
import { subdomainReason } from "./name.ts";
import { may, text } from "./shape.ts";
import type { Violation } from "./violation.ts";

const spiffeIdMatch = z.strictObject(() => ({ type: z.enum(["Exact", "Prefix"]), value: text }));
const sniMatch = z.strictObject(() => ({ type: z.enum(["Exact"]), value: text }));
export const matchMembers = { spiffeID: may(spiffeIdMatch), sni: may(sniMatch) } as const;
export const matchShape = z.strictObject(matchMembers);
export type RuleMatch = Frozen<z.infer<typeof matchShape>>;

/** In it an inbound's own Envoy tells the server name that a client asked for; it never leaves that Envoy. */
export const SERVER_NAME_HEADER = "x-weft-server-name";

/** Violations of one match, below its own path. A prefix must be a whole SPIFFE ID too. */
export function matchViolations({ spiffeID, sni }: RuleMatch): readonly Violation[] {
  const found: Violation[] = [];
  const wrongId = spiffeID === undefined ? null : spiffeIdReason(spiffeID.value);
  if (wrongId !== null) found.push({ field: "spiffeID", reason: `must be a valid Spiffe ID: ${wrongId}` });
  const wrongSni = sni === undefined ? null : subdomainReason(sni.value);
  if (wrongSni !== null) found.push({ field: "sni.value", reason: wrongSni });
  return found;
}

/** Why the text is no SPIFFE ID (SPIFFE-ID §2), in go-spiffe's words, or null. */
export function spiffeIdReason(text: string): string | null {
  if (text === "") return "cannot be empty";
  if (!text.startsWith("spiffe://")) return "scheme is missing or invalid";
  const rest = text.slice("spiffe://".length);
  const slash = rest.indexOf("/");
  const domain = slash < 0 ? rest : rest.slice(0, slash);
  if (domain === "") return "trust domain is missing";
  if (!/^[a-z0-9._-]+$/.test(domain)) {
    return "trust domain characters are limited to lowercase letters, numbers, dots, dashes, and underscores";
  }
  if (slash < 0) return null;
  const segments = rest.slice(slash + 1).split("/");
  if (segments.at(-1) === "") return "path cannot have a trailing slash";
  for (const segment of segments) {
    if (segment === "") return "path cannot contain empty segments";
    if (segment === "." || segment === "..") return "path cannot contain dot segments";
    if (!/^[A-Za-z0-9._-]+$/.test(segment)) {
      return "path segment characters are limited to letters, numbers, dots, dashes, and underscores";
    }
  }
  return null;
}
