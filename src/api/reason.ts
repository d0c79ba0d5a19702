// Why a call changes something: a header whose bytes are UTF-8, as `curl -H` sends what is typed.

const HEADER = "weft-reason";
/** The most that a revision keeps; letters. */
const LONGEST = 1000;

/** The header that says the reason: `fetch` takes one letter a byte, and no line breaks. */
export function reasonHeader(reason: string): readonly [string, string] {
  return [HEADER, headerText(reason)];
}

/** The reason that a call gives; empty where it gives none. */
export function reasonIn(headers: Headers): string {
  return textIn(headers, HEADER);
}

/** People's words as a header carries them. */
export function headerText(words: string): string {
  const bytes = new TextEncoder().encode(words.replace(/\s+/g, " ").trim());
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** People's words in a header; empty where it is not there. */
export function textIn(headers: Headers, name: string): string {
  const said = headers.get(name) ?? "";
  const text = [...decoded(said).replace(/\p{Cc}/gu, " ")];
  return text.slice(0, LONGEST).join("");
}

/** Where the runtime gives a header byte by byte, its bytes as UTF-8; what is none stays as it came. */
function decoded(said: string): string {
  const codes = Array.from(said, (letter) => letter.charCodeAt(0));
  if (codes.some((code) => code > 0xff)) return said;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(codes));
  } catch {
    return said;
  }
}
