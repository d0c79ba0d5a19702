// Bytes and their text forms: base64, base64url, base32, hex, PEM; every reader is total and strict.

/** Bytes that WebCrypto takes: never a view of shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 of a text. */
export function utf8(text: string): Bytes {
  return encoder.encode(text) as Bytes;
}

/** The text, or null where the bytes are no UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** The same bytes as WebCrypto wants them; copies only views of shared memory. */
export function owned(bytes: Uint8Array): Bytes {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : new Uint8Array(bytes);
}

/** One array of all parts in order. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Whether both hold the same bytes; not for secrets (see `sameSecret`). */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** Compares in a time that depends on the length alone. */
export function sameSecret(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) difference |= (one[index] as number) ^ (other[index] ?? 0);
  return difference === 0;
}

/** Base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // String.fromCharCode takes its characters as arguments, and a stack holds some ten thousands.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

/** Null unless the text is canonical base64 with padding; white space is refused. */
export function fromBase64(text: string): Bytes | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const bytes = decodeBinary(text);
  return bytes !== null && toBase64(bytes) === text ? bytes : null;
}

/** Base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Base64url of a text's UTF-8. What is ASCII, as nearly all JSON is, needs no bytes of its own. */
export function textToBase64Url(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant.
  if (!/^[\x00-\x7f]*$/.test(text)) return toBase64Url(utf8(text));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Last characters that leave no bit over (RFC 4648 §3.5), by how many characters are beyond whole groups of four. */
const LAST = [/$/, /$^/, /[AQgw]$/, /[AEIMQUYcgkosw048]$/] as const;

/** Whether the text is canonical base64url without padding. Decodes nothing: each poll asks it of a proof's parts. */
export function isBase64Url(text: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(text) && (LAST[text.length % 4] as RegExp).test(text.slice(-1));
}

/** Null unless the text is canonical base64url without padding. */
export function fromBase64Url(text: string): Bytes | null {
  return isBase64Url(text) ? decodeBinary(text.replaceAll("-", "+").replaceAll("_", "/")) : null;
}

function decodeBinary(text: string): Bytes | null {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** Lower-case base32 without padding: safe in URLs, DNS labels and between underscores. */
export function toBase32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[(held >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + BASE32[(held << (5 - bits)) & 31] : text;
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  // Joined and not added up, which would be kept as a tree of its parts.
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** PEM with lines of 64 characters (RFC 7468); `label` as in `CERTIFICATE`. */
export function toPem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

export interface PemBlock {
  readonly label: string;
  readonly der: Bytes;
}

/** Every well-formed block of a PEM text in order; text around blocks is allowed (RFC 7468 §2). */
export function fromPem(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, label, body] of text.matchAll(
    /-----BEGIN ([A-Z0-9 ]{1,64})-----([A-Za-z0-9+/=\s]*)-----END \1-----/g,
  )) {
    const der = fromBase64((body as string).replaceAll(/\s/g, ""));
    if (der !== null) blocks.push({ label: label as string, der });
  }
  return blocks;
}
