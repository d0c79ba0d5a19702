// The header by which a call overrides guard rails in an emergency; it holds why, as `weft-reason` does.
import { headerText, textIn } from "./reason.ts";

const HEADER = "weft-override";

/** The header that overrides, with why. */
export function overrideHeader(why: string): readonly [string, string] {
  return [HEADER, headerText(why)];
}

/** Why a call overrides guard rails; empty where it does not. */
export function overrideIn(headers: Headers): string {
  return textIn(headers, HEADER).trim();
}
