// The face of control: who may call whom, and what is doubtful in it.
import type { Finding, Pair, Reach, ReachQuestion } from "#compile/access.ts";
import type { AccessDraft, DraftAsked } from "#compile/access-draft.ts";
import type { TestResult } from "#control/access-test/turn.ts";
import type { Caller } from "./caller.ts";

export type { Reach, ReachPath, ReachQuestion } from "#compile/access.ts";
export { fieldOfRule, REASONS, type RuleRef, type Verdict } from "#compile/verdict.ts";
export type { TestResult, TestState, TestTurn, TestTurns } from "#control/access-test/turn.ts";

/** A finding of lint. */
export type MeshFinding = Finding & { readonly mesh: string };

/** Who may call whom; every call needs to read dataplanes. */
export interface AccessReader {
  /** What is doubtful, the gravest first; in one mesh where it is said. Fault `absent`. */
  lint(caller: Caller, mesh: string | null): Promise<readonly MeshFinding[]>;
  /** Every pair of services between which there is a way, sorted by mesh, client and callee; of one mesh where it is said. Fault `absent`. */
  pairs(caller: Caller, mesh: string | null): Promise<readonly (Pair & { readonly mesh: string })[]>;
  /** Those of one mesh, in no particular order: to sort a quarter of a million takes longer than to find them. Fault `absent`. */
  unsortedPairs(caller: Caller, mesh: string): Promise<readonly Pair[]>;
  /** A permission that leads to what is wanted, and changes least beside it. Faults `absent`, `invalid` (none does, and why). */
  draft(caller: Caller, mesh: string, asked: DraftAsked): Promise<AccessDraft>;
  /** Every access test and whether it holds, sorted by mesh and name; of one mesh where it is said. Fault `absent`. */
  tests(caller: Caller, mesh: string | null): Promise<readonly TestResult[]>;
  /** Faults `absent`: no such mesh, or a name that nobody has. */
  reach(caller: Caller, mesh: string, question: ReachQuestion): Promise<Reach>;
}
