// A fault: the closed set of ways in which a request can fail, with status and title in one table.
import type { Violation } from "./violation.ts";

/** Status and public title of every code; `caller` tells whose mistake it is. */
export const FAULTS = {
  invalid: { status: 400, title: "Could not process a resource", caller: true },
  malformed: { status: 400, title: "Bad Request", caller: true },
  unauthenticated: { status: 401, title: "Unauthenticated", caller: true },
  forbidden: { status: 403, title: "Access Denied", caller: true },
  absent: { status: 404, title: "Could not retrieve a resource", caller: true },
  "read-only": { status: 405, title: "Method not Allowed", caller: true },
  conflict: { status: 409, title: "Conflict", caller: true },
  stale: { status: 412, title: "Precondition Failed", caller: true },
  "too-large": { status: 413, title: "Content Too Large", caller: true },
  "unsupported-type": { status: 415, title: "Unsupported Media Type", caller: true },
  guarded: { status: 423, title: "Held by a guard rail", caller: true },
  unproved: { status: 428, title: "Sign in again", caller: true },
  "too-many": { status: 429, title: "Too Many Requests", caller: true },
  unavailable: { status: 503, title: "Service Unavailable", caller: false },
  internal: { status: 500, title: "Internal Server Error", caller: false },
} as const satisfies Record<string, { status: number; title: string; caller: boolean }>;

export type FaultCode = keyof typeof FAULTS;

export interface FaultOptions {
  /** Overrides the table's title, where Kuma's clients look for another one. */
  readonly title?: string;
  readonly violations?: readonly Violation[];
  /** For the log only; it never reaches the wire. */
  readonly cause?: unknown;
  /** Seconds after which a retry may succeed. */
  readonly retryAfter?: number;
  /** The limit that was reached. */
  readonly limit?: ReachedLimit;
}

/** A limit of model/limit/limit.ts, and how much of it was used; a rate has no such number. */
export interface ReachedLimit {
  readonly name: string;
  readonly most: number;
  readonly used?: number;
}

/** The caller's mistake or the world's failure. A programmer's mistake is a TypeError instead. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  readonly title: string;
  readonly violations: readonly Violation[];
  readonly retryAfter: number | undefined;
  readonly limit: ReachedLimit | undefined;

  constructor(code: FaultCode, detail: string, options: FaultOptions = {}) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.title = options.title ?? FAULTS[code].title;
    this.violations = options.violations ?? [];
    this.retryAfter = options.retryAfter;
    this.limit = options.limit;
  }

  get status(): number {
    return FAULTS[this.code].status;
  }
}

/** The fault of a resource that breaks rules; all violations at once. */
export function invalid(violations: readonly Violation[], title?: string): Fault {
  return new Fault("invalid", "Resource is not valid", title === undefined ? { violations } : { violations, title });
}
