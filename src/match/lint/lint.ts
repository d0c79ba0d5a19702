// Lint: the table of rules, and what they find in one mesh.
import type { MeshAccess } from "#match/access/access.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { selectsNothing, shadowedPolicy, unreachableAllow, unreachableRoute, unusedRoute } from "./effect.ts";
import { type Finding, type Place, SEVERITIES, type Severity } from "./finding.ts";
import { danglingReference, olderBesideNewer, unknownName, unusableValue } from "./reference.ts";
import { allowAll, meshWithoutMtls, permissiveMtls, unboundSelector, withoutPermission } from "./security.ts";
import { type Surveyed, surveyOf } from "./survey.ts";
import { testOfNobody } from "./test.ts";

export interface LintRule {
  readonly code: string;
  readonly severity: Severity;
  /** What it looks for. */
  readonly title: string;
  find(survey: Surveyed): Iterable<Place>;
}

/** The rules; docs/guides/access.md has a line for each. */
export const LINT_RULES: readonly LintRule[] = [
  { code: "dangling-reference", severity: "error", title: "a reference to nothing", find: danglingReference },
  {
    code: "unusable-value",
    severity: "error",
    title: "a value that is left out because it cannot be used",
    find: unusableValue,
  },
  {
    code: "no-permission",
    severity: "warning",
    title: "a service that is called and lets nobody in",
    find: withoutPermission,
  },
  {
    code: "unreachable-allow",
    severity: "warning",
    title: "an allow whose clients a deny keeps out",
    find: unreachableAllow,
  },
  {
    code: "unreachable-route",
    severity: "warning",
    title: "a rule of a route to which no request comes",
    find: unreachableRoute,
  },
  {
    code: "shadowed-policy",
    severity: "warning",
    title: "a policy whose every value is beaten everywhere",
    find: shadowedPolicy,
  },
  { code: "selects-nothing", severity: "warning", title: "a policy that selects no dataplane", find: selectsNothing },
  { code: "unused-route", severity: "warning", title: "a route to what none of its clients calls", find: unusedRoute },
  { code: "unknown-name", severity: "warning", title: "a client or service that nobody is called", find: nobodies },
  {
    code: "older-beside-newer",
    severity: "warning",
    title: "an older policy beside the one that replaced it",
    find: olderBesideNewer,
  },
  { code: "mesh-without-mtls", severity: "warning", title: "a mesh without mTLS", find: meshWithoutMtls },
  {
    code: "permissive-mtls",
    severity: "warning",
    title: "inbounds that take plaintext beside mTLS",
    find: permissiveMtls,
  },
  { code: "allow-all", severity: "info", title: "a permission that lets everybody in", find: allowAll },
  {
    code: "unbound-selector",
    severity: "info",
    title: "a service that a workload makes itself a part of",
    find: unboundSelector,
  },
];

/** What the rules find in a mesh and in its access tests: the gravest first, then by resource and field. */
export function lintMesh(
  access: MeshAccess,
  tests: readonly Resource<SpecOf<"AccessTest">>[] = [],
): readonly Finding[] {
  const survey = { ...surveyOf(access), tests };
  const found = LINT_RULES.flatMap(({ code, severity, find }) =>
    [...find(survey)].map((place): Finding => ({ code, severity, ...place })),
  );
  return found.sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || compareText(keyOf(a), keyOf(b)),
  );
}

function keyOf({ code, kri, field }: Finding): string {
  return `${kri} ${field} ${code}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function* nobodies(survey: Surveyed): Iterable<Place> {
  yield* unknownName(survey);
  yield* testOfNobody(survey);
}
