// The cookie of a browser's session: its names, and when it counts.
import { Fault } from "#model/fault.ts";

/** Over TLS no other host and no plain page can set it (RFC 6265bis §4.1.3.2). */
export const SESSION_COOKIE = { secure: "__Host-weft-session", plain: "weft-session" } as const;

const READING: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Whether the browser speaks TLS, to us or to the proxy before us. */
export function isSecure(request: Request): boolean {
  return new URL(request.url).protocol === "https:" || request.headers.get("x-forwarded-proto") === "https";
}

/**
 * The header that keeps the session in the browser: no script reads it, and it is sent on this host's own calls alone. Without
 * `seconds` it ends with the browser; 0 takes it back.
 */
export function sessionCookie(secure: boolean, value: string, seconds?: number): string {
  const age = seconds === undefined ? "" : `; Max-Age=${seconds}`;
  const name = SESSION_COOKIE[secure ? "secure" : "plain"];
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}${age}`;
}

/** What a browser brings back to finish what it has begun here; each name has the two forms of the session's. */
export type Errand = "pending" | "oidc";

const ERRANDS: Readonly<Record<Errand, { readonly seconds: number; readonly sameSite: "Strict" | "Lax" }>> = {
  /** Half a sign-in. */
  pending: { seconds: 600, sameSite: "Strict" },
  /** A sign-in at a provider, which sends the browser back from another site. */
  oidc: { seconds: 600, sameSite: "Lax" },
};

function errandName(request: Request, errand: Errand): string {
  return isSecure(request) ? `__Host-weft-${errand}` : `weft-${errand}`;
}

/** The header that keeps it in the browser; "" takes it back. */
export function errandCookie(request: Request, errand: Errand, value: string): string {
  const { seconds, sameSite } = ERRANDS[errand];
  const secure = isSecure(request) ? "; Secure" : "";
  const age = value === "" ? 0 : seconds;
  return `${errandName(request, errand)}=${value}; Path=/; HttpOnly; SameSite=${sameSite}${secure}; Max-Age=${age}`;
}

/** What the browser has brought back; null where it has nothing. */
export function errandIn(request: Request, errand: Errand): string | null {
  return cookieIn(request, errandName(request, errand));
}

/** The token in the cookie; null where there is none. */
export function sessionIn(request: Request): string | null {
  return cookieIn(request, SESSION_COOKIE[isSecure(request) ? "secure" : "plain"]);
}

function cookieIn(request: Request, name: string): string | null {
  const cookies = request.headers.get("cookie");
  if (cookies === null) return null;
  for (const part of cookies.split(";")) {
    const [key = "", value = ""] = part.trim().split("=", 2);
    if (key === name && value !== "") return value;
  }
  return null;
}

/**
 * The token of the session, where the call may use it: what changes something must come from a page of this host, as the
 * browser itself says (Fetch Metadata), or by its origin. Fault `forbidden` otherwise; null without a session.
 */
export function sessionFor(request: Request): string | null {
  const token = sessionIn(request);
  if (token === null || READING.has(request.method)) return token;
  const site = request.headers.get("sec-fetch-site");
  if (site === null ? isFromHere(request) : site === "same-origin") return token;
  throw new Fault("forbidden", "A browser's session changes something only from the console's own pages");
}

/** Whether the page that calls is of this host, by its origin. */
export function isFromHere(request: Request): boolean {
  const origin = request.headers.get("origin");
  if (origin === null || !URL.canParse(origin)) return false;
  return new URL(origin).host === (request.headers.get("host") ?? new URL(request.url).host);
}
