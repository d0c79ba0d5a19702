// Handlers of the audit log: pages, the export as a stream, keys, and how long entries are kept.
import { NDJSON, auditRetention as retention } from "#api/audit.ts";
import { checkBody } from "#api/check.ts";
import { DEFAULT_SIZE, readPageQuery } from "#api/page.ts";
import { Fault } from "#model/fault.ts";
import type { Violation } from "#model/violation.ts";
import { pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import type { ApiCall, Handler } from "./call.ts";
import { namesOf } from "./people.ts";

const FILTERS = ["actor", "action", "subject"] as const;

export const listAudit: Handler<"api"> = async (call) => {
  const wantsAll = call.request.headers.get("accept")?.includes(NDJSON) === true;
  const query = readQuery(call);
  return wantsAll ? exportAll(call, query) : listPage(call, query);
};

type Query = ReturnType<typeof readQuery>;

async function listPage(call: ApiCall, { size, numbers, filters, times }: Query): Promise<Response> {
  const items = await call.app.audit.list(call.caller, { ...numbers, ...filters, ...times, newestFirst: true, size });
  const last = items.at(-1);
  const more = last !== undefined && items.length === size && last.number > 1;
  const next = new URLSearchParams(call.url.searchParams);
  next.set("before", String(last?.number));
  if (size !== DEFAULT_SIZE) next.set("size", String(size));
  const names = await namesOf(
    call,
    call.caller.tenant,
    items.map(({ actor }) => actor),
  );
  return pretty({ items, next: more ? `?${next}` : null, names: Object.fromEntries(names) });
}

/** The chain, whole or between two times: what leaves entries out cannot be verified, and is refused. */
async function exportAll(call: ApiCall, { numbers, filters, times }: Query): Promise<Response> {
  const given = [...Object.keys(numbers), ...Object.keys(filters)];
  if (given.length > 0) {
    const reason = "cannot narrow an export, which could not be verified then; since and until can";
    throw new Fault("malformed", "Invalid query", { violations: given.map((field) => ({ field, reason })) });
  }
  const lines = await call.app.audit.export(call.caller, times);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
  return new Response(body, { headers: { "content-type": NDJSON } });
}

function readQuery(call: ApiCall) {
  const { searchParams } = call.url;
  const { size } = readPageQuery(searchParams);
  const wrong: Violation[] = [];
  const read = (name: string, read: (text: string) => unknown, reason: string): object => {
    const text = searchParams.get(name);
    if (text === null || text === "") return {};
    const value = read(text);
    if (value === null) wrong.push({ field: name, reason });
    return { [name]: value };
  };
  const number = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null);
  const time = (text: string): string | null =>
    /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : null;
  const ofNumber = "must be an entry's number";
  const ofTime = "must be an RFC 3339 time";
  const numbers: { before?: number; after?: number } = {
    ...read("before", number, ofNumber),
    ...read("after", number, ofNumber),
  };
  const times: { since?: string; until?: string } = { ...read("since", time, ofTime), ...read("until", time, ofTime) };
  const filters: { actor?: string; action?: string; subject?: string } = {};
  for (const name of FILTERS) {
    const text = searchParams.get(name);
    if (text !== null && text !== "") filters[name] = text;
  }
  if (wrong.length > 0) throw new Fault("malformed", "Invalid query", { violations: wrong });
  return { size, numbers, times, filters };
}

export const auditKeys: Handler<"api"> = async (call) => pretty({ keys: await call.app.audit.keys(call.caller) });

export const auditRetention: Handler<"api"> = async (call) =>
  pretty({ days: (await call.app.audit.standing(call.caller)).retentionDays });

export const setAuditRetention: Handler<"api"> = async (call) => {
  const { days } = checkBody(retention, await readJson(call));
  await call.app.writer.setAuditRetention(call.caller, days);
  return pretty({ days });
};
