// Opens the control floor: one writer a tenant, and what never commits.

import { openAuditReader } from "./audit/audit-reader.ts";
import { openBell } from "./bell.ts";
import type { AuditReader, Organisations, Poll, Reader, Writer } from "./control.ts";
import type { ControlDeps } from "./deps.ts";
import { openOrganisations } from "./organisations.ts";
import { openPoll } from "./poll.ts";
import { openReader } from "./reader.ts";
import { openWriter, type TenantWriter } from "./writer.ts";
import { findEnrolment } from "./zones.ts";

export interface Control {
  readonly organisations: Organisations;
  readonly reader: Reader;
  readonly poll: Poll;
  readonly audit: AuditReader;
  /** For any tenant: hands each call to the tenant's own writer. */
  readonly writer: Writer;
  /** The one writer of a tenant in this process. */
  writerOf(tenant: string): TenantWriter;
  /**
   * Has each organisation's writer make good what an earlier process left: commits that nobody compiled, and what time alone
   * changes. One after the other; one that fails is logged and stops no other. Ends early once the floor closes.
   */
  wakeAll(): Promise<void>;
  /** From now on no poll is held, and those that are held are answered: the edge is about to close. */
  endHolds(): void;
  /** Waits until every writer has published what it committed, and ends all timers. */
  close(): Promise<void>;
}

/** Opens the floor on a store. It keeps no truth in memory: all may be opened again at any moment. */
export function openControl(deps: ControlDeps): Control {
  const bell = openBell();
  const inner: ControlDeps = {
    ...deps,
    bell: {
      ring: (tenant, zone, sequence) => {
        bell.ring(tenant, zone, sequence);
        deps.bell.ring(tenant, zone, sequence);
      },
    },
  };
  const writers = new Map<string, TenantWriter>();
  let closing = false;
  const writerOf = (tenant: string): TenantWriter => {
    const known = writers.get(tenant);
    if (known !== undefined) return known;
    const opened = openWriter(tenant, inner);
    writers.set(tenant, opened);
    return opened;
  };
  return {
    organisations: openOrganisations(inner),
    reader: openReader(inner, (tenant) => writers.get(tenant)?.view() ?? null),
    audit: openAuditReader(inner),
    poll: openPoll({ store: deps.store, clock: deps.clock, listen: bell.listen }),
    writer: {
      apply: (caller, change) => writerOf(caller.tenant).apply(caller, change),
      approvePlan: (caller, plan) => writerOf(caller.tenant).approvePlan(caller, plan),
      withdrawApproval: (caller, plan) => writerOf(caller.tenant).withdrawApproval(caller, plan),
      plan: (caller, change) => writerOf(caller.tenant).plan(caller, change),
      lint: (caller, change) => writerOf(caller.tenant).lint(caller, change),
      createToken: (caller, token) => writerOf(caller.tenant).createToken(caller, token),
      revokeToken: (caller, id) => writerOf(caller.tenant).revokeToken(caller, id),
      createEnrolment: (caller, zone, validSeconds) =>
        writerOf(caller.tenant).createEnrolment(caller, zone, validSeconds),
      enrol: async (tenant, request) => {
        // Nobody has proved anything yet: a made-up tenant must not leave a writer behind.
        await findEnrolment(deps.store, tenant, request.token);
        return writerOf(tenant).enrol(tenant, request);
      },
      createDataplaneToken: (caller, request) => writerOf(caller.tenant).createDataplaneToken(caller, request),
      createZoneToken: (caller, request) => writerOf(caller.tenant).createZoneToken(caller, request),
      certificates: (relay, proof, request) => writerOf(relay.tenant).certificates(relay, proof, request),
      issuer: (relay, proof, request) => writerOf(relay.tenant).issuer(relay, proof, request),
      report: (relay, proof, request) => writerOf(relay.tenant).report(relay, proof, request),
      revokeRelay: (caller, zone, relay) => writerOf(caller.tenant).revokeRelay(caller, zone, relay),
      revokeZone: (caller, zone) => writerOf(caller.tenant).revokeZone(caller, zone),
      setAuditRetention: (caller, days) => writerOf(caller.tenant).setAuditRetention(caller, days),
      createWebhook: (caller, wanted) => writerOf(caller.tenant).createWebhook(caller, wanted),
      deleteWebhook: (caller, id) => writerOf(caller.tenant).deleteWebhook(caller, id),
      rotateWebhook: (caller, id) => writerOf(caller.tenant).rotateWebhook(caller, id),
      testWebhook: (caller, id) => writerOf(caller.tenant).testWebhook(caller, id),
      replayWebhook: (caller, id, what) => writerOf(caller.tenant).replayWebhook(caller, id, what),
    },
    writerOf,
    async wakeAll() {
      for (const { id } of await deps.store.directory.listOrganisations()) {
        if (closing) return;
        const failed = (error: unknown): void => deps.log("warn", "a writer did not wake", { tenant: id, error });
        await writerOf(id).recover().catch(failed);
      }
    },
    endHolds: bell.end,
    close: async () => {
      closing = true;
      bell.end();
      await Promise.all([...writers.values()].map((writer) => writer.close()));
      writers.clear();
    },
  };
}
