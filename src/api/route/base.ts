// What rows of the route table have in common.

export const MIB = 1024 * 1024;

export const ORG = "/o/{organisation}" as const;

export const openTo = { auth: "none", verb: null, faults: [] } as const;

export const inspect = {
  method: "get",
  auth: "api",
  verb: "read",
  statuses: [200],
  tag: "Inspection",
  faults: [],
} as const;

export const get = {
  method: "get",
  auth: "api",
  verb: "read",
  tag: "Resources",
  statuses: [200],
  faults: ["malformed"],
} as const;

export const writeFaults = [
  "invalid",
  "malformed",
  "read-only",
  "conflict",
  "stale",
  "guarded",
  "too-large",
  "unsupported-type",
] as const;

export const bodyFaults = ["malformed", "too-large", "unsupported-type"] as const;
