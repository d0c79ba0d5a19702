// A log as an export has it, made of the parts that the control plane makes it of: real hashes, real signatures.
import type { AuditEntry, AuditSeal } from "#model/audit/entry.ts";
import { auditText } from "#model/audit/entry.ts";
import { canonical } from "#model/canonical.ts";
import type { JsonObject } from "#model/json.ts";
import { digest } from "#test/digest.ts";
import { signAuditSeal } from "#trust/audit-seal.ts";
import type { EnvelopeKey } from "#trust/envelope.ts";
import { createKey, importPrivateKey, type PublicJwk } from "#trust/key.ts";

export const ORGANISATION = "abcdefghijkl";
const TIME = "2026-03-04T05:06:07.000Z";

export interface Signer extends EnvelopeKey {
  readonly publicJwk: PublicJwk;
}

export async function aSigner(): Promise<Signer> {
  const { publicJwk, privateKey } = await createKey("sign");
  return { kid: String(publicJwk.kid), key: await importPrivateKey("sign", privateKey), publicJwk };
}

/** Entries from 1 on; `subjects` may hold any text. */
export function chainOf(subjects: readonly string[]): readonly AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const subject of subjects) {
    const entry = {
      organisation: ORGANISATION,
      number: entries.length + 1,
      time: TIME,
      actor: "token:k3v7",
      token: "k3v7",
      action: "resources.change",
      subject,
      revision: entries.length + 1,
      details: { reason: subject, resources: [{ change: "created", mesh: "", name: "a", type: "Mesh" }] },
      previous: entries.at(-1)?.hash ?? "",
    };
    entries.push({ ...entry, hash: digest(auditText(entry)) });
  }
  return entries;
}

/** Lines of an export of entries `from` to the last, with a checkpoint after each of `checkpoints`. */
export async function linesOf(
  entries: readonly AuditEntry[],
  signer: EnvelopeKey,
  { from = 1, checkpoints = [] }: { readonly from?: number; readonly checkpoints?: readonly number[] } = {},
): Promise<string[]> {
  const hashAt = (number: number): string => entries[number - 1]?.hash ?? "";
  const seal = (kind: AuditSeal["kind"], number: number, more: Partial<AuditSeal> = {}) =>
    signAuditSeal({ kind, organisation: ORGANISATION, number, hash: hashAt(number), time: TIME, ...more }, signer);
  const line = (value: unknown): string => canonical(value as JsonObject);
  const lines = [line({ export: await seal("export", entries.length, { from, previous: hashAt(from - 1) }) })];
  if (from > 1) lines.push(line({ checkpoint: await seal("anchor", from - 1) }));
  for (const entry of entries.slice(from - 1)) {
    lines.push(line(entry));
    if (checkpoints.includes(entry.number)) lines.push(line({ checkpoint: await seal("checkpoint", entry.number) }));
  }
  return lines;
}
