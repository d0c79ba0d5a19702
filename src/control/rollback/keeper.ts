// The rollback keeper: judges revisions by what relays tell while their window lasts, and takes them back by itself.
import type { ReportedLoads, ReportRequest } from "#api/zone.ts";
import { deed } from "#control/audit/deed.ts";
import { applyChange, type Judges } from "#control/draft/resources.ts";
import type { Caller, RelayCaller } from "#control/face/caller.ts";
import { relayKey } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { observedOf } from "#control/touched.ts";
import { durationMs } from "#model/duration.ts";
import { Fault } from "#model/fault.ts";
import { keepNewest } from "#model/keep-newest.ts";
import type { RollbackRule } from "#model/kind/change-control.ts";
import { meshOf, type Resource } from "#model/resource.ts";
import type { RevisionDeliveryRow } from "#store/face/delivery.ts";
import { ROLLBACK_ACTOR } from "./actor.ts";
import { addLoads, judgeRollout, type Loads } from "./judge-rollout.ts";
import { allRules } from "./rule.ts";

export interface RollbackKeeper {
  /** Notes what a report says. Whether something is to be judged. */
  heard(relay: RelayCaller, report: Pick<ReportRequest, "revisions" | "loads">): boolean;
  /** Judges, and takes back what is to be. When it is to be called again, milliseconds since 1970; null = with the next report. */
  judge(): Promise<number | null>;
}

/** Told in a rule's status, newest first. */
const KEPT = 10;
const LONGEST_REASON = 1000;
/** What happened within the window may be told a little later; milliseconds. */
const GRACE = 15_000;
/** Until what could not be judged or taken back is tried again; milliseconds. */
const RETRY = 5000;
/** Revisions whose facts are remembered. */
const SUSPECTS = 16;

const NOTHING: ReadonlySet<string> = new Set();
const NONE: ReadonlyMap<string, never> = new Map<string, never>();

interface Numbered {
  readonly epoch: number;
  readonly revision: number;
}

/** What loads of a mesh are judged by. */
interface Judging {
  readonly mesh: string;
  readonly rule: RollbackRule;
  readonly told: { readonly before: Loads; readonly since: Loads };
  readonly newest: Numbered;
}

interface Suspect {
  /** When it was committed, milliseconds since 1970; null = it is none that may be taken back. */
  readonly at: number | null;
  /** In which it wrote; the empty name is what is of none and holds in all, and stands where nothing is known of it. */
  readonly meshes: ReadonlySet<string>;
}

/** What was taken back, or why it could not be; in the status of the rule. */
interface Taken {
  readonly revision: number;
  readonly at: string;
  readonly why: string;
  /** The revision that took it back; absent where that was refused. */
  readonly by?: number;
  readonly refused?: string;
}

/**
 * The keeper of one tenant. It holds what relays told last of loads: they tell it again. Errors of a destination are laid at
 * the door of the newest revision that touched it, and of nobody where none did. `effectsStored` resolves when the effects of
 * all that was published are.
 */
