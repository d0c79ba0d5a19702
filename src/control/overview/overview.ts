// The use case "overview": how the organisation stands, and what needs attention first. Reads, and never writes.

import type { ViewResponse } from "#api/zone.ts";
import type { AccessReader, MeshFinding } from "#control/face/access.ts";
import type { Caller } from "#control/face/caller.ts";
import type { Overview } from "#control/face/overview.ts";
import type { PlanStanding } from "#control/face/plan.ts";
import type { ShownFault } from "#control/fault-book.ts";
import { countedApprovers, lineageOf } from "#control/guard/person.ts";
import { standingApprovals } from "#control/guard/standing-approval.ts";
import { MOST_PLANS } from "#control/plan/kept.ts";
import { deliveryOf, type RelayPresence } from "#control/revision-delivery.ts";
import { storedOf, type TenantState } from "#control/state.ts";
import { hasMoved, type Tenant } from "#control/tenant.ts";
import { refusedIn } from "#control/zone/status.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { PlanHead } from "#store/face/plan.ts";
import { may } from "#trust/scope.ts";
import { type Census, censusOf } from "./census.ts";
import { refusalProblems, rolloutProblems } from "./delivery-problem.ts";
import { certificateProblems, planProblems, tokenProblems, webhookProblems } from "./ending-problem.ts";
import { joinProblems } from "./join-problem.ts";
import type { LifetimesNow } from "./lifetime-book.ts";
import { orderedProblems, type Problem } from "./problem.ts";
import { faultProblems, lintProblems } from "./resource-problem.ts";
import { standingProblems } from "./standing-problem.ts";
import { versionProblems } from "./version-problem.ts";

/** Revisions whose delivery is told. */
const REVISIONS = 5;
/** Meshes and zones that are told one by one. */
const MOST_ROWS = 100;
/** Zones whose refused joins are looked at. */
const MOST_ZONES = 1000;
/** Lint looks at everything, so what it found is good for so long, for each proxy; milliseconds. */
const LINT_PER_PROXY = 0.5;

/** What the overview is made of beside the tenant itself. */
export interface Sources {
  readonly faults: (state: TenantState) => ReadonlyMap<string, readonly ShownFault[]>;
  readonly plans: () => Promise<Readonly<Record<string, PlanStanding>>>;
  readonly view: () => Promise<ViewResponse>;
  readonly access: AccessReader;
  readonly lifetimes: LifetimesNow;
}

export type OverviewOf = (caller: Caller, presences: readonly RelayPresence[]) => Promise<Overview>;

/** Of one organisation's writer: what is dear is remembered for a while. */
export function openOverview(tenant: Tenant, sources: Sources): OverviewOf {
  const { store, deps } = tenant;
  let lint: {
    readonly views: ViewResponse["views"];
    readonly at: number;
    readonly found: readonly MeshFinding[];
  } | null = null;
  let counts: { readonly key: string; readonly census: Census } | null = null;

  const findings = async (caller: Caller, proxies: number): Promise<readonly MeshFinding[]> => {
    const { views } = await sources.view();
    const now = deps.clock();
    const same = lint?.views.length === views.length && lint.views.every((view, at) => view === views[at]);
    if (lint !== null && (same || now - lint.at < proxies * LINT_PER_PROXY)) return lint.found;
    const found = await sources.access.lint(caller, null);
    lint = { views, at: now, found };
    return found;
  };
  /** Until something is committed, or a relay comes or goes. */
  const counted = (state: TenantState, presences: readonly RelayPresence[]): Census => {
    const key = JSON.stringify([state.heads, presences]);
    if (counts?.key !== key) counts = { key, census: censusOf(state, presences) };
    return counts.census;
  };
  const waitingPlans = async (state: TenantState, now: number): Promise<readonly Problem[]> => {
    if (!wantsApproval(state)) return [];
    const [rows, approvals, standings] = await Promise.all([
      store.plans({ size: MOST_PLANS }),
      standingApprovals(deps.store, tenant.id, null),
      sources.plans(),
    ]);
    const actors = approvals.length === 0 ? [] : [...rows, ...approvals].map(({ actor }) => actor);
    const lineage = await lineageOf(store, actors, now);
    const given = ({ id, actor }: PlanHead): number => {
      const approvers = approvals.filter(({ plan }) => plan === id).map((one) => one.actor);
      return countedApprovers(lineage, actor, approvers).length;
    };
    return planProblems(rows, { standings, given, now });
  };

  return async (caller, presences) => {
    if (await hasMoved(tenant, await tenant.state())) await tenant.reload();
    const state = await tenant.state();
    const { epoch, revision, sequence } = state.heads;
    const census = counted(state, presences);
    const oldest = Math.max(1, revision - REVISIONS + 1);
    const now = deps.clock();
    const mayList = (verb: "read-tokens" | "read-webhooks"): boolean => may(caller.scopes, verb);
    const [rows, moments, found, lives, plans, tokens, webhooks, notes, zoneList] = await Promise.all([
      store.revisionDeliveries({ epoch, revision: oldest }),
      store.revisionMoments({ from: oldest, to: revision }),
      findings(caller, census.proxies.total),
      sources.lifetimes(state),
      waitingPlans(state, now),
      mayList("read-tokens") ? store.listCredentials("api") : [],
      mayList("read-webhooks") ? store.webhooks.list() : [],
      store.joinNotes(),
      // Statuses that are written by themselves are not in the state.
      store.list({ type: "Zone", offset: 0, size: MOST_ZONES }),
    ]);
    const refused = zoneList.items.flatMap(({ resource }) => refusedIn(resource));
    const deliveries = moments.map((moment) => {
      const own = rows.filter((row) => row.epoch > moment.epoch || row.revision >= moment.revision);
      return deliveryOf(moment, own, presences);
    });
    const [newest] = deliveries;
    const { zones } = census;
    const stateCount = (is: (typeof zones)[number]["state"]): number =>
      zones.filter((zone) => zone.state === is).length;
    return {
      revision,
      sequence,
      at: new Date(now).toISOString(),
      counts: {
        meshes: census.meshes.length,
        services: census.meshes.reduce((sum, { services }) => sum + services, 0),
        proxies: census.proxies,
        gates: census.gates,
        zones: {
          total: zones.length,
          online: stateCount("online"),
          unknown: stateCount("unknown"),
          empty: stateCount("empty"),
        },
        relays: { total: presences.length, online: presences.filter(({ online }) => online).length },
      },
      meshes: census.meshes.slice(0, MOST_ROWS),
      zones: zones.slice(0, MOST_ROWS),
      problems: orderedProblems([
        ...standingProblems(census, presences),
        ...versionProblems(census),
        ...joinProblems(state, notes, refused, now),
        ...refusalProblems(rows, presences),
        ...rolloutProblems(newest, now),
        ...faultProblems(sources.faults(state)),
        ...lintProblems(found),
        ...certificateProblems(lives, now),
        ...plans,
        ...tokenProblems(tokens, now),
        ...webhookProblems(webhooks),
      ]),
      revisions: deliveries.map(({ revision: number, actor, reason, committedAt, state: is, proxies, offline }) => ({
        ...{ revision: number, actor, reason, committedAt, state: is, proxies, offline },
      })),
    };
  };
}

/** Whether any mesh demands approvals; without one no plan is read. */
function wantsApproval(state: TenantState): boolean {
  return [...state.meshes.keys()].some((mesh) =>
    (storedOf(state, "ChangeControl", mesh) as readonly Resource<SpecOf<"ChangeControl">>[]).some(
      ({ spec }) => spec.approvals !== undefined,
    ),
  );
}
