// Signatures of webhooks as the Standard Webhooks specification 1.0 has them: HMAC-SHA256, symmetric secrets of the form `whsec_…`.
import type { Chance } from "#model/clock.ts";
import { Sealed } from "#model/sealed.ts";
import { fromBase64, owned, toBase64, utf8 } from "./bytes.ts";

const PREFIX = "whsec_";
/** The specification wants 24 to 64 bytes. */
const BYTES = 32;

/** A new secret: `whsec_` and base64. */
export function mintWebhookSecret(chance: Chance): Sealed {
  return new Sealed(PREFIX + toBase64(chance(BYTES)));
}

/**
 * The value of `webhook-signature`: one `v1,<base64>` a secret, the newest first, with a space between. `timestamp` in
 * seconds since 1970. TypeError for a secret of another form.
 */
export async function signWebhook(
  secrets: readonly Sealed[],
  { id, timestamp, body }: { readonly id: string; readonly timestamp: number; readonly body: string },
): Promise<string> {
  const content = utf8(`${id}.${timestamp}.${body}`);
  const signatures = secrets.map(async (secret) => {
    const text = secret.reveal();
    const bytes = text.startsWith(PREFIX) ? fromBase64(text.slice(PREFIX.length)) : null;
    if (bytes === null) throw new TypeError("a webhook's secret must be whsec_ and base64");
    const key = await crypto.subtle.importKey("raw", owned(bytes), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return `v1,${toBase64(new Uint8Array(await crypto.subtle.sign("HMAC", key, content)))}`;
  });
  return (await Promise.all(signatures)).join(" ");
}
