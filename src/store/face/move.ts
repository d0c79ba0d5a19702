// Moving an organisation from one database to another, step by step.

export type MovePhase = "begin" | "copy" | "freeze" | "final" | "verify" | "empty";

/** How a move stands. */
export interface MoveStanding {
  readonly source: string;
  readonly target: string;
  /** What comes next; null = the organisation is in the target, and nothing of it is left in the source. */
  readonly phase: MovePhase | null;
  /** The table that the pass has come to; null = at its beginning. */
  readonly table: string | null;
  /** Passes over all tables that have ended. */
  readonly passes: number;
}

export interface Mover {
  /**
   * Begins the move, or goes on with it, for about so many milliseconds. To be called again until the phase is null; whoever
   * stops, and wherever, the organisation is whole in one of the two databases, and the next call goes on. Faults `invalid` for
   * a database that there is not, `conflict` where the organisation is on its way to another one, being restored, or to be
   * deleted without a move that has begun before.
   */
  move(tenant: string, target: string, milliseconds: number): Promise<MoveStanding>;
  /** Goes on with a move that has begun, wherever it leads. True = there is none any more; false = call again. Fault `conflict`. */
  end(tenant: string, milliseconds: number): Promise<boolean>;
}
