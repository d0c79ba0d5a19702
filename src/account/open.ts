// Accounts, opened: the limits before what is tried, the library for what is proved, the mails after it.
import { decodeJwt } from "jose";
import type { Chance } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import type { Digest } from "#model/json.ts";
import { placeOf } from "#model/limit/place.ts";
import { PASSWORD_LENGTH } from "#model/password.ts";
import type { Database } from "#store/database.ts";
import type { AccountStore } from "#store/face/account.ts";
import { isPruneTurn } from "#store/prune-turn.ts";
import { openSealedPeople } from "#store/sealed-people.ts";
import type { AccountKeyRing } from "#trust/session-token.ts";
import { librarySecrets, resealPage } from "./account-seal.ts";
import type { Accounts, Visitor } from "./accounts.ts";
import { carry, cookieIn, headersOf, type Library, type LibraryOptions, openedBy, openLibrary } from "./library.ts";
import { openLimiter } from "./limit.ts";
import type { Mailer } from "./mail/mailer.ts";
import { openPost } from "./mail/post.ts";
import { openOidc } from "./oidc.ts";
import type { Provider } from "./provider.ts";
import type { ProviderCall } from "./provider-call.ts";
import {
  closedSignUp,
  openAsk,
  othersVerification,
  plainError,
  SPENT_VERIFICATION,
  spentVerification,
  takenEmail,
  WRONG_CURRENT,
  wrongPair,
} from "./refusal.ts";
import { openRefusedSignIns } from "./refused-sign-in.ts";
import { openSecondFactor, PENDING_COOKIE } from "./second-factor.ts";

/** More than a hash and the slowest directory take. */
export const REFUSAL_TIME = 500;

export interface AccountsOptions {
  /** The directory's database, and its people. */
  readonly database: Database;
  readonly store: AccountStore;
  readonly keys: AccountKeyRing;
  readonly mailer: Mailer;
  readonly providers: readonly Provider[];
  /** Calls them. */
  readonly callProvider: ProviderCall;
  /** Whether anybody may sign up, or only who is invited. */
  readonly signUp: boolean;
  readonly clock: () => number;
  readonly chance: Chance;
  readonly digest: Digest;
  readonly log: LibraryOptions["log"];
  /** How long a refused sign-in takes, whatever it was refused for; milliseconds. */
  readonly refusalTime: number;
  /** Lets what nobody waits for go on after the answer. */
  readonly background: (work: Promise<unknown>) => void;
}

/** Whom the token of a verification names, whoever signed it; null where it is no such token. */
function verifiedUser(token: string): string | null {
  try {
    const { userId } = decodeJwt(token);
    return typeof userId === "string" ? userId : null;
  } catch {
    return null;
  }
}

