// Handlers of backups and restores: the operator's.
import { checkBody } from "#api/check.ts";
import { newMove, restoreStep, wholeStep } from "#api/copy.ts";
import type { Backups } from "#control/copy/backup.ts";
import type { Whole } from "#control/copy/whole.ts";
import { Fault, invalid } from "#model/fault.ts";
import type { CopyPlace } from "#store/face/copy.ts";
import { nothing, pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import { type Call, type Handler, param } from "./call.ts";

export const backup: Handler<"operator"> = async (call) => {
  const { searchParams } = call.url;
  const freeze = searchParams.get("freeze") === "1";
  return pretty(await backupsOf(call).page(param(call, "organisation"), placeIn(searchParams), freeze));
};

export const endBackup: Handler<"operator"> = async (call) => {
  await backupsOf(call).thaw(param(call, "organisation"));
  return nothing();
};

export const restore: Handler<"operator"> = async (call) => {
  return pretty(await backupsOf(call).restore(checkBody(restoreStep, await readJson(call))));
};

export const backupDirectory: Handler<"operator"> = async (call) =>
  pretty(await wholeOf(call).page(placeIn(call.url.searchParams)));

export const restoreDirectory: Handler<"operator"> = async (call) =>
  pretty(await wholeOf(call).restore(checkBody(wholeStep, await readJson(call))));

/** How long one call goes on; milliseconds. */
const MOVE_TIME = 2000;

export const moveOrganisation: Handler<"operator"> = async (call) => {
  const { to } = checkBody(newMove, await readJson(call));
  const name = param(call, "organisation");
  const found = await call.app.store.directory.findOrganisation({ name });
  if (found === null) throw new Fault("absent", `There is no organisation ${name}`);
  return pretty(await call.app.store.mover.move(found.id, to, MOVE_TIME));
};

function backupsOf({ app }: Call): Backups {
  if (app.backups === undefined) throw new Fault("unavailable", "This process takes no backups");
  return app.backups;
}

function wholeOf({ app }: Call): Whole {
  if (app.whole === undefined) throw new Fault("unavailable", "This process takes no backups");
  return app.whole;
}

/** Fault `invalid` for what is no key. */
function placeIn(query: URLSearchParams): CopyPlace | null {
  const table = query.get("table");
  if (table === null) return null;
  try {
    const after: unknown = JSON.parse(query.get("after") ?? "[]");
    if (Array.isArray(after) && after.every((one) => typeof one === "string" || typeof one === "number"))
      return { table, after };
  } catch {
    // Told below.
  }
  throw invalid([{ field: "after", reason: "must be a JSON list of texts and numbers" }], "Invalid request");
}
