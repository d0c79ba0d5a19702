// Whether a batch only reads, so that it waits for no writer.
import type { Statement } from "./database.ts";

/** True when every statement begins with SELECT, WITH or EXPLAIN; the store writes no WITH … INSERT. */
export function onlyReads(statements: readonly Statement[]): boolean {
  return statements.every(({ sql }) => /^\s*(select|with|explain)\b/i.test(sql));
}
