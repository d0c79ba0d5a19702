// What keeps a page whole when its session ends: calls wait until somebody has signed in again, and then go out anew.

type Send = (url: string, init: RequestInit) => Promise<Response>;

export interface SessionKeeper {
  /** As the browser's, but a call that is refused for want of a session waits for one, if there was one before. */
  readonly fetch: Send;
  /** Whether somebody is to be asked to sign in again, above the page. */
  readonly isAsking: () => boolean;
  /** Whether the session stands, and only a fresh sign-in is wanted for what somebody is about to do. */
  readonly isProof: () => boolean;
  readonly subscribe: (listener: () => void) => () => void;
  /** Whether this page has had answers as somebody. */
  readonly wasOpen: () => boolean;
  /** Asks to sign in. */
  ask(): void;
  /** Ends the asking: waiting calls go out again, or have the refusal that they had. */
  settle(isBack: boolean): void;
  /** Somebody signed out: nothing of before is waited for. */
  forget(): void;
}

/** Calls that are answered without a session, and whose 401 says something else than that it has ended. */
const OPEN =
  /^\/v1\/(?:session|account\/(?:ways|sign-in|second-factor|reset|oidc|passkey-sign-(?:in|up))(?:\/|$)|invitations\/)/;

/** "Sign in again, then it goes on" (model/fault.ts). */
const UNPROVED = 428;

function needsSession(url: string, method: string | undefined): boolean {
  const path = url.replace(/\?.*$/, "");
  return !OPEN.test(path) && !(path === "/v1/account" && method?.toUpperCase() === "POST");
}

export function createSessionKeeper(send: Send): SessionKeeper {
  const listeners = new Set<() => void>();
  const waiting = new Set<(isBack: boolean) => void>();
  let wasOpen = false;
  let isAsking = false;
  let isProof = false;
  const become = (asking: boolean): void => {
    if (asking === isAsking) return;
    isAsking = asking;
    for (const listener of listeners) listener();
  };
  const settle = (isBack: boolean): void => {
    const all = [...waiting];
    waiting.clear();
    become(false);
    for (const go of all) go(isBack);
  };
  return {
    async fetch(url, init) {
      const response = await send(url, init);
      if (!needsSession(url, init.method)) return response;
      if (response.ok) wasOpen = true;
      const wantsProof = response.status === UNPROVED;
      if (!wantsProof && (response.status !== 401 || !wasOpen)) return response;
      if (!isAsking) isProof = wantsProof;
      const isBack = await new Promise<boolean>((resolve) => {
        waiting.add(resolve);
        init.signal?.addEventListener("abort", () => waiting.delete(resolve) && resolve(false));
        become(true);
      });
      return isBack ? send(url, init) : response;
    },
    isAsking: () => isAsking,
    isProof: () => isProof,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wasOpen: () => wasOpen,
    ask() {
      isProof = false;
      become(true);
    },
    settle,
    forget() {
      wasOpen = false;
      settle(false);
    },
  };
}
