// Regular expressions that users write for RE2 (Go, Envoy): read as RE2 reads them, and never run.

/** Instructions of a compiled expression that Envoy is given at most; every request may cost as many steps a byte. */
export const MOST_INSTRUCTIONS = 10_000;

/** RE2's limit for one count, and for the product of counts inside each other. */
const MOST_REPEATS = 1000;
/** Go's limit. */
const MOST_DEPTH = 1000;

/**
 * Why the text is no expression that both Go's regexp and Envoy's RE2 take, in Go's words, or null. What makes an
 * expression explode is refused too: counts above 1000, a program above MOST_INSTRUCTIONS.
 */
export function regexpReason(text: string): string | null {
  const read = sizeOrReason(text);
  return typeof read === "string" ? read : null;
}

/** Instructions of the expression's program, about; null for what `regexpReason` refuses. */
export function regexpSize(text: string): number | null {
  const read = sizeOrReason(text);
  return typeof read === "string" ? null : read;
}

function sizeOrReason(text: string): number | string {
  try {
    const { size } = new Parser(text).whole();
    if (size <= MOST_INSTRUCTIONS) return size;
    return `error parsing regexp: expression too large: its program of ${size} instructions exceeds ${MOST_INSTRUCTIONS}`;
  } catch (error) {
    if (error instanceof Refusal) return `error parsing regexp: ${error.message}`;
    throw error;
  }
}

class Refusal extends Error {
  constructor(code: string, part: string) {
    super(`${code}: \`${part}\``);
  }
}

/** What is known of a part: instructions of its program, and the greatest product of counts inside it. */
interface Part {
  readonly size: number;
  readonly repeats: number;
}

const EMPTY: Part = { size: 1, repeats: 1 };
/** A set of characters, a class of Unicode: a few ranges each. */
const CLASS: Part = { size: 8, repeats: 1 };

