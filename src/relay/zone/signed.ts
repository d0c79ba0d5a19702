// A signed snapshot: the envelope's claims verified against the keys of the enrolment, and the content against the envelope.
import type { EnrolResponse, Envelope } from "#api/zone.ts";
import type { Digest } from "#model/json.ts";
import { isLater } from "#model/position.ts";
import { applyDiff } from "#snapshot/apply.ts";
import { FORMAT, type Snapshot } from "#snapshot/manifest.ts";
import { verifyEnvelope } from "#trust/envelope.ts";

export interface SignedSnapshot {
  /** The compact JWS, as it came. */
  readonly jws: string;
  readonly envelope: Envelope;
  readonly snapshot: Snapshot;
}

/** What came over the wire or from disk, not yet believed. */
export interface Candidate {
  readonly envelope: string;
  readonly base: string | null;
  readonly sections: unknown;
  readonly blobs: unknown;
}

export type Verified =
  | { readonly ok: true; readonly signed: SignedSnapshot }
  /** An (epoch, sequence) not above the one at hand: nothing new. */
  | { readonly ok: false; readonly older: true; readonly reason: string }
  | { readonly ok: false; readonly older: false; readonly cause: RefusalCause; readonly reason: string };

/** What is wrong with a snapshot: who signed it, for whom it is, or what is in it (or not any more). */
export type RefusalCause = "signature" | "claims" | "content";

/** Believes a candidate only when its envelope is signed for this zone and its content has the version that was signed. */
export async function verifySigned(
  candidate: Candidate,
  current: SignedSnapshot | null,
  enrolment: EnrolResponse,
  digest: Digest,
): Promise<Verified> {
  const opened = await verifyEnvelope(candidate.envelope, enrolment.jwks.keys);
  if (!opened.ok) return refused("signature", `the envelope is refused: ${opened.reason}`);
  const envelope = readEnvelope(opened.payload);
  if (envelope === null)
    return refused("claims", "the envelope is refused: it lacks a member, or its format is another");
  for (const [name, wanted] of [
    ["controlPlane", enrolment.controlPlane],
    ["tenant", enrolment.tenant],
    ["zone", enrolment.zone],
  ] as const)
    if (envelope[name] !== wanted) return refused("claims", `the envelope is for another ${name}`);
  if (current !== null && !isLater(envelope, current.envelope)) {
    const reason = `(${envelope.epoch}, ${envelope.sequence}) is not above (${current.envelope.epoch}, ${current.envelope.sequence})`;
    return { ok: false, older: true, reason };
  }
  const { base, sections, blobs } = candidate;
  const diff = { format: FORMAT, zone: enrolment.zone, base, version: envelope.version, sections, blobs };
  const applied = applyDiff(current?.snapshot ?? null, diff, digest);
  if ("corrupt" in applied) return refused("content", `the snapshot is refused: ${applied.corrupt}`);
  return { ok: true, signed: { jws: candidate.envelope, envelope, snapshot: applied.snapshot } };
}

// The signature says who wrote it; this only keeps a later format from being half understood.
function readEnvelope(payload: unknown): Envelope | null {
  if (typeof payload !== "object" || payload === null) return null;
  const from = payload as Readonly<Record<keyof Envelope, unknown>>;
  const counts = [from.epoch, from.sequence, from.revision, from.compiler];
  const texts = [from.controlPlane, from.tenant, from.zone, from.version, from.previous];
  const good =
    from.format === 1 &&
    counts.every((count) => Number.isSafeInteger(count) && (count as number) >= 0) &&
    texts.every((text) => typeof text === "string") &&
    Array.isArray(from.relays) &&
    Array.isArray(from.meshes);
  return good ? (payload as Envelope) : null;
}

function refused(cause: RefusalCause, reason: string): Verified {
  return { ok: false, older: false, cause, reason };
}
