// A commit as one batch: guards, heads, history, deletes, upserts, and the answer. The order of the lists below is the order of the statements.

import { isProxyKind, PROXY_KINDS } from "#model/proxy-kind.ts";
import { keyText, meshOf, type ResourceKey } from "#model/resource.ts";
import type { SqlValue, Statement } from "./database.ts";
import type { Commit, StatusWrite, Write } from "./face/commit.ts";
import { forgetStatements } from "./forget.ts";
import { issuerStatements } from "./issuers.ts";
import { checkResourceSizes, packJson } from "./limit.ts";
import { resourceQuotas } from "./quota.ts";
import { certificateStatements, proofStatements } from "./record.ts";
import { registrationStatements, settleRegistrations } from "./registration-batch.ts";
import { pastText, RESOURCE_COLUMNS } from "./row.ts";

/** Steps whose write ids are kept: a lost answer is looked up within seconds. */
const STEPS_KEPT = 1000;

const SAME_KEY = "r.type = e.value->>'type' AND r.mesh = e.value->>'mesh' AND r.name = e.value->>'name'";
/** CROSS keeps the order: else the planner reads all of the tenant's resources and looks each up in the list. */
const STANDS = `json_each(?2) e CROSS JOIN resource r ON r.tenant_id = ?1 AND ${SAME_KEY}`;
const MAY_STAND = `json_each(?2) e LEFT JOIN resource r ON r.tenant_id = ?1 AND ${SAME_KEY}`;
const HEADS = "JOIN heads h ON h.tenant_id = ?1";

const BEFORE = pastText({
  labels: "r.labels",
  spec: "r.spec",
  creationTime: "r.creation_time",
  modificationTime: "r.modification_time",
});
const AFTER = pastText({
  labels: "e.value->>'labels'",
  spec: "e.value->>'spec'",
  creationTime: "COALESCE(r.creation_time, ?3)",
  modificationTime: "?3",
});

/** The deletion that goes with a registration's end holds only if that registration is the current one. */
const LIFE_ENDS = `(e.value->>'life' IS NULL OR EXISTS (SELECT 1 FROM registration g WHERE g.tenant_id = ?1
  AND g.mesh = e.value->>'mesh' AND g.name = e.value->>'name' AND g.id IN (SELECT value FROM json_each(e.value, '$.life')) AND g.owner = 'stream'))`;

const DROPPED = `(r.mesh IN (SELECT value FROM json_each(?2))
  OR (r.type = 'Mesh' AND r.mesh = '' AND r.name IN (SELECT value FROM json_each(?2))))`;

/** What stands is a proxy of its stream. Asked before the registrations of the commit are written. */
const STREAM = `(r.type IN (${Object.keys(PROXY_KINDS)
  .map((type) => `'${type}'`)
  .join(", ")}) AND EXISTS (SELECT 1 FROM registration g
  WHERE g.tenant_id = ?1 AND g.mesh = r.mesh AND g.name = r.name AND g.owner = 'stream'))`;

const CHANGE = "INSERT INTO revision_change (tenant_id, revision, type, mesh, name, before, after, stream)";

/** Tables whose rows go with their mesh: a new mesh of the same name must trust nothing of the old one. */
const TABLES_OF_MESH = ["registration", "issuer", "signing_key", "virtual_address"];

