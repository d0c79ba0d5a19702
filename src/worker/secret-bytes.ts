// Secrets of the workers: text to bytes.
import { Sealed } from "#model/sealed.ts";
import { fromBase64Url } from "#trust/bytes.ts";

/** Bytes of a base64url secret. Error that names the secret and how to make one, never its text. */
export function readSecret(name: string, text: string | undefined): Sealed<Uint8Array> {
  const bytes = fromBase64Url(text ?? "");
  if (bytes === null || bytes.length < 32) {
    throw new Error(`The secret ${name} must hold 32 random bytes in base64url: wrangler secret put ${name}`);
  }
  return new Sealed<Uint8Array>(bytes);
}
