// The writer of one organisation: commits in order, compiles, rings. Holds no truth: it may be opened again at any moment.
import type { ViewResponse } from "#api/zone.ts";
import { Fault } from "#model/fault.ts";
import { isLater } from "#model/position.ts";
import { ProofRepeated } from "#store/conflict.ts";
import type { Commit, Committed } from "#store/face/commit.ts";
import { Frozen } from "#store/placement/frozen.ts";
import { toBase32 } from "#trust/bytes.ts";
import { openAccess } from "./access.ts";
import { openTestBook, testsIn } from "./access-test/book.ts";
import { earliest, openAlarm } from "./alarm.ts";
import { changeDeed } from "./audit/deed.ts";
import { setAuditRetention } from "./audit/retention.ts";
import { signZoneIssuer } from "./authority/issuer.ts";
import { expiredIssuers, issuersDue } from "./authority/issuer-book.ts";
import { openContactKeeper } from "./bell/contact.ts";
import { type BellPresence, openBellPresence } from "./bell/presence.ts";
import { openChores } from "./chores.ts";
import { type ControlDeps, HISTORY_DAYS } from "./deps.ts";
import { deriveAll, dueOf, withDerived } from "./derive.ts";
import { applyChange } from "./draft/resources.ts";
import { openTellingStore } from "./event/telling-store.ts";
import type { Caller } from "./face/caller.ts";
import type { Writer } from "./face/writer.ts";
import { approvePlan, withdrawApproval } from "./guard/approval.ts";
import { joinProxies } from "./join/certificates.ts";
import { openJoinBook } from "./join-note/book.ts";
import type { Tiers } from "./limit/tiers.ts";
import { lintChange } from "./lint.ts";
import { openLifetimes } from "./overview/lifetime-book.ts";
import { openLists } from "./overview/lists.ts";
import { openOverview } from "./overview/overview.ts";
import { openPlanJudge } from "./plan/judge.ts";
import { openPlanner } from "./plan/planner.ts";
import { openProofMemory } from "./poll/proof-memory.ts";
import { openPublisher } from "./publisher/publisher.ts";
import { openQueue } from "./queue.ts";
import { takeReport } from "./report/report.ts";
import { openRollbackKeeper } from "./rollback/keeper.ts";
import { type EnvelopeSigner, openEnvelopeSigner } from "./secret/envelope-key.ts";
import { openVault } from "./secret/vault.ts";
import { findStored, loadState, patchState, type TenantState } from "./state.ts";
import type { Tenant } from "./tenant.ts";
import { issueDataplaneToken } from "./token/dataplane-tokens.ts";
import { createToken, revokeToken } from "./token/tokens.ts";
import { issueZoneToken } from "./token/zone-tokens.ts";
import { viewResponse } from "./view/view.ts";
import { openRolloutWatch } from "./watch/rollout.ts";
import type { RequestMark } from "./watch/span.ts";
import { UNWATCHED } from "./watch/watch.ts";
import { createWebhook, deleteWebhook, replayWebhook, rotateWebhook, testWebhook } from "./webhook/webhooks.ts";
import { revokeRelay, revokeZone } from "./zone/revocation.ts";
import { createEnrolment, enrolRelay } from "./zone/zones.ts";

const DAY = 86_400_000;

/** A writer of an organisation that stands: what ends it, or begins it again, is not its own to do (ending/mortal-writer.ts). */
export interface TenantWriter extends Omit<Writer, "endOrganisation" | "restoreOrganisation"> {
  /** Compiles and publishes what was committed and is not published; for alarms after a crash. */
  recover(): Promise<void>;
  /** Audit entries were written beside it: whoever listens is told, and what waits in the outbox is sent. */
  hear(): Promise<void>;
  /** The views that the next compile would take, and where they stand. */
  view(): Promise<ViewResponse>;
  /** Resolves when everything committed so far is published, or its publication has failed and will be tried again. */
  settle(): Promise<void>;
  /** When time alone gives it something to do; null = never. Undefined while something is under way. */
  due(): number | null | undefined;
  /** Relays on the bell. */
  readonly bell: BellPresence;
  close(): Promise<void>;
}

