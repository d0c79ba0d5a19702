// Envelopes as they are stored: what all zones are told alike stands once, in parts, and each head has what is its own.
import type { SqlValue } from "./database.ts";
import type { SharedText } from "./face/snapshot.ts";

/** Characters of one part, all of them ASCII: far below what the narrowest engine takes as a row (D1: 2,000,000 bytes). */
const PART = 900_000;

/** One statement, so that head and parts are of one moment. ?1 tenant, ?2 zone, ?3 relay. */
export const NEWEST = `SELECT z.version, z.envelope, p.body FROM zone_head z
LEFT JOIN envelope_part p ON p.tenant_id = z.tenant_id AND p.hash = z.alike
WHERE z.tenant_id = ?1 AND z.zone = ?2 AND z.relay = ?3 ORDER BY p.part`;

export const ADD_PART = "INSERT OR IGNORE INTO envelope_part (tenant_id, hash, part, body) VALUES (?1, ?2, ?3, ?4)";
/** Those that no head names. */
export const DROP_PARTS = `DELETE FROM envelope_part WHERE tenant_id = ?1
AND hash NOT IN (SELECT alike FROM zone_head WHERE tenant_id = ?1)`;
/** As a value of a head: null, which no head takes, where there is no such part. `hash` is a parameter; empty stays empty. */
export const namedPart = (hash: string): string =>
  `CASE ${hash} WHEN '' THEN '' ELSE (SELECT p.hash FROM envelope_part p WHERE p.tenant_id = ?1 AND p.hash = ${hash} AND p.part = 0) END`;
/** The constraint that refuses it. */
export const NO_PART = "zone_head.alike";

/** The whole of what is a head's own and the parts that it names. */
export function wholeOf(own: string, parts: readonly string[]): string {
  if (parts.length === 0) return own;
  const end = own.lastIndexOf(".");
  return [own.slice(0, end), ...parts, own.slice(end)].join("");
}

/** Rows behind the tenant. */
export function partsOf({ hash, text }: SharedText): readonly (readonly SqlValue[])[] {
  return Array.from({ length: Math.ceil(text.length / PART) }, (_, at) => [
    hash,
    at,
    text.slice(at * PART, (at + 1) * PART),
  ]);
}
