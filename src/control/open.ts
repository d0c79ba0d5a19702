// Opens the control floor: one writer a tenant, and what is done outside it.
import type { TenantStore } from "#store/store.ts";
import { openBell } from "./bell/bell.ts";
import type { ControlDeps } from "./deps.ts";
import { type MortalWriter, openMortalWriter } from "./ending/mortal-writer.ts";
import { type Events, openHub } from "./event/hub.ts";
import { openTellingStore } from "./event/telling-store.ts";
import type { Writer } from "./face/writer.ts";
import { openIdle } from "./idle.ts";
import { openJoinBook } from "./join-note/book.ts";
import { proveEnrolment } from "./join-note/meant.ts";
import { type Outside, openOutside } from "./outside.ts";
import { openPace } from "./pace.ts";
import { openViewReader } from "./view/reader.ts";

export interface Control extends Outside {
  /** What the writers of this process write. */
  readonly events: Events;
  /** For any tenant: hands each call to the tenant's own writer. */
  readonly writer: Writer;
  /** The one writer of a tenant in this process. */
  writerOf(tenant: string): MortalWriter;
  /**
   * A writer that knows only what the store holds takes the place of the one that was. `wake`: at once, and what it finds
   * unpublished is published.
   */
  restart(tenant: string, wake: boolean): Promise<void>;
  /**
   * Has each organisation's writer make good what an earlier process left: commits that nobody compiled, and what time alone
   * changes. One after the other; one that fails is logged and stops no other. Ends early once the floor closes.
   */
  wakeAll(): Promise<void>;
  /**
   * Lets go of writers that nobody has called for ten minutes, and wakes those that something is due to within seconds: an
   * edge that keeps all writers in one process calls it every few seconds. Never rejects.
   */
  tendIdle(): Promise<void>;
  /** From now on no poll is held, those that are held are answered, and streams of events end: the edge is about to close. */
  endHolds(): void;
  /** Waits until every writer has published what it committed, and ends all timers. */
  close(): Promise<void>;
}

/** Opens the floor on a store. It keeps no truth in memory: all may be opened again at any moment. */
export function openControl(deps: ControlDeps): Control {
  const bell = openBell();
  const hub = openHub(deps.chance);
  const joins = openJoinBook(deps);
  const inner: ControlDeps = {
    ...deps,
    pace: openPace(),
    tell: hub.tell,
    bell: {
      ring: (tenant, zone, position) => {
        bell.ring(tenant, zone, position);
        deps.bell.ring(tenant, zone, position);
      },
      dismiss: (relay) => deps.bell.dismiss(relay),
    },
  };
  const writers = new Map<string, MortalWriter>();
  const views = openViewReader(inner, (tenant) => writers.get(tenant)?.view() ?? null);
  const hear = async (tenant: string): Promise<void> => {
    if (!closing) await writerOf(tenant).hear();
  };
  const outside = openOutside(inner, { views, listen: bell.listen, hear });
  let closing = false;
  const writerOf = (tenant: string): MortalWriter => {
    const known = writers.get(tenant);
    if (known !== undefined) return known;
    const opened: MortalWriter = openMortalWriter(tenant, inner, outside.tiers, () => {
      if (writers.get(tenant) === opened) writers.delete(tenant);
    });
    writers.set(tenant, opened);
    return opened;
  };
  const idle = openIdle(deps, writers, (tenant) => writerOf(tenant).recover());
  return {
    ...outside,
    events: hub,
    writer: {
      apply: (caller, change) => writerOf(caller.tenant).apply(caller, change),
      approvePlan: (caller, plan) => writerOf(caller.tenant).approvePlan(caller, plan),
      withdrawApproval: (caller, plan) => writerOf(caller.tenant).withdrawApproval(caller, plan),
      plan: (caller, change) => writerOf(caller.tenant).plan(caller, change),
      planStanding: (caller, plan) => writerOf(caller.tenant).planStanding(caller, plan),
      proxies: (caller, presences, query) => writerOf(caller.tenant).proxies(caller, presences, query),
      graph: (caller, presences, query) => writerOf(caller.tenant).graph(caller, presences, query),
      search: (caller, query, size) => writerOf(caller.tenant).search(caller, query, size),
      overview: (caller, presences) => writerOf(caller.tenant).overview(caller, presences),
      planStandings: (caller) => writerOf(caller.tenant).planStandings(caller),
      lint: (caller, change) => writerOf(caller.tenant).lint(caller, change),
      createToken: (caller, token) => writerOf(caller.tenant).createToken(caller, token),
      revokeToken: (caller, id) => writerOf(caller.tenant).revokeToken(caller, id),
      createEnrolment: (caller, zone, validSeconds) =>
        writerOf(caller.tenant).createEnrolment(caller, zone, validSeconds),
      enrol: async (tenant, request) => {
        // Nobody has proved anything yet: a made-up tenant must not leave a writer behind.
        const within = (of: string): TenantStore => openTellingStore(deps.store.within(of), hub.tell);
        await proveEnrolment({ directory: deps.store.directory, within }, joins, tenant, request);
        return writerOf(tenant).enrol(tenant, request);
      },
      createDataplaneToken: (caller, request) => writerOf(caller.tenant).createDataplaneToken(caller, request),
      createZoneToken: (caller, request) => writerOf(caller.tenant).createZoneToken(caller, request),
      certificates: (relay, proof, request) => writerOf(relay.tenant).certificates(relay, proof, request),
      issuer: (relay, proof, request) => writerOf(relay.tenant).issuer(relay, proof, request),
      report: (relay, proof, request) => writerOf(relay.tenant).report(relay, proof, request),
      revokeRelay: (caller, zone, relay) => writerOf(caller.tenant).revokeRelay(caller, zone, relay),
      revokeZone: (caller, zone) => writerOf(caller.tenant).revokeZone(caller, zone),
      endOrganisation: (caller, wanted) => writerOf(caller.tenant).endOrganisation(caller, wanted),
      restoreOrganisation: (caller) => writerOf(caller.tenant).restoreOrganisation(caller),
      setAuditRetention: (caller, days) => writerOf(caller.tenant).setAuditRetention(caller, days),
      createWebhook: (caller, wanted) => writerOf(caller.tenant).createWebhook(caller, wanted),
      deleteWebhook: (caller, id) => writerOf(caller.tenant).deleteWebhook(caller, id),
      rotateWebhook: (caller, id) => writerOf(caller.tenant).rotateWebhook(caller, id),
      testWebhook: (caller, id) => writerOf(caller.tenant).testWebhook(caller, id),
      replayWebhook: (caller, id, what) => writerOf(caller.tenant).replayWebhook(caller, id, what),
    },
    writerOf,
    async restart(tenant, wake) {
      const before = writers.get(tenant);
      writers.delete(tenant);
      idle.forget(tenant);
      await before?.close();
      if (wake) await writerOf(tenant).recover();
    },
    async wakeAll() {
      for (const { id } of await deps.store.directory.listOrganisations()) {
        if (closing) return;
        const failed = (error: unknown): void => deps.log("warn", "a writer did not wake", { tenant: id, error });
        await writerOf(id).recover().catch(failed);
      }
    },
    tendIdle: idle.look,
    endHolds: () => {
      bell.end();
      hub.end();
    },
    close: async () => {
      closing = true;
      bell.end();
      hub.end();
      await Promise.all([idle.close(), ...[...writers.values()].map((writer) => writer.close())]);
      writers.clear();
    },
  };
}
