// Rows of the route table. Passkeys, and accounts at providers, of the person who is signed in; signing in and up by a passkey.
import { signedIn } from "#api/account.ts";
import * as passkey from "#api/passkey.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import { bodyFaults } from "./base.ts";

const own = { auth: "person", verb: null, tag: "Control plane" } as const;
/** What would outlive a stolen session, or lock its owner out. */
const grave = { ...own, fresh: true } as const;
const open = { auth: "none", verb: null, tag: "Control plane", method: "post", statuses: [200] } as const;
const LIMIT = 65_536;

export const PASSKEYS = {
  passkeyOptions: { ...grave, method: "post", path: "/v1/account/passkeys/options" },
  addPasskey: { ...grave, method: "post", path: "/v1/account/passkeys", limit: LIMIT },
  listPasskeys: { ...own, method: "get", path: "/v1/account/passkeys" },
  renamePasskey: { ...own, method: "patch", path: "/v1/account/passkeys/{passkey}", limit: 4096 },
  deletePasskey: { ...grave, method: "delete", path: "/v1/account/passkeys/{passkey}" },
  listLogins: { ...own, method: "get", path: "/v1/account/logins" },
  deleteLogin: { ...grave, method: "delete", path: "/v1/account/logins/{login}" },
  passkeySignInOptions: { ...open, path: "/v1/account/passkey-sign-in/options" },
  passkeySignIn: { ...open, path: "/v1/account/passkey-sign-in", limit: LIMIT },
  passkeySignUpOptions: { ...open, path: "/v1/account/passkey-sign-up/options", limit: 4096 },
  passkeySignUp: { ...open, path: "/v1/account/passkey-sign-up", limit: LIMIT },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellPasskeys() {
  return {
    passkeyOptions: {
      summary: "What a browser needs to make a passkey for the person who is signed in",
      answer: passkey.creationOptions,
      statuses: [200],
      faults: ["unproved", "conflict"],
    },
    addPasskey: {
      summary: "Register a passkey that was made with the options, within five minutes",
      body: passkey.newPasskey,
      answer: passkey.passkey,
      statuses: [201],
      faults: ["unproved", ...bodyFaults, "invalid", "conflict"],
    },
    listPasskeys: {
      summary: "Passkeys of the person who is signed in",
      answer: passkey.passkeys,
      statuses: [200],
      faults: [],
    },
    renamePasskey: {
      summary: "Call a passkey by another name",
      body: passkey.passkeyChange,
      answer: null,
      statuses: [204],
      faults: [...bodyFaults, "invalid", "absent"],
    },
    deletePasskey: {
      summary: "Remove a passkey; the last way in stays",
      answer: null,
      statuses: [204],
      faults: ["unproved", "absent", "conflict"],
    },
    listLogins: {
      summary: "Other ways in: whether there is a password, and accounts at providers",
      answer: passkey.logins,
      statuses: [200],
      faults: [],
    },
    deleteLogin: {
      summary: "Forget an account at a provider; the last way in stays",
      answer: null,
      statuses: [204],
      faults: ["unproved", "absent", "conflict"],
    },
    passkeySignInOptions: {
      summary: "What a browser needs to ask for a passkey, whoever's it is",
      answer: passkey.requestOptions,
      faults: ["conflict"],
    },
    passkeySignIn: {
      summary: "Sign in by a passkey, which counts as both factors",
      body: passkey.passkeySignIn,
      answer: signedIn,
      faults: [...bodyFaults, "invalid", "unauthenticated", "forbidden", "conflict"],
    },
    passkeySignUpOptions: {
      summary: "What a browser needs to make the passkey of somebody new",
      body: passkey.passkeyPerson,
      answer: passkey.creationOptions,
      faults: [...bodyFaults, "invalid", "forbidden", "conflict"],
    },
    passkeySignUp: {
      summary: "Sign up by a passkey alone, within five minutes of its options",
      body: passkey.passkeySignUp,
      answer: signedIn,
      statuses: [201],
      faults: [...bodyFaults, "invalid", "forbidden", "conflict", "too-many"],
    },
  } as const satisfies ToldOf<typeof PASSKEYS>;
}
