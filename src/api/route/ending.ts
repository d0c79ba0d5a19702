// Rows of the route table. The end of an organisation, and the way back.
import * as endings from "#api/ending.ts";
import { route } from "#api/route.ts";
import { bodyFaults, inspect, ORG } from "./base.ts";

/** All three hold while the organisation is to be deleted, too. */
const own = { auth: "api", verb: null, tag: "Organisation", whileEnding: true } as const;
const HOME = `${ORG}/v1/deletion` as const;

export const ENDING = {
  readDeletion: route({ ...inspect, path: HOME, whileEnding: true }, () => ({
    tag: "Organisation",
    summary: "Whether the organisation is to be deleted, and what would go with it",
    answer: endings.deletion,
  })),
  endOrganisation: route({ ...own, fresh: true, method: "post", path: HOME, limit: 4096 }, () => ({
    summary: "Delete the organisation: refused from now on, restorable for some days, then removed; by an owner",
    body: endings.endRequest,
    answer: endings.ending,
    statuses: [200],
    faults: [...bodyFaults, "invalid", "conflict", "unproved"],
  })),
  restoreOrganisation: route({ ...own, method: "delete", path: HOME }, () => ({
    summary: "Restore the organisation; by an owner",
    answer: null,
    statuses: [204],
    faults: ["stale"],
  })),
} as const;
