// Secrets in texts: what has the form of one is replaced, wherever it stands. The last wall before a log, not the only one.

/** Forms of secrets, and what stands in their place. Text may be JSON inside JSON: quotes and line ends may be escaped. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  // Keys in PEM, also cut off.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?!-----END).)*(?:-----END [A-Z ]*PRIVATE KEY-----)?/gs, "[sealed key]"],
  // Credentials of the control plane: which kind it was may be told.
  [/\bweft_(api|enrolment|operator|session)_[A-Za-z0-9_-]{16,}/g, "weft_$1_[sealed]"],
  [/\bwhsec_[A-Za-z0-9+/=_-]{16,}/g, "whsec_[sealed]"],
  // JWS and JWE: proofs, tokens of dataplanes and zones, tokens of providers.
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g, "[sealed token]"],
  // Private members of a JWK (RFC 7518 §6.2.2, §6.3.2).
  [/(\\*"(?:d|p|q|dp|dq|qi|k)\\*"\s*:\s*\\*")[\w-]{20,}/g, "$1[sealed]"],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, "$1 [sealed]"],
  // What stands in queries of links, and in forms.
  [/([?&](?:token|code|state|secret|password)=)[^\s"&#\\]+/gi, "$1[sealed]"],
  // 256 bits in base32: secrets of credentials, invitations and sessions, with nothing before them.
  [/(?<![A-Za-z0-9])[a-z2-7]{52}(?![A-Za-z0-9])/g, "[sealed]"],
];

/** The label of the one line in a log whose reader is to open the links in it: a mail that nobody sends. */
export const UNSENT_MAIL = "mail is not configured; this one is shown here alone";

/** The text without secrets. Hashes, ids and names stay. */
export function redact(text: string): string {
  return FORMS.reduce((told, [form, place]) => told.replace(form, place), text);
}
