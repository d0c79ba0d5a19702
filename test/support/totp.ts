// An authenticator app of tests: the code of an otpauth:// address at a moment (RFC 6238).
import { createHmac } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function fromBase32(text: string): Buffer {
  const bits = [...text.toUpperCase().replaceAll("=", "")].map((one) =>
    ALPHABET.indexOf(one).toString(2).padStart(5, "0"),
  );
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

/** `at` in milliseconds since the epoch. */
export function totpCode(uri: string, at: number): string {
  const search = new URL(uri).searchParams;
  const digits = Number(search.get("digits") ?? 6);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 1000 / Number(search.get("period") ?? 30))));
  const hash = createHmac("sha1", fromBase32(search.get("secret") ?? ""))
    .update(counter)
    .digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits).padStart(digits, "0");
}
