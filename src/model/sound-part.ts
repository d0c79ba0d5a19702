// Rules that say what they read: each is asked where its part is sound, whatever else of the document is wrong.
import type { ZodMiniType } from "./lazy-zod.ts";
import type { Violation } from "./violation.ts";

/**
 * What a rule finds in the part of a written value that it reads, by the part's shape: an object of those members alone.
 * Nothing where the part is not sound, for the violations of the whole shape tell that.
 *
 *     ofPart(z.object(() => ({ window: duration })), written, ({ window }) => …)
 */
export function ofPart<Part>(
  part: ZodMiniType<Part>,
  written: unknown,
  rule: (read: Part) => readonly Violation[],
): readonly Violation[] {
  const parsed = part.safeParse(written);
  return parsed.success ? rule(parsed.data) : [];
}
