// Rows of the route table. The end of an organisation, and the way back.
import * as endings from "#api/ending.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import { bodyFaults, inspect, ORG } from "./base.ts";

/** All three hold while the organisation is to be deleted, too. */
const own = { auth: "api", verb: null, tag: "Organisation", whileEnding: true } as const;
const HOME = `${ORG}/v1/deletion` as const;

export const ENDING = {
  readDeletion: { ...inspect, path: HOME, whileEnding: true },
  endOrganisation: { ...own, fresh: true, method: "post", path: HOME, limit: 4096 },
  restoreOrganisation: { ...own, method: "delete", path: HOME },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellEnding() {
  return {
    readDeletion: {
      tag: "Organisation",
      summary: "Whether the organisation is to be deleted, and what would go with it",
      answer: endings.deletion,
    },
    endOrganisation: {
      summary: "Delete the organisation: refused from now on, restorable for some days, then removed; by an owner",
      body: endings.endRequest,
      answer: endings.ending,
      statuses: [200],
      faults: [...bodyFaults, "invalid", "conflict", "unproved"],
    },
    restoreOrganisation: {
      summary: "Restore the organisation; by an owner",
      answer: null,
      statuses: [204],
      faults: ["stale"],
    },
  } as const satisfies ToldOf<typeof ENDING>;
}
