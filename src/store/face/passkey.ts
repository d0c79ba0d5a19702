// Passkeys of people, and the other ways in that they have.
import type { UserRow } from "./account.ts";

export interface PasskeyRow {
  /** Random; stands in paths. */
  readonly id: string;
  /** Id of the user. */
  readonly user: string;
  /** As its owner calls it. */
  readonly name: string;
  /** The authenticator's name for it, base64url; unique in all the directory. */
  readonly credentialId: string;
  /** JWK with `alg`. */
  readonly publicKey: Readonly<Record<string, string>>;
  readonly signCount: number;
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
  /** Model of the authenticator (UUID). */
  readonly aaguid: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

/** A challenge that is being answered: it counts once. Times are RFC 3339. */
export interface Spent {
  /** Hash of the challenge. */
  readonly digest: string;
  /** When it ends by itself, so that nobody need remember it. */
  readonly expiresAt: string;
  readonly at: string;
}

/** An account at an OIDC provider that signs the user in. */
export interface LoginRow {
  readonly id: string;
  /** Id of the provider. */
  readonly provider: string;
  readonly createdAt: string;
}

/** What came of removing a way in: `last` = there is no other one, and nothing was removed. */
export type Removal = "removed" | "absent" | "last";

export interface PasskeyStore {
  /** Fault `conflict` when the passkey is known already, or the challenge was answered before; then nothing is written. */
  addPasskey(passkey: PasskeyRow, spent: Spent): Promise<void>;
  /** A new user and the first passkey as one batch. Fault `conflict` also when the address is taken. */
  addUserWithPasskey(user: UserRow, passkey: PasskeyRow, spent: Spent): Promise<void>;
  findPasskey(credentialId: string): Promise<PasskeyRow | null>;
  /** Those of the user, oldest first. */
  listPasskeys(user: string): Promise<readonly PasskeyRow[]>;
  /** False when the user has none with the id. */
  renamePasskey(user: string, id: string, name: string): Promise<boolean>;
  /** A guard of the statement itself: of two removals at once, one finds itself to be the last. */
  removePasskey(user: string, id: string): Promise<Removal>;
  /**
   * Notes a sign-in, and spends its challenge. False where another sign-in has counted as high in between (nothing is noted).
   * Fault `conflict` when the challenge was answered before.
   */
  usePasskey(
    id: string,
    seen: { readonly signCount: number; readonly isBackedUp: boolean },
    spent: Spent,
  ): Promise<boolean>;
  /** Whether the user has a password, and the accounts at providers, oldest first. */
  otherWaysIn(user: string): Promise<{ readonly password: boolean; readonly logins: readonly LoginRow[] }>;
  /** Forgets an account at a provider, unless it is the last way in. */
  removeLogin(user: string, id: string): Promise<Removal>;
}
