// What browsers are asked when a passkey is made or used, and what their answers were given for.
import type { CreationOptionsBody, RequestOptionsBody } from "#api/passkey.ts";
import { Fault, type FaultCode } from "#model/fault.ts";
import type { Spent } from "#store/face/passkey.ts";
import { toBase64Url, utf8 } from "#trust/bytes.ts";
import { digestText } from "#trust/digest.ts";
import { challengeOf, type Expected } from "#trust/passkey/ceremony.ts";
import { CHALLENGE_WINDOW, createChallenge, openChallenge } from "#trust/passkey/challenge.ts";
import { PASSKEY_ALGORITHMS } from "#trust/passkey/public-key.ts";
import type { Call } from "./call.ts";
import { requirePasskeyPlace } from "./passkey-place.ts";

/** What a challenge was given for; it stands in the challenge itself. */
export type Meant =
  | { readonly for: "sign-in" }
  | { readonly for: "registration"; readonly user: string }
  | { readonly for: "sign-up"; readonly user: string; readonly name: string; readonly email: string };

interface PasskeyOwner {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** What the authenticator calls the owner: nothing of it tells who that is (WebAuthn §14.6.1). */
export function userHandleOf(user: string): string {
  return toBase64Url(utf8(user));
}

/** Options to make a passkey that no authenticator in `known` holds. */
export async function creationOptions(
  { app, request }: Call,
  meant: Meant,
  { id, name, email }: PasskeyOwner,
  known: readonly { readonly credentialId: string }[],
): Promise<CreationOptionsBody> {
  const { rpId } = requirePasskeyPlace(app.originOf(request));
  return {
    rp: { id: rpId, name: "Weft" },
    user: { id: userHandleOf(id), name: email, displayName: name },
    challenge: await createChallenge(meant, app.nonceKey, app),
    pubKeyCredParams: Object.values(PASSKEY_ALGORITHMS).map(({ cose }) => ({ type: "public-key", alg: cose })),
    timeout: CHALLENGE_WINDOW,
    excludeCredentials: known.map(({ credentialId }) => ({ type: "public-key", id: credentialId })),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none",
  };
}

/** Options to ask for any passkey of this host. */
export async function requestOptions({ app, request }: Call): Promise<RequestOptionsBody> {
  const { rpId } = requirePasskeyPlace(app.originOf(request));
  const meant: Meant = { for: "sign-in" };
  const challenge = await createChallenge(meant, app.nonceKey, app);
  return { rpId, challenge, timeout: CHALLENGE_WINDOW, allowCredentials: [], userVerification: "required" };
}

interface Redeemed<For extends Meant["for"]> {
  readonly meant: Extract<Meant, { readonly for: For }>;
  readonly expected: Expected;
  /** The store takes it once. */
  readonly spent: Spent;
}

/** What an answer was asked for, by the challenge in it. The fault has the code for whatever was not asked for that. */
export async function redeem<For extends Meant["for"]>(
  { app, request }: Call,
  purpose: For,
  clientDataJson: string,
  code: FaultCode,
): Promise<Redeemed<For>> {
  const challenge = challengeOf(clientDataJson) ?? "";
  const opened = await openChallenge(challenge, app.nonceKey, app.clock);
  const meant = opened?.meant as Meant | undefined;
  if (opened === null || meant?.for !== purpose) {
    throw new Fault(code, "The passkey was asked for too long ago, or for something else; begin again");
  }
  return {
    meant: meant as Redeemed<For>["meant"],
    expected: { challenge, ...requirePasskeyPlace(app.originOf(request)) },
    spent: {
      digest: await digestText(challenge),
      at: new Date(app.clock()).toISOString(),
      expiresAt: new Date(opened.endsAt).toISOString(),
    },
  };
}

/** The fault of a passkey that does not count. */
export function refusedPasskey(code: FaultCode, reason: string): Fault {
  return new Fault(code, `The passkey was refused: ${reason}`);
}
