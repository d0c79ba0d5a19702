// The steps that restore one organisation, from pages of a backup that was checked.
import type { Client } from "#api/caller.ts";
import type { CopyOf, RestoreStep } from "#api/copy.ts";
import type { BackupEnd, FilePage } from "./file.ts";

export interface Restoring {
  put(page: FilePage): Promise<void>;
  /** The organisation's epoch. */
  end(tables: BackupEnd["tables"]): Promise<number | null>;
}

/** Begins, and empties what stands. */
export async function restoreOne(
  client: Client,
  of: CopyOf,
  begin: Pick<RestoreStep, "replace" | "region">,
): Promise<Restoring> {
  const step = (body: Omit<RestoreStep, "of">) => client.call("restore", { body: { of, ...body } });
  const { session } = await step({ step: "begin", ...begin });
  while ((await step({ step: "empty", session })).more);
  return {
    async put({ table, columns, rows }) {
      await step({ step: "page", session, page: { table, columns, rows } });
    },
    end: async (tables) => (await step({ step: "end", session, sums: { ...tables } })).epoch,
  };
}
