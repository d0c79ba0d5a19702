// The writer as the API worker sees it: each call goes to the organisation's own Durable Object.
import type { Writer } from "#control/control.ts";
import { findEnrolment } from "#control/zones.ts";
import type { Store } from "#store/store.ts";
import type { ApiEnvironment } from "./environment.ts";
import { settle } from "./outcome.ts";

type Places = Pick<ApiEnvironment, "WRITER" | "WRITER_LOCATION">;

/** A writer for any tenant. */
export function openDistantWriter({ WRITER, WRITER_LOCATION }: Places, store: Store): Writer {
  async function perform<M extends keyof Writer>(
    tenant: string,
    method: M,
    ...args: Parameters<Writer[M]>
  ): Promise<Awaited<ReturnType<Writer[M]>>> {
    const options = WRITER_LOCATION === undefined ? {} : { locationHint: WRITER_LOCATION };
    const outcome = await WRITER.get(WRITER.idFromName(tenant), options).perform(tenant, method, args);
    return settle(outcome) as Awaited<ReturnType<Writer[M]>>;
  }
  return {
    apply: (caller, change) => perform(caller.tenant, "apply", caller, change),
    plan: (caller, change) => perform(caller.tenant, "plan", caller, change),
    lint: (caller, change) => perform(caller.tenant, "lint", caller, change),
    approvePlan: (caller, plan) => perform(caller.tenant, "approvePlan", caller, plan),
    withdrawApproval: (caller, plan) => perform(caller.tenant, "withdrawApproval", caller, plan),
    createToken: (caller, token) => perform(caller.tenant, "createToken", caller, token),
    revokeToken: (caller, id) => perform(caller.tenant, "revokeToken", caller, id),
    createEnrolment: (caller, zone, seconds) => perform(caller.tenant, "createEnrolment", caller, zone, seconds),
    enrol: async (tenant, request) => {
      // Nobody has proved anything yet: a made-up tenant must not leave an object behind.
      await findEnrolment(store, tenant, request.token);
      return perform(tenant, "enrol", tenant, request);
    },
    createZoneToken: (caller, request) => perform(caller.tenant, "createZoneToken", caller, request),
    createDataplaneToken: (caller, request) => perform(caller.tenant, "createDataplaneToken", caller, request),
    certificates: (relay, proof, request) => perform(relay.tenant, "certificates", relay, proof, request),
    issuer: (relay, proof, request) => perform(relay.tenant, "issuer", relay, proof, request),
    report: (relay, proof, request) => perform(relay.tenant, "report", relay, proof, request),
    revokeRelay: (caller, zone, relay) => perform(caller.tenant, "revokeRelay", caller, zone, relay),
    revokeZone: (caller, zone) => perform(caller.tenant, "revokeZone", caller, zone),
    setAuditRetention: (caller, days) => perform(caller.tenant, "setAuditRetention", caller, days),
    createWebhook: (caller, wanted) => perform(caller.tenant, "createWebhook", caller, wanted),
    deleteWebhook: (caller, id) => perform(caller.tenant, "deleteWebhook", caller, id),
    rotateWebhook: (caller, id) => perform(caller.tenant, "rotateWebhook", caller, id),
    testWebhook: (caller, id) => perform(caller.tenant, "testWebhook", caller, id),
    replayWebhook: (caller, id, what) => perform(caller.tenant, "replayWebhook", caller, id, what),
  };
}