/** The whole batch; the answer is in the last statements, made by `answerStatements`. TypeError when the commit contradicts itself. */
export function commitStatements(tenant: string, commit: Commit, now: string, clock: number): readonly Statement[] {
  check(commit);
  const on = (sql: string, ...params: readonly SqlValue[]): Statement => ({ sql, params: [tenant, ...params] });
  const each = (items: readonly unknown[], sql: string, ...more: readonly SqlValue[]): Statement[] =>
    packJson(items).map((pack) => on(sql, pack, ...more));

  const history = commit.kind === "revision";
  const settled = settleRegistrations(commit.registrations ?? []);
  const { derived = [], statuses = [] } = commit;
  const puts = commit.writes.flatMap(putOf);
  const derivedPuts = derived.flatMap(putOf);
  checkResourceSizes([
    ...[...puts, ...derivedPuts].map((put) => ({ key: put, texts: [put.labels, put.spec, put.status ?? ""] })),
    ...statuses.map(({ key, patch }) => ({ key, texts: [JSON.stringify(patch)] })),
  ]);
  const deletes = deletionsOf(commit.writes, settled.ends);
  const derivedDeletes = deletionsOf(derived, settled.ends);
  const drops = commit.dropMeshes ?? [];

  return [
    ...each([...commit.writes, ...derived].filter(({ expect }) => expect !== "any").map(expectationOf), EXPECT),
    ...(commit.readRevision === undefined ? [] : [on(READ_REVISION, commit.readRevision)]),
    ...(commit.readSequence === undefined ? [] : [on(READ_SEQUENCE, commit.readSequence)]),
    ...each(commit.events ?? [], NEW_EVENTS),

    on(RAISE_HEADS, history ? 1 : 0),
    ...(history
      ? [on(ADD_REVISION, commit.writeId, commit.actor, commit.reason, now)]
      : [on(ADD_STEP, commit.writeId), on(DROP_STEPS)]),
    ...(commit.proof === undefined ? [] : proofStatements(tenant, commit.proof, clock)),

    ...(history && commit.forgetBefore !== undefined ? forgetStatements(tenant, commit.forgetBefore) : []),
    ...(history
      ? [...each(puts, PUT_HISTORY, now), ...each(deletes, DELETE_HISTORY), ...each(drops, DROP_HISTORY)]
      : []),
    ...each(drops, `DELETE FROM resource AS r WHERE r.tenant_id = ?1 AND ${DROPPED}`),
    ...TABLES_OF_MESH.flatMap((table) =>
      each(drops, `DELETE FROM ${table} WHERE tenant_id = ?1 AND mesh IN (SELECT value FROM json_each(?2))`),
    ),
    ...each([...deletes, ...derivedDeletes], DELETE),
    ...each(
      deletes.filter(({ type }) => isProxyKind(type)),
      DELETE_REGISTRATION,
    ),
    ...each([...puts, ...derivedPuts], PUT, now),
    ...resourceQuotas(tenant, commit.quotas),
    ...each(statuses.map(patchOf), MERGE_STATUS),

    ...each(commit.addresses ?? [], PUT_ADDRESSES),
    ...registrationStatements(tenant, settled, now),
    ...each(commit.events ?? [], TAKE_EVENTS),
    ...certificateStatements(tenant, commit.certificates ?? [], clock),
    ...issuerStatements(tenant, commit.issuers ?? {}),
    ...(commit.reach === undefined ? [] : [reachStatement(tenant, commit.reach)]),

    on("SELECT epoch, revision, sequence FROM heads WHERE tenant_id = ?1"),
    ...answerStatements(tenant, writtenBy(commit)),
  ];
}

/** What a commit answers with, in its order. */
export function writtenBy({
  writes,
  derived = [],
  statuses = [],
}: Commit): readonly { readonly key: ResourceKey; readonly stays: boolean }[] {
  return [
    ...[...writes, ...derived].map(({ key, after }) => ({ key, stays: after !== null })),
    ...statuses.map(({ key }) => ({ key, stays: true })),
  ];
}

/** The statement that merges statuses; no rows match those of resources that are gone. */
export function mergeStatements(tenant: string, statuses: readonly StatusWrite[]): readonly Statement[] {
  return packJson(statuses.map(patchOf)).map((pack) => ({ sql: MERGE_STATUS, params: [tenant, pack] }));
}

function patchOf({ key: { type, mesh, name }, patch }: StatusWrite): object {
  return { type, mesh, name, patch };
}

/** Reads the written resources; each row begins with the write's place in the list. */
export function answerStatements(tenant: string, writes: readonly Pick<Write, "key">[]): readonly Statement[] {
  const keys = writes.map(({ key: { type, mesh, name } }, place) => ({ place, type, mesh, name }));
  return packJson(keys).map((pack) => ({
    sql: `SELECT e.value->>'place' AS place, ${RESOURCE_COLUMNS} FROM ${STANDS}`,
    params: [tenant, pack],
  }));
}

const EXPECT = `INSERT INTO guard (reason) SELECT 'precondition' FROM ${MAY_STAND}
WHERE CASE e.value->>'expect' WHEN 'absent' THEN r.etag IS NOT NULL WHEN 'present' THEN r.etag IS NULL
  ELSE r.etag IS NOT e.value->>'etag' END LIMIT 1`;
