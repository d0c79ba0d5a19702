// Shapes of lint: what is doubtful in a mesh, where, why, and what to do.
import * as z from "#model/lazy-zod.ts";
import { may } from "#model/shape.ts";

export const LINT_SEVERITIES = ["error", "warning", "info"] as const;

export const finding = z.object(() => ({
  /** Which rule found it: `no-permission`; docs/guides/access.md lists them. */
  code: z.string(),
  severity: z.enum(LINT_SEVERITIES),
  mesh: z.string(),
  kri: z.string(),
  type: z.string(),
  name: z.string(),
  /** Path in the resource; empty = the whole. */
  field: z.string(),
  what: z.string(),
  why: z.string(),
  fix: z.string(),
}));
export type WireFinding = z.infer<typeof finding>;

/** The gravest first. */
export const findings = z.object(() => ({ total: z.int(), items: z.array(finding) }));

export const lintQuery = z.object(() => ({
  mesh: may(z.string()),
  /** Findings that are as grave or graver; `info` unless said. */
  severity: may(z.string()),
}));
