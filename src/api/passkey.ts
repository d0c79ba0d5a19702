// Bodies of passkeys, in the JSON form of WebAuthn Level 3 (§5.1.8 to §5.1.10), and of a person's other ways in.
import * as z from "#model/lazy-zod.ts";
import { email, personName } from "./account.ts";

/** Keys of 8192 bits and extensions fit into this. */
const base64Url = z
  .string()
  .check(z.minLength(1), z.maxLength(16_384), z.regex(/^[A-Za-z0-9_-]*$/, { error: "must be base64url" }));
const publicKey = z.literal("public-key");
/** As its owner calls it. */
const passkeyName = personName;

/** What a browser's `PublicKeyCredential.toJSON()` gives after `create`; members that nobody needs are let through. */
export const madePasskey = z.object(() => ({
  id: base64Url,
  type: publicKey,
  response: z.object({ clientDataJSON: base64Url, authenticatorData: base64Url }),
}));
export type MadePasskey = z.infer<typeof madePasskey>;

/** The same after `get`. */
export const askedPasskey = z.object(() => ({
  id: base64Url,
  type: publicKey,
  response: z.object({
    clientDataJSON: base64Url,
    authenticatorData: base64Url,
    signature: base64Url,
    userHandle: z.optional(z.nullable(base64Url)),
  }),
}));
export type AskedPasskey = z.infer<typeof askedPasskey>;

export const newPasskey = z.strictObject({ name: passkeyName, credential: madePasskey });
export const passkeyChange = z.strictObject({ name: passkeyName });
export const passkeySignIn = z.strictObject({ credential: askedPasskey });
export const passkeyPerson = z.strictObject({ name: personName, email });
export const passkeySignUp = z.strictObject({ credential: madePasskey });

const described = z.object({ type: publicKey, id: z.string() });

/** For `PublicKeyCredential.parseCreationOptionsFromJSON`. */
export const creationOptions = z.object(() => ({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ type: publicKey, alg: z.number() })),
  /** Milliseconds. */
  timeout: z.number(),
  excludeCredentials: z.array(described),
  authenticatorSelection: z.object({
    residentKey: z.literal("required"),
    requireResidentKey: z.literal(true),
    userVerification: z.literal("required"),
  }),
  attestation: z.literal("none"),
}));
export type CreationOptionsBody = z.infer<typeof creationOptions>;

/** For `PublicKeyCredential.parseRequestOptionsFromJSON`. */
export const requestOptions = z.object(() => ({
  rpId: z.string(),
  challenge: z.string(),
  timeout: z.number(),
  allowCredentials: z.array(described),
  userVerification: z.literal("required"),
}));
export type RequestOptionsBody = z.infer<typeof requestOptions>;

export const passkey = z.object(() => ({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.nullable(z.string()),
  /** It is on more than one of its owner's devices, or kept by who made them. */
  synced: z.boolean(),
}));
export type PasskeyBody = z.infer<typeof passkey>;
export const passkeys = z.object({ items: z.array(passkey) });

/** Ways in beside passkeys. */
export const logins = z.object(() => ({
  password: z.boolean(),
  items: z.array(z.object({ id: z.string(), provider: z.string(), createdAt: z.string() })),
}));
export type LoginsBody = z.infer<typeof logins>;
