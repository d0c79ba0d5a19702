// JSON text from strangers: decoded, bounded in depth, parsed.
import { Fault } from "#model/fault.ts";

/** Deeper than any resource; shallow enough that no recursion over a body can exhaust a stack. */
export const DEEPEST = 64;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The value that the bytes hold. Fault `malformed` that says what is wrong with them. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new Fault("malformed", "The body is not UTF-8 text");
  }
  if (text.trim() === "") throw new Fault("malformed", "The body is empty: a JSON object is expected");
  if (depthExceeds(text, DEEPEST)) {
    throw new Fault("malformed", `The body is nested deeper than ${DEEPEST} levels`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault("malformed", `The body is not JSON${positionOf(error, text)}`);
  }
}

/** Counts brackets outside of strings; wrong on text that is no JSON, which the parser refuses anyway. */
function depthExceeds(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}

/** Line and column, never the text itself: a body may hold a token or a key. */
function positionOf(error: unknown, text: string): string {
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
  if (position === undefined) return "";
  const before = text.slice(0, Number(position)).split("\n");
  return `: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
