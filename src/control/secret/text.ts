// Contents of Secrets: base64 in `data`, sealed in the store, and text to those who use it.
import { Sealed } from "#model/sealed.ts";
import { fromBase64, textOf, toBase64, utf8 } from "#trust/bytes.ts";

/** Reads the text of a mesh's Secret by name; null when there is none or its content is no text. */
export type ReadSecret = (name: string) => Promise<Sealed | null>;

/** The text inside base64 as protobuf's JSON has it (standard or URL-safe, padded or not); null when it is no text. */
export function textInside(data: Sealed): Sealed | null {
  const standard = data.reveal().replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  const bytes = fromBase64(standard.padEnd(Math.ceil(standard.length / 4) * 4, "="));
  const text = bytes === null ? null : textOf(bytes);
  return text === null ? null : new Sealed(text);
}

/** `data` for a text. */
export function dataOf(text: Sealed): Sealed {
  return new Sealed(toBase64(utf8(text.reveal())));
}
