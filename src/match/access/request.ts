// Requests against the conditions of permissions, where only some of a request may be known.
import { asksForRequest, type PathMatch, type RequestMatch } from "#model/request-match.ts";

/** What is known of a request; what is absent may be anything. */
export interface Request {
  readonly method?: string;
  /** Without a query, as it stands in the request line. */
  readonly path?: string;
}

/** `maybe`: it depends on what is not known of the request. */
export type Answer = "yes" | "no" | "maybe";

/**
 * Whether a request meets the conditions of a match. Expressions are never run here: they are the user's, and one may take
 * forever; headers and claims are not known.
 */
export function meets(match: RequestMatch, { method, path }: Request, side: "allow" | "deny"): Answer {
  if (!asksForRequest(match)) return "yes";
  const answers: Answer[] = [];
  if (match.methods !== undefined)
    answers.push(method === undefined ? "maybe" : match.methods.includes(method) ? "yes" : "no");
  if (match.path !== undefined) answers.push(path === undefined ? "maybe" : meetsPath(match.path, path, side));
  if (match.headers !== undefined || match.claims !== undefined) answers.push("maybe");
  return answers.includes("no") ? "no" : answers.includes("maybe") ? "maybe" : "yes";
}

/** A path that some application may take for another is kept out wherever paths are looked at: `/..;x/`. */
export function isDisguised(path: string): boolean {
  return /\/\.{1,2};/.test(path);
}

/** As Envoy makes it normal before it looks (RFC 3986, 5.2.4); null for one that it refuses. */
export function normalPath(path: string): string | null {
  const bare = path.replace(/[?#].*$/s, "");
  if (!bare.startsWith("/") || /%(2f|5c)/i.test(bare)) return null;
  const plain = bare.replaceAll("\\", "/").replaceAll(/%([0-9A-Fa-f]{2})/g, (whole, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : whole;
  });
  const steps: string[] = [];
  const all = plain.split("/").slice(1);
  all.forEach((step, at) => {
    const last = at === all.length - 1;
    if (step === "..") steps.pop();
    else if (step !== "." && (step !== "" || last)) steps.push(step);
    if (last && (step === "." || step === "..")) steps.push("");
  });
  return `/${steps.join("/")}`;
}

function meetsPath({ type, value }: PathMatch, path: string, side: "allow" | "deny"): Answer {
  if (type === "RegularExpression") return "maybe";
  const loose = side === "deny";
  const wanted = value === "/" ? "" : value.replace(/\/$/, "");
  const read = (text: string): readonly string[] =>
    text
      .split("/")
      .slice(1)
      .map((step) => withEqualDigits(loose ? step.replace(/;.*$/, "") : step));
  const [own, asked] = [read(path), wanted === "" ? [] : read(wanted)];
  const begins = asked.every((step, at) => own[at] === step);
  if (type === "PathPrefix") return begins ? "yes" : "no";
  const slash = value === "/" || value.endsWith("/") ? 1 : 0;
  const rest = own.slice(asked.length);
  const ends = loose ? rest.length === 0 || (rest.length === 1 && rest[0] === "") : sameEnd(rest, slash);
  return begins && ends ? "yes" : "no";
}

function sameEnd(rest: readonly string[], slash: 0 | 1): boolean {
  return rest.length === slash && rest.every((step) => step === "");
}

/** Digits of `%c3` may be of either case. */
function withEqualDigits(step: string): string {
  return step.replaceAll(/%[0-9A-Fa-f]{2}/g, (digits) => digits.toUpperCase());
}
