// Data sources: where a certificate or key comes from, exactly one of a few places.

import type { Frozen } from "./frozen.ts";
import type * as z from "./lazy-zod.ts";
import { BASE64, type dataSource } from "./shape.ts";
import type { Violation } from "./violation.ts";

export type DataSource = Frozen<z.infer<typeof dataSource>>;

/** Violations of one data source, below its own path. */
export function dataSourceViolations(source: DataSource): readonly Violation[] {
  const chosen = Object.keys(source);
  if (chosen.length === 0) {
    return [{ field: "", reason: "data source has to be chosen. Available sources: secret, file, inline" }];
  }
  if (chosen.length > 1) {
    return [{ field: "", reason: `only one data source may be chosen, not ${chosen.sort().join(" and ")}` }];
  }
  if (source.file !== undefined) {
    // A hosted control plane's disk is not the writer's: reading it for one tenant would show it another's files.
    return [{ field: "file", reason: "files of the control plane cannot be read; use secret, inline or inlineString" }];
  }
  if (source.secret === "") return [{ field: "secret", reason: "cannot be empty" }];
  if (source.inline !== undefined && !BASE64.test(source.inline))
    return [{ field: "inline", reason: "must be base64" }];
  return [];
}
