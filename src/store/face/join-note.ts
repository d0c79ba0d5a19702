// Notes of joins: what became of attempts, by reason.

export interface JoinNoteRow {
  /** Empty = it is not known. */
  readonly zone: string;
  /** Id of the enrolment token, or of the relay; empty = it is not known. */
  readonly subject: string;
  /** Of control/join-note/code.ts. */
  readonly code: string;
  /** Attempts, at the least: those that come fast are not all counted. */
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** All queries on one tenant's notes of joins. */
export interface TenantJoinNotes {
  /** Adds to what was noted of the same zone, subject and code, and forgets all but the newest `keep`. */
  noteJoin(row: JoinNoteRow, keep: number): Promise<void>;
  /** The last one first. */
  joinNotes(): Promise<readonly JoinNoteRow[]>;
}