export function openRollbackKeeper(tenant: Tenant, judges: Judges, effectsStored: () => Promise<void>): RollbackKeeper {
  const suspects = new Map<string, Suspect>();
  const due = new Map<string, Numbered>();
  /** Refusals that were stored before this keeper was opened are due too: no relay tells the same twice. */
  let isOpened = false;
  /** Meshes whose rules took it back, by revision. */
  const judged = new Map<string, Set<string>>();
  /** By revision, then by relay. */
  const loads = new Map<string, Map<string, ReportedLoads>>();

  async function judge(one: Numbered): Promise<void> {
    const state = await tenant.state();
    const rules = allRules(state);
    if (rules.length === 0) return;
    const { at, meshes } = await factsOf(one);
    if (at === null) return;
    const now = tenant.deps.clock();
    const done = judged.get(keyOf(one)) ?? new Set();
    // A commit is judged by what stood before it.
    const open = rules.filter(
      ({ mesh, rule, control }) =>
        bearsOn(meshes, mesh) &&
        !done.has(mesh) &&
        Date.parse(control.creationTime) < at &&
        now - at <= (durationMs(rule.window) ?? 0) + GRACE,
    );
    if (open.length === 0) return;
    const rows = (await tenant.store.revisionDeliveries(one)).filter((row) => keyOf(row) === keyOf(one));
    const told = [...(loads.get(keyOf(one))?.values() ?? [])];
    for (const { mesh, rule, control } of open) {
      if (done.has(mesh)) continue;
      const refusals = refusalsIn(rows, mesh);
      const why =
        judgeRollout(NONE, { loads: NONE, refusals }, rule) ??
        (await judgeLoads(one, { mesh, rule, told: loadsIn(told, mesh), newest: state.heads }));
      if (why === null) continue;
      if (!takenBefore(control, one, at)) await takeBack(one, why, control);
      keepNewest(judged, keyOf(one), done.add(mesh), SUSPECTS);
    }
  }

  async function dueAtStart(): Promise<void> {
    const state = await tenant.state();
    if (allRules(state).length > 0) {
      const { epoch, revision } = state.heads;
      const rows = await tenant.store.revisionDeliveries({ epoch, revision: revision - SUSPECTS });
      for (const row of rows) if (row.nacked > 0) due.set(keyOf(row), { epoch: row.epoch, revision: row.revision });
    }
    isOpened = true;
  }

  async function judgeLoads(one: Numbered, { mesh, rule, told, newest }: Judging): Promise<string | null> {
    const { before, since } = told;
    const why = (loads: Loads): string | null => judgeRollout(before, { loads, refusals: NONE }, rule);
    // Whose errors they are is asked where they matter alone: it costs reads.
    if (why(since) === null || newest.epoch !== one.epoch || newest.revision - one.revision >= SUSPECTS) return null;
    await effectsStored();
    const all: (ReadonlySet<string> | null)[] = [];
    for (let { revision } = one; revision <= newest.revision; revision++)
      all.push(await touchedIn({ epoch: one.epoch, revision }, mesh));
    const [own = null, ...later] = all;
    const isTheirs = (destination: string): boolean =>
      own?.has(destination) !== false && later.every((touched) => touched?.has(destination) === false);
    return why(new Map([...since].filter(([destination]) => isTheirs(destination))));
  }

  /** Destinations of the mesh that a revision touched; null = all, also where it wrote there and nobody observed what it did. */
  async function touchedIn(one: Numbered, mesh: string): Promise<ReadonlySet<string> | null> {
    const observed = await observedOf(tenant.store, one.revision);
    // What several did together is the doing of those that wrote in the mesh.
    if (observed === null || observed.shared) {
      const { meshes } = await factsOf(one);
      if (!bearsOn(meshes, mesh)) return NOTHING;
    }
    if (observed === null) return null;
    return observed.touched.has(mesh) ? (observed.touched.get(mesh) ?? null) : NOTHING;
  }

  async function factsOf(one: Numbered): Promise<Suspect> {
    const suspect = suspects.get(keyOf(one)) ?? (await suspectOf(tenant, one));
    return keepNewest(suspects, keyOf(one), suspect, SUSPECTS);
  }

  async function takeBack({ epoch, revision }: Numbered, why: string, control: Resource): Promise<void> {
    const { id, deps, store } = tenant;
    const caller: Caller = { tenant: id, actor: ROLLBACK_ACTOR, scopes: ["admin"] };
    const reason = `taken back by ChangeControl ${control.name} of mesh ${control.mesh}: ${why}`;
    const at = new Date(deps.clock()).toISOString();
    let taken: Taken;
    try {
      const rollback = { undo: revision, mesh: control.mesh };
      const change = { put: [], delete: [], reason: reason.slice(0, LONGEST_REASON), rollback };
      const writeId = `rollback/${epoch}/${revision}/${control.mesh}`;
      const applied = await applyChange(tenant, caller, { ...change, writeId }, judges);
      taken = { revision, at, why, by: applied.revision };
      deps.log("warn", "a revision was taken back", { tenant: id, revision, by: applied.revision, why });
    } catch (error) {
      // What may pass is tried again.
      if (!(error instanceof Fault) || error.code === "unavailable") throw error;
      const refused = [error.message, ...error.violations.map((one) => `${one.field}: ${one.reason}`)].join("; ");
      taken = { revision, at, why, refused };
      deps.log("error", "a revision could not be taken back", { tenant: id, revision, why, refused });
      const by = { actor: ROLLBACK_ACTOR, reason: reason.slice(0, LONGEST_REASON) };
      const details = { undone: revision, refused: refused.slice(0, LONGEST_REASON) };
      await store.record({ audit: [deed(by, deps.clock(), "rollback.refuse", `revision ${revision}`, details)] });
    }
    const rollbacks = rollbacksOf((await store.get(control))?.resource);
    await store.mergeStatus(control, { rollbacks: [taken, ...rollbacks].slice(0, KEPT) });
  }

  return {
    heard(relay, { revisions = [], loads: told = [] }) {
      for (const { epoch, revision, nacked } of revisions)
        if (nacked > 0) due.set(keyOf({ epoch, revision }), { epoch, revision });
      for (const one of told) {
        const { epoch, revision } = one;
        const byRelay = loads.get(keyOf(one)) ?? new Map<string, ReportedLoads>();
        keepNewest(loads, keyOf(one), byRelay.set(relayKey(relay), one), SUSPECTS);
        due.set(keyOf(one), { epoch, revision });
      }
      return due.size > 0;
    },
    async judge() {
      const { id, deps } = tenant;
      const failed = (error: unknown, one: Partial<Numbered>): void =>
        deps.log("error", "a revision was not judged", { tenant: id, ...one, error });
      if (!isOpened) await dueAtStart().catch((error: unknown) => failed(error, {}));
      for (const [key, one] of [...due]) {
        due.delete(key);
        await judge(one).catch((error: unknown) => {
          failed(error, one);
          due.set(key, one);
        });
      }
      return isOpened && due.size === 0 ? null : deps.clock() + RETRY;
    },
  };
}

