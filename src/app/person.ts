// People: whose a browser's session is, how one opens and when it ends.
import { Fault } from "#model/fault.ts";
import type { SessionUser } from "#store/face/account.ts";
import { isPruneTurn } from "#store/prune-turn.ts";
import { createSessionToken, openSessionToken, signSessionToken } from "#trust/session-token.ts";
import type { Call } from "./call.ts";
import { isSecure, sessionCookie, sessionIn } from "./session-cookie.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long a session lives; milliseconds. */
export const SESSION_LIFE = {
  /** Without being seen. */
  idle: 7 * DAY,
  /** At most, however often it is seen. */
  whole: 30 * DAY,
  /** Its row is written at most so often because it was seen. */
  seen: 5 * 60_000,
} as const;

/** Whose a signed session is. Fault `unauthenticated` where it is forged, has ended or was revoked: which is not told. */
export async function personOf({ app }: Pick<Call, "app">, text: string): Promise<SessionUser> {
  const token = await openSessionToken(app.accountKey, text, app.olderAccountKeys);
  const found = token === null ? null : await app.store.accounts.sessionOf(token);
  if (found === null) throw ended();
  const { session } = found;
  const now = app.clock();
  const end = Date.parse(session.createdAt) + SESSION_LIFE.whole;
  if (Math.min(Date.parse(session.expiresAt), end) <= now) throw ended();
  if (now - Date.parse(session.lastSeenAt) >= SESSION_LIFE.seen) {
    const expiresAt = new Date(Math.min(now + SESSION_LIFE.idle, end)).toISOString();
    await app.store.accounts.touchSession(session.id, { lastSeenAt: new Date(now).toISOString(), expiresAt });
  }
  return found;
}

function ended(): Fault {
  return new Fault("unauthenticated", "This session has ended; sign in again");
}

/** Opens a new session of the user for the browser that calls; gives the header that signs it in. */
export async function openPersonSession(
  { app, request }: Pick<Call, "app" | "request">,
  user: string,
): Promise<string> {
  const now = app.clock();
  const at = new Date(now).toISOString();
  const token = createSessionToken(app.chance);
  await app.store.accounts.addSession({
    id: createSessionToken(app.chance).slice(0, 16),
    token,
    user,
    createdAt: at,
    lastSeenAt: at,
    expiresAt: new Date(now + SESSION_LIFE.idle).toISOString(),
    agent: agentOf(request),
    address: app.addressOf(request),
  });
  // What has ended is removed by one opening of many; the others are account/open.ts's.
  if (isPruneTurn(app.chance)) {
    const failed = (error: unknown): void => app.log("warn", "what has ended was not removed", { error });
    const work = app.store.accounts.pruneAccounts(at).catch(failed);
    app.background?.(work);
  }
  return personCookie({ app, request }, token);
}

/** Who signs in again in the same browser leaves no session behind. Never throws: the new one is open. */
export async function endFormer({ app, request }: Pick<Call, "app" | "request">, user: string): Promise<void> {
  try {
    const token = await openSessionToken(app.accountKey, sessionIn(request) ?? "", app.olderAccountKeys);
    const former = token === null ? null : await app.store.accounts.sessionOf(token);
    if (former?.user.id === user) await app.store.accounts.endSession(user, former.session.id);
  } catch (error) {
    app.log("warn", "the session before was not ended", { user, error });
  }
}

/** The header that keeps a session's token in the browser, for as long as the session can live. */
export async function personCookie({ app, request }: Pick<Call, "app" | "request">, token: string): Promise<string> {
  const value = await signSessionToken(app.accountKey, token);
  return sessionCookie(isSecure(request), value, SESSION_LIFE.whole / 1000);
}

/** What the browser calls itself; cut to what a list can show. */
export function agentOf(request: Request): string {
  return (request.headers.get("user-agent") ?? "").slice(0, 300);
}
