// What the library refuses, in our words: its codes are a table here, and none of its texts goes further.
import { DrizzleQueryError } from "drizzle-orm/errors";
import { Fault, invalid } from "#model/fault.ts";
import { CLOSED } from "./library.ts";

const wrongPassword = (field: string) => (): Fault =>
  invalid([{ field, reason: "is not your password" }], "Wrong password");

type Refusals = Readonly<Record<string, () => Fault>>;

/** Code of the library → our fault. */
const REFUSALS: Refusals = {
  INVALID_EMAIL_OR_PASSWORD: () => wrongPair(),
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: () => takenEmail(),
  [CLOSED]: () => closedSignUp(),
  INVALID_TOKEN: () => spentLink(),
  TOKEN_EXPIRED: () => spentLink(),
  USER_NOT_FOUND: () => spentLink(),
  INVALID_PASSWORD: wrongPassword("password"),
  PASSWORD_TOO_LONG: wrongPassword("password"),
  INVALID_EMAIL: () => invalid([{ field: "email", reason: "must be an email address" }], "Invalid request"),
  CREDENTIAL_ACCOUNT_NOT_FOUND: () =>
    new Fault("conflict", "This account has no password; sign out, and set one with “Forgot your password?”"),
  INVALID_TWO_FACTOR_COOKIE: () => lateFactor(),
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: () => lateFactor(),
  INVALID_CODE: () => wrongCode(),
  INVALID_BACKUP_CODE: () =>
    new Fault("unauthenticated", "The recovery code is wrong, or has been used: each is good once"),
  ACCOUNT_TEMPORARILY_LOCKED: () =>
    new Fault("too-many", "Too many wrong codes; try again in 15 minutes", { retryAfter: 900 }),
  TOTP_NOT_ENABLED: () => new Fault("conflict", "No second factor is set up; begin with setting one up"),
  TWO_FACTOR_NOT_ENABLED: () => new Fault("conflict", "No second factor is set up; begin with setting one up"),
  BACKUP_CODES_NOT_ENABLED: () => new Fault("conflict", "No second factor is set up; begin with setting one up"),
  TOTP_ALREADY_ENABLED: () =>
    new Fault("conflict", "A second factor is set up already; switch it off before you set up another one"),
  SESSION_EXPIRED: () => endedSession(),
  UNAUTHORIZED: () => endedSession(),
};

/** One text for an unknown address, a wrong password and an account without one. */
export function wrongPair(): Fault {
  return new Fault("unauthenticated", "Address and password do not belong together; check both, or reset the password");
}

export function takenEmail(): Fault {
  return new Fault("conflict", "Somebody has this address already; sign in, or reset the password");
}

export function closedSignUp(): Fault {
  return new Fault("forbidden", "Nobody can sign up here by themselves; ask who runs this control plane");
}

/** One text for wrong, used and expired links: which it was is nobody's business who only guesses. */
function spentLink(): Fault {
  return new Fault("unauthenticated", "This link has been used, or is too old; ask for a new one");
}

const NOT_CONFIRMED = "Could not confirm the address";

/** Where somebody is signed in, not the session is wrong, but the link. */
export function spentVerification(): Fault {
  return invalid([{ field: "token", reason: "has been used, or is too old; ask for a new mail" }], NOT_CONFIRMED);
}

export function othersVerification(): Fault {
  return new Fault("forbidden", "This link is another account's: sign in as the person whose address got the mail", {
    title: NOT_CONFIRMED,
  });
}

/** What the library refuses of a verification. */
export const SPENT_VERIFICATION: Refusals = {
  INVALID_TOKEN: spentVerification,
  TOKEN_EXPIRED: spentVerification,
  USER_NOT_FOUND: spentVerification,
};

function lateFactor(): Fault {
  return new Fault("unauthenticated", "The sign-in took too long, or had too many wrong codes; sign in again");
}

function endedSession(): Fault {
  return new Fault("unauthenticated", "This session has ended; sign in again");
}

/** A code that is wrong, or opened a session before. */
export function wrongCode(): Fault {
  return new Fault("unauthenticated", "The code is wrong, or has been used; wait for the next one");
}

/** Where the old password stands beside a new one. */
export const WRONG_CURRENT: Refusals = {
  INVALID_PASSWORD: wrongPassword("current"),
  PASSWORD_TOO_LONG: wrongPassword("current"),
};

/** The same where somebody is signed in: not the session is wrong, but what was typed. */
export function wrongNewCode(): Fault {
  return invalid([{ field: "code", reason: "is wrong, or of another moment; wait for the next one" }], "Wrong code");
}

/** The fault that a thrown thing of the library stands for; null where it is in no row. */
function refusalOf(thrown: unknown, instead: Refusals): Fault | null {
  const { body, status } = (thrown ?? {}) as { readonly body?: { readonly code?: string }; readonly status?: string };
  const code = body?.code ?? "";
  const row = instead[code] ?? REFUSALS[code] ?? (typeof status === "string" ? REFUSALS[status] : undefined);
  return row?.() ?? null;
}

/** Runs a call of the library; what it refuses is told in our words, `instead` first. */
export type Ask = <T>(run: () => Promise<T>, instead?: Refusals) => Promise<T>;

/**
 * What the library fails at without a code of our table is our mistake: it is logged here, for its cause goes no further, without
 * what the query builder says of a query: the values, hashes and tokens among them.
 */
export function openAsk(log: (level: "error", label: string, fields: Readonly<Record<string, unknown>>) => void): Ask {
  return async (run, instead = {}) => {
    try {
      return await run();
    } catch (thrown) {
      if (thrown instanceof Fault) throw thrown;
      const refusal = refusalOf(thrown, instead);
      if (refusal !== null) throw refusal;
      log("error", "the accounts' library failed", { error: plainError(thrown) });
      throw new Fault("internal", "Something failed on our side; the log says what");
    }
  };
}

/** The engine's own error, or what is safe to say of another one. */
export function plainError(thrown: unknown): unknown {
  if (thrown instanceof DrizzleQueryError) return plainError(thrown.cause);
  const { name, statusCode, body } = (thrown ?? {}) as { name?: string; statusCode?: number; body?: { code?: string } };
  return statusCode === undefined ? thrown : `${name ?? "error"} ${statusCode} ${body?.code ?? ""}`;
}
