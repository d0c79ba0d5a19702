// PEM certificates as text: whether an Envoy could read them at all. Who signed them is judged elsewhere.

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\s*([A-Za-z0-9+/=\s]*?)\s*-----END \1-----/g;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Why the text may not be shown to others, or null: it holds a private key. */
export function openKeyReason(text: string): string | null {
  return /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(text) ? "must not hold a private key" : null;
}

/** Why the text is no list of one or more certificates, or null. A private key is refused: it would be shown to every proxy. */
export function pemReason(text: string): string | null {
  const open = openKeyReason(text);
  if (open !== null) return open;
  let certificates = 0;
  for (const [, label = "", body = ""] of text.matchAll(BLOCK)) {
    if (label !== "CERTIFICATE") continue;
    certificates++;
    if (!isOneSequence(body.replaceAll(/\s/g, ""))) return `certificate ${certificates} is not a certificate in PEM`;
  }
  return certificates > 0 ? null : "must hold a certificate in PEM";
}

/** Whether base64 text is one whole DER SEQUENCE (X.690 §8.1): its length says where it ends. */
function isOneSequence(base64: string): boolean {
  if (base64.length % 4 !== 0) return false;
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  const total = (base64.length / 4) * 3 - padding;
  const byte = (at: number): number => {
    const first = Math.floor((at * 8) / 6);
    const pair = (ALPHABET.indexOf(base64[first] ?? "A") << 6) | ALPHABET.indexOf(base64[first + 1] ?? "A");
    return (pair >> (4 - ((at * 8) % 6))) & 0xff;
  };
  if (total < 2 || byte(0) !== 0x30) return false;
  const short = byte(1);
  if (short < 0x80) return total === 2 + short;
  const count = short & 0x7f;
  if (count === 0 || count > 4 || total < 2 + count) return false;
  let length = 0;
  for (let at = 0; at < count; at++) length = length * 256 + byte(2 + at);
  return total === 2 + count + length;
}
