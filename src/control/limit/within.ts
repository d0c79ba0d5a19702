// What a batch refused because there would be too many, as the fault that names the limit.
import type { LimitName, Tier } from "#model/limit/limit.ts";
import { overLimit } from "#model/limit/over.ts";
import { isOverQuota } from "#store/quota.ts";

/** What the write came to. Fault `conflict` where the batch counted as many as there may be. */
export async function withinLimit<T>(
  name: LimitName,
  { tier, most }: { readonly tier: Tier; readonly most: number | null },
  title: string,
  write: Promise<T>,
): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (most === null || !isOverQuota(error)) throw error;
    throw overLimit(name, { tier, most, used: most }, title);
  }
}
