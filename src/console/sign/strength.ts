// How hard a password is to guess, as far as its text tells: a hint, never a rule.
import { PASSWORD_LENGTH } from "#model/password.ts";

export type Grade = "short" | "weak" | "fair" | "strong";

/** Bits below which a password is weak, or fair. A list of leaked ones has some 2^30; 2^60 tries are out of reach behind scrypt. */
const BITS = { weak: 40, fair: 60 } as const;

/** Where guessing begins. */
const COMMON =
  /password|passwort|qwertz?(?:y|uiop)?|asdf(?:gh)?|zxcvbn?|letmein|welcome|admin|secret|iloveyou|monkey|dragon|woaini|weft/g;

/** Classes of characters, and how many there are of each. */
const CLASSES = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/, 33],
  // Of thousands of signs people use some hundreds.
  [/[^\x20-\x7e]/, 400],
] as const;

/** What a letter is worth that follows another one: within a word few may follow. Bits. */
const WITHIN_WORD = 3;

/** The grade of a password. `own` are words that whoever guesses knows: name and address of the person. */
export function gradeOf(password: string, own: readonly string[]): Grade {
  if (password.length < PASSWORD_LENGTH.least) return "short";
  const choices = CLASSES.reduce((sum, [pattern, count]) => (pattern.test(password) ? sum + count : sum), 0);
  const bits = bitsOf(withoutKnown(password, own), Math.log2(Math.max(choices, 2)));
  return bits < BITS.weak ? "weak" : bits < BITS.fair ? "fair" : "strong";
}

/** A known word counts as one character. */
function withoutKnown(password: string, own: readonly string[]): string {
  const words = own.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length > 2);
  const plain = password.toLowerCase().replaceAll(COMMON, "\u0001");
  return words.reduce((text, word) => text.replaceAll(word, "\u0001"), plain);
}

/** Characters that merely go on as those before them did (aaaa, 1234, abab) are worth nothing. */
function bitsOf(text: string, whole: number): number {
  const signs = [...text];
  const codes = signs.map((one) => one.codePointAt(0) ?? 0);
  return codes.reduce((sum, code, at) => {
    const [before = Number.NaN, further = Number.NaN] = [codes[at - 1], codes[at - 2]];
    const isRun = code - before === before - further && Math.abs(code - before) <= 1;
    if (isRun || (at > 2 && code === further && before === codes[at - 3])) return sum;
    return sum + (/^[a-z]{2}$/.test(`${signs[at - 1]}${signs[at]}`) ? Math.min(WITHIN_WORD, whole) : whole);
  }, 0);
}
