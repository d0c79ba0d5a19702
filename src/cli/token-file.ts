// Files that hold a token and nothing else; of one that holds more, nothing is ever shown.
import { readFileSync } from "node:fs";
import { Sealed } from "#model/sealed.ts";
import { Failure, reasonOf } from "./failure.ts";

/** RFC 6750, section 2.1: what may stand behind `Bearer`. */
const TOKEN = /^[\w.~+/-]+=*$/;

const FIX = "name a file that holds the token and nothing else";

/** The token in a file, without the newline at its end. Throws Failure, without a word of what is in the file. */
export function readTokenFile(path: string, named: string): Sealed {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new Failure("usage", {
      what: `the token file of ${named} cannot be read`,
      where: path,
      why: reasonOf(error),
      fix: FIX,
    });
  }
  if (text === "")
    throw new Failure("usage", {
      what: `the token file of ${named} is empty`,
      where: path,
      fix: "write the token into it",
    });
  return tokenIn(text, `the token file of ${named}`, path);
}

/**
 * The text as a token. Throws the Failure `usage`, which names `whose` it is, where it is none: sent as a header it would be
 * refused in words that repeat it, and a key that was named by mistake would stand in a log.
 */
export function tokenIn(text: string, whose: string, where?: string): Sealed {
  if (TOKEN.test(text)) return new Sealed(text);
  throw new Failure("usage", {
    what: /\s/.test(text) ? `${whose} holds more than a token` : `${whose} holds no token`,
    where,
    why: "a token is one word of letters, digits and -._~+/=",
    fix: where === undefined ? "give the token and nothing else" : FIX,
  });
}
