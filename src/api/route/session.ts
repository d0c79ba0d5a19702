// Rows of the route table. Sessions of browsers.
import type { Heads, ToldOf } from "#api/route.ts";
import { newSession, session } from "#api/session.ts";
import { bodyFaults, openTo } from "./base.ts";

const own = { ...openTo, path: "/v1/session", tag: "Control plane" } as const;

export const SESSION = {
  openSession: { ...own, method: "post", limit: 4096 },
  readSession: { ...own, method: "get" },
  closeSession: { ...own, method: "delete" },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellSession() {
  return {
    openSession: {
      summary: "Sign a browser in with an API token, kept in a cookie that scripts cannot read",
      body: newSession,
      answer: session,
      statuses: [201],
      faults: [...bodyFaults, "invalid", "unauthenticated", "forbidden"],
    },
    readSession: {
      summary: "Who the browser is signed in as",
      answer: session,
      statuses: [200],
      faults: ["unauthenticated"],
    },
    closeSession: {
      summary: "Sign the browser out",
      answer: null,
      statuses: [204],
      faults: ["forbidden"],
    },
  } as const satisfies ToldOf<typeof SESSION>;
}
