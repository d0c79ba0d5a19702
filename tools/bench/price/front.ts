// A module in front of a worker, for measures: counts what is billed, and has a clock that calls set.
import type { Front } from "#test/workerd.ts";

/** What is billed; `active_ms` is how long the organisations' objects were awake, by the clock on the wall. */
export interface Counts {
  readonly requests: number;
  /** Batches that D1 was asked. */
  readonly batches: number;
  readonly rows_read: number;
  readonly rows_written: number;
  readonly object_requests: number;
  readonly alarms: number;
  readonly socket_messages: number;
  readonly socket_closes: number;
  readonly active_ms: number;
}

/**
 * `GET` below this path tells the counts since the last time: `/poll`, `/api`, or `/writer` with its objects. `/nothing` is answered by the
 * module in front of the poll worker, `/hop` by that in front of the API worker behind it, `/far` by the process of D1's stand-in:
 * none does anything.
 */
export const COUNTS_PATH = "/counted";
/** Header with the time of a call, milliseconds since 1970; time never goes back. */
export const CLOCK_HEADER = "x-clock";

const common = (d1: string): string => `
const none = { requests: 0, batches: 0, rows_read: 0, rows_written: 0, object_requests: 0, alarms: 0, socket_messages: 0, socket_closes: 0, active_ms: 0 };
let counts = { ...none };
let bound;
const meter = (name) => ({
  prepare: (sql) => ({ bind: (...params) => ({ sql, params }) }),
  async batch(statements) {
    const answer = await fetch("${d1}/" + name, { method: "POST", body: JSON.stringify(statements) });
    const answers = await answer.json();
    counts.batches += 1;
    if (!answer.ok) throw new Error(answers);
    for (const { meta } of answers) {
      counts.rows_read += meta.rows_read;
      counts.rows_written += meta.rows_written;
    }
    return answers;
  },
});
const metered = (env) => ({ ...env, TENANTS: meter("TENANTS"), DIRECTORY: env.DIRECTORY && meter("DIRECTORY") });
const wall = Date.now.bind(Date);
const answer = (name, request, env) => {
  const { pathname } = new URL(request.url);
  if (pathname === "${COUNTS_PATH}/nothing") return new Response(null, { status: 304 });
  if (pathname === "${COUNTS_PATH}/hop") return env.API?.fetch(request) ?? new Response(null, { status: 304 });
  if (pathname === "${COUNTS_PATH}/far") return fetch("${d1}/nothing");
  if (pathname !== "${COUNTS_PATH}/" + name) return null;
  const told = Response.json(counts);
  counts = { ...none };
  return told;
};
`;
/** Where the clock is not set it runs. */
const CLOCK = `
let now = 0;
Date.now = () => (now === 0 ? wall() : now);
const setClock = (request) => {
  now = Math.max(now, Number(request.headers.get("${CLOCK_HEADER}") ?? 0));
};
`;

const serving = (name: string, d1: string): string => `
import inner from "./${name}.js";
${common(d1)}${CLOCK}
export default {
  async fetch(request, env, context) {
    const told = answer("${name}", request, env);
    if (told !== null) return told;
    setClock(request);
    if (!new URL(request.url).pathname.startsWith("${COUNTS_PATH}/")) counts.requests += 1;
    return reach(request, (bound ??= metered(env)), context);
  },
};
`;

const POLL = "const reach = inner.fetch;";

/** Objects are in another worker, which has a clock of its own: each call of theirs brings the time along. */
const API = `
const clocked = (stub) => ({
  perform: (...args) => stub.perform(...args, now),
  restart: (...args) => stub.restart(...args, now),
  fetch: (url, init) => stub.fetch(url, { ...init, headers: { ...init?.headers, "${CLOCK_HEADER}": String(now) } }),
});
const calling = (env) => ({
  ...env,
  WRITER: { idFromName: (name) => env.WRITER.idFromName(name), get: (...args) => clocked(env.WRITER.get(...args)) },
});
let called;
const reach = (request, env, context) =>
  new URL(request.url).pathname === "${COUNTS_PATH}/writer"
    ? env.VIEWS.fetch(request)
    : inner.fetch(request, (called ??= calling(env)), context);
`;

const writer = (d1: string): string => `
import Inner, * as all from "./writer.js";
${common(d1)}${CLOCK}
export default class extends Inner {
  constructor(context, env) {
    super(context, (bound ??= metered(env)));
  }
  fetch(request) { return answer("writer", request, {}) ?? super.fetch(request); }
}
const at = (time) => {
  now = Math.max(now, time);
};
const timed = async (what, work) => {
  counts[what] += 1;
  const began = performance.now();
  try {
    return await work();
  } finally {
    counts.active_ms += performance.now() - began;
  }
};
export class OrganisationWriter extends all.OrganisationWriter {
  constructor(context, env) {
    super(context, metered(env));
  }
  perform(tenant, method, args, time) {
    at(time);
    return timed("object_requests", () => super.perform(tenant, method, args));
  }
  restart(tenant, wake, time) {
    at(time);
    return timed("object_requests", () => super.restart(tenant, wake));
  }
  fetch(request) {
    setClock(request);
    return timed("object_requests", () => super.fetch(request));
  }
  alarm() { return timed("alarms", () => super.alarm()); }
  webSocketMessage(...args) { return timed("socket_messages", () => super.webSocketMessage(...args)); }
  webSocketClose(...args) { return timed("socket_closes", () => super.webSocketClose(...args)); }
}
`;

/** The module in front of a worker, whose databases are asked at `d1`; null = none. */
export function frontOf(name: Parameters<Front>[0], d1: string): string | null {
  const fronts = {
    poll: `${serving("poll", d1)}${POLL}`,
    api: `${serving("api", d1)}${API}`,
    writer: writer(d1),
    accounts: null,
  };
  return fronts[name];
}
