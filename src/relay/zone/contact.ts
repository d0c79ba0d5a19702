// When the control plane was last heard of: kept over a restart, so that a zone knows how old its picture of the others is.
import { join } from "node:path";
import type { Clock } from "#model/clock.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import { readText, writeWhole } from "#relay/state/file.ts";
import type { ZoneStatus } from "#relay/status.ts";

export interface Contact {
  /** It was reached just now, or not. */
  set(reached: boolean): void;
  status(): ZoneStatus["contact"];
  settled(): Promise<void>;
}

/** While the control plane answers, the moment is written so often at the most; milliseconds. */
const WRITE_EVERY = 60_000;

/** `onDamage` hears of a file that says no moment: then it is as if the control plane was never reached. */
export async function openContact(
  folder: string,
  clock: Clock,
  log: Log,
  onDamage: (path: string) => void,
): Promise<Contact> {
  const path = join(folder, "contact.json");
  const text = await readText(path);
  let at = text === null ? null : parse(text);
  if (text !== null && at === null) onDamage(path);
  let isReached = false;
  let written = at ?? 0;
  let writing: Promise<void> = Promise.resolve();

  function keep(): void {
    const now = at;
    written = now ?? 0;
    writing = writing
      .then(() => writeWhole(path, JSON.stringify({ at: now })))
      .catch((error: unknown) => log("warn", "the last contact could not be written", { reason: reasonOf(error) }));
  }

  return {
    set(reached) {
      const was = isReached;
      isReached = reached;
      if (reached) at = clock();
      if (at !== null && (reached ? !was || at - written >= WRITE_EVERY : was)) keep();
    },
    status: () => ({
      at: at === null ? null : new Date(at).toISOString(),
      secondsCutOff: isReached || at === null ? 0 : Math.max(0, Math.round((clock() - at) / 1000)),
    }),
    settled: () => writing,
  };
}

function parse(text: string): number | null {
  try {
    const { at } = JSON.parse(text) as { readonly at?: unknown };
    return typeof at === "number" && Number.isFinite(at) ? at : null;
  } catch {
    return null;
  }
}
