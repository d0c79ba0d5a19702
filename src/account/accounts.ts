// The face of accounts: who somebody is. All values are plain, so that it may live in another worker.
import type { SealedPeoplePlace } from "#store/face/sealed-people.ts";
import type { AccountSealPage } from "./account-seal.ts";

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Who asks, as far as a request tells. */
export interface Visitor {
  /** "" where it is not known. */
  readonly address: string;
  /** What the browser calls itself. */
  readonly agent: string;
  /** In which mails are written. */
  readonly language: Language;
  /** `https://weft.example`: what links in mails and answers of providers lead to. */
  readonly origin: string;
}

/** A session that has been opened: the token of its row, unsigned. */
export interface Opened {
  readonly token: string;
  /** Id of the user. */
  readonly user: string;
  /** Sign-ins with the address that came to nothing before this one, as far as they are still counted. */
  readonly refused?: number;
}

/** Half a sign-in: the second factor is asked for. */
export interface Pending {
  /** For the same browser alone, ten minutes. */
  readonly pending: string;
}

export interface Ways {
  readonly password: boolean;
  readonly signUp: boolean;
  /** Mail is sent; otherwise it is printed to the log. */
  readonly mail: boolean;
  readonly providers: readonly { readonly id: string; readonly name: string }[];
}

/** What the mail of an invitation tells. */
export interface InvitationMail {
  readonly email: string;
  readonly organisation: string;
  /** Name of who invites. */
  readonly inviter: string;
  readonly link: string;
}

export type SecondFactor = { readonly code: string } | { readonly recoveryCode: string };

/** Why a sign-in at a provider came to nothing; what the console tells. */
export const OIDC_REFUSALS = {
  denied: "the provider or the person said no",
  expired: "it took longer than ten minutes, or another browser came back",
  provider: "the provider did not answer, or its answer does not hold",
  email: "the provider told no address",
  taken: "somebody has the address, and the provider does not say that it is the person's own",
  closed: "nobody may sign up here",
} as const;
export type OidcRefusal = keyof typeof OIDC_REFUSALS;

/**
 * Accounts. Faults: `unauthenticated` for what proves nobody, `invalid` with its field, `conflict`, `too-many` with when to
 * come again. `session` is the token of the row of the session that asks.
 */
export interface Accounts {
  ways(): Promise<Ways>;
  /** Fault `conflict` where the address is taken, `forbidden` where sign-up is closed and the address is not invited. */
  signUp(
    visitor: Visitor,
    person: { readonly name: string; readonly email: string; readonly password: string },
  ): Promise<Opened>;
  signIn(visitor: Visitor, proof: { readonly email: string; readonly password: string }): Promise<Opened | Pending>;
  secondFactor(visitor: Visitor, pending: string, proof: SecondFactor): Promise<Opened>;
  /** Answers before it is known whether there is anybody to send to. */
  requestReset(visitor: Visitor, email: string): Promise<void>;
  /** Ends all sessions. A second factor stays, unless nobody had proved the address: then all that was set up under it goes. */
  confirmReset(visitor: Visitor, proof: { readonly token: string; readonly password: string }): Promise<void>;
  /** Sends the mail again. */
  requestVerification(visitor: Visitor, user: string): Promise<void>;
  /**
   * Only the person who is signed in to the account can confirm its address: somebody may have signed up with another's, and
   * who reads that mail must not confirm it for them. Faults `invalid` for a link that is none or spent, `forbidden` for another account's.
   */
  confirmVerification(visitor: Visitor, user: string, token: string): Promise<void>;
  /** Ends all other sessions; the one that asks goes on under a new token. */
  changePassword(
    visitor: Visitor,
    session: string,
    change: { readonly current: string; readonly password: string },
  ): Promise<Opened>;
  /** Makes secret and recovery codes; they count once a code has been confirmed. */
  startTotp(
    visitor: Visitor,
    session: string,
    password: string,
  ): Promise<{ readonly uri: string; readonly recoveryCodes: readonly string[] }>;
  /** The session goes on under a new token. */
  confirmTotp(visitor: Visitor, session: string, code: string): Promise<Opened>;
  /** The session goes on under a new token. */
  stopTotp(visitor: Visitor, session: string, password: string): Promise<Opened>;
  /** The older ones are worth nothing afterwards. */
  renewRecoveryCodes(visitor: Visitor, session: string, password: string): Promise<readonly string[]>;
  /** Counts a sign-up that is made without this floor. Fault `forbidden` where sign-up is closed, `too-many`. */
  admit(visitor: Visitor, email: string): Promise<void>;
  /** Mails the person that a passkey of this name has come or gone: who did it may have stolen a session. */
  tellPasskey(visitor: Visitor, user: string, deed: "passkey-added" | "passkey-removed", name: string): Promise<void>;
  /** Sends an invitation's link. Fault `too-many`. */
  sendInvitation(visitor: Visitor, invitation: InvitationMail): Promise<void>;
  /** Where to send the browser, and what it must bring back. Fault `absent`, or `unavailable` where the provider does not answer. */
  startOidc(visitor: Visitor, provider: string): Promise<{ readonly url: string; readonly state: string }>;
  /** A page of second factors and providers' tokens, each under which account key it lies; sealed again unless they are only counted. */
  reseal(from: SealedPeoplePlace, check: boolean): Promise<AccountSealPage>;
  /** `query` is what the provider sent along, `state` what the browser brought back. */
  finishOidc(
    visitor: Visitor,
    provider: string,
    query: Readonly<Record<string, string>>,
    state: string,
  ): Promise<Opened | { readonly refused: OidcRefusal }>;
}

/** Every method: whoever hands calls on, to another worker or to code that is not loaded yet, is made of this list. */
const METHODS = [
  "ways",
  "signUp",
  "signIn",
  "secondFactor",
  "requestReset",
  "confirmReset",
  "requestVerification",
  "confirmVerification",
  "changePassword",
  "startTotp",
  "confirmTotp",
  "stopTotp",
  "renewRecoveryCodes",
  "admit",
  "tellPasskey",
  "sendInvitation",
  "startOidc",
  "finishOidc",
  "reseal",
] as const satisfies readonly (keyof Accounts)[];

export type AccountMethod = (typeof METHODS)[number];

/** Accounts whose calls are carried out elsewhere. */
export function accountsBy(perform: (method: AccountMethod, args: readonly unknown[]) => Promise<unknown>): Accounts {
  const methods = METHODS.map((method) => [method, (...args: readonly unknown[]) => perform(method, args)] as const);
  return Object.fromEntries(methods) as unknown as Accounts;
}

/** Carries out a call that was handed on. */
export function performOn(accounts: Accounts, method: AccountMethod, args: readonly unknown[]): Promise<unknown> {
  return (accounts[method] as (...given: readonly unknown[]) => Promise<unknown>)(...args);
}
