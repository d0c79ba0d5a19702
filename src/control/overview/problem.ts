// What needs attention: one shape for all kinds of problems, and the order in which they are told. Pure.

export const SEVERITIES = ["error", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Kind → how grave it is; in the order in which those that are equally grave are told. */
export const PROBLEM_KINDS = {
  "zone.unknown": "error",
  "service.down": "error",
  "proxy.rejected": "error",
  "certificate.ending": "error",
  "resource.fault": "error",
  "lint.error": "error",
  "relay.unknown": "warning",
  "join.refused": "warning",
  "plan.waiting": "warning",
  "rollout.unfinished": "warning",
  "certificate.expiring": "warning",
  "proxy.offline": "warning",
  "webhook.disabled": "warning",
  "lint.warning": "warning",
  "proxy.outdated": "warning",
  "token.expiring": "warning",
  "token.expired": "info",
  "proxy.versions": "info",
  "zone.empty": "info",
} as const satisfies Readonly<Record<string, Severity>>;

export type ProblemKind = keyof typeof PROBLEM_KINDS;

/** What it concerns; what is not said it does not. */
export interface About {
  readonly type?: string;
  readonly mesh?: string;
  readonly name?: string;
  readonly kri?: string;
  readonly zone?: string;
  readonly relay?: string;
  readonly revision?: number;
  readonly plan?: string;
  readonly token?: string;
  readonly webhook?: string;
}

export interface Problem {
  readonly kind: ProblemKind;
  /** One sentence. */
  readonly text: string;
  /** As others said it: an Envoy, the compiler, lint; empty where nobody did. */
  readonly words: string;
  /** How many of what it concerns are alike; `about` names the first. */
  readonly count: number;
  readonly about: About;
  /** RFC 3339; null where nobody knows. */
  readonly since: string | null;
  /** When it gets worse: a certificate's end. */
  readonly until: string | null;
}

/** Problems that are told; what is left out is counted. */
export const MOST_PROBLEMS = 100;

/** How many there are of each severity, and the first of them. */
export interface Problems {
  readonly total: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly items: readonly (Problem & { readonly severity: Severity })[];
}

/** The gravest first; of one kind the oldest first. */
export function orderedProblems(found: readonly Problem[]): Problems {
  const kinds = Object.keys(PROBLEM_KINDS);
  const items = found
    .map((one) => ({ one, rank: kinds.indexOf(one.kind), key: JSON.stringify(one.about) }))
    .sort((a, b) => a.rank - b.rank || compare(a.one.since ?? "", b.one.since ?? "") || compare(a.key, b.key))
    .map(({ one }) => ({ ...one, severity: PROBLEM_KINDS[one.kind] as Severity }));
  const count = (severity: Severity): number => items.filter((one) => one.severity === severity).length;
  return {
    total: items.length,
    bySeverity: { error: count("error"), warning: count("warning"), info: count("info") },
    items: items.slice(0, MOST_PROBLEMS),
  };
}

/** A problem of which only that is known. */
export function problem(kind: ProblemKind, text: string, about: About, more: Partial<Problem> = {}): Problem {
  return { kind, text, words: "", count: 1, about, since: null, until: null, ...more };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