function rollbacksOf(control: Resource | undefined): readonly Taken[] {
  return ((control?.status ?? {}) as { readonly rollbacks?: readonly Taken[] }).rollbacks ?? [];
}

/** Whether its status tells of it already; `committed` tells it from one of the same number before a restore. */
function takenBefore(control: Resource, { revision }: Numbered, committed: number): boolean {
  return rollbacksOf(control).some((one) => one.revision === revision && Date.parse(one.at) >= committed);
}

function keyOf({ epoch, revision }: Numbered): string {
  return `${epoch}/${revision}`;
}

async function suspectOf(tenant: Tenant, { revision }: Numbered): Promise<Suspect> {
  const [record] = await tenant.store.revisions({ before: revision + 1, size: 1 });
  if (record?.revision !== revision) return { at: null, meshes: new Set([""]) };
  const meshes = new Set(record.changes.map(({ key }) => meshOf(key)));
  const at = record.actor === ROLLBACK_ACTOR ? null : Date.parse(record.time);
  return { at, meshes };
}

function bearsOn(meshes: ReadonlySet<string>, mesh: string): boolean {
  return meshes.has("") || meshes.has(mesh);
}

function loadsIn(all: Iterable<ReportedLoads>, mesh: string): Judging["told"] {
  const told = [...all].flatMap(({ meshes }) => meshes.filter((one) => one.mesh === mesh));
  const sum = (which: "before" | "since"): Loads =>
    addLoads(told.map(({ destinations }) => new Map(destinations.map((one) => [one.name, one[which]]))));
  return { before: sum("before"), since: sum("since") };
}

/** Proxies of the mesh that began to refuse under the rows' revision, with their Envoys' words. */
function refusalsIn(rows: readonly RevisionDeliveryRow[], mesh: string): ReadonlyMap<string, string> {
  const found = rows.flatMap(({ revision, laggards }) =>
    laggards.filter(
      ({ state, since, proxy }) => state === "nacked" && since === revision && proxy.startsWith(`${mesh}.`),
    ),
  );
  return new Map(found.map(({ proxy, reason }) => [proxy, reason]));
}
