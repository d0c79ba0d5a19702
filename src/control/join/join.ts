// A join: one proxy that wants to be part of its mesh or zone. The relay's word is not enough: token, tags and constraints are judged here.
import type { Join } from "#api/zone.ts";
import { draftOf, plan } from "#control/draft/draft.ts";
import type { Tenant } from "#control/tenant.ts";
import { lifeOf, setLife, type ZoneDraft } from "#control/zone/draft.ts";
import { foreignName } from "#model/foreign-name.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import type { Violation } from "#model/violation.ts";
import { fromWire } from "#model/wire.ts";
import type { Registration } from "#store/face/registration.ts";
import type { JoinKind } from "./join-kind.ts";
import { JOIN_KINDS } from "./join-kinds.ts";

export type JoinOutcome = { readonly proxy: Resource } | { readonly refused: string };

/** Judges the join and plans what it changes; refused, it plans nothing. */
export async function planJoin(tenant: Tenant, draft: ZoneDraft, join: Join): Promise<JoinOutcome> {
  const { mesh, name, registration } = join;
  const row = joinKindOf(join);
  const nowhere = row.meshReason(draft, mesh);
  if (nowhere !== null) return { refused: nowhere };
  if (!/^[\x21-\x7e]{1,128}$/.test(registration))
    return { refused: "registration: must be 1 to 128 visible ASCII characters" };
  const key: ResourceKey = { type: row.kind.type, mesh, name };
  const stored = draftOf(draft, key as ResourceKey & { readonly type: "Dataplane" }) as Resource | null;
  const life = lifeOf(draft, mesh, name);
  const before = { stored, life };
  if (join.dataplane === undefined && join.token === undefined) return renew(tenant, draft, join, before);

  if (isOutlived(tenant, draft, join, life))
    return { refused: `registration: the ${row.noun} has joined at another relay of the zone since` };
  const read = readProxy(draft, join, row, stored);
  if ("refused" in read) return read;
  const judged = await judgeToken(tenant, draft, join, read.proxy, before);
  if ("refused" in judged) return judged;
  const planned = { key, before: null, after: read.proxy, expect: "any" as const };
  const violations = await row.rule({ draft, planned, vault: tenant.vault });
  if (violations.length > 0) return { refused: told(violations) };

  plan(draft, planned.key, read.proxy);
  const next = nextLife(tenant, draft, join, before, judged.tokenId);
  if (life === null || !sameLife(life, next)) setLife(draft, next);
  return { proxy: read.proxy };
}

/** The row of the join's kind of proxy. */
export function joinKindOf({ type = "Dataplane" }: Pick<Join, "type">): JoinKind {
  return JOIN_KINDS[type];
}

/** What stood before. */
interface Before {
  readonly stored: Resource | null;
  readonly life: Registration | null;
}

/** How long calls of two relays may take on their way: within it nobody can tell here which life began first. Milliseconds. */
const ON_THE_WAY = 15_000;

/** Whether its proxy has moved on: a relay that was away reports lives that have ended elsewhere. */
function isOutlived({ deps }: Tenant, { relay }: ZoneDraft, join: Join, life: Registration | null): boolean {
  if (join.age === undefined || life === null || !life.online) return false;
  const moved = life.id !== join.registration && life.zone === relay.zone && life.relay !== relay.relay;
  return moved && Date.parse(life.since) > deps.clock() - join.age + ON_THE_WAY;
}

/** A renewal changes nothing: the registration must be the current one, this relay's zone's, and its token not revoked. */
async function renew(tenant: Tenant, draft: ZoneDraft, join: Join, { stored, life }: Before): Promise<JoinOutcome> {
  const { zone } = draft.relay;
  const row = joinKindOf(join);
  if (stored === null || life === null || life.id !== join.registration || life.zone !== zone || !life.online) {
    return { refused: `registration: it is not the ${row.noun}'s current registration in this zone; join again` };
  }
  const revoked = await row.revoked(tenant, draft, join.mesh);
  if (life.tokenId !== null && revoked.includes(life.tokenId))
    return { refused: "token: the token that it joined with has been revoked; join again with another" };
  return { proxy: stored };
}

