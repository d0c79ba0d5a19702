// Problem bodies in Kuma's form: RFC 7807 members, and the older `details` and `causes` that kumactl prints.
import type { Fault, ReachedLimit } from "#model/fault.ts";

export interface Problem {
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** The request's id, as in the header `x-request-id` and in the log. */
  readonly instance?: string;
  readonly invalid_parameters?: readonly { readonly field: string; readonly reason: string }[];
  readonly limit?: ReachedLimit;
  readonly details: string;
  readonly causes?: readonly { readonly field: string; readonly message: string }[];
}

/** What Kuma and its clients use for problems too. */
export const PROBLEM_TYPE = "application/json";

/** The body for a fault. `instance` is the request's id. Nothing of the fault's cause gets in. */
export function problemOf(fault: Fault, instance: string): Problem {
  const { status, title, message: detail, violations, limit } = fault;
  const head = { type: "/std-errors", status, title, detail, instance, ...(limit && { limit }) };
  if (violations.length === 0) return { ...head, details: detail };
  return {
    ...head,
    invalid_parameters: violations.map(({ field, reason }) => ({ field, reason })),
    details: detail,
    causes: violations.map(({ field, reason }) => ({ field, message: reason })),
  };
}