/** How long after a chore is due an edge is asked to wake the writer; milliseconds. */
const OVERSLEPT = 30_000;

const FOREIGN = "a writer serves its own organisation only";

/** Opens a tenant's writer. Nothing is read before its first use. */
export function openWriter(id: string, deps: ControlDeps, tiers: Pick<Tiers, "of">): TenantWriter {
  const within = deps.store.within(id);
  const store = deps.tell === undefined ? within : openTellingStore(within, deps.tell);
  const vault = openVault(id, deps.keyEncryptionKey, deps.chance);
  let loading: Promise<TenantState> | null = null;
  let last: TenantState | null = null;
  let signing: Promise<EnvelopeSigner> | null = null;
  const watch = deps.watch ?? UNWATCHED;
  const rollouts = openRolloutWatch(id, deps);
  /** What is being served, one at a time: its commit tells of it. */
  let serving: { readonly began: number; readonly request?: RequestMark | undefined } | null = null;

  const load = async (): Promise<TenantState> => {
    const state = await loadState(store, last);
    last = state;
    // What follows from what others have committed, or from time that has passed, or in a newer release.
    deriveLater();
    chores.look();
    // A crash between commit and compile, or another writer's commit: whatever a zone lacks is compiled now.
    if (isBehind(state)) publisher.touch();
    return state;
  };
  const state = (): Promise<TenantState> => {
    if (loading !== null) return loading;
    const mine = load();
    loading = mine;
    mine.catch(() => {
      if (loading === mine) loading = null;
    });
    return mine;
  };
  const forget = (): void => {
    loading = null;
  };
  const commit = async (change: Commit): Promise<Committed> => {
    const mine = state();
    const current = await mine;
    const now = deps.clock();
    const { commit: whole, again } = withDerived(
      current,
      forgetting(change, now, deps.historyDays ?? HISTORY_DAYS),
      now,
    );
    if (change.kind === "revision") await publisher.begin(current);
    await deps.beforeCommit?.(id);
    await deps.rest?.(id);
    let done: Committed;
    const asked = deps.clock();
    try {
      done = await store.commit(audited(current, whole, deps.clock()));
    } catch (error) {
      watch.note("weft_commit_failures", 1, { code: error instanceof Fault ? error.code : "error" });
      // Whether it was committed may be unknown: look before anything else is decided. A repeat has certainly changed nothing.
      if (!(error instanceof ProofRepeated || error instanceof Frozen)) forget();
      throw error;
    }
    // Who looks reloads beside the turn: what it read may be from before this commit, and would be published instead of it.
    if (loading !== mine || !patchState(current, whole, done)) forget();
    const end = deps.clock();
    watch.note("weft_commits", 1, { kind: change.kind });
    watch.note("weft_commit", end - asked, { kind: change.kind });
    if (change.kind === "revision") tellCommit(change, done, { start: serving?.began ?? asked, end });
    publisher.touch();
    if (again) deriveLater();
    await setAlarm(current);
    return done;
  };
  const tellCommit = (
    { actor }: Commit,
    done: Committed,
    times: { readonly start: number; readonly end: number },
  ): void => {
    const request = serving?.request;
    rollouts.committed(done, { ...times, actor, ...(request && { request }) });
    const { epoch, revision, sequence } = done;
    deps.log("info", "committed", {
      tenant: id,
      epoch,
      revision,
      sequence,
      actor,
      ...(request && { requestId: request.id }),
    });
  };
  const tenant: Tenant = {
    id,
    deps,
    store,
    vault,
    state,
    commit,
    tier: () => tiers.of(id),
    reload: async () => {
      forget();
      await state();
    },
  };
  const signer = (): Promise<EnvelopeSigner> => {
    signing ??= openEnvelopeSigner(store, vault, deps.clock).catch((error: unknown) => {
      signing = null;
      throw error;
    });
    return signing;
  };
  const publisher = openPublisher(tenant, signer, rollouts, () => chores.dropped());
  const planner = openPlanner(tenant, publisher.memoOf);
  const judges = { prove: planner.prove, tests: openTestBook(tenant, publisher.memoOf) };
  const plans = openPlanJudge(tenant, judges);
  const proofs = openProofMemory(deps.clock);
  const joins = openJoinBook(deps);
  const contacts = openContactKeeper(store, deps.clock);
  const bell = openBellPresence(store, contacts, deps, () => chores.reported());
  const rollbacks = openRollbackKeeper(tenant, judges, publisher.settle);

  /** What stands derived anew: time has passed, or somebody else has committed. */
  const derive = async (): Promise<void> => {
    const current = await state();
    const writeId = toBase32(deps.chance(15));
    const nothing: Commit = { writeId, kind: "step", actor: "control-plane", reason: "derived", writes: [] };
    const drop = expiredIssuers(current.issuers, deps.clock());
    const change = deriveAll(current, nothing, deps.clock());
    if (change === null && !drop.some(({ revokedAt }) => revokedAt !== null)) await setAlarm(current);
    else await commit({ ...(change ?? nothing), issuers: { drop } });
  };
  const deriveLater = (): void => {
    inTurn(derive).catch((error: unknown) => deps.log("warn", "what follows was not derived", { tenant: id, error }));
  };
  const alarm = openAlarm(deps, id, deriveLater);
  const setAlarm = (current: TenantState | null): Promise<void> =>
    alarm.set(earliest([current === null ? null : nextDue(current), choresDue()]));
  /** Chores have timers of their own; an edge whose objects sleep is asked to wake this one some time after them. */
  const choresDue = (): number | null => {
    const due = deps.wake === undefined ? null : chores.due();
    return due === null ? null : Math.max(due, deps.clock() + OVERSLEPT);
  };
  const chores = openChores(tenant, signer, {
    judge: () => inTurn(rollbacks.judge),
    changed: () => void setAlarm(last),
  });

  const { inTurn, settled, isQuiet } = openQueue();
  /** In turn, for callers of this organisation only. */
  const serve = <T>(of: Pick<Caller, "tenant" | "request">, use: () => Promise<T>): Promise<T> => {
    if (of.tenant !== id) return Promise.reject(new TypeError(FOREIGN));
    const began = deps.clock();
    const told = (): Promise<T> => {
      serving = { began, request: of.request };
      return use().finally(() => {
        serving = null;
      });
    };
    return inTurn(told).finally(chores.done);
  };
  /** What only looks waits for nobody. */
  const look = <T>(of: Caller, use: () => Promise<T>): Promise<T> =>
    of.tenant === id ? use() : Promise.reject(new TypeError(FOREIGN));
  const view = async (): Promise<ViewResponse> => viewResponse(await state(), vault);
  const access = openAccess(deps.digest, {
    standing: view,
    tests: async () => {
      const current = await state();
      return [...current.meshes.keys()].flatMap((mesh) => testsIn(current, mesh));
    },
  });
  const lifetimes = openLifetimes(tenant);
  const lists = openLists(tenant, { access, lifetimes });
  const overview = openOverview(tenant, { faults: publisher.faults, plans: plans.all, view, access, lifetimes });
  return {
    apply: (caller, change) => serve(caller, () => applyChange(tenant, caller, change, judges)),
    plan: (caller, change) => serve(caller, () => planner.plan(caller, change)),
    planStanding: (caller, plan) => serve(caller, () => plans.one(plan)),
    overview: (caller, presences) => look(caller, () => overview(caller, presences)),
    proxies: (caller, presences, query) => look(caller, () => lists.proxies(caller, presences, query)),
    graph: (caller, presences, query) => look(caller, () => lists.graph(caller, presences, query)),
    search: (caller, query, size) => look(caller, () => lists.search(caller, query, size)),
    planStandings: (caller) => serve(caller, plans.all),
    lint: (caller, change) => serve(caller, () => lintChange(tenant, caller, change)),
    approvePlan: (caller, plan) => serve(caller, () => approvePlan(tenant, caller, plan, plans)),
    withdrawApproval: (caller, plan) => serve(caller, () => withdrawApproval(tenant, caller, plan, plans)),
    createToken: (caller, token) => serve(caller, () => createToken(tenant, caller, token)),
    revokeToken: (caller, token) => serve(caller, () => revokeToken(tenant, caller, token)),
    createEnrolment: (caller, zone, seconds) => serve(caller, () => createEnrolment(tenant, caller, zone, seconds)),
    enrol: (of, request) => serve({ tenant: of }, () => enrolRelay(tenant, signer, request, joins)),
    createDataplaneToken: (caller, request) => serve(caller, () => issueDataplaneToken(tenant, caller, request)),
    createZoneToken: (caller, request) => serve(caller, () => issueZoneToken(tenant, caller, request)),
    certificates: (relay, proof, request) => serve(relay, () => joinProxies(tenant, relay, proof, request)),
    issuer: (relay, proof, request) => serve(relay, () => signZoneIssuer(tenant, relay, proof, request)),
    report: (relay, proof, request) =>
      serve(relay, async () => {
        const taken = await takeReport(tenant, proofs, relay, { proof, refusals: publisher, contacts, joins }, request);
        for (const one of request.revisions ?? []) rollouts.told(relay, one);
        if (rollbacks.heard(relay, request)) chores.suspected();
        return taken;
      }).finally(chores.reported),
    revokeRelay: (caller, zone, relay) => serve(caller, () => revokeRelay(tenant, caller, zone, relay)),
    revokeZone: (caller, zone) => serve(caller, () => revokeZone(tenant, caller, zone)),
    setAuditRetention: (caller, days) =>
      serve(caller, () => setAuditRetention(tenant, caller, days)).finally(chores.resettled),
    createWebhook: (caller, wanted) =>
      serve(caller, () => createWebhook(tenant, caller, wanted)).finally(chores.rewired),
    deleteWebhook: (caller, webhook) => serve(caller, () => deleteWebhook(tenant, caller, webhook)),
    rotateWebhook: (caller, webhook) => serve(caller, () => rotateWebhook(tenant, caller, webhook)),
    testWebhook: (caller, webhook) => serve(caller, () => testWebhook(tenant, caller, webhook)).finally(chores.rewired),
    replayWebhook: (caller, webhook, what) =>
      serve(caller, () => replayWebhook(tenant, caller, webhook, what)).finally(chores.rewired),
    recover: async () => {
      await inTurn(() => tenant.reload());
      await settled();
      await publisher.settle();
      chores.look();
      await chores.settle();
    },
    hear: async () => {
      deps.tell?.(id, () => [{ kind: "audit" }]);
      // Nothing was committed, so no alarm stands that would make good an eviction before all is sent.
      if ((await chores.heard()) && deps.wake !== undefined) await alarm.set(deps.clock() + OVERSLEPT);
    },
    view,
    due: () =>
      isQuiet() && publisher.isQuiet() && chores.isQuiet() ? earliest([alarm.due(), chores.due()]) : undefined,
    bell,
    settle: async () => {
      await settled();
      await publisher.settle();
      await chores.settle();
    },
    close: async () => {
      alarm.close();
      await settled();
      await chores.close();
      await publisher.close();
    },
  };
}

/** Each revision takes some of the oldest along. */
function forgetting(change: Commit, now: number, days: number): Commit {
  if (change.kind !== "revision") return change;
  return { ...change, forgetBefore: new Date(now - days * DAY).toISOString() };
}

/** When time alone changes something next; null = never. */
function nextDue(state: TenantState): number | null {
  return earliest([dueOf(state), issuersDue(state.issuers)]);
}

/** Each revision has its entry in the audit log, whichever use case made it. */
function audited(state: TenantState, commit: Commit, now: number): Commit {
  if (commit.kind !== "revision" || commit.audit !== undefined) return commit;
  return { ...commit, audit: [changeDeed(commit, now, (key) => findStored(state, key) !== null)] };
}

function isBehind({ heads, relays }: TenantState): boolean {
  return [...relays.values()].some((relay) => !relay.revoked && isLater(heads, relay));
}
