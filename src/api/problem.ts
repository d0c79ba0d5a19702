// Problem bodies in Kuma's form: RFC 7807 members, and the older `details` and `causes` that kumactl prints.
import * as z from "zod/mini";
import { FAULTS, Fault, type FaultCode } from "#model/fault.ts";
import type { Violation } from "#model/violation.ts";

export const problem = z.object({
  type: z.string(),
  status: z.int(),
  title: z.string(),
  detail: z.string(),
  /** The request's id, as in the header `x-request-id` and in the log. */
  instance: z.exactOptional(z.string()),
  invalid_parameters: z.exactOptional(z.array(z.object({ field: z.string(), reason: z.string() }))),
  details: z.string(),
  causes: z.exactOptional(z.array(z.object({ field: z.string(), message: z.string() }))),
});

export type Problem = z.infer<typeof problem>;

/** What Kuma and its clients use for problems too. */
export const PROBLEM_TYPE = "application/json";

/** The body for a fault. `instance` is the request's id. Nothing of the fault's cause gets in. */
export function problemOf(fault: Fault, instance: string): Problem {
  const { status, title, message: detail, violations } = fault;
  const head = { type: "/std-errors", status, title, detail, instance };
  if (violations.length === 0) return { ...head, details: detail };
  return {
    ...head,
    invalid_parameters: violations.map(({ field, reason }) => ({ field, reason })),
    details: detail,
    causes: violations.map(({ field, reason }) => ({ field, message: reason })),
  };
}

/** The fault behind an answer with an error status, for clients. `text` is the body; it need not be a problem. */
export function faultOf(status: number, text: string, retryAfter?: number): Fault {
  const parsed = problem.safeParse(parseOrNull(text));
  const code = codeOfStatus(status);
  if (!parsed.success) {
    return new Fault(code, `The control plane answered ${status} with no problem body`, withRetry({}, retryAfter));
  }
  const { title, detail, invalid_parameters = [] } = parsed.data;
  return new Fault(code, detail, withRetry({ title, violations: invalid_parameters }, retryAfter));
}

function withRetry(
  options: { title?: string; violations?: readonly Violation[] },
  retryAfter: number | undefined,
): { title?: string; violations?: readonly Violation[]; retryAfter?: number } {
  return retryAfter === undefined ? options : { ...options, retryAfter };
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** 400 is `invalid`, whichever of the two it was; unknown statuses are the caller's below 500. */
function codeOfStatus(status: number): FaultCode {
  for (const [code, row] of Object.entries(FAULTS)) if (row.status === status) return code as FaultCode;
  return status < 500 ? "malformed" : "internal";
}
