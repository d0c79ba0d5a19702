// A join: one dataplane that wants to be part of a mesh. The relay's word is not enough: token, tags and constraints are judged here.
import type { Join } from "#api/zone.ts";
import { KINDS, type SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import { at, type Violation } from "#model/violation.ts";
import { fromWire } from "#model/wire.ts";
import type { Registration } from "#store/store.ts";
import { tokenViolations, verifyDataplaneToken } from "#trust/dataplane-token.ts";
import type { Named } from "#trust/spiffe.ts";
import { draftOf, plan } from "./draft.ts";
import { inZone, putDataplane } from "./rule/dataplane-rules.ts";
import type { Tenant } from "./tenant.ts";
import { trustOf } from "./view.ts";
import { dataplaneKey, lifeOf, setLife, type ZoneDraft } from "./zone-draft.ts";

export type Dataplane = Resource<SpecOf<"Dataplane">>;

export type JoinOutcome = { readonly dataplane: Dataplane } | { readonly refused: string };

/** Judges the join and plans what it changes; refused, it plans nothing. */
export async function planJoin(tenant: Tenant, draft: ZoneDraft, join: Join): Promise<JoinOutcome> {
  const { mesh, name, registration } = join;
  if (!draft.state.meshes.has(mesh)) return { refused: `mesh: mesh of name ${mesh} is not found` };
  if (!/^[\x21-\x7e]{1,128}$/.test(registration))
    return { refused: "registration: must be 1 to 128 visible ASCII characters" };
  const stored = draftOf(draft, dataplaneKey(mesh, name));
  const life = lifeOf(draft, mesh, name);
  if (join.dataplane === undefined && join.token === undefined) return renew(tenant, draft, join, stored, life);

  if (isOutlived(tenant, draft, join, life))
    return { refused: "registration: the dataplane has joined at another relay of the zone since" };
  const read = readDataplane(draft, join, stored);
  if ("refused" in read) return read;
  const judged = await judgeToken(tenant, draft, join, read.dataplane, stored, life);
  if ("refused" in judged) return judged;
  const planned = { key: dataplaneKey(mesh, name), before: null, after: read.dataplane, expect: "any" as const };
  const violations = await putDataplane({ draft, planned, vault: tenant.vault });
  if (violations.length > 0) return { refused: told(violations) };

  plan(draft, planned.key, read.dataplane);
  const next = nextLife(tenant, draft, join, stored, life, judged.tokenId);
  if (life === null || !sameLife(life, next)) setLife(draft, next);
  return { dataplane: read.dataplane };
}

/** Whether its proxy has moved on: a relay that was away reports lives that have ended elsewhere. */
function isOutlived({ deps }: Tenant, { relay }: ZoneDraft, join: Join, life: Registration | null): boolean {
  if (join.age === undefined || life === null || !life.online) return false;
  const moved = life.id !== join.registration && life.zone === relay.zone && life.relay !== relay.relay;
  return moved && Date.parse(life.since) > deps.clock() - join.age;
}

/** A renewal changes nothing: the registration must be the current one, this relay's zone's, and its token not revoked. */
async function renew(
  tenant: Tenant,
  draft: ZoneDraft,
  { mesh, registration }: Join,
  stored: Dataplane | null,
  life: Registration | null,
): Promise<JoinOutcome> {
  const { zone } = draft.relay;
  if (stored === null || life === null || life.id !== registration || life.zone !== zone || !life.online) {
    return { refused: "registration: it is not the dataplane's current registration in this zone; join again" };
  }
  const state = draft.state.meshes.get(mesh);
  const revoked = state === undefined ? [] : (await trustOf(state, tenant.vault)).revokedTokens;
  if (life.tokenId !== null && revoked.includes(life.tokenId))
    return { refused: "token: the token that it joined with has been revoked; join again with another" };
  return { dataplane: stored };
}

function readDataplane(draft: ZoneDraft, join: Join, stored: Dataplane | null): JoinOutcome {
  const { zone } = draft.relay;
  // Without a body the one that a user wrote is meant.
  if (join.dataplane === undefined) {
    if (stored === null) return { refused: "dataplane: there is none of this name, and the join brings none" };
    if (stored.labels[LABEL.zone] !== zone)
      return { refused: `dataplane: it is in the zone ${stored.labels[LABEL.zone]}` };
    return { dataplane: stored };
  }
  const read = fromWire(KINDS.Dataplane, join.dataplane, { mesh: join.mesh, name: join.name });
  if (read.resource === undefined) return { refused: told(read.violations) };
  const said = [read.resource.labels[LABEL.zone], stored?.labels[LABEL.zone]].find(
    (one) => one !== undefined && one !== zone,
  );
  if (said !== undefined) {
    return {
      refused: told([
        {
          field: at("labels", LABEL.zone),
          reason: `is ${JSON.stringify(said)}, and this relay is in the zone ${JSON.stringify(zone)}`,
        },
      ]),
    };
  }
  return { dataplane: inZone(read.resource, zone) };
}

type TokenJudgement = { readonly tokenId: string | null } | { readonly refused: string };

/** The id of the token that lets the dataplane in (null where it needs none), or why it does not. */
async function judgeToken(
  tenant: Tenant,
  draft: ZoneDraft,
  join: Join,
  dataplane: Dataplane,
  stored: Dataplane | null,
  life: Registration | null,
): Promise<TokenJudgement> {
  if (join.token === undefined) {
    // What a user has written with an API token needs no other; what a relay alone says of itself is not believed.
    if (join.owner === "user" && stored !== null && life?.owner !== "stream" && isSame(stored, dataplane))
      return { tokenId: null };
    return { refused: "token: a dataplane token is needed to join" };
  }
  const state = draft.state.meshes.get(join.mesh);
  if (state === undefined) return { refused: `mesh: mesh of name ${join.mesh} is not found` };
  const trust = await trustOf(state, tenant.vault);
  const outcome = await verifyDataplaneToken(
    join.token,
    {
      keyOf: (mesh, kid) =>
        mesh === join.mesh ? trust.tokenKeys.find(({ serial }) => String(serial) === kid)?.publicJwk : undefined,
      isRevoked: (mesh, jti) => mesh === join.mesh && trust.revokedTokens.includes(jti),
    },
    tenant.deps.clock,
  );
  if (!outcome.ok) return { refused: `token: ${outcome.reason}` };
  const bearing = (one: Dataplane) =>
    tokenViolations(outcome.claims, { mesh: one.mesh, name: one.name, labels: one.labels, dataplane: namedOf(one) });
  // An adopted name is judged as it stands too: a token must not take over what it could not have made.
  const violations = [...bearing(dataplane), ...(stored === null ? [] : bearing(stored))];
  return violations.length > 0 ? { refused: told(violations) } : { tokenId: outcome.claims.jti };
}

/** The life that follows: who owns the dataplane does not change by joining. */
function nextLife(
  { deps }: Tenant,
  { relay }: ZoneDraft,
  join: Join,
  stored: Dataplane | null,
  life: Registration | null,
  tokenId: string | null,
): Registration {
  const { mesh, name, registration: id } = join;
  const owned = stored !== null && life?.owner !== "stream";
  const current = life !== null && life.id === id && life.online;
  const since = current ? life.since : new Date(deps.clock() - (join.age ?? 0)).toISOString();
  return {
    mesh,
    name,
    id,
    zone: relay.zone,
    relay: relay.relay,
    owner: owned ? "user" : "stream",
    online: true,
    since,
    tokenId,
    ready: true,
  };
}

function sameLife(one: Registration, other: Registration): boolean {
  return (
    one.id === other.id &&
    one.relay === other.relay &&
    one.zone === other.zone &&
    one.owner === other.owner &&
    one.online === other.online &&
    one.tokenId === other.tokenId
  );
}

function isSame(one: Dataplane, other: Dataplane): boolean {
  return JSON.stringify([one.labels, one.spec]) === JSON.stringify([other.labels, other.spec]);
}

/** What of a dataplane names it, for certificates and tokens. */
export function namedOf({ spec }: Dataplane): Named {
  return { networking: spec.networking ?? {} };
}

/** Violations as one line, `path: message; path: message`, as Kuma refuses a proxy. */
export function told(violations: readonly Violation[]): string {
  return violations.map(({ field, reason }) => (field === "" ? reason : `${field}: ${reason}`)).join("; ");
}
