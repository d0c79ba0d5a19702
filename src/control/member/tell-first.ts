// A deed in the directory that is told in an organisation's log: two databases, so the log is written first.

import type { AuditDraft } from "#model/audit/entry.ts";
import { Fault } from "#model/fault.ts";
import type { TenantStore } from "#store/store.ts";

/**
 * Tells the log, then does it. Were it done first and the log not reached, asking again would find nothing to do, and nobody would
 * ever be told. What is refused after all is told a second time, with why; where no answer came it may have been done, and whoever
 * asks again is told again.
 */
export async function tellFirst<T>(
  store: Pick<TenantStore, "record">,
  entry: AuditDraft,
  use: () => Promise<T>,
): Promise<T> {
  await store.record({ audit: [entry] });
  try {
    return await use();
  } catch (error) {
    if (error instanceof Fault && error.code !== "unavailable")
      await store.record({ audit: [{ ...entry, details: { ...entry.details, refused: error.message } }] });
    throw error;
  }
}
