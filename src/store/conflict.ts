// A broken constraint, told by the message text: the only sign of it that all engines share.

/** A named constraint refused the batch, and nothing of the batch was written. */
export class Conflict extends Error {
  override readonly name = "Conflict";
  /** The CHECK's name (`precondition_failed`), or table and last column of the key (`revision.write_id`). */
  readonly constraint: string;

  constructor(constraint: string, cause: unknown) {
    super(`constraint ${constraint} refused the batch`, { cause });
    this.constraint = constraint;
  }
}

/** A writing zone call was sent again: it is answered with the status of the first time. */
export class ProofRepeated extends Error {
  override readonly name = "ProofRepeated";
  readonly status: number;

  constructor(status: number) {
    super("this proof has been used: the call was answered before");
    this.status = status;
  }
}

/** The constraint that an engine's error speaks of, or null when it speaks of none. */
export function conflictOf(error: unknown): Conflict | null {
  const text = error instanceof Error ? error.message : String(error);
  const check = /CHECK constraint failed: (\w+)/.exec(text);
  if (check?.[1] !== undefined) return new Conflict(check[1], error);
  const unique = /(?:UNIQUE|NOT NULL) constraint failed: (\w+\.\w+(?:, \w+\.\w+)*)/.exec(text);
  if (unique?.[1] !== undefined) return new Conflict(unique[1].split(", ").at(-1) ?? unique[1], error);
  return null;
}
