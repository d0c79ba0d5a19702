// What each kind of event changes: one row a kind.
import type { RelayEvent } from "#api/zone.ts";
import { ISSUER_SECONDS } from "#control/authority/issuer.ts";
import { draftOf, plan } from "#control/draft/draft.ts";
import { planJoin, sameVersions } from "#control/join/join.ts";
import type { Tenant } from "#control/tenant.ts";
import { endLife, lifeOf, proxyKeyOf, setLife, type ZoneDraft } from "#control/zone/draft.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import { numberOf, partOf } from "#model/virtual/address.ts";
import { REST_MS } from "#model/virtual/allot.ts";
import { virtualName, ZONE_PART } from "#model/virtual/name.ts";
import type { Registration } from "#store/face/registration.ts";

/** Addresses of one name in one zone's part: one for each of its relays that were apart. Proxies listen on every one. */
const MOST_GIVEN = 4;

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
    const key = proxyKeyOf(draft, mesh, name);
    endLife(draft, life);
    if (life.owner === "stream" && key !== null && standing(draft, key) !== null) plan(draft, key, null);
  },
  health: (_, draft, { mesh, name, registration, ready }) => {
    const life = currentLife(draft, mesh, name, registration);
    if (life === null) return;
    if (mesh === "") {
      const isReady = ready.every(Boolean);
      if (isReady !== life.ready) setLife(draft, { ...life, ready: isReady });
      return;
    }
    const key = { type: "Dataplane", mesh, name } as const;
    const dataplane = draftOf(draft, key);
    if (dataplane !== null) plan(draft, key, withHealth(dataplane, ready));
  },
  version: (_, draft, { mesh, name, registration, versions }) => {
    const life = currentLife(draft, mesh, name, registration);
    if (life !== null && !sameVersions(life, { versions })) setLife(draft, { ...life, versions });
  },
  refused: (tenant, draft, { mesh, name, reason }) => {
    tenant.deps.log("info", "a relay refused a join", { ...draft.relay, mesh, name, reason });
  },
  issued: ({ deps }, draft, { serial, mesh, name, issuer, notAfter, tokenId, number }) => {
    const { zone } = draft.relay;
    if (isOfOtherZone(draft, mesh, name)) {
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
  named: ({ deps }, draft, { mesh, virtual, address, age = 0 }) => {
    const rows = [...(draft.state.meshes.get(mesh)?.addresses.values() ?? [])];
    const part = rows.find((row) => row.name === virtualName(ZONE_PART, draft.relay.zone));
    const [from, to] = part === undefined ? [0, 0] : partOf(Number(part.address));
    const isOwn = (one: string): boolean => {
      const number = numberOf(one);
      return number !== null && number >= from && number < to;
    };
    const refuse = (why: string): void =>
      deps.log("warn", `a relay gave an address that ${why}; it is not taken`, {
        ...draft.relay,
        mesh,
        virtual,
        address,
      });
    // What is another zone's, or the control plane's own, is not this relay's to give.
    if (!isOwn(address)) return refuse("is not of its zone's part");
    const standing = rows.flatMap((row) => (row.name === virtual && isOwn(row.address) ? [row.address] : []));
    const claimed = draft.claims.flatMap((one) => (one.mesh === mesh && one.name === virtual ? [one.address] : []));
    if (new Set([...standing, ...claimed, address]).size > MOST_GIVEN) return refuse("is one too many of its name");
    draft.claims.push({ mesh, name: virtual, address, at: deps.clock() - Math.min(age, REST_MS) });
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

/** Whether the proxy lives or stands elsewhere; `.<name>` is a zone's egress, which has leaves in meshes. One that is nowhere may have left, or was refused: that is to be audited, too. */
function isOfOtherZone(draft: ZoneDraft, mesh: string, name: string): boolean {
  const { zone } = draft.relay;
  if (!draft.state.meshes.has(mesh)) return true;
  const own = name.startsWith(".") ? ({ mesh: "", name: name.slice(1) } as const) : { mesh, name };
  const key = proxyKeyOf(draft, own.mesh, own.name);
  const at = lifeOf(draft, own.mesh, own.name)?.zone ?? (key && standing(draft, key)?.labels[LABEL.zone]);
  return typeof at === "string" && at !== zone;
}

function standing(draft: ZoneDraft, key: ResourceKey): Resource | null {
  return draftOf(draft, key as ResourceKey & { readonly type: "Dataplane" });
}

function currentLife(draft: ZoneDraft, mesh: string, name: string, registration: string): Registration | null {
  const life = lifeOf(draft, mesh, name);
  return life !== null && life.id === registration && life.zone === draft.relay.zone && life.online ? life : null;
}

type Dataplane = Resource<SpecOf<"Dataplane">>;
type Networking = NonNullable<SpecOf<"Dataplane">["networking"]>;

/** Each inbound's state as the relay saw it, with Kuma's older mirror, then each listener's; what is ignored stays so. */
function withHealth(dataplane: Dataplane, ready: readonly boolean[]): Dataplane {
  const { inbound, listeners } = dataplane.spec.networking ?? {};
  if (inbound === undefined && listeners === undefined) return dataplane;
  const networking: Networking = {
    ...dataplane.spec.networking,
    ...(inbound && {
      inbound: inbound.map((one, index) => {
        const is = ready[index];
        if (is === undefined || one.state === "Ignored") return one;
        const { state: _state, health: _health, ...rest } = one;
        return is ? rest : { ...rest, health: { ready: false }, state: "NotReady" as const };
      }),
    }),
    ...(listeners && {
      listeners: listeners.map((one, index) => {
        const is = ready[(inbound?.length ?? 0) + index];
        if (is === undefined) return one;
        const { state: _state, ...rest } = one;
        return is ? rest : { ...rest, state: "NotReady" as const };
      }),
    }),
  };
  return { ...dataplane, spec: { ...dataplane.spec, networking } };
}