const READ_REVISION = `INSERT INTO guard (reason) SELECT 'revision'
WHERE COALESCE((SELECT revision FROM heads WHERE tenant_id = ?1), 0) <> ?2`;
/** No other sign than the revision's: what it is told apart by stands in the commit. */
const READ_SEQUENCE = `INSERT INTO guard (reason) SELECT 'revision'
WHERE COALESCE((SELECT sequence FROM heads WHERE tenant_id = ?1), 0) <> ?2`;
const NEW_EVENTS = `INSERT INTO guard (reason) SELECT 'event' FROM json_each(?2) e
LEFT JOIN zone_head z ON z.tenant_id = ?1 AND z.zone = e.value->>'zone' AND z.relay = e.value->>'relay'
WHERE z.last_event IS NULL OR z.last_event >= e.value->>'number' LIMIT 1`;

const RAISE_HEADS = `INSERT INTO heads (tenant_id, epoch, revision, sequence) VALUES (?1, 1, ?2, 1)
ON CONFLICT (tenant_id) DO UPDATE SET revision = revision + excluded.revision, sequence = sequence + 1`;
const ADD_REVISION = `INSERT INTO revision (tenant_id, revision, epoch, sequence, write_id, actor, reason, time)
SELECT ?1, revision, epoch, sequence, ?2, ?3, ?4, ?5 FROM heads WHERE tenant_id = ?1`;
const ADD_STEP = `INSERT INTO step (tenant_id, sequence, epoch, revision, write_id)
SELECT ?1, sequence, epoch, revision, ?2 FROM heads WHERE tenant_id = ?1`;
const DROP_STEPS = `DELETE FROM step WHERE tenant_id = ?1
AND sequence <= (SELECT sequence FROM heads WHERE tenant_id = ?1) - ${STEPS_KEPT}`;

const PUT_HISTORY = `${CHANGE} SELECT ?1, h.revision, e.value->>'type', e.value->>'mesh', e.value->>'name',
CASE WHEN r.etag IS NULL THEN NULL ELSE ${BEFORE} END, ${AFTER}, COALESCE(${STREAM}, 0) FROM ${MAY_STAND} ${HEADS}`;
const DELETE_HISTORY = `${CHANGE} SELECT ?1, h.revision, r.type, r.mesh, r.name, ${BEFORE}, NULL, ${STREAM}
FROM ${STANDS} ${HEADS} WHERE ${LIFE_ENDS}`;
const DROP_HISTORY = `${CHANGE} SELECT ?1, h.revision, r.type, r.mesh, r.name, ${BEFORE}, NULL, ${STREAM}
FROM resource r ${HEADS} WHERE r.tenant_id = ?1 AND ${DROPPED} ON CONFLICT DO NOTHING`;

const DELETE = `DELETE FROM resource WHERE tenant_id = ?1 AND (type, mesh, name) IN
(SELECT e.value->>'type', e.value->>'mesh', e.value->>'name' FROM json_each(?2) e WHERE ${LIFE_ENDS})`;
const DELETE_REGISTRATION = `DELETE FROM registration WHERE tenant_id = ?1 AND (mesh, name) IN
(SELECT e.value->>'mesh', e.value->>'name' FROM json_each(?2) e WHERE ${LIFE_ENDS})`;
const PUT = `INSERT INTO resource
(tenant_id, type, mesh, name, labels, spec, status, etag, revision, born, creation_time, modification_time)
SELECT ?1, e.value->>'type', e.value->>'mesh', e.value->>'name', e.value->>'labels', e.value->>'spec', e.value->>'status',
  h.epoch || '-' || h.sequence, h.revision, h.sequence, ?3, ?3 FROM json_each(?2) e ${HEADS} WHERE true
ON CONFLICT (tenant_id, type, mesh, name) DO UPDATE SET labels = excluded.labels, spec = excluded.spec,
  status = COALESCE(excluded.status, status), etag = excluded.etag, revision = excluded.revision,
  modification_time = excluded.modification_time`;

