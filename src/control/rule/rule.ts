// What a rule of one kind is given: the draft and the write that it judges.

import type { Draft, Planned } from "#control/draft/draft.ts";
import type { Vault } from "#control/secret/vault.ts";
import type { Violation } from "#model/violation.ts";

export interface RuleInput {
  readonly draft: Draft;
  readonly planned: Planned;
  readonly vault: Vault;
}

/** Violations that the resource alone does not show; paths as the writer sees them. */
export type Rule = (input: RuleInput) => Promise<readonly Violation[]> | readonly Violation[];
