// The rollback keeper: judges revisions by what relays tell while their window lasts, and takes them back by itself.
import type { ReportedLoads, ReportRequest } from "#api/zone.ts";
import { durationMs } from "#model/duration.ts";
import { Fault } from "#model/fault.ts";
import type { RollbackRule } from "#model/kind/change-control.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { RevisionDeliveryRow } from "#store/store.ts";
import type { Caller, RelayCaller } from "./control.ts";
import { addLoads, judgeRollout, type Loads } from "./judge-rollout.ts";
import { applyChange } from "./resources.ts";
import { ROLLBACK_ACTOR } from "./rollback-actor.ts";
import { relayKey, storedOf, type TenantState } from "./state.ts";
import type { Tenant } from "./tenant.ts";

export interface RollbackKeeper {
  /** Notes what a report says. Whether something is to be judged. */
  heard(relay: RelayCaller, report: Pick<ReportRequest, "revisions" | "loads">): boolean;
  /** Judges, and takes back what is to be. Never throws. */
  judge(): Promise<void>;
}

/** Told in a rule's status, newest first. */
const KEPT = 10;
const LONGEST_REASON = 1000;
/** What happened within the window may be told a little later; milliseconds. */
const GRACE = 15_000;
/** Revisions whose facts are remembered. */
const SUSPECTS = 16;

interface Numbered {
  readonly epoch: number;
  readonly revision: number;
}

