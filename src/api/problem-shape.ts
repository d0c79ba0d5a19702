// The shape of problem bodies, and the fault that a client makes of one. Apart from problem.ts, which the poll worker imports.
import { FAULTS, Fault, type FaultCode, type FaultOptions } from "#model/fault.ts";
import * as z from "#model/lazy-zod.ts";

export const problem = z.object(() => ({
  type: z.string(),
  status: z.int(),
  title: z.string(),
  detail: z.string(),
  instance: z.exactOptional(z.string()),
  invalid_parameters: z.exactOptional(z.array(z.object({ field: z.string(), reason: z.string() }))),
  /** The limit that was reached, and how much of it is used. */
  limit: z.exactOptional(z.object({ name: z.string(), most: z.number(), used: z.exactOptional(z.number()) })),
  details: z.string(),
  causes: z.exactOptional(z.array(z.object({ field: z.string(), message: z.string() }))),
}));

/** The fault behind an answer with an error status, for clients. `text` is the body; it need not be a problem. */
export function faultOf(status: number, text: string, retryAfter?: number): Fault {
  const parsed = problem.safeParse(parseOrNull(text));
  const code = codeOfStatus(status);
  if (!parsed.success) {
    return new Fault(code, `The control plane answered ${status} with no problem body`, withRetry({}, retryAfter));
  }
  const { title, detail, invalid_parameters = [], limit } = parsed.data;
  return new Fault(
    code,
    detail,
    withRetry({ title, violations: invalid_parameters, ...(limit && { limit }) }, retryAfter),
  );
}

function withRetry(options: FaultOptions, retryAfter: number | undefined): FaultOptions {
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
