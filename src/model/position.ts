// Where a snapshot stands among others of its tenant.

export interface Position {
  readonly epoch: number;
  readonly sequence: number;
}

/** Snapshots are ordered by (epoch, sequence): an epoch rises when a tenant is restored from a backup. */
export function isLater(one: Position, other: Position): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.sequence > other.sequence);
}
