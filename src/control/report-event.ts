// What each kind of event changes: one row a kind.
import type { RelayEvent } from "#api/zone.ts";
import type { SpecOf } from "#model/kinds.ts";
import { LABEL } from "#model/tag.ts";
import type { Registration } from "#store/store.ts";
import { draftOf, plan } from "./draft.ts";
import { ISSUER_SECONDS } from "./issuer.ts";
import { type Dataplane, planJoin } from "./join.ts";
import type { Tenant } from "./tenant.ts";
import { dataplaneKey, endLife, lifeOf, type ZoneDraft } from "./zone-draft.ts";

type Take<K extends RelayEvent["kind"]> = (
  tenant: Tenant,
  draft: ZoneDraft,
  event: Extract<RelayEvent, { kind: K }>,
) => Promise<void> | void;

const TAKE: { readonly [K in RelayEvent["kind"]]: Take<K> } = {
  joined: async (tenant, draft, { join, number }) => {
    const outcome = await planJoin(tenant, draft, join);
    if (!("refused" in outcome)) return;
    // The relay let it in while it was alone: it is told in the answer, and ends that life.
    const { mesh, name, registration } = join;
    draft.refused.push({ mesh, name, registration, reason: outcome.refused });
    tenant.deps.log("warn", "a join made while cut off is refused", {
      ...draft.relay,
      mesh,
      name,
      number,
      reason: outcome.refused,
    });
  },
  gone: (_, draft, { mesh, name, registration }) => {
    const life = currentLife(draft, mesh, name, registration);
    if (life === null) return;
    endLife(draft, life);
    if (life.owner === "stream" && draftOf(draft, dataplaneKey(mesh, name)) !== null)
      plan(draft, dataplaneKey(mesh, name), null);
  },
  health: (_, draft, { mesh, name, registration, ready }) => {
    if (currentLife(draft, mesh, name, registration) === null) return;
    const dataplane = draftOf(draft, dataplaneKey(mesh, name));
    if (dataplane !== null) plan(draft, dataplaneKey(mesh, name), withHealth(dataplane, ready));
  },
  refused: (tenant, draft, { mesh, name, reason }) => {
    tenant.deps.log("info", "a relay refused a join", { ...draft.relay, mesh, name, reason });
  },
  issued: ({ deps }, draft, { serial, mesh, name, issuer, notAfter, tokenId, number }) => {
    const { zone } = draft.relay;
    if (!isOfZone(draft, mesh, name)) {
      deps.log("warn", "a relay tells of a certificate for a dataplane that is not its zone's; it is not taken", {
        ...draft.relay,
        mesh,
        name,
        number,
        serial,
      });
      return;
    }
    // No leaf outlives its issuer, whatever the relay says; and rows are compared by this text.
    const until = Math.min(Date.parse(notAfter), deps.clock() + ISSUER_SECONDS * 1000);
    draft.certificates.push({ serial, mesh, name, zone, issuer, notAfter: new Date(until).toISOString(), tokenId });
  },
};

/** Plans what the event changes; one that is about an older life changes nothing. */
export async function planEvent(tenant: Tenant, draft: ZoneDraft, event: RelayEvent): Promise<void> {
  await (TAKE[event.kind] as (tenant: Tenant, draft: ZoneDraft, event: RelayEvent) => Promise<void> | void)(
    tenant,
    draft,
    event,
  );
}

/** Whether the dataplane lives in the relay's zone, or stands there. */
function isOfZone(draft: ZoneDraft, mesh: string, name: string): boolean {
  const { zone } = draft.relay;
  if (!draft.state.meshes.has(mesh)) return false;
  const life = lifeOf(draft, mesh, name);
  return life === null ? draftOf(draft, dataplaneKey(mesh, name))?.labels[LABEL.zone] === zone : life.zone === zone;
}

function currentLife(draft: ZoneDraft, mesh: string, name: string, registration: string): Registration | null {
  const life = lifeOf(draft, mesh, name);
  return life !== null && life.id === registration && life.zone === draft.relay.zone && life.online ? life : null;
}

type Networking = NonNullable<SpecOf<"Dataplane">["networking"]>;

/** Each inbound's state as the relay saw it, with Kuma's older mirror; an ignored inbound stays so. */
function withHealth(dataplane: Dataplane, ready: readonly boolean[]): Dataplane {
  const { networking } = dataplane.spec;
  if (networking?.inbound === undefined) return dataplane;
  const inbound: Networking["inbound"] = networking.inbound.map((one, index) => {
    const is = ready[index];
    if (is === undefined || one.state === "Ignored") return one;
    const { state: _state, health: _health, ...rest } = one;
    return is ? rest : { ...rest, health: { ready: false }, state: "NotReady" as const };
  });
  return { ...dataplane, spec: { ...dataplane.spec, networking: { ...networking, inbound } } };
}
