// Handlers of a resource's past: the revisions that wrote it, and which of them each of its fields comes from.
import type { BlameBody, ResourceHistoryBody } from "#api/history.ts";
import { withoutSecrets } from "#control/secret/inline-key.ts";
import { type Blame, blamedPart, type Fields, fieldsOf, type Origin, openBlame } from "#model/blame.ts";
import { Fault } from "#model/fault.ts";
import type { JsonObject } from "#model/json.ts";
import type { Kind } from "#model/kind.ts";
import { type Resource, type ResourceKey, shownKey } from "#model/resource.ts";
import type { RevisionRecord } from "#store/face/history.ts";
import { pretty } from "./answer.ts";
import type { ApiCall, Handler } from "./call.ts";
import { queryWith, readRevision, readSize } from "./history-query.ts";
import { differenceOf } from "./past.ts";
import { withUsers } from "./people.ts";
import { keyOf, kindOf } from "./resource.ts";

/** Revisions of one resource that are read at a time. */
const PAGE = 50;

export const history: Handler<"api"> = async (call) => {
  const { searchParams } = call.url;
  const key = keyOf(call);
  const store = call.app.store.within(call.caller.tenant);
  const before = readRevision(searchParams.get("before"), "before");
  const size = readSize(searchParams);
  const records = await store.revisions({ ...key, size, ...(before !== undefined && { before }) });
  if (records.length === 0 && before === undefined && (await store.get(key)) === null) throw neverThere(key);
  const items: ResourceHistoryBody["items"] = records.flatMap(({ changes, ...record }) =>
    changes.flatMap((change) => {
      // One that was put as it stood, or whose times alone differ, is no change of it.
      const found = differenceOf(change.before, change.after);
      return found === null ? [] : [{ ...record, ...found }];
    }),
  );
  const last = records.at(-1);
  const next =
    last === undefined || records.length < size ? null : queryWith(searchParams, { before: String(last.revision) });
  return pretty({ items: await withUsers(call, items), next });
};

export const blame: Handler<"api"> = async (call) => {
  const kind = kindOf(call);
  const key = keyOf(call);
  const found = await call.app.store.within(call.caller.tenant).get(key);
  if (found === null) throw new Fault("absent", "Not found");
  const part = blamedPart(kind, found.resource);
  const now = fieldsOf(part);
  const told = openBlame(part);
  const { records, whole, oldest } = await tellAll(call, kind, key, told);
  const shown = fieldsOf(blamedPart(kind, withoutSecrets(found.resource)));
  const fields = [...told.origins(whole)].map(([path, origin]): BlameBody["fields"][number] => ({
    path,
    ...(sameField(now, shown, path) ? { value: now.get(path) } : { withheld: true as const }),
    ...madeBy(origin, records, oldest),
  }));
  return pretty({ fields: await withUsers(call, fields) });
};

interface Told {
  readonly records: ReadonlyMap<number, RevisionRecord>;
  /** History was read to where the resource, or the organisation, began. */
  readonly whole: boolean;
  readonly oldest: number;
}

/** Reads as much of the past as the blame asks for. */
async function tellAll({ app, caller }: ApiCall, kind: Kind, key: ResourceKey, told: Blame): Promise<Told> {
  const store = app.store.within(caller.tenant);
  const part = (resource: Resource | null): JsonObject | null => resource && blamedPart(kind, resource);
  const records = new Map<number, RevisionRecord>();
  let before: number | undefined;
  for (let more = true; more && told.open > 0; ) {
    const page = await store.revisions({ ...key, size: PAGE, ...(before !== undefined && { before }) });
    for (const record of page) {
      records.set(record.revision, record);
      for (const change of record.changes)
        told.tell({ revision: record.revision, before: part(change.before), after: part(change.after) });
    }
    before = page.at(-1)?.revision;
    more = page.length === PAGE;
  }
  const oldest = (await store.oldestRevision())?.revision ?? 1;
  return { records, whole: oldest === 1, oldest };
}

type Maker = Pick<BlameBody["fields"][number], "revision" | "actor" | "token" | "time" | "reason">;

function madeBy(origin: Origin, records: ReadonlyMap<number, RevisionRecord>, oldest: number): Maker {
  const record = typeof origin === "number" ? records.get(origin) : undefined;
  if (record !== undefined) {
    const { revision, actor, token, time, reason } = record;
    return { revision, actor, token, time, reason };
  }
  const reason =
    origin === "older"
      ? `older than revision ${oldest}, the oldest that is kept`
      : "no revision: written by the control plane or by its proxy";
  return { revision: null, actor: null, token: null, time: null, reason };
}

function sameField(one: Fields, other: Fields, path: string): boolean {
  return other.has(path) && JSON.stringify(one.get(path)) === JSON.stringify(other.get(path));
}

function neverThere(key: ResourceKey): Fault {
  return new Fault("absent", `${shownKey(key)} is not there, and no revision that is kept has written it`);
}
