// Handlers of history: revisions, and what differs between two of them.
import type { DiffBody } from "#api/history.ts";
import { readPageQuery } from "#api/page.ts";
import { forgotten, noRevision } from "#control/rollback/range.ts";
import { Fault } from "#model/fault.ts";
import type { TenantStore } from "#store/store.ts";
import { pretty } from "./answer.ts";
import { type ApiCall, type Handler, param } from "./call.ts";
import { effectBody } from "./effect.ts";
import { queryWith, readDescription, readRevision, readSize, readTime } from "./history-query.ts";
import { differenceOf, mayRead, revisionBody } from "./past.ts";
import { withUsers } from "./people.ts";

const TITLE = "Could not read history";

export const listRevisions: Handler<"api"> = async (call) => {
  const { searchParams } = call.url;
  const size = readSize(searchParams);
  const before = readRevision(searchParams.get("before"), "before");
  const since = readTime(searchParams, "since");
  const actor = searchParams.get("actor") || undefined;
  const records = await storeOf(call).revisions({
    ...readDescription(searchParams),
    size,
    ...(before !== undefined && { before }),
    ...(since !== undefined && { since }),
    ...(actor !== undefined && { actor }),
  });
  const last = records.at(-1);
  const more = last !== undefined && records.length === size && last.revision > 1;
  const next = more ? queryWith(searchParams, { before: String(last.revision) }) : null;
  const items = await withUsers(
    call,
    records.map((record) => revisionBody(call, record)),
  );
  return pretty({ items, next });
};

export const getRevision: Handler<"api"> = async (call) => {
  const asked = readRevision(param(call, "revision"), "revision") ?? 0;
  const store = storeOf(call);
  const [record] = await store.revisions({ before: asked + 1, size: 1 });
  if (record?.revision !== asked) throw await absentRevision(store, asked);
  const [body] = await withUsers(call, [revisionBody(call, record)]);
  return pretty({ ...body, ...effectBody(await store.effects(asked)) });
};

export const diff: Handler<"api"> = async (call) => {
  const { searchParams } = call.url;
  const store = storeOf(call);
  const page = readPageQuery(
    new URLSearchParams([...searchParams].filter(([name]) => name === "size" || name === "offset")),
  );
  const from = readRevision(searchParams.get("from"), "from");
  if (from === undefined) {
    const violations = [{ field: "from", reason: "is required: the revision to compare with" }];
    throw new Fault("malformed", "Invalid query", { violations });
  }
  const asked = readRevision(searchParams.get("to"), "to");
  const { revision: newest } = await store.heads();
  const to = asked ?? newest;
  await refuseUnknown(store, newest, [from, to]);
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const { offset, size } = page;
  const passages = await store.passages({ from: low, to: high }, { ...readDescription(searchParams), offset, size });
  const items: DiffBody["items"] = passages.flatMap(({ key, before, after }) => {
    const found = !mayRead(call, key.type)
      ? null
      : from <= to
        ? differenceOf(before, after)
        : differenceOf(after, before);
    return found === null ? [] : [{ ...key, ...found }];
  });
  const next =
    passages.length < size
      ? null
      : queryWith(searchParams, { from: String(from), to: String(to), offset: String(offset + size) });
  return pretty({ from, to, items, next });
};

/** Fault `absent` unless history tells all that happened between the two. */
async function refuseUnknown(store: TenantStore, newest: number, both: readonly [number, number]): Promise<void> {
  const oldest = await store.oldestRevision();
  for (const asked of both) {
    if (asked > newest) throw absent(noRevision(asked, newest));
    // What stood before the oldest is told by it.
    if (oldest !== null && asked < oldest.revision - 1) throw absent(forgotten(asked, oldest));
  }
}

async function absentRevision(store: TenantStore, asked: number): Promise<Fault> {
  const oldest = await store.oldestRevision();
  const { revision: newest } = await store.heads();
  return absent(
    oldest !== null && asked < oldest.revision && asked > 0 ? forgotten(asked, oldest) : noRevision(asked, newest),
  );
}

function absent({ message }: Fault): Fault {
  return new Fault("absent", message, { title: TITLE });
}

function storeOf({ app, caller }: ApiCall): TenantStore {
  return app.store.within(caller.tenant);
}
