// Rows of the route table. People's accounts: signing up and in, second factor, reset, verification, sessions.
import {
  accountChange,
  farewell,
  newAccount,
  newProviderStart,
  passwordChange,
  passwordProof,
  passwordSignIn,
  person,
  personSession,
  personSignIn,
  providerStart,
  recoveryCodes,
  resetConfirm,
  resetRequest,
  secondFactor,
  signedIn,
  totpConfirm,
  totpStart,
  verificationConfirm,
  ways,
} from "#api/account.ts";
import { pageOf, pageQuery } from "#api/page.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import { bodyFaults, openTo } from "./base.ts";

const HOME = "/v1/account" as const;

/** For everybody: who calls is what it is about. */
const open = { ...openTo, method: "post", tag: "Account", limit: 4096 } as const;
/** For who is signed in. */
const own = { auth: "person", verb: null, tag: "Account", limit: 4096 } as const;
const typed = [...bodyFaults, "invalid", "too-many", "unavailable"] as const;
const signing = [...typed, "unauthenticated", "forbidden"] as const;

export const ACCOUNT = {
  accountWays: { ...openTo, method: "get", path: `${HOME}/ways` },
  signUp: { ...open, path: HOME },
  signIn: { ...open, path: `${HOME}/sign-in` },
  accountSecondFactor: { ...open, path: `${HOME}/second-factor` },
  requestReset: { ...open, path: `${HOME}/reset` },
  confirmReset: { ...open, path: `${HOME}/reset/confirm` },
  startProvider: { ...open, path: `${HOME}/oidc/{provider}` },
  finishProvider: { ...openTo, method: "get", path: "/account/callback/{provider}" },
  sendVerification: { ...own, method: "post", path: `${HOME}/verification` },
  confirmVerification: { ...own, method: "post", path: `${HOME}/verification/confirm` },
  changeAccount: { ...own, method: "patch", path: HOME },
  readFarewell: { ...own, method: "get", path: `${HOME}/farewell` },
  deleteAccount: { ...own, fresh: true, method: "delete", path: HOME },
  changePassword: { ...own, method: "post", path: `${HOME}/password` },
  startTotp: { ...own, method: "post", path: `${HOME}/totp` },
  confirmTotp: { ...own, method: "post", path: `${HOME}/totp/confirm` },
  stopTotp: { ...own, method: "delete", path: `${HOME}/totp` },
  renewRecoveryCodes: { ...own, method: "post", path: `${HOME}/recovery-codes` },
  listSessions: { ...own, method: "get", path: `${HOME}/sessions` },
  listSignIns: { ...own, method: "get", path: `${HOME}/sign-ins` },
  endOtherSessions: { ...own, method: "delete", path: `${HOME}/sessions` },
  endSession: { ...own, method: "delete", path: `${HOME}/sessions/{session}` },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellAccount() {
  return {
    accountWays: {
      tag: "Account",
      summary: "Which ways to sign in this control plane offers",
      answer: ways,
      statuses: [200],
      faults: ["unavailable"],
    },
    signUp: {
      summary: "Sign up with an address and a password; the browser is signed in",
      body: newAccount,
      answer: signedIn,
      statuses: [201],
      faults: [...signing, "conflict"],
    },
    signIn: {
      summary: "Sign in with an address and a password; the session opens unless a second factor is asked for",
      body: passwordSignIn,
      answer: signedIn,
      statuses: [200],
      faults: signing,
    },
    accountSecondFactor: {
      summary: "Finish a sign-in with a code of the authenticator or a recovery code",
      body: secondFactor,
      answer: signedIn,
      statuses: [200],
      faults: signing,
    },
    requestReset: {
      summary: "Mail a link that sets a new password, if somebody has the address",
      body: resetRequest,
      answer: null,
      statuses: [202],
      faults: [...typed, "forbidden"],
    },
    confirmReset: {
      summary: "Set a new password by the link of a mail; all sessions end",
      body: resetConfirm,
      answer: null,
      statuses: [204],
      faults: signing,
    },
    startProvider: {
      summary: "Where to send the browser to sign in at a provider",
      body: newProviderStart,
      answer: providerStart,
      statuses: [200],
      faults: [...typed, "forbidden", "absent"],
    },
    finishProvider: {
      tag: "Account",
      summary: "Where a provider sends the browser back to; it goes on to the console",
      answer: null,
      statuses: [303],
      faults: [],
    },
    sendVerification: {
      summary: "Mail the link that confirms the address again",
      answer: null,
      statuses: [202],
      faults: ["too-many"],
    },
    confirmVerification: {
      summary: "Confirm the person's address by the link of a mail",
      body: verificationConfirm,
      answer: null,
      statuses: [204],
      faults: typed,
    },
    changeAccount: {
      summary: "Change the person's name",
      body: accountChange,
      answer: person,
      statuses: [200],
      faults: typed,
    },
    readFarewell: {
      summary: "What stands in the way of deleting the account: organisations that the person alone owns",
      answer: farewell,
      statuses: [200],
      faults: [],
    },
    deleteAccount: {
      summary: "Delete the account; refused while an organisation would have no owner",
      answer: null,
      statuses: [204],
      faults: ["unproved", "conflict"],
    },
    changePassword: {
      summary: "Change the password; all other sessions end",
      body: passwordChange,
      answer: null,
      statuses: [204],
      faults: [...typed, "conflict"],
    },
    startTotp: {
      summary: "Set up an authenticator; it counts once a code of it has been confirmed",
      body: passwordProof,
      answer: totpStart,
      statuses: [200],
      faults: [...typed, "conflict"],
    },
    confirmTotp: {
      summary: "Confirm the authenticator with a code of it: from now on one is asked for at sign-in",
      body: totpConfirm,
      answer: null,
      statuses: [204],
      faults: [...typed, "conflict"],
    },
    stopTotp: {
      summary: "Ask for no second factor any more",
      body: passwordProof,
      answer: null,
      statuses: [204],
      faults: [...typed, "conflict"],
    },
    renewRecoveryCodes: {
      summary: "Make new recovery codes; the older ones end",
      body: passwordProof,
      answer: recoveryCodes,
      statuses: [200],
      faults: [...typed, "conflict"],
    },
    listSessions: {
      summary: "List the person's sessions, newest first",
      query: pageQuery,
      answer: pageOf(personSession),
      statuses: [200],
      faults: ["malformed"],
    },
    listSignIns: {
      summary: "List the person's sign-ins of the last 30 days, let in and refused, newest first; at most 25 of each",
      query: pageQuery,
      answer: pageOf(personSignIn),
      statuses: [200],
      faults: ["malformed"],
    },
    endOtherSessions: {
      summary: "End all other sessions",
      answer: null,
      statuses: [204],
      faults: [],
    },
    endSession: {
      summary: "End one session",
      answer: null,
      statuses: [204],
      faults: ["absent"],
    },
  } as const satisfies ToldOf<typeof ACCOUNT>;
}