function readProxy(draft: ZoneDraft, join: Join, row: JoinKind, stored: Resource | null): JoinOutcome {
  const { zone } = draft.relay;
  // Without a body the one that a user wrote is meant.
  if (join.dataplane === undefined) {
    if (stored === null) return { refused: `${row.noun}: there is none of this name, and the join brings none` };
    if (row.zoneSaid(stored) !== zone) return { refused: `${row.noun}: it is in the zone ${row.zoneSaid(stored)}` };
    return { proxy: stored };
  }
  const read = fromWire(row.kind, join.dataplane, { mesh: join.mesh, name: join.name });
  if (read.resource === undefined) return { refused: told(read.violations) };
  const foreign = row.foreignZones(read.resource, zone);
  if (foreign.length > 0) return { refused: told(foreign) };
  const held = stored === null ? undefined : row.zoneSaid(stored);
  if (held !== undefined && held !== zone) {
    return { refused: told([foreignName(row.noun, join, { held, zone })]) };
  }
  return { proxy: row.inZone(read.resource, zone) };
}

type TokenJudgement = { readonly tokenId: string | null } | { readonly refused: string };

/** The id of the token that lets the proxy in (null where it needs none), or why it does not. */
async function judgeToken(
  tenant: Tenant,
  draft: ZoneDraft,
  join: Join,
  proxy: Resource,
  { stored, life }: Before,
): Promise<TokenJudgement> {
  const row = joinKindOf(join);
  if (join.token === undefined) {
    // What a user has written with an API token needs no other; what a relay alone says of itself is not believed.
    if (join.owner === "user" && stored !== null && life?.owner !== "stream" && isSame(stored, proxy))
      return { tokenId: null };
    return { refused: `token: ${row.token} is needed to join` };
  }
  const bearer = await row.verify(tenant, draft, join, join.token);
  if ("refused" in bearer) return bearer;
  // An adopted name is judged as it stands too: a token must not take over what it could not have made.
  const violations = [...bearer.violations(proxy), ...(stored === null ? [] : bearer.violations(stored))];
  return violations.length > 0 ? { refused: told(violations) } : { tokenId: bearer.tokenId };
}

/** The life that follows: who owns the proxy does not change by joining. */
function nextLife(
  { deps }: Tenant,
  { relay }: ZoneDraft,
  join: Join,
  { stored, life }: Before,
  tokenId: string | null,
): Registration {
  const { mesh, name, registration: id } = join;
  const owned = stored !== null && life?.owner !== "stream";
  const current = life !== null && life.id === id && life.online;
  const since = current ? life.since : new Date(Math.max(0, deps.clock() - (join.age ?? 0))).toISOString();
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
    ready: (current && life.ready) || join.ready !== false,
    versions: join.versions ?? (current ? life.versions : undefined),
  };
}

function sameLife(one: Registration, other: Registration): boolean {
  return (
    one.id === other.id &&
    one.relay === other.relay &&
    one.zone === other.zone &&
    one.owner === other.owner &&
    one.online === other.online &&
    one.tokenId === other.tokenId &&
    one.ready === other.ready &&
    sameVersions(one, other)
  );
}

/** Whether they are of the same versions, or both of none that is known. */
export function sameVersions(
  { versions: one }: Registration,
  { versions: other }: Pick<Registration, "versions">,
): boolean {
  return one === undefined || other === undefined ? one === other : sameJson(one, other);
}

function isSame(one: Resource, other: Resource): boolean {
  return JSON.stringify([one.labels, one.spec]) === JSON.stringify([other.labels, other.spec]);
}

/** Violations as one line, `path: message; path: message`, as Kuma refuses a proxy. */
export function told(violations: readonly Violation[]): string {
  return violations.map(({ field, reason }) => (field === "" ? reason : `${field}: ${reason}`)).join("; ");
}
