// The face of control: the poll path.
import type { SnapshotResponse } from "#api/zone.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import type { RelayCaller } from "./caller.ts";

/** The poll path: one row for "nothing new"; imported by the poll worker, so it pulls in no certificate library. */
export interface Poll {
  /**
   * Null = nothing newer than `base`, which is `<version>`, or `<version>:<epoch>.<sequence>` from a relay that also wants
   * envelopes whose version is the same (revoked tokens, relays, event numbers). `waitSeconds` > 0 holds the answer until
   * there is, at most so long. `head` is the relay's row as the caller has just read it, to read no second one.
   * Faults `unauthenticated` (no such relay), `forbidden` (revoked).
   */
  snapshot(
    relay: RelayCaller,
    base: string | null,
    waitSeconds: number,
    head?: ZoneHead,
  ): Promise<SnapshotResponse | null>;
}
