// The face of control: who asks, after authentication.
import type { RequestMark } from "#control/watch/span.ts";

/** Who asks, after authentication. */
export interface Caller {
  readonly tenant: string;
  /** `token:<id>`, `user:<id>` or `relay:<zone>/<relay>`; stands in revisions. */
  readonly actor: string;
  /** Why, in the caller's own words; absent where none were given. */
  readonly reason?: string;
  /** Why guard rails are to be overridden; absent where they are not. */
  readonly override?: string;
  /** The request in which it asks; absent where it is none of HTTP. */
  readonly request?: RequestMark;
  /** Nothing will be written: it is enough that the caller may plan. Set by control alone. */
  readonly planning?: true;
  /** `admin`, `read`, `write`, `secret:reveal`; the table is in trust/scope.ts. */
  readonly scopes: readonly string[];
}

/** A relay whose proof has been verified. */
export interface RelayCaller {
  readonly tenant: string;
  readonly zone: string;
  readonly relay: string;
}

/** The proof's id of a writing call; a repeat answers the first status (ProofRepeated). */
export interface ProofUse {
  readonly id: string;
  readonly expiresAt: number;
}
