// Kind Zone: a place where proxies run.

import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import type * as z from "#model/lazy-zod.ts";
import { flag, may, message } from "#model/shape.ts";

export const zoneShape = message(
  {
    /** Absent = enabled. */
    enabled: may(flag),
  },
  { keep: ["enabled"] },
);
export type ZoneSpec = Frozen<z.infer<typeof zoneShape>>;

export const zoneJudge: Judge<ZoneSpec> = {
  shape: zoneShape,
  validate: () => [],
};