const PERL_CLASS = "dDsSwW";
const ASSERTION = "AbBz";
const CONTROL: Readonly<Record<string, number>> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 };
const POSIX = /^\[:\^?(alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/;
const GROUP_NAME = /^\(\?P?<(\w+)>/;
const FLAGS = /^\(\?([imsU]*(?:-[imsU]+)?)([:)])/;
const COUNT = /^\{(\d+)(,(\d*))?\}/;

class Parser {
  readonly #text: string;
  #at = 0;
  /** Where the next `:]` begins, or -1. */
  #nameEnd = 0;
  readonly #names = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Part {
    const part = this.#alternatives(0);
    if (this.#at < this.#text.length) throw new Refusal("unexpected )", this.#text);
    return part;
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }

  #alternatives(depth: number): Part {
    if (depth > MOST_DEPTH) throw new Refusal("expression nests too deeply", this.#text.slice(0, 20));
    let { size, repeats } = this.#sequence(depth);
    while (this.#text[this.#at] === "|") {
      this.#at++;
      const other = this.#sequence(depth);
      size += other.size + 1;
      repeats = Math.max(repeats, other.repeats);
    }
    return { size, repeats };
  }

  #sequence(depth: number): Part {
    let size = 0;
    let repeats = 1;
    while (this.#at < this.#text.length && this.#text[this.#at] !== "|" && this.#text[this.#at] !== ")") {
      const part = this.#repeated(this.#atom(depth));
      size += part.size;
      repeats = Math.max(repeats, part.repeats);
    }
    return { size: Math.max(size, 1), repeats };
  }

  /** One thing that a repetition may follow; null for a change of flags, which none may follow. */
  #atom(depth: number): Part | null {
    const character = this.#text[this.#at] ?? "";
    if (character === "(") return this.#group(depth);
    if (character === "[") return this.#set();
    if (character === "\\") return this.#escape();
    const operator = this.#operator();
    if (operator !== null) throw new Refusal("missing argument to repetition operator", operator);
    const code = this.#text.codePointAt(this.#at) ?? 0;
    this.#at += code > 0xffff ? 2 : 1;
    // Envoy reads bytes; a character beyond ASCII is two to four of them.
    return { size: code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4, repeats: 1 };
  }

  /** The repetition operator that begins here, or null. */
  #operator(): string | null {
    const character = this.#text[this.#at] ?? "";
    if (character !== "" && "*+?".includes(character)) return character;
    if (character !== "{") return null;
    return COUNT.exec(this.#text.slice(this.#at, this.#at + 40))?.[0] ?? null;
  }

  #repeated(atom: Part | null): Part {
    const first = this.#operator();
    if (first === null) return atom ?? EMPTY;
    if (atom === null) throw new Refusal("missing argument to repetition operator", first);
    const start = this.#at;
    this.#at += first.length;
    if (this.#text[this.#at] === "?") this.#at++;
    const next = this.#operator();
    if (next !== null) {
      const both = this.#text.slice(start, this.#at + next.length);
      throw new Refusal("invalid nested repetition operator", both);
    }
    return first.startsWith("{") ? counted(atom, first) : { size: atom.size + 1, repeats: atom.repeats };
  }

  #group(depth: number): Part | null {
    const start = this.#rest();
    let capture = 2;
    if (start.startsWith("(?")) {
      const name = GROUP_NAME.exec(start);
      const flags = FLAGS.exec(start);
      if (name !== null) {
        if (this.#names.has(name[1] ?? "")) throw new Refusal("duplicate capture group name", name[1] ?? "");
        this.#names.add(name[1] ?? "");
        this.#at += name[0].length;
      } else if (flags !== null && !(flags[1] === "" && flags[2] === ")")) {
        this.#at += flags[0].length;
        if (flags[2] === ")") return null;
        capture = 0;
      } else throw new Refusal("invalid or unsupported Perl syntax", start.slice(0, start[2] === "<" ? 4 : 3));
    } else this.#at++;
    const inside = this.#alternatives(depth + 1);
    if (this.#text[this.#at] !== ")") throw new Refusal("missing closing )", this.#text);
    this.#at++;
    return { size: inside.size + capture, repeats: inside.repeats };
  }

  #escape(): Part {
    const next = this.#text[this.#at + 1];
    if (next === undefined) throw new Refusal("trailing backslash at end of expression", "");
    if (next === "Q") {
      const end = this.#text.indexOf("\\E", this.#at);
      const quoted = this.#text.slice(this.#at + 2, end < 0 ? undefined : end);
      this.#at = end < 0 ? this.#text.length : end + 2;
      return { size: Math.max(quoted.length * 3, 1), repeats: 1 };
    }
    if (PERL_CLASS.includes(next)) return this.#skip(2, CLASS);
    if (ASSERTION.includes(next)) return this.#skip(2, EMPTY);
    if (next === "p" || next === "P") return this.#unicodeClass();
    this.#character();
    return EMPTY;
  }

  #skip(count: number, part: Part): Part {
    this.#at += count;
    return part;
  }

  #unicodeClass(): Part {
    const match = /^\\[pP](?:\{\^?([A-Za-z_]+)\}|([A-Za-z]))/.exec(this.#rest());
    const name = match?.[1] ?? match?.[2] ?? "";
    if (match === null || !isUnicodeClass(name)) {
      throw new Refusal("invalid character class range", match?.[0] ?? this.#rest().slice(0, 3));
    }
    return this.#skip(match[0].length, CLASS);
  }

  /** Reads an escaped character, or a plain one inside a set; its code. */
  #character(): number {
    if (this.#text[this.#at] !== "\\") {
      const code = this.#text.codePointAt(this.#at) ?? 0;
      this.#at += code > 0xffff ? 2 : 1;
      return code;
    }
    const rest = this.#rest();
    const next = rest[1] ?? "";
    const number = /^\\(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]+)\}|(0[0-7]{0,2}|[1-7][0-7]{1,2}))/.exec(rest);
    if (number !== null) {
      const code = Number.parseInt(number[1] ?? number[2] ?? number[3] ?? "", number[3] === undefined ? 16 : 8);
      // Envoy's expressions are of bytes.
      if (code > 0xff) throw new Refusal("invalid escape sequence", number[0]);
      this.#at += number[0].length;
      return code;
    }
    const punctuation = next < "\u0080" && /[^A-Za-z0-9]/.test(next);
    const control = CONTROL[next];
    if (!punctuation && control === undefined) {
      if (next === "") throw new Refusal("trailing backslash at end of expression", "");
      throw new Refusal("invalid escape sequence", rest.slice(0, 2));
    }
    this.#at += 2;
    return control ?? next.charCodeAt(0);
  }

  #set(): Part {
    const start = this.#at;
    const missing = (): Refusal => new Refusal("missing closing ]", this.#text.slice(start));
    this.#at += this.#text[this.#at + 1] === "^" ? 2 : 1;
    let size = 0;
    for (let first = true; first || this.#text[this.#at] !== "]"; first = false) {
      if (this.#at >= this.#text.length) throw missing();
      size += this.#setMember(missing);
    }
    this.#at++;
    return { size: Math.max(size, 1), repeats: 1 };
  }

  /** Of a class's name that begins here. Looked for once a name: a text full of `[:` would cost its length squared. */
  #endOfName(): number {
    const from = this.#at + 2;
    if (this.#nameEnd >= 0 && this.#nameEnd < from) this.#nameEnd = this.#text.indexOf(":]", from);
    return this.#nameEnd;
  }

  #setMember(missing: () => Refusal): number {
    const rest = this.#rest();
    const end = rest.startsWith("[:") ? this.#endOfName() : -1;
    if (end >= 0) {
      const named = POSIX.exec(rest);
      const told = this.#text.slice(this.#at, end + 2);
      if (named === null) throw new Refusal("invalid character class range", told);
      return this.#skip(told.length, CLASS).size;
    }
    if (/^\\[pP]/.test(rest)) return this.#unicodeClass().size;
    if (rest[0] === "\\" && PERL_CLASS.includes(rest[1] ?? " ")) return this.#skip(2, CLASS).size;
    const start = this.#at;
    const low = this.#character();
    if (this.#text[this.#at] !== "-" || this.#text[this.#at + 1] === "]") return 1;
    this.#at++;
    if (this.#at >= this.#text.length) throw missing();
    if (this.#character() < low) throw new Refusal("invalid character class range", this.#text.slice(start, this.#at));
    return 1;
  }
}

function counted(atom: Part, operator: string): Part {
  const [, from = "", comma, to = ""] = COUNT.exec(operator) ?? [];
  const low = Number(from);
  const high = comma === undefined ? low : to === "" ? null : Number(to);
  const most = high ?? low;
  const repeats = atom.repeats * Math.max(most, 1);
  if (Math.max(low, most) > MOST_REPEATS || (high !== null && high < low) || repeats > MOST_REPEATS) {
    throw new Refusal("invalid repeat count", operator);
  }
  // x{2,5} is xx(x(x(x)?)?)?, x{2,} is xx+.
  const open = high === null ? 1 : most - low;
  return { size: Math.max(atom.size * Math.max(most, high === null ? 1 : 0) + open, 1), repeats };
}

/** A general category (`L`, `Lu`) or a script (`Greek`), as RE2 names them. */
function isUnicodeClass(name: string): boolean {
  if (name === "Any") return true;
  try {
    // Only compiled, and only letters and underscores come here.
    new RegExp(name.length <= 2 ? `\\p{${name}}` : `\\p{Script=${name}}`, "u");
    return true;
  } catch {
    return false;
  }
}
