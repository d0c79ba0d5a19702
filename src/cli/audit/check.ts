// Checks an audit log that comes in parts of bytes, and keeps no more of it than a line.
import { createHash } from "node:crypto";
import type { AuditEntry } from "#model/audit/entry.ts";
import { type OpenSeal, openVerifier, type Verdict } from "#model/audit/verify.ts";

const NEWLINE = 10;

/** Reads to the first thing that is wrong, or to the end. */
export async function checkLog(
  parts: AsyncIterable<Uint8Array>,
  openSeal: OpenSeal,
  entry?: (entry: AuditEntry) => void,
): Promise<Verdict> {
  const verifier = openVerifier((text) => createHash("sha256").update(text).digest("base64url"), openSeal, entry);
  for await (const line of linesOf(parts)) {
    const verdict = verifier.take(line);
    if (verdict !== null) return verdict;
  }
  return verifier.end();
}

/** Lines without their newlines; null = one that is no UTF-8. The last may lack its newline. */
async function* linesOf(parts: AsyncIterable<Uint8Array>): AsyncGenerator<string | null> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let held: Uint8Array[] = [];
  const text = (): string | null => {
    try {
      return decoder.decode(Buffer.concat(held));
    } catch {
      return null;
    }
  };
  for await (const part of parts) {
    let from = 0;
    for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, from)) {
      held.push(part.subarray(from, at));
      yield text();
      held = [];
      from = at + 1;
    }
    if (from < part.length) held.push(part.subarray(from));
  }
  if (held.length > 0) yield text();
}
