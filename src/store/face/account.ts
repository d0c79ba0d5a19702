// People, their sessions and sign-ins, and how often something was tried.
import type { SignInRefusal } from "#model/sign-in.ts";

export interface UserRow {
  /** Random; an actor is `user:<id>`. */
  readonly id: string;
  readonly name: string;
  /** In lower case, unique. */
  readonly email: string;
  readonly emailVerified: boolean;
  /** Whether a password is not enough. */
  readonly secondFactor: boolean;
  readonly createdAt: string;
}

export interface SessionRow {
  readonly id: string;
  /** What the cookie holds, beside its signature. Never shown. */
  readonly token: string;
  /** Id of the user. */
  readonly user: string;
  readonly createdAt: string;
  /** To some minutes. */
  readonly lastSeenAt: string;
  /** When it ends unless it is seen before. */
  readonly expiresAt: string;
  /** What the browser called itself, and from where it came; "" where that is not known. */
  readonly agent: string;
  readonly address: string;
}

/** One sign-in of a person, as it is kept for them. */
export interface SignInRow {
  readonly id: string;
  readonly at: string;
  /** One of SIGN_IN_WAYS, or the id of a provider. */
  readonly way: string;
  /** Why it came to nothing; null where it was let in. */
  readonly refused: SignInRefusal | null;
  /** What the browser called itself, and from where it came; "" where that is not known. */
  readonly agent: string;
  readonly address: string;
}

/** Who a session's token stands for. */
export interface SessionUser {
  readonly session: SessionRow;
  readonly user: UserRow;
}

/** People and their sessions. The library of the accounts (src/account) writes the same tables by its own queries. */
export interface AccountStore {
  /** Fault `conflict` when the address is taken. */
  addUser(user: UserRow): Promise<void>;
  findUser(by: { readonly id: string } | { readonly email: string }): Promise<UserRow | null>;
  /** Those of the ids that are there, in no order. */
  findUsers(ids: readonly string[]): Promise<readonly UserRow[]>;
  /** Whether an invitation to the address stands open at `now`, in any organisation. */
  isInvited(email: string, now: string): Promise<boolean>;
  /** False when there is none. */
  renameUser(id: string, name: string): Promise<boolean>;
  /** Marks the address as the user's own. False when there is none. */
  verifyEmail(id: string): Promise<boolean>;
  /**
   * The address is the user's own, as a mail or a provider has proved. What was set up under it before nobody has proved to be
   * theirs: sessions, password, second factor, passkeys and other ways in end, and the list of sign-ins.
   */
  claimEmail(id: string): Promise<void>;
  /** The user with sessions, ways in and memberships, as one batch. False when there is none; fault `conflict` for the last owner of an organisation. */
  deleteUser(id: string): Promise<boolean>;
  addSession(session: SessionRow): Promise<void>;
  /** One row read by key, whether or not the session still holds; null where there is none. */
  sessionOf(token: string): Promise<SessionUser | null>;
  /** Notes that it was seen, and moves its end. */
  touchSession(id: string, seen: { readonly lastSeenAt: string; readonly expiresAt: string }): Promise<void>;
  /** Those of the user that end after `now`, newest first. */
  listSessions(user: string, now: string): Promise<readonly SessionRow[]>;
  /** Ends one session of the user. False when there is none. */
  endSession(user: string, id: string): Promise<boolean>;
  /** Ends all sessions of the user but `keep`; says how many. */
  endSessions(user: string, keep: string | null): Promise<number>;
  /**
   * Keeps a sign-in of the person, the newest of its sort (SIGN_INS). Nothing where there is no such person. One that a code
   * belongs to stands for the half of it that came before from the same browser; of those that were not looked at, one for each place.
   */
  noteSignIn(of: { readonly id: string } | { readonly email: string }, row: SignInRow): Promise<void>;
  /** Those of the person since then, newest first. */
  listSignIns(user: string, since: string): Promise<readonly SignInRow[]>;
  /**
   * Counts one more try under the key and says how many there were since the count began. A count begins with its first try
   * and ends at `endsAt`; one that has ended begins again. `at` is now.
   */
  countAttempt(key: string, times: { readonly at: string; readonly endsAt: string }): Promise<Attempts>;
  /** Forgets what was counted under the keys. */
  forgetAttempts(keys: readonly string[]): Promise<void>;
  /** Removes verifications and counts that ended before `now`. */
  pruneAttempts(now: string): Promise<void>;
  /** The same, sessions, and sign-ins of long ago. */
  pruneAccounts(now: string): Promise<void>;
}

export interface Attempts {
  readonly count: number;
  readonly endsAt: string;
}
