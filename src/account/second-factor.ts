// The second factor: codes of an authenticator (RFC 6238) and recovery codes, asked for after a password.

import { placeOf } from "#model/limit/place.ts";
import type { AccountStore } from "#store/face/account.ts";
import type { Accounts, Opened, SecondFactor, Visitor } from "./accounts.ts";
import { headersOf, type Library, openedBy, sessionIn } from "./library.ts";
import type { Limiter } from "./limit.ts";
import { type Ask, wrongCode, wrongNewCode } from "./refusal.ts";
import type { RefusedSignIns } from "./refused-sign-in.ts";

/** The library's cookie for half a sign-in. */
export const PENDING_COOKIE = "weft.two_factor";

export interface SecondFactorOptions {
  readonly library: Library;
  readonly limiter: Limiter;
  readonly store: AccountStore;
  readonly refusals: RefusedSignIns;
  readonly asked: Ask;
  readonly proved: <T>(session: string, run: () => Promise<T>) => Promise<T>;
  readonly tell: (visitor: Visitor, user: string, subject: "factor-on" | "factor-off") => Promise<void>;
}

type Part = Pick<Accounts, "secondFactor" | "startTotp" | "confirmTotp" | "stopTotp" | "renewRecoveryCodes">;

export function openSecondFactor({
  library,
  limiter,
  store,
  refusals,
  asked,
  proved,
  tell,
}: SecondFactorOptions): Part {
  /** A code that somebody has seen over a shoulder is good for a minute and a half: but not for a second session. */
  async function useOnce(opened: Opened, code: string): Promise<Opened> {
    if (await limiter.allows("code-used", opened.user, code)) return opened;
    const held = await store.sessionOf(opened.token);
    if (held !== null) await store.endSession(held.user.id, held.session.id);
    throw wrongCode();
  }

  /** What was tried with the address before: all but the half sign-in that this one ends, and this look at the count. */
  async function whole(opened: Opened, email: string): Promise<Opened> {
    // The session is open and the code spent: nothing is refused any more.
    const tries = await limiter.tally("sign-in-email", email);
    await limiter.forget("sign-in-email", email);
    return { ...opened, refused: Math.max(0, tries - 2) };
  }

  /** Whose half a sign-in is; null where there is none, or none any more. The library checks its signature. */
  async function meantBy(pending: string): Promise<string | null> {
    const { internalAdapter } = await library.$context;
    const [identifier = ""] = pending.split(".");
    return (await asked(() => internalAdapter.findVerificationValue(identifier)))?.value ?? null;
  }

  async function verify(visitor: Visitor, pending: string, proof: SecondFactor): Promise<Opened> {
    const call = {
      headers: headersOf(visitor, { cookie: `${PENDING_COOKIE}=${pending}` }),
      returnHeaders: true,
    } as const;
    if ("recoveryCode" in proof) {
      const body = { code: proof.recoveryCode.trim() };
      const { headers, response } = await asked(() => library.api.verifyBackupCode({ ...call, body }));
      return whole(openedBy(headers, response.user.id), response.user.email);
    }
    const { headers, response } = await asked(() => library.api.verifyTOTP({ ...call, body: { code: proof.code } }));
    return whole(await useOnce(openedBy(headers, response.user.id), proof.code), response.user.email);
  }

  return {
    async secondFactor(visitor, pending, proof) {
      await limiter.count("second-factor-place", placeOf(visitor.address));
      // Asked before: a fifth wrong code ends the half sign-in, and with it whose it is.
      const id = await meantBy(pending);
      try {
        return await verify(visitor, pending, proof);
      } catch (thrown) {
        const way = "code" in proof ? "password and code" : "password and recovery code";
        if (id !== null) await refusals.noteThrown(visitor, { id }, way, thrown);
        throw thrown;
      }
    },

    async startTotp(visitor, session, password) {
      const answer = await proved(session, () =>
        asked(() =>
          library.api.enableTwoFactor({ body: { password, method: "totp" }, headers: headersOf(visitor, { session }) }),
        ),
      );
      if (answer.method !== "totp") throw new TypeError("a TOTP was asked for");
      return { uri: answer.totpURI, recoveryCodes: answer.backupCodes };
    },

    async confirmTotp(visitor, session, code) {
      await limiter.count("confirm-code", session);
      const { headers, response } = await asked(
        () => library.api.verifyTOTP({ body: { code }, headers: headersOf(visitor, { session }), returnHeaders: true }),
        { INVALID_CODE: wrongNewCode },
      );
      await limiter.allows("code-used", response.user.id, code);
      // Confirmed once more it opens no new session.
      if (sessionIn(headers) === null) return { token: session, user: response.user.id };
      await tell(visitor, response.user.id, "factor-on");
      return openedBy(headers, response.user.id);
    },

    async stopTotp(visitor, session, password) {
      const user = await store.sessionOf(session);
      const { headers } = await proved(session, () =>
        asked(() =>
          library.api.disableTwoFactor({
            body: { password },
            headers: headersOf(visitor, { session }),
            returnHeaders: true,
          }),
        ),
      );
      const opened = openedBy(headers, user?.user.id ?? "");
      await tell(visitor, opened.user, "factor-off");
      return opened;
    },

    async renewRecoveryCodes(visitor, session, password) {
      const { backupCodes } = await proved(session, () =>
        asked(() => library.api.generateBackupCodes({ body: { password }, headers: headersOf(visitor, { session }) })),
      );
      return backupCodes;
    },
  };
}
