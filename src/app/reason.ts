// Why a call changes something: the header `weft-reason`, as a client may give it.
import { textOf } from "#trust/bytes.ts";
import type { Call } from "./call.ts";

const HEADER = "weft-reason";
const LONGEST = 1000;

/** The reason; empty where none is given. Bytes above ASCII are UTF-8, as `curl -H` sends what is typed. */
export function reasonOf({ request }: Pick<Call, "request">): string {
  const said = request.headers.get(HEADER) ?? "";
  const codes = Array.from(said, (letter) => letter.charCodeAt(0));
  // Fetch gives a header byte by byte; what is no UTF-8, or was read as it already, stays as it came.
  const text = codes.every((code) => code <= 0xff) ? (textOf(Uint8Array.from(codes)) ?? said) : said;
  return [...text.replace(/\p{Cc}/gu, " ")].slice(0, LONGEST).join("");
}
