// What must hold of every answer, whatever was asked: one row each.
import { BELL, type Drawn } from "./request.ts";
import type { WireAnswer } from "./wire.ts";

export interface Judged {
  readonly request: Drawn;
  readonly answer: WireAnswer;
  /** What must stand in no answer: of the other organisation, and secrets that came with the request. */
  readonly hidden: readonly string[];
}

interface Rule {
  readonly what: string;
  /** What is wrong, or null. */
  readonly broken: (judged: Judged) => string | null;
}

const INSIDE: readonly RegExp[] = [
  /\n\s+at .{1,200}:\d+:\d+/,
  /(?:^|[\s"'(])(?:file:\/\/|\/(?:root|home|tmp|usr|var|work)\/)\S*/,
  /node_modules|\.(?:ts|js|mjs):\d+/,
  /SQLITE|D1_ERROR|LibsqlError|no such (?:table|column)|constraint failed|\bSELECT\b.+\bFROM\b|\bINSERT INTO\b/i,
  /Cannot read propert|is not a function|is not iterable|undefined is not|Maximum call stack|\[object Object\]/,
  /(?:Type|Range|Reference|Syntax)Error\b/,
];

const STATUSES = new Set([
  101, 200, 201, 202, 204, 302, 303, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 417, 423, 429, 431,
]);

/** Headers of every answer but the idle ones of the zone protocol, which are counted in bytes. */
const HEADERS: Readonly<Record<string, RegExp>> = {
  "x-content-type-options": /^nosniff$/,
  "x-frame-options": /^DENY$/,
  "referrer-policy": /^no-referrer$/,
  "content-security-policy": /frame-ancestors 'none'/,
  "permissions-policy": /camera=\(\)/,
  "cross-origin-opener-policy": /^same-origin$/,
  "cross-origin-resource-policy": /^same-origin$/,
  "cache-control": /^(no-store|no-cache|public, max-age=31536000, immutable)$/,
};

export const RULES: readonly Rule[] = [
  {
    what: "an answer comes",
    broken: ({ answer }) =>
      answer.late
        ? "the answer did not end in time"
        : answer.status === 0
          ? "the connection was closed without one"
          : null,
  },
  {
    what: "the status is one that is documented, and none of 500 and above",
    broken: ({ answer: { status } }) => (STATUSES.has(status) ? null : `status ${status}`),
  },
  {
    what: "nothing of the inside is told",
    broken: ({ answer }) => {
      // What a caller may read may hold any path: people write such.
      const body = answer.status < 400 ? "" : answer.text;
      const text = `${[...answer.headers.values()].join("\n")}\n${body}`;
      const shown = INSIDE.map((one) => one.exec(text)?.[0]).find((found) => found !== undefined);
      return shown === undefined ? null : `it says ${JSON.stringify(shown)}`;
    },
  },
  {
    what: "nothing hidden is told",
    broken: ({ request, answer, hidden }) => {
      const text = `${[...answer.headers.values()].join("\n")}\n${answer.text}`;
      const found = hidden.find((one) => text.includes(one));
      return found === undefined ? null : `it holds ${found.slice(0, 24)}… as ${request.caller}`;
    },
  },
  {
    what: "who has no right in an organisation gets nothing of it",
    broken: ({ request, answer: { status } }) => {
      // With dots it may come to lead to what is open to all.
      const isOpen =
        request.operation.security.length === 0 || /[/\\](?:\.|%2e){1,2}(?=$|[/\\?#])/i.test(request.target);
      return request.atVictim && !isOpen && status < 400 && request.method !== "OPTIONS" ? `status ${status}` : null;
    },
  },
  {
    what: "each has an id",
    broken: ({ answer: { status, headers } }) =>
      status === 101 || headers.has("x-request-id") ? null : "x-request-id is absent",
  },
  {
    what: "a refusal is a problem",
    broken: ({ request, answer: { status, headers, text } }) => {
      if (status < 400 || request.method === "HEAD") return null;
      if (headers.get("content-type") !== "application/json") return `content-type is ${headers.get("content-type")}`;
      try {
        const { type, status: told, title, detail, instance } = JSON.parse(text) as Readonly<Record<string, unknown>>;
        if (told !== status || typeof type !== "string") return `the body tells of status ${String(told)}`;
        if (typeof title !== "string" || typeof detail !== "string" || detail === "")
          return "it has no title or detail";
        return instance === headers.get("x-request-id") ? null : "its instance is not the request's id";
      } catch {
        return `the body is no JSON: ${text.slice(0, 80)}`;
      }
    },
  },
  {
    what: "browsers are told what they may do with it",
    broken: ({ request, answer: { status, headers } }) => {
      if (status === 101) return null;
      if (status === 304 && request.target.startsWith("/v1/zone/")) return null;
      const lacking = Object.entries(HEADERS).find(([name, form]) => !form.test(headers.get(name) ?? ""));
      return lacking === undefined ? null : `${lacking[0]} is ${headers.get(lacking[0]) ?? "absent"}`;
    },
  },
  {
    what: "no other host's page may read it",
    broken: ({ answer: { headers } }) => {
      const open = [...headers.keys()].find((name) => name.startsWith("access-control-"));
      return open === undefined ? null : `${open} is there`;
    },
  },
  {
    what: "the protocol is switched for a proved relay at the bell alone",
    broken: ({ request, answer: { status } }) =>
      status !== 101 || (request.caller === "relay" && request.target.startsWith(BELL)) ? null : "status 101",
  },
  {
    what: "a refusal's length is bounded",
    broken: ({ answer: { status, text } }) =>
      status >= 400 && text.length > 400_000 ? `the problem has ${text.length} letters` : null,
  },
];

/** Everything that is wrong with the answer. */
export function faultsOf(judged: Judged): readonly string[] {
  return RULES.flatMap(({ what, broken }) => {
    const why = broken(judged);
    return why === null ? [] : [`${what}: ${why}`];
  });
}