interface Suspect {
  /** When it was committed, milliseconds since 1970; null = it is none that may be taken back. */
  readonly at: number | null;
  /** Meshes that it wrote in; null = it wrote what holds in all, or nothing is known of it. */
  readonly meshes: ReadonlySet<string> | null;
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
 * The keeper of one tenant. It holds what relays told last of loads: they tell it again. Of a mesh loads are judged for the
 * newest revision that wrote there: what fails after it is not laid at an earlier one's door.
 */
export function openRollbackKeeper(tenant: Tenant): RollbackKeeper {
  const suspects = new Map<string, Suspect>();
  const due = new Map<string, Numbered>();
  const judged = new Set<string>();
  /** By revision, then by relay. */
  const loads = new Map<string, Map<string, ReportedLoads>>();

  async function judge(one: Numbered): Promise<void> {
    const state = await tenant.state();
    const rules = [...state.meshes.keys()].flatMap((mesh) => rulesOf(state, mesh));
    if (rules.length === 0 || judged.has(keyOf(one))) return;
    const { at, meshes } = await factsOf(one);
    if (at === null) return;
    const later = await laterMeshes(one, state.heads);
    const rows = (await tenant.store.revisionDeliveries(one)).filter((row) => keyOf(row) === keyOf(one));
    for (const { mesh, rule, control } of rules) {
      if (meshes !== null && !meshes.has(mesh)) continue;
      if (tenant.deps.clock() - at > (durationMs(rule.window) ?? 0) + GRACE) continue;
      const told = later === null || later.has(mesh) ? [] : (loads.get(keyOf(one))?.values() ?? []);
      const { before, since } = loadsIn(told, mesh);
      const why = judgeRollout(before, { loads: since, refusals: refusalsIn(rows, mesh) }, rule);
      if (why === null) continue;
      await takeBack(one, why, control);
      judged.add(keyOf(one));
      return;
    }
  }

  async function factsOf(one: Numbered): Promise<Suspect> {
    const suspect = suspects.get(keyOf(one)) ?? (await suspectOf(tenant, one));
    suspects.set(keyOf(one), suspect);
    dropOldest(suspects, SUSPECTS);
    return suspect;
  }

  /** Meshes that later revisions wrote in; null = all, or too many are later to look at. */
  async function laterMeshes({ epoch, revision }: Numbered, heads: Numbered): Promise<ReadonlySet<string> | null> {
    const found = new Set<string>();
    if (heads.epoch !== epoch || heads.revision - revision >= SUSPECTS) return null;
    for (let next = revision + 1; next <= heads.revision; next++) {
      const { meshes } = await factsOf({ epoch, revision: next });
      if (meshes === null) return null;
      for (const mesh of meshes) found.add(mesh);
    }
    return found;
  }

  async function takeBack({ epoch, revision }: Numbered, why: string, control: Resource): Promise<void> {
    const { id, deps, store } = tenant;
    const caller: Caller = { tenant: id, actor: ROLLBACK_ACTOR, scopes: ["admin"] };
    const reason = `taken back by ChangeControl ${control.name} of mesh ${control.mesh}: ${why}`;
    const at = new Date(deps.clock()).toISOString();
    let taken: Taken;
    try {
      const change = { put: [], delete: [], reason: reason.slice(0, LONGEST_REASON), rollback: { undo: revision } };
      const applied = await applyChange(tenant, caller, { ...change, writeId: `rollback/${epoch}/${revision}` });
      taken = { revision, at, why, by: applied.revision };
      deps.log("warn", "a revision was taken back", { tenant: id, revision, by: applied.revision, why });
    } catch (error) {
      // What may pass is tried again with the next report.
      if (!(error instanceof Fault) || error.code === "unavailable") throw error;
      const refused = [error.message, ...error.violations.map((one) => `${one.field}: ${one.reason}`)].join("; ");
      taken = { revision, at, why, refused };
      deps.log("error", "a revision could not be taken back", { tenant: id, revision, why, refused });
    }
    const standing = (await store.get(control))?.resource.status ?? {};
    const { rollbacks = [] } = standing as { readonly rollbacks?: readonly Taken[] };
    await store.mergeStatus(control, { rollbacks: [taken, ...rollbacks].slice(0, KEPT) });
  }

  return {
    heard(relay, { revisions = [], loads: told = [] }) {
      for (const { epoch, revision, nacked } of revisions)
        if (nacked > 0) due.set(keyOf({ epoch, revision }), { epoch, revision });
      for (const one of told) {
        const { epoch, revision } = one;
        const byRelay = loads.get(keyOf(one)) ?? new Map<string, ReportedLoads>();
        loads.set(keyOf(one), byRelay.set(relayKey(relay), one));
        dropOldest(loads, SUSPECTS);
        due.set(keyOf(one), { epoch, revision });
      }
      return due.size > 0;
    },
    async judge() {
      const all = [...due.values()];
      due.clear();
      for (const one of all) {
        await judge(one).catch((error: unknown) =>
          tenant.deps.log("error", "a revision was not judged", { tenant: tenant.id, ...one, error }),
        );
      }
    },
  };
}

interface Rule {
  readonly mesh: string;
  readonly rule: RollbackRule;
  readonly control: Resource;
}

/** Rules that may take revisions of the mesh back, by their names. */
export function rulesOf(state: TenantState, mesh: string): readonly Rule[] {
  const all = storedOf(state, "ChangeControl", mesh) as readonly Resource<SpecOf<"ChangeControl">>[];
  return all
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((control) =>
      control.spec.rollback === undefined ? [] : [{ mesh, rule: control.spec.rollback, control }],
    );
}

function keyOf({ epoch, revision }: Numbered): string {
  return `${epoch}/${revision}`;
}

async function suspectOf(tenant: Tenant, { revision }: Numbered): Promise<Suspect> {
  const [record] = await tenant.store.revisions({ before: revision + 1, size: 1 });
  if (record?.revision !== revision) return { at: null, meshes: null };
  const meshes = record.changes.map(({ key }) => (key.type === "Mesh" ? key.name : key.mesh));
  const at = record.actor === ROLLBACK_ACTOR ? null : Date.parse(record.time);
  return { at, meshes: meshes.includes("") ? null : new Set(meshes) };
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

function loadsIn(all: Iterable<ReportedLoads>, mesh: string): { readonly before: Loads; readonly since: Loads } {
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
