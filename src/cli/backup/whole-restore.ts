// Restores everything: organisations one after the other, each goes on at once; people last.
import type { Client } from "#api/caller.ts";
import type { WholeStep } from "#api/copy.ts";
import { countText, type Tell } from "#cli/progress.ts";
import type { FilePage } from "./file.ts";
import { type Restoring, restoreOne } from "./restore-one.ts";
import { type WholeEnd, type WholeHead, wholeLinesOf } from "./whole-file.ts";
import { isPurged, organisationsOf } from "./whole-take.ts";

export interface WholeBackup {
  readonly path: string;
  readonly head: WholeHead;
  readonly end: WholeEnd;
}

/** What stands afterwards. */
export interface WholeRestored {
  readonly organisations: number;
  readonly people: number;
}

/** The backup was checked. What an earlier call has restored of it stands, and is not touched again. */
export async function restoreWhole(
  client: Client,
  { path, head, end }: WholeBackup,
  tell: Tell,
): Promise<WholeRestored> {
  const { of } = head;
  const backup = end.sha256;
  const step = (body: Omit<WholeStep, "of" | "backup">) =>
    client.call("restoreDirectory", { body: { of, backup, ...body } });
  const { session, done } = await step({ step: "begin" });
  const gone = new Set(end.gone);
  const left = (one: { readonly id: string; readonly purgeAt: string | null }): boolean =>
    gone.has(one.id) || isPurged(one);
  let restoring: { readonly id: string; readonly name: string; readonly steps: Restoring } | null = null;
  let rows = 0;
  for await (const line of wholeLinesOf(path)) {
    if ("directory" in line) {
      const page = ofThose(line.directory, left);
      if (page.rows.length > 0 && !isDone(page, done)) await step({ step: "page", session, page });
    } else if ("weft" in line) {
      const { id, name, ending } = line.of.organisation;
      const skipped = id <= done || left({ id, purgeAt: ending?.purgeAt ?? null });
      restoring = skipped ? null : { id, name, steps: await restoreOne(client, line.of, { replace: true }) };
    } else if ("table" in line) {
      rows += line.rows.length;
      if (restoring === null) continue;
      await restoring.steps.put(line);
      tell(`restoring ${restoring.name}: ${countText(rows)} of ${countText(end.rows)} rows`);
    } else if (restoring !== null) {
      await restoring.steps.end(line.tables);
      await step({ step: "done", session, organisation: restoring.id });
      restoring = null;
    }
  }
  const { organisations, people } = await step({ step: "end", session });
  return { organisations: organisations ?? 0, people: people ?? 0 };
}

/** Without organisations that are no more. */
function ofThose(
  { table, columns, rows }: FilePage,
  left: (one: { id: string; purgeAt: string | null }) => boolean,
): FilePage {
  if (table !== "organisation") return { table, columns, rows };
  const listed = organisationsOf({ columns, rows });
  return { table, columns, rows: rows.filter((_, at) => !left(listed[at]!)) };
}

/** A page of organisations of which some stand already: it was put before them. */
function isDone({ table, columns, rows }: FilePage, done: string): boolean {
  return table === "organisation" && organisationsOf({ columns, rows }).some(({ id }) => id <= done);
}
