// Kind Zone: a place where proxies run.

import type { Frozen } from "#model/frozen.ts";
import type { Kind } from "#model/kind.ts";
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

export const zone: Kind<ZoneSpec> = {
  type: "Zone",
  path: "zones",
  aliases: [],
  shortName: "z",
  scope: "Global",
  envelope: "flat",
  singularDisplayName: "Zone",
  pluralDisplayName: "Zones",
  readOnly: false,
  shortNames: true,
  relay: "none",
  secret: false,
  shape: zoneShape,
  validate: () => [],
};
