// What a call of a distant writer came to: a value, or a fault as plain data, since classes do not cross RPC.
import { Fault, type FaultCode, type ReachedLimit } from "#model/fault.ts";
import type { Violation } from "#model/violation.ts";
import { ProofRepeated } from "#store/conflict.ts";

export type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "repeated"; readonly status: number }
  | {
      readonly kind: "fault";
      readonly code: FaultCode;
      readonly detail: string;
      readonly title: string;
      readonly violations: readonly Violation[];
      readonly retryAfter: number | null;
      readonly limit: ReachedLimit | null;
    };

/** Runs it, and says what came of it. What is no fault is thrown on, and fails the call. */
export async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { kind: "value", value: await run() };
  } catch (error) {
    if (error instanceof ProofRepeated) return { kind: "repeated", status: error.status };
    if (!(error instanceof Fault)) throw error;
    const { code, message: detail, title, violations, retryAfter = null, limit = null } = error;
    return { kind: "fault", code, detail, title, violations, retryAfter, limit };
  }
}

/** The value, or the fault thrown again. */
export function settle(outcome: Outcome): unknown {
  if (outcome.kind === "value") return outcome.value;
  if (outcome.kind === "repeated") throw new ProofRepeated(outcome.status);
  const { code, detail, title, violations, retryAfter, limit } = outcome;
  throw new Fault(code, detail, {
    title,
    violations,
    ...(retryAfter === null ? {} : { retryAfter }),
    ...(limit && { limit }),
  });
}
