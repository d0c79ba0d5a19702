// Usage: how much of everything an organisation has, and how much it may have.
import { ALL_KINDS } from "#model/kinds.ts";
import type { LimitName, Tier } from "#model/limit/limit.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import { type ControlDeps, HISTORY_DAYS } from "./deps.ts";
import type { Caller } from "./face/caller.ts";
import type { Tiers } from "./limit/tiers.ts";
import { permitKind } from "./permission.ts";

/** What is counted, in the order in which it is shown, with the limit that bounds it; null = none does. */
export const COUNTED = {
  meshes: "meshes",
  zones: "zones",
  relays: null,
  proxies: "proxies",
  gates: null,
  resources: "resources",
  members: "members",
  invitations: "invitations",
  tokens: "tokens",
  webhooks: "webhooks",
  plans: "plans",
  revisions: null,
  "audit-entries": null,
} as const satisfies Readonly<Record<string, LimitName | null>>;

/** How often an organisation may call. */
export const RATES = ["token-rate", "organisation-rate", "relay-rate"] as const satisfies readonly LimitName[];

export type Counted = keyof typeof COUNTED;

export interface Usage {
  readonly tier: Tier;
  readonly items: readonly { readonly what: Counted; readonly used: number; readonly limit: number | null }[];
  /** Requests a second; null = no limit. */
  readonly rates: readonly { readonly what: (typeof RATES)[number]; readonly limit: number | null }[];
  /** What is older is dropped. */
  readonly kept: { readonly revisionDays: number; readonly auditDays: number };
}

export type UsageReader = (caller: Caller) => Promise<Usage>;

type Deps = Pick<ControlDeps, "store" | "clock" | "historyDays">;

/** Counts by a few reads of the store; no writer is asked. Fault `forbidden`. */
export function openUsage({ store, clock, historyDays }: Deps, tiers: Pick<Tiers, "of">): UsageReader {
  return async (caller) => {
    permitKind(caller.scopes, "read", { type: "what is shown there", secret: false, readOnly: false });
    const within = store.within(caller.tenant);
    const counts = Promise.all(
      ALL_KINDS.filter(({ readOnly }) => !readOnly).map(async ({ type }) => {
        const { total } = await within.list({ type, offset: 0, size: 1 });
        return [type, total] as const;
      }),
    );
    const [kinds, relays, tokens, webhooks, members, invitations, plans, heads, oldest, audit] = await Promise.all([
      counts,
      within.zoneHeads(),
      within.listCredentials("api"),
      within.webhooks.list(),
      store.members.listMembers(caller.tenant),
      store.members.listInvitations(caller.tenant),
      within.countPlans(),
      within.heads(),
      within.oldestRevision(),
      within.auditStanding(),
    ]);
    const byType = new Map(kinds);
    const of = (...types: readonly string[]): number => types.reduce((sum, type) => sum + (byType.get(type) ?? 0), 0);
    const now = clock();
    const used: Readonly<Record<Counted, number>> = {
      meshes: of("Mesh"),
      zones: of("Zone"),
      relays: relays.filter(({ revoked }) => !revoked).length,
      proxies: of("Dataplane"),
      gates: of("ZoneIngress", "ZoneEgress"),
      resources: of(...byType.keys()),
      members: members.length,
      invitations: invitations.filter(({ expiresAt }) => Date.parse(expiresAt) > now).length,
      tokens: tokens.filter((token) => holds(token, now)).length,
      webhooks: webhooks.length,
      plans,
      revisions: oldest === null ? 0 : heads.revision - oldest.revision + 1,
      "audit-entries": audit.first === null || audit.last === null ? 0 : audit.last.number - audit.first.number + 1,
    };
    const names = Object.keys(COUNTED) as readonly Counted[];
    const { tier, limits } = await tiers.of(caller.tenant);
    const limitOf = (what: Counted): number | null => {
      const name = COUNTED[what];
      return name === null ? null : limits[name];
    };
    return {
      tier,
      items: names.map((what) => ({ what, used: used[what], limit: limitOf(what) })),
      rates: RATES.map((what) => ({ what, limit: limits[what] })),
      kept: { revisionDays: historyDays ?? HISTORY_DAYS, auditDays: audit.retentionDays },
    };
  };
}

function holds({ revokedAt, expiresAt }: CredentialRow, now: number): boolean {
  return revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now);
}
