// Problems of what ends with time: certificates in their last quarter, API tokens, plans that wait for approval, webhooks that are off. Pure.
import type { PlanStanding } from "#control/face/plan.ts";
import { needsOf } from "#control/guard/need.ts";
import type { Lifetime } from "#control/webhook/certificate-sight.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { PlanHead } from "#store/face/plan.ts";
import type { WebhookRow } from "#store/face/webhook.ts";
import { type Problem, problem } from "./problem.ts";
import { counted } from "./standing-problem.ts";

const DAY = 86_400_000;
/** Tokens that expire so soon are told of, and those that have for so long; milliseconds. */
const SOON = 7 * DAY;
const LATELY = 30 * DAY;
/** Of a certificate's life: what is left when it is told of, and when it is an error. */
const LAST = { warning: 4, error: 20 } as const;

const NAMES: Readonly<Record<Lifetime["kind"], readonly [string, string]>> = {
  ca: ["CA", "CAs"],
  issuer: ["issuer", "issuers"],
  proxy: ["proxy's certificate", "proxies' certificates"],
};

/** Those of one kind, mesh and zone together, by the one that ends first. Leaves and issuers are renewed long before: it means that something keeps them from it. */
export function certificateProblems(lifetimes: readonly Lifetime[], now: number): readonly Problem[] {
  const groups = new Map<string, Lifetime[]>();
  for (const one of lifetimes) {
    if (now < lastPart(one, LAST.warning)) continue;
    const key = JSON.stringify([one.kind, one.mesh, one.zone]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((alike) => {
    const [first] = alike.toSorted((a, b) => a.notAfter - b.notAfter) as [Lifetime];
    const { kind, mesh, zone, name, notAfter } = first;
    const where = `of mesh ${mesh}${zone === "" ? "" : ` in zone ${zone}`}`;
    const text = `${counted(alike.length, ...NAMES[kind])} ${where} ${alike.length === 1 ? "is in the last quarter of its" : "are in the last quarter of their"} life`;
    const about = { mesh, ...(zone === "" ? {} : { zone }), ...(kind === "proxy" ? { type: "Dataplane", name } : {}) };
    return problem(now < lastPart(first, LAST.error) ? "certificate.expiring" : "certificate.ending", text, about, {
      count: alike.length,
      since: isoOf(lastPart(first, LAST.warning)),
      until: isoOf(notAfter),
    });
  });
}

function lastPart({ notBefore, notAfter }: Lifetime, part: number): number {
  return notAfter - (notAfter - notBefore) / part;
}

/** Those that have not been revoked. */
export function tokenProblems(tokens: readonly CredentialRow[], now: number): readonly Problem[] {
  return tokens.flatMap(({ id, name, expiresAt, createdAt, revokedAt }) => {
    if (expiresAt === null || revokedAt !== null) return [];
    const end = Date.parse(expiresAt);
    // A token that was made for a day is meant to end.
    const isShort = end - Date.parse(createdAt) <= SOON;
    if (end <= now) {
      if (now - end > LATELY || isShort) return [];
      return [problem("token.expired", `API token ${name} has expired`, { token: id, name }, { since: expiresAt })];
    }
    if (end - now > SOON || isShort) return [];
    return [problem("token.expiring", `API token ${name} expires soon`, { token: id, name }, { until: expiresAt })];
  });
}

/** Plans that can be committed once somebody has approved them; `given`: how many approvals of a plan count. */
export function planProblems(
  rows: readonly PlanHead[],
  {
    standings,
    given,
    now,
  }: {
    readonly standings: Readonly<Record<string, PlanStanding>>;
    readonly given: (row: PlanHead) => number;
    readonly now: number;
  },
): readonly Problem[] {
  return rows.flatMap((row) => {
    const { id, reason, createdAt, committed } = row;
    const standing = standings[id];
    if (committed !== null || standing === undefined || standing.stale !== null) return [];
    const approvals = given(row);
    const need = needsOf(standing.demands, { plan: id, approvals, now }).find(({ kind }) => kind === "approvals");
    if (need === undefined) return [];
    const what = reason === "" ? "" : ` (${reason})`;
    const text = `Plan ${id}${what} waits for approval; it has ${approvals}`;
    return [problem("plan.waiting", text, { plan: id, mesh: need.mesh }, { words: need.reason, since: createdAt })];
  });
}

/** Webhooks to which nothing is sent any more. */
export function webhookProblems(webhooks: readonly WebhookRow[]): readonly Problem[] {
  return webhooks.flatMap(({ id, disabledAt, disabledWhy }) => {
    if (disabledAt === null) return [];
    const text = `Nothing is sent to webhook ${id} any more`;
    return [problem("webhook.disabled", text, { webhook: id }, { words: disabledWhy ?? "", since: disabledAt })];
  });
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
