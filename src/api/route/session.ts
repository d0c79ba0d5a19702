// Rows of the route table. Sessions of browsers.
import { route } from "#api/route.ts";
import { newSession, session } from "#api/session.ts";
import { bodyFaults, openTo } from "./base.ts";

const own = { ...openTo, path: "/v1/session", tag: "Control plane" } as const;

export const SESSION = {
  openSession: route({ ...own, method: "post", limit: 4096 }, () => ({
    summary: "Sign a browser in with an API token, kept in a cookie that scripts cannot read",
    body: newSession,
    answer: session,
    statuses: [201],
    faults: [...bodyFaults, "invalid", "unauthenticated", "forbidden"],
  })),
  readSession: route({ ...own, method: "get" }, () => ({
    summary: "Who the browser is signed in as",
    answer: session,
    statuses: [200],
    faults: ["unauthenticated"],
  })),
  closeSession: route({ ...own, method: "delete" }, () => ({
    summary: "Sign the browser out",
    answer: null,
    statuses: [204],
    faults: ["forbidden"],
  })),
} as const;
