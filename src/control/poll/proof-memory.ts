// Proofs that were used for calls which store nothing but what they may store again.

import type { ProofUse } from "#control/face/caller.ts";
import type { Clock } from "#model/clock.ts";
import { ProofRepeated } from "#store/conflict.ts";
import { createUsedProofs } from "#trust/used-proofs.ts";

const OK = 200;

/** Proofs of calls that store nothing but a delivery row. */
export interface ProofMemory {
  /** Throws ProofRepeated when the proof was used before. */
  use(proof: ProofUse): void;
}

/**
 * Remembers proofs until they expire. A delivery row is the same however often it is written, and one row for the proof of
 * each would double what a thousand ACKs cost; so these proofs are kept in memory, where they keep an old count from
 * coming back, and a restart forgets no more than that.
 */
export function openProofMemory(clock: Clock): ProofMemory {
  const used = createUsedProofs(clock);
  return {
    use({ id, expiresAt }) {
      if (used.has(id)) throw new ProofRepeated(OK);
      used.add(id, expiresAt);
    },
  };
}