export function openAccounts(options: AccountsOptions): Accounts {
  const { database, store, keys, chance, clock, log, signUp, mailer, providers } = options;
  const asked = openAsk(log);
  const background = (work: Promise<unknown>, label: string): void =>
    options.background(work.catch((error: unknown) => log("warn", label, { error: plainError(error) })));
  /** What has ended is removed by one of many that would add to it. */
  const prune = (what: "pruneAccounts" | "pruneAttempts"): void => {
    if (isPruneTurn(chance)) background(store[what](new Date(clock()).toISOString()), "what has ended was not removed");
  };
  const limiter = openLimiter(options, () => prune("pruneAttempts"));
  const post = openPost(mailer, background);
  const mayJoin = async (email: string): Promise<boolean> =>
    signUp || store.isInvited(email, new Date(clock()).toISOString());
  const open = (origin: string, provider: Parameters<typeof openLibrary>[2]): Library =>
    openLibrary(
      {
        database,
        keys: librarySecrets(keys),
        chance,
        log,
        mayJoin,
        sessionOpened: () => prune("pruneAccounts"),
        sendReset: ({ user, token, asked }) =>
          post("reset", asked.language, user, `${asked.origin}/console/reset?token=${encodeURIComponent(token)}`),
        sendVerification: ({ user, token, asked }) =>
          post(
            "verification",
            asked.language,
            user,
            `${asked.origin}/console/verify?token=${encodeURIComponent(token)}`,
          ),
      },
      origin,
      provider,
    );
  // Nothing but sign-ins at providers needs an address of its own.
  const library = open("https://accounts.invalid", null);
  const tell = async (visitor: Visitor, user: string, subject: "password-changed" | "factor-on" | "factor-off") => {
    const found = await store.findUser({ id: user });
    if (found !== null) post(subject, visitor.language, found);
  };
  /** Who tries a password again within a session is counted, and forgotten once it was right. */
  const proved = async <T>(session: string, run: () => Promise<T>): Promise<T> => {
    await limiter.count("proof", session);
    const answer = await run();
    await limiter.forget("proof", session);
    return answer;
  };

  /** A refusal takes as long as any other: how many rows were read and written on the way to it is not to be heard. */
  const level = async <T>(run: () => Promise<T>, refused: (thrown: unknown) => Promise<void>): Promise<T> => {
    const end = clock() + options.refusalTime;
    try {
      return await asked(run);
    } catch (thrown) {
      await refused(thrown);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, end - clock())));
      throw thrown;
    }
  };

  const people = openSealedPeople(database);
  /** Ahead of what will lie under it: whoever takes the key away too early is told. */
  const noteKey = (): Promise<void> => people.noteKey(keys.current.id, new Date(clock()).toISOString());
  const refusals = openRefusedSignIns(options);
  const factor = openSecondFactor({ library, limiter, store, refusals, asked, proved, tell });
  const oidc = openOidc({ open, providers, store, asked, refusals, call: options.callProvider, clock, log });

  return {
    async ways() {
      return {
        password: true,
        signUp,
        mail: mailer.sends,
        providers: providers.map(({ id, name }) => ({ id, name })),
      };
    },

    async signUp(visitor, { name, email, password }) {
      await limiter.count("sign-up-place", placeOf(visitor.address));
      const body = { name, email, password, callbackURL: carry(visitor) };
      try {
        const { headers, response } = await asked(() =>
          library.api.signUpEmail({ body, headers: headersOf(visitor), returnHeaders: true }),
        );
        return openedBy(headers, response.user.id);
      } catch (thrown) {
        // Of two at once the library fails one without saying why.
        if (thrown instanceof Fault && thrown.code === "internal" && (await store.findUser({ email })) !== null)
          throw takenEmail();
        throw thrown;
      }
    },

    async signIn(visitor, { email, password }) {
      const noteThrown = (thrown: unknown) => refusals.noteThrown(visitor, { email }, "password", thrown);
      await limiter.count("sign-in-place", placeOf(visitor.address));
      // What is refused here counts nowhere else: one place cannot use up what all have together.
      const count = async (): Promise<number> => {
        await limiter.count("sign-in", email, placeOf(visitor.address));
        return limiter.count("sign-in-email", email);
      };
      const tries = await count().catch((thrown: unknown) => {
        // Nobody waits for it: whether the address is somebody's is not to be heard.
        background(noteThrown(thrown), "a refused sign-in was not written down");
        throw thrown;
      });
      const { headers, response } = await level(
        () =>
          // A longer one is nobody's, and must not be told apart.
          password.length > PASSWORD_LENGTH.most
            ? Promise.reject(wrongPair())
            : library.api.signInEmail({ body: { email, password }, headers: headersOf(visitor), returnHeaders: true }),
        noteThrown,
      );
      await limiter.forget("sign-in", email, placeOf(visitor.address));
      const pending = cookieIn(headers, PENDING_COOKIE);
      // Half a sign-in: what came before is told, and forgotten, once it is whole.
      if (pending !== null) {
        await refusals.note(visitor, { email }, "password", "unfinished");
        return { pending };
      }
      await limiter.forget("sign-in-email", email);
      return { ...openedBy(headers, response.user.id), refused: tries - 1 };
    },

    async requestReset(visitor, email) {
      await limiter.count("reset-place", placeOf(visitor.address));
      const work = async (): Promise<void> => {
        if (!(await limiter.allows("reset-email", email))) return;
        await library.api.requestPasswordReset({ body: { email, redirectTo: carry(visitor) } });
      };
      background(work(), "a reset was not sent");
    },

    async confirmReset(visitor, { token, password }) {
      await limiter.count("token-place", placeOf(visitor.address));
      // The mail proves whose the address is: what somebody else has set up under it is theirs no more. It goes before the new
      // password stands: stopped in between, nobody comes in by either.
      const { internalAdapter } = await library.$context;
      const meant = await asked(() => internalAdapter.findVerificationValue(`reset-password:${token}`));
      const user = meant === null || +meant.expiresAt <= clock() ? null : await store.findUser({ id: meant.value });
      if (user !== null && !user.emailVerified) await store.claimEmail(user.id);
      await asked(() => library.api.resetPassword({ body: { token, newPassword: password } }));
    },

    async requestVerification(visitor, id) {
      const user = await store.findUser({ id });
      if (user === null || user.emailVerified) return;
      await limiter.count("verification", id);
      await asked(() =>
        library.api.sendVerificationEmail({ body: { email: user.email, callbackURL: carry(visitor) } }),
      );
    },

    async confirmVerification(visitor, user, token) {
      await limiter.count("token-place", placeOf(visitor.address));
      // The library asks whether it signed the token, and never who brings it.
      const meant = verifiedUser(token);
      if (meant === null) throw spentVerification();
      if (meant !== user) throw othersVerification();
      await asked(() => library.api.verifyEmail({ query: { token } }), SPENT_VERIFICATION);
    },

    async changePassword(visitor, session, { current, password }) {
      const { headers, response } = await proved(session, () =>
        asked(
          () =>
            library.api.changePassword({
              body: { currentPassword: current, newPassword: password, revokeOtherSessions: true },
              headers: headersOf(visitor, { session }),
              returnHeaders: true,
            }),
          WRONG_CURRENT,
        ),
      );
      await tell(visitor, response.user.id, "password-changed");
      return openedBy(headers, response.user.id);
    },

    async admit({ address }, email) {
      if (!(await mayJoin(email))) throw closedSignUp();
      await limiter.count("sign-up-place", placeOf(address));
    },

    async tellPasskey(visitor, id, deed, name) {
      const user = await store.findUser({ id });
      // A name is free text: an address that nobody has proved may be a stranger's, and gets none.
      if (user !== null)
        post(deed, visitor.language, user, undefined, { passkey: user.emailVerified ? name : "Passkey" });
    },

    async sendInvitation(visitor, { email, organisation, inviter, link }) {
      await limiter.count("invitation", email);
      post("invitation", visitor.language, { email }, link, { organisation, inviter });
    },

    reseal: (from, check) => resealPage(keys, people, from, check),

    ...factor,
    async startTotp(...args) {
      await noteKey();
      return factor.startTotp(...args);
    },
    async renewRecoveryCodes(...args) {
      await noteKey();
      return factor.renewRecoveryCodes(...args);
    },
    ...oidc,
    async finishOidc(...args) {
      await noteKey();
      return oidc.finishOidc(...args);
    },
  };
}