/** An upsert and no UPDATE … FROM: CROSS keeps its order, so that each row is looked up by its key. */
const MERGE_STATUS = `INSERT INTO resource
(tenant_id, type, mesh, name, labels, spec, status, etag, revision, born, creation_time, modification_time)
SELECT r.tenant_id, r.type, r.mesh, r.name, r.labels, r.spec, json_patch(COALESCE(r.status, '{}'), e.value->'patch'),
  r.etag, r.revision, r.born, r.creation_time, r.modification_time FROM ${STANDS} WHERE true
ON CONFLICT (tenant_id, type, mesh, name) DO UPDATE SET status = excluded.status`;

const PUT_ADDRESSES = `INSERT INTO virtual_address (tenant_id, mesh, address, name, given_at, gone_at)
SELECT ?1, e.value->>'mesh', e.value->>'address', e.value->>'name', e.value->>'givenAt', e.value->>'goneAt'
FROM json_each(?2) e WHERE true
ON CONFLICT (tenant_id, mesh, address) DO UPDATE SET name = excluded.name, given_at = excluded.given_at,
  gone_at = excluded.gone_at`;

const TAKE_EVENTS = `UPDATE zone_head SET last_event = (SELECT max(e.value->>'number') FROM json_each(?2) e
  WHERE e.value->>'zone' = zone_head.zone AND e.value->>'relay' = zone_head.relay)
WHERE tenant_id = ?1 AND (zone, relay) IN (SELECT e.value->>'zone', e.value->>'relay' FROM json_each(?2) e)`;

const SET_REACH = `UPDATE zone_head SET address = ?4, ca = ?5
WHERE tenant_id = ?1 AND zone = ?2 AND relay = ?3 AND revoked = 0`;

function reachStatement(tenant: string, { zone, relay, address, ca }: NonNullable<Commit["reach"]>): Statement {
  return { sql: SET_REACH, params: [tenant, zone, relay, address, ca] };
}

function expectationOf({ key: { type, mesh, name }, expect }: Write): object {
  return { type, mesh, name, ...(typeof expect === "string" ? { expect } : { expect: "etag", etag: expect.etag }) };
}

interface Put extends ResourceKey {
  readonly labels: string;
  readonly spec: string;
  readonly status: string | null;
}

/** Spec and labels travel as JSON text inside JSON, so that the engine stores them byte for byte. */
function putOf({ key: { type, mesh, name }, after }: Write): Put[] {
  if (after === null) return [];
  const status = after.status === undefined ? null : JSON.stringify(after.status);
  return [{ type, mesh, name, labels: JSON.stringify(after.labels), spec: JSON.stringify(after.spec), status }];
}

function deletionsOf(writes: readonly Write[], ends: ReadonlyMap<string, readonly string[]>) {
  return writes.filter(({ after }) => after === null).map(({ key }) => deletionOf(key, ends));
}

function deletionOf({ type, mesh, name }: ResourceKey, ends: ReadonlyMap<string, readonly string[]>) {
  const life = isProxyKind(type) ? ends.get(`${mesh}/${name}`) : undefined;
  return { type, mesh, name, ...(life === undefined ? {} : { life }) };
}

function check({ writes, derived = [], statuses = [], dropMeshes = [], writeId }: Commit): void {
  if (writeId === "") throw new TypeError("a commit needs a write id");
  if (dropMeshes.includes("")) throw new TypeError("resources of global scope belong to no mesh that could be dropped");
  const patched = new Set<string>();
  for (const { key } of statuses) {
    // All are read before any is written.
    if (patched.has(keyText(key))) throw new TypeError(`a commit patches the status of ${keyText(key)} twice`);
    patched.add(keyText(key));
  }
  const seen = new Set<string>();
  for (const { key, after } of [...writes, ...derived]) {
    const text = keyText(key);
    if (seen.has(text)) throw new TypeError(`a commit writes ${text} twice`);
    seen.add(text);
    if (after === null) continue;
    if (keyText(after) !== text) throw new TypeError(`a commit writes ${keyText(after)} under the key ${text}`);
    if (after.spec === undefined) throw new TypeError(`a commit writes ${text} without a spec`);
    const mesh = meshOf(key);
    if (dropMeshes.includes(mesh)) throw new TypeError(`a commit writes ${text} and drops its mesh`);
  }
}
