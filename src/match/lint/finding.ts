// Findings of lint: what is doubtful in a mesh, where, why, and what to do.

export const SEVERITIES = ["error", "warning", "info"] as const;
/** `error`: something that was written does not work. `warning`: it works, and likely not as meant. `info`: worth knowing. */
export type Severity = (typeof SEVERITIES)[number];

/** What a rule tells of one place. */
export interface Place {
  readonly kri: string;
  /** Path in the resource: `spec.rules[0].default.allow[1]`; empty = the whole. */
  readonly field: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** Where it differs from the rule's. */
  readonly severity?: Severity;
}

export interface Finding extends Place {
  readonly code: string;
  readonly severity: Severity;
}
