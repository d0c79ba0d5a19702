// Regular expressions that users write for RE2 (Go, Envoy), judged without running them.

/** What JavaScript takes and RE2 refuses: look-around and back references. */
const REFUSED = /\(\?<?[=!]|\\[1-9]|\\k</;

/** Why the text is no RE2 expression, or null. Only compiled, never run: a hostile expression costs nothing here. */
export function regexpReason(text: string): string | null {
  if (REFUSED.test(text)) return "error parsing regexp: look-around and back references are not supported";
  try {
    // RE2's leading flags and (?P<name> are unknown to JavaScript.
    new RegExp(text.replace(/^\(\?[imsU]+\)/, "").replaceAll("(?P<", "(?<"));
    return null;
  } catch (error) {
    return `error parsing regexp: ${(error as Error).message.replace(/^.*: /, "").toLowerCase()}`;
  }
}
