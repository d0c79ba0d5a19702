// Secrets in texts: what has the form of one is replaced, wherever it stands. The last wall before a log, not the only one.

/**
 * Forms of secrets, and what stands in their place. Text may be JSON inside JSON: quotes and line ends may be escaped. Each takes linear
 * time, as strangers write what is logged: none looks for its end from more than one beginning of a run.
 */
const FORMS: readonly (readonly [RegExp, string])[] = [
  // Keys in PEM, also cut off.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?!-----END).)*(?:-----END [A-Z ]*PRIVATE KEY-----)?/gs, "[sealed key]"],
  // Credentials of the control plane: which kind it was may be told.
  [/weft_(api|enrolment|operator|session)_[A-Za-z0-9_-]{16,}/g, "weft_$1_[sealed]"],
  [/whsec_[A-Za-z0-9+/=_-]{16,}/g, "whsec_[sealed]"],
  // Private members of a JWK (RFC 7518 §6.2.2, §6.3.2).
  [/((?<!\\)\\*"(?:d|p|q|dp|dq|qi|k)\\*"\s*:\s*\\*")[\w-]{20,}/g, "$1[sealed]"],
  [/(?:\b|(?<=\\[nrt]))(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, "$1 [sealed]"],
  // What stands in queries of links, and in forms.
  [/([?&](?:token|code|state|secret|password)=)[^\s"&#\\]+/gi, "$1[sealed]"],
  // 256 bits in base32: secrets of credentials, invitations and sessions, with nothing before them.
  [/(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))[a-z2-7]{52}(?![A-Za-z0-9])/g, "[sealed]"],
];

/** The label of the one line in a log whose reader is to open the links in it: a mail that nobody sends. */
export const UNSENT_MAIL = "mail is not configured; this one is shown here alone";

/** The text without secrets. Hashes, ids and names stay. */
export function redact(text: string): string {
  return FORMS.reduce((told, [form, place]) => told.replace(form, place), text.replace(/\\?[\w.-]{12,}/g, sealTokens));
}

/** JWS and JWE, compact (RFC 7515 §7.1, RFC 7516 §7.1): proofs, tokens of dataplanes and zones, tokens of providers. */
function sealTokens(run: string): string {
  const parts = run.split(".");
  const told: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? "";
    const start = at + 1 < parts.length ? part.search(/(?:\b|(?<=\\[nrt]))eyJ/) : -1;
    const isToken = start >= 0 && part.length - start > 10;
    told.push(isToken ? `${part.slice(0, start)}[sealed token]` : part);
    if (isToken) at += 4;
  }
  return told.join(".");
}
