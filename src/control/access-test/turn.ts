// What access tests come to: whether each holds before a change and after it, and by which rule. Pure.
import type { Ask } from "#compile/access.ts";
import { letsIn, type Verdict } from "#compile/verdict.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";

export type AccessTest = Resource<SpecOf<"AccessTest">>;

/** How one stands. */
export interface TestState {
  readonly holds: boolean;
  /** Absent where one of the two is nobody. */
  readonly verdict?: Verdict;
  /** Whom nobody knows, as a sentence. */
  readonly nobody?: string;
}

/** A test, and how it stands now. */
export interface TestResult {
  readonly test: AccessTest;
  readonly now: TestState;
}

/** What a change does to a test, as it is written after the change. */
export interface TestTurn extends Spec {
  readonly mesh: string;
  readonly name: string;
  readonly before: TestState;
  readonly after: TestState;
}

type Spec = SpecOf<"AccessTest">;

/** Tests by what a change does to them; those that hold before it and after it are in none. */
export interface TestTurns {
  readonly broken: readonly TestTurn[];
  readonly mended: readonly TestTurn[];
  /** They hold neither before nor after: nothing is held back for them. */
  readonly failing: readonly TestTurn[];
}

export const NO_TURNS: TestTurns = { broken: [], mended: [], failing: [] };

/** Where there is no mesh, nobody gets through. */
const NO_MESH: TestState = { holds: false, nobody: "there is no such mesh" };

/**
 * How the test stands. `allow` holds where every request that is meant gets through; `deny` where none does, for whatever
 * reason: also where one of the two does not exist.
 */
export function stateOf({ spec }: AccessTest, ask: Ask | null): TestState {
  const { expect, from, to, port, method, path } = spec;
  if (ask === null) return { ...NO_MESH, holds: expect === "deny" };
  const request = { ...(method !== undefined && { method }), ...(path !== undefined && { path }) };
  const answer = ask({ from, to, request, ...(port !== undefined && { port }) });
  if (!("outcome" in answer)) return { holds: expect === "deny", nobody: answer.reason };
  const { outcome } = answer;
  const holds = expect === "deny" ? !letsIn(answer) : outcome === "allowed" || outcome === "open";
  return { holds, verdict: answer };
}

/** What becomes of the tests of one mesh; null where the mesh is not there. */
export function turnsOf(tests: readonly AccessTest[], before: Ask | null, after: Ask | null): readonly TestTurn[] {
  return tests.map((test) => {
    const { mesh, name, spec } = test;
    return { mesh, name, ...spec, before: stateOf(test, before), after: stateOf(test, after) };
  });
}

/** Turns by what they are, each list sorted by mesh and name. */
export function sortTurns(turns: readonly TestTurn[]): TestTurns {
  const sorted = turns.toSorted((a, b) => (`${a.mesh}/${a.name}` < `${b.mesh}/${b.name}` ? -1 : 1));
  return {
    broken: sorted.filter(({ before, after }) => before.holds && !after.holds),
    mended: sorted.filter(({ before, after }) => !before.holds && after.holds),
    failing: sorted.filter(({ before, after }) => !before.holds && !after.holds),
  };
}

/** Of each list the first. */
export function boundedTurns({ broken, mended, failing }: TestTurns): TestTurns {
  return { broken: broken.slice(0, MOST), mended: mended.slice(0, MOST), failing: failing.slice(0, MOST) };
}

/** Tests of a kind that a plan tells of. */
const MOST = 100;
