// Handler of changes: several resources put and deleted in one revision, and how their body is read.
import { checkBody } from "#api/check.ts";
import { type ChangeBody, change, MOST_CHANGES } from "#api/weft.ts";
import type { Change, Rollback } from "#control/face/change.ts";
import { permitKind } from "#control/permission.ts";
import { Fault } from "#model/fault.ts";
import { isJsonObject } from "#model/json.ts";
import { kindOfType } from "#model/kinds.ts";
import { overChange } from "#model/limit/over.ts";
import { keyText, type ResourceKey, shownKey } from "#model/resource.ts";
import { at, type Violation } from "#model/violation.ts";
import { pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import type { ApiCall, Call, Handler } from "./call.ts";
import { writeIdOf } from "./write-id.ts";

interface Named {
  readonly type: string;
  readonly name: string;
  readonly mesh?: string;
}

export const createChange: Handler<"api"> = async (call) => {
  const body = checkBody(change, await readChange(call));
  return pretty(await call.app.writer.apply(call.caller, changeOf(call, body)));
};

/** The JSON of a change's body. Fault `too-large` where it is of more resources than one change may be. */
export async function readChange(call: Call): Promise<unknown> {
  const body = await readJson(call);
  const { put, delete: gone } = isJsonObject(body) ? body : {};
  const count = [put, gone].reduce((sum: number, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
  if (count > MOST_CHANGES) throw overChange(count);
  return body;
}

/** The change that a body asks for; `planning`: nothing of it will be written. Fault `invalid` with all that is wrong with its keys. */
export function changeOf(call: ApiCall, body: ChangeBody, planning = false): Change {
  const { planId, prune, rollback } = body;
  if (rollback !== undefined && (body.put ?? body.delete ?? prune) !== undefined) {
    const reason = "stands alone: what it puts and deletes comes out of history";
    throw new Fault("invalid", "The request's body is not valid", { violations: [{ field: "rollback", reason }] });
  }
  const puts = body.put ?? [];
  const deletes = body.delete ?? [];
  const keys = [
    ...keysOf(
      call,
      "put",
      puts.map(({ resource }) => resource),
      planning ? "plan" : "write",
    ),
    ...keysOf(call, "delete", deletes, planning ? "plan" : "delete"),
  ];
  refuseTwins(keys, puts.length);
  return {
    put: puts.map(({ resource, ifMatch }, index) => ({
      key: keys[index] as ResourceKey,
      body: resource,
      ...(ifMatch === undefined ? {} : { ifMatch }),
    })),
    delete: deletes.map(({ ifMatch }, index) => ({
      key: keys[puts.length + index] as ResourceKey,
      ...(ifMatch === undefined ? {} : { ifMatch }),
    })),
    reason: body.reason ?? call.caller.reason ?? "",
    ...(rollback === undefined ? {} : { rollback: rollbackOf(rollback) }),
    ...(prune === undefined ? {} : { prune }),
    ...(planId === undefined ? {} : { planId }),
    writeId: writeIdOf(call),
  };
}

function rollbackOf({ to, undo = 0, created }: NonNullable<ChangeBody["rollback"]>): Rollback {
  return { ...(to === undefined ? { undo } : { to }), ...(created === undefined ? {} : { created }) };
}

/** Keys of a list, checked against the table of kinds and the caller's scopes. */
function keysOf(
  call: ApiCall,
  list: "put" | "delete",
  items: readonly Named[],
  verb: "write" | "delete" | "plan",
): ResourceKey[] {
  const violations: Violation[] = [];
  const keys = items.map(({ type, name, mesh = "" }, index): ResourceKey => {
    const kind = kindOfType(type);
    const field = (member: string): string =>
      list === "put" ? at(list, index, "resource", member) : at(list, index, member);
    if (kind === undefined)
      violations.push({ field: field("type"), reason: `there is no kind ${JSON.stringify(type)}` });
    else if (kind.readOnly)
      violations.push({ field: field("type"), reason: `${type} is written by the control plane alone` });
    else permitKind(call.caller.scopes, verb, kind);
    if (kind === undefined || kind.readOnly) return { type, mesh, name };
    if (kind.scope === "Mesh" && mesh === "") violations.push({ field: field("mesh"), reason: "cannot be empty" });
    else if (kind.scope === "Global" && mesh !== "") {
      violations.push({ field: field("mesh"), reason: `must be left out: a ${type} belongs to no mesh` });
    }
    return { type, mesh, name };
  });
  if (violations.length > 0) throw new Fault("invalid", "The request's body is not valid", { violations });
  return keys;
}

/** One resource stands in one place of a change: otherwise its outcome would depend on an order that nobody wrote. */
function refuseTwins(keys: readonly ResourceKey[], puts: number): void {
  const seen = new Set<string>();
  const violations = keys.flatMap((key, index): readonly Violation[] => {
    const text = keyText(key);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    const field = index < puts ? at("put", index) : at("delete", index - puts);
    return [{ field, reason: `${shownKey(key)} stands in this change twice` }];
  });
  if (violations.length > 0) throw new Fault("invalid", "The request's body is not valid", { violations });
}
