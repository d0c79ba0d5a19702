// Bodies of a person's account: signing up and in, second factor, reset, verification, sessions.
import * as z from "#model/lazy-zod.ts";
import { PASSWORD_LENGTH } from "#model/password.ts";
import { SIGN_IN_REFUSALS, type SignInRefusal } from "#model/sign-in.ts";

/** Shown wherever the person is; any script, no control characters. */
export const personName = z
  .string()
  .check(
    z.trim(),
    z.minLength(1),
    z.maxLength(100),
    z.regex(/^\P{Cc}*$/u, { error: "cannot have control characters" }),
  );
export const email = z
  .string()
  .check(z.trim(), z.toLowerCase(), z.maxLength(254), z.email({ error: "must be an email address" }));
/** A new one. What is only compared may be of any length, so that older rules keep nobody out. */
export const newPassword = z.string().check(z.minLength(PASSWORD_LENGTH.least), z.maxLength(PASSWORD_LENGTH.most));
const password = z.string().check(z.minLength(1), z.maxLength(1024));
/** One-use, out of a mail. */
const mailToken = z.string().check(z.minLength(1), z.maxLength(1024));
const totpCode = z.string().check(z.regex(/^[0-9]{6}$/, { error: "must be six digits" }));

/** What this control plane offers. */
export const ways = z.object(() => ({
  password: z.boolean(),
  signUp: z.boolean(),
  passkey: z.boolean(),
  /** Mail is sent; otherwise it is printed to the log. */
  mail: z.boolean(),
  providers: z.array(z.object({ id: z.string(), name: z.string() })),
}));
export type WaysBody = z.infer<typeof ways>;

export const person = z.object(() => ({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  /** Whether a code is asked for at sign-in. */
  secondFactor: z.boolean(),
}));
export type PersonBody = z.infer<typeof person>;

export const newAccount = z.strictObject({ name: personName, email, password: newPassword });
export const passwordSignIn = z.strictObject({ email, password });
/** Whether the session opens only with a second factor. */
export const signedIn = z.object({ secondFactor: z.boolean() });
export const secondFactor = z.union([
  z.strictObject({ code: totpCode }),
  z.strictObject(() => ({ recoveryCode: z.string().check(z.minLength(1), z.maxLength(64)) })),
]);

export const resetRequest = z.strictObject({ email });
export const resetConfirm = z.strictObject({ token: mailToken, password: newPassword });
export const verificationConfirm = z.strictObject({ token: mailToken });

export const accountChange = z.strictObject({ name: personName });
export const passwordChange = z.strictObject({ current: password, password: newPassword });
/** Proof that the person is at the keyboard. */
export const passwordProof = z.strictObject({ password });

/** `uri` is otpauth://, for a QR code; recovery codes are shown once. */
export const totpStart = z.object(() => ({ uri: z.string(), recoveryCodes: z.array(z.string()) }));
export const totpConfirm = z.strictObject({ code: totpCode });
export const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });

export const personSession = z.object(() => ({
  id: z.string(),
  createdAt: z.string(),
  lastSeenAt: z.string(),
  /** As the browser names itself; null where it does not. */
  agent: z.nullable(z.string()),
  address: z.nullable(z.string()),
  /** The one that asks. */
  current: z.boolean(),
}));
export type PersonSessionBody = z.infer<typeof personSession>;

/** One sign-in of the person, let in or refused. */
export const personSignIn = z.object(() => ({
  id: z.string(),
  at: z.string(),
  /** `password`, `password and code`, `password and recovery code`, `passkey`, or the id of a provider. */
  way: z.string(),
  /** Why it came to nothing; null where it was let in. */
  refused: z.nullable(z.enum(Object.keys(SIGN_IN_REFUSALS) as SignInRefusal[])),
  agent: z.nullable(z.string()),
  address: z.nullable(z.string()),
}));
export type PersonSignInBody = z.infer<typeof personSignIn>;

/** Where the console goes on afterwards: a path of its own. */
export const newProviderStart = z.strictObject(() => ({
  from: z.exactOptional(
    z
      .string()
      .check(
        z.maxLength(2000),
        z.regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, { error: "must be a path of the console" }),
      ),
  ),
}));
/** Where the browser is sent to sign in at a provider. */
export const providerStart = z.object({ url: z.string() });

/** `members`: how many others belong to it. */
export const farewell = z.object(() => ({ organisations: z.array(z.object({ name: z.string(), members: z.int() })) }));
export type FarewellBody = z.infer<typeof farewell>;
