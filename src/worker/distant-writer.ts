// The writer as the API worker sees it: each call goes to the organisation's own Durable Object.
import type { Log } from "#control/deps.ts";
import type { Writer } from "#control/face/writer.ts";
import { openJoinBook } from "#control/join-note/book.ts";
import { proveEnrolment } from "#control/join-note/meant.ts";
import { openSigns } from "#control/report/sign-of-life.ts";
import type { Store } from "#store/store.ts";
import { type Outcome, settle } from "./outcome.ts";
import { clock } from "./platform.ts";
import { reached } from "./reached.ts";
import type { WriterOf } from "./writer-object.ts";

/** A writer for any tenant. */
export function openDistantWriter(writerOf: WriterOf, store: Store, log: Log): Writer {
  async function perform<M extends keyof Writer>(
    tenant: string,
    method: M,
    ...args: Parameters<Writer[M]>
  ): Promise<Awaited<ReturnType<Writer[M]>>> {
    const { object } = await writerOf(tenant);
    const outcome = await reached<Outcome>(object.perform(tenant, method, args) as Promise<Outcome>);
    return settle(outcome) as Awaited<ReturnType<Writer[M]>>;
  }
  const takeSign = openSigns(store, clock);
  const joins = openJoinBook({ clock, log });
  return {
    apply: (caller, change) => perform(caller.tenant, "apply", caller, change),
    plan: (caller, change) => perform(caller.tenant, "plan", caller, change),
    planStanding: (caller, plan) => perform(caller.tenant, "planStanding", caller, plan),
    proxies: (caller, presences, query) => perform(caller.tenant, "proxies", caller, presences, query),
    graph: (caller, presences, query) => perform(caller.tenant, "graph", caller, presences, query),
    search: (caller, query, size) => perform(caller.tenant, "search", caller, query, size),
    overview: (caller, presences) => perform(caller.tenant, "overview", caller, presences),
    planStandings: (caller) => perform(caller.tenant, "planStandings", caller),
    lint: (caller, change) => perform(caller.tenant, "lint", caller, change),
    approvePlan: (caller, plan) => perform(caller.tenant, "approvePlan", caller, plan),
    withdrawApproval: (caller, plan) => perform(caller.tenant, "withdrawApproval", caller, plan),
    createToken: (caller, token) => perform(caller.tenant, "createToken", caller, token),
    revokeToken: (caller, id) => perform(caller.tenant, "revokeToken", caller, id),
    createEnrolment: (caller, zone, seconds) => perform(caller.tenant, "createEnrolment", caller, zone, seconds),
    enrol: async (tenant, request) => {
      // Nobody has proved anything yet: a made-up tenant must not leave an object behind.
      await proveEnrolment(store, joins, tenant, request);
      return perform(tenant, "enrol", tenant, request);
    },
    createZoneToken: (caller, request) => perform(caller.tenant, "createZoneToken", caller, request),
    createDataplaneToken: (caller, request) => perform(caller.tenant, "createDataplaneToken", caller, request),
    certificates: (relay, proof, request) => perform(relay.tenant, "certificates", relay, proof, request),
    issuer: (relay, proof, request) => perform(relay.tenant, "issuer", relay, proof, request),
    report: async (relay, proof, request) =>
      (await takeSign(relay, proof, request)) ?? perform(relay.tenant, "report", relay, proof, request),
    revokeRelay: (caller, zone, relay) => perform(caller.tenant, "revokeRelay", caller, zone, relay),
    revokeZone: (caller, zone) => perform(caller.tenant, "revokeZone", caller, zone),
    endOrganisation: (caller, wanted) => perform(caller.tenant, "endOrganisation", caller, wanted),
    restoreOrganisation: (caller) => perform(caller.tenant, "restoreOrganisation", caller),
    setAuditRetention: (caller, days) => perform(caller.tenant, "setAuditRetention", caller, days),
    createWebhook: (caller, wanted) => perform(caller.tenant, "createWebhook", caller, wanted),
    deleteWebhook: (caller, id) => perform(caller.tenant, "deleteWebhook", caller, id),
    rotateWebhook: (caller, id) => perform(caller.tenant, "rotateWebhook", caller, id),
    testWebhook: (caller, id) => perform(caller.tenant, "testWebhook", caller, id),
    replayWebhook: (caller, id, what) => perform(caller.tenant, "replayWebhook", caller, id, what),
  };
}
