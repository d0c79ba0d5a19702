// Passkeys of this browser: made and asked for. Options and answers are in the JSON form of WebAuthn Level 3 §5.1.8 to §5.1.10.
import type { AskedPasskey, CreationOptionsBody, MadePasskey, RequestOptionsBody } from "#api/passkey.ts";

/** Whether this browser has passkeys, and reads their JSON form. */
export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential === "function" && "parseCreationOptionsFromJSON" in PublicKeyCredential;
}

/** Whether passkeys can be offered among what the browser fills in (conditional mediation). */
export async function offersPasskeys(): Promise<boolean> {
  if (!hasPasskeys() || !("isConditionalMediationAvailable" in PublicKeyCredential)) return false;
  return PublicKeyCredential.isConditionalMediationAvailable();
}

/** Has the browser make a passkey. DOMException where the person or the device does not want to. */
export async function makePasskey(options: CreationOptionsBody): Promise<MadePasskey> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return jsonOf(await navigator.credentials.create({ publicKey }));
}

export interface PasskeyQuestion {
  readonly options: RequestOptionsBody;
  /** `conditional`: among what the browser fills in, until one is chosen or the signal ends it. */
  readonly mediation?: "conditional";
  readonly signal?: AbortSignal;
}

/** Has the browser ask for a passkey. DOMException as above. */
export async function askPasskey({ options, mediation, signal }: PasskeyQuestion): Promise<AskedPasskey> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return jsonOf(
    await navigator.credentials.get({ publicKey, ...(mediation && { mediation }), ...(signal && { signal }) }),
  );
}

function jsonOf<Answer>(credential: Credential | null): Answer {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException("No passkey was given", "NotAllowedError");
  return credential.toJSON() as unknown as Answer;
}
