// The exit codes of `weft`: one table, printed by `weft help exit-codes` and held by tests.
import type { FaultCode } from "#model/fault.ts";

export const EXIT_CODES = {
  ok: { code: 0, meaning: "done" },
  failed: { code: 1, meaning: "the request failed, or something unexpected happened" },
  usage: { code: 2, meaning: "the command line is wrong or incomplete" },
  unauthenticated: { code: 3, meaning: "no token, or one that is unknown, expired or revoked" },
  forbidden: { code: 4, meaning: "the token's scopes, or this user's rights, do not allow this" },
  absent: { code: 5, meaning: "what was named does not exist" },
  conflict: { code: 6, meaning: "somebody else changed it, or the name is taken" },
  invalid: {
    code: 7,
    meaning: "a document or resource breaks rules, and nothing was changed; or an access test does not hold",
  },
  timeout: { code: 8, meaning: "waited in vain" },
  unreachable: { code: 9, meaning: "the server cannot be reached or failed" },
  differs: { code: 10, meaning: "something differs (weft diff --exit-code)" },
  rejected: { code: 11, meaning: "an Envoy refuses it (NACK)" },
  denied: { code: 12, meaning: "the call that was asked about does not get through, or not always" },
  guarded: {
    code: 13,
    meaning: "a guard rail of the mesh holds it: approvals, a freeze, a protected resource, an access test",
  },
  hungUp: { code: 129, meaning: "stopped because its terminal was closed (SIGHUP)" },
  interrupted: { code: 130, meaning: "stopped by Ctrl-C" },
  terminated: { code: 143, meaning: "stopped by SIGTERM" },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitName = keyof typeof EXIT_CODES;

/** How a command ends that the control plane has refused. */
export const EXIT_OF_FAULT: Readonly<Record<FaultCode, ExitName>> = {
  invalid: "invalid",
  malformed: "invalid",
  unauthenticated: "unauthenticated",
  unproved: "unauthenticated",
  forbidden: "forbidden",
  absent: "absent",
  "read-only": "forbidden",
  conflict: "conflict",
  stale: "conflict",
  "too-large": "invalid",
  guarded: "guarded",
  "too-many": "failed",
  unavailable: "unreachable",
  internal: "unreachable",
  "unsupported-type": "invalid",
};

/** The table as text, for help. */
export function exitCodeText(): string {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`);
  return `Exit codes:\n${rows.join("\n")}\n`;
}
