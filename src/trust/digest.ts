// SHA-256 by WebCrypto: content hashes and hashes of secrets.
import type { Hash } from "#model/json.ts";
import { type Bytes, owned, toBase64Url, utf8 } from "./bytes.ts";

/** SHA-256, 32 bytes. */
export async function digestBytes(bytes: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", owned(bytes)));
}

/** SHA-256 of UTF-8 text in base64url: the asynchronous twin of a `Digest`. */
export async function digestText(text: string): Promise<Hash> {
  return toBase64Url(await digestBytes(utf8(text)));
}
