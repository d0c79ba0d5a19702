// What an expression of RE2 says, as a tree. Only those that the model takes are read: nothing is wrong with them.

/** Of the code of a character. */
export type CharacterTest = (code: number) => boolean;

export type RegexpTree =
  | { readonly is: "character"; readonly test: CharacterTest }
  | { readonly is: "sequence"; readonly parts: readonly RegexpTree[] }
  | { readonly is: "choice"; readonly parts: readonly RegexpTree[] }
  | { readonly is: "repeat"; readonly part: RegexpTree; readonly least: number; readonly most: number }
  /** Between two characters; OUTSIDE stands where there is none. */
  | { readonly is: "edge"; readonly holds: (before: number, after: number) => boolean };

/** No character: before the first, behind the last. */
export const OUTSIDE = -1;

/** The tree of an expression in which `regexpReason` finds nothing. */
export function regexpTree(text: string): RegexpTree {
  return new Reader(unquoted(text)).alternatives();
}

/** With `\Q…\E` as escaped characters. */
function unquoted(text: string): string {
  return text.replace(/\\Q([\s\S]*?)(?:\\E|$)|\\[\s\S]/g, (all, quoted?: string) =>
    quoted === undefined ? all : quoted.replace(/[^A-Za-z0-9_]/g, "\\$&"),
  );
}

/** Bodies of classes as JavaScript writes them; RE2's know ASCII alone. */
const CLASSES: Readonly<Record<string, string>> = {
  d: "0-9",
  s: "\\t\\n\\f\\r ",
  w: "A-Za-z0-9_",
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7f",
  blank: "\\t ",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-/:-@\\[-`{-~",
  space: "\\t-\\r ",
  upper: "A-Z",
  word: "A-Za-z0-9_",
  xdigit: "0-9A-Fa-f",
};

const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };
const LINE_END = 10;

const isWord = classTest("w", false);

function classTest(name: string, negated: boolean): CharacterTest {
  return among(new RegExp(`^[${negated ? "^" : ""}${CLASSES[name]}]$`, "u"));
}

/** One character is asked for at a time: no expression of that kind costs more than a step. */
function among(expression: RegExp): CharacterTest {
  return (code) => expression.test(String.fromCodePoint(code));
}

class Reader {
  readonly #text: string;
  #at = 0;
  #flags: ReadonlySet<string> = new Set();

  constructor(text: string) {
    this.#text = text;
  }

  alternatives(): RegexpTree {
    const outer = this.#flags;
    const parts = [this.#sequence()];
    while (this.#text[this.#at] === "|") {
      this.#at++;
      parts.push(this.#sequence());
    }
    this.#flags = outer;
    return { is: "choice", parts };
  }

  #sequence(): RegexpTree {
    const parts: RegexpTree[] = [];
    while (this.#at < this.#text.length && !"|)".includes(this.#text[this.#at]!))
      parts.push(this.#repeated(this.#atom()));
    return { is: "sequence", parts };
  }

  #repeated(part: RegexpTree): RegexpTree {
    const found = this.#take(/([*+?])\??|\{(\d+)(,?)(\d*)\}\??/y);
    if (found === null) return part;
    const [, sign, low = "0", comma, high] = found;
    if (sign === "?") return { is: "repeat", part, least: 0, most: 1 };
    if (sign !== undefined) return { is: "repeat", part, least: sign === "+" ? 1 : 0, most: Number.POSITIVE_INFINITY };
    const most = comma === "" ? low : high === "" ? Number.POSITIVE_INFINITY : high;
    return { is: "repeat", part, least: Number(low), most: Number(most) };
  }

  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  #atom(): RegexpTree {
    const next = this.#text[this.#at];
    if (next === "(") return this.#group();
    if (next === "[") return this.#set();
    const edge = this.#take(/[$^]|\\[AzbB]/y)?.[0];
    if (edge !== undefined) return { is: "edge", holds: this.#edge(edge) };
    if (next === ".") {
      this.#at++;
      const all = this.#flags.has("s");
      return { is: "character", test: (code) => all || code !== LINE_END };
    }
    return this.#folded(this.#class() ?? this.#same());
  }

  #edge(sign: string): (before: number, after: number) => boolean {
    const ends = (code: number): boolean => code === OUTSIDE || (lines && code === LINE_END);
    const lines = this.#flags.has("m") && sign.length === 1;
    if (sign === "^" || sign === "\\A") return ends;
    if (sign === "$" || sign === "\\z") return (_, after) => ends(after);
    const isIn = (code: number): boolean => code !== OUTSIDE && isWord(code);
    return (before, after) => (isIn(before) !== isIn(after)) === (sign === "\\b");
  }

  #group(): RegexpTree {
    const flags = this.#take(/\(\?([imsU]*)(?:-([imsU]+))?([:)])/y);
    if (flags?.[3] === ")") {
      this.#turn(flags);
      return { is: "sequence", parts: [] };
    }
    const outer = this.#flags;
    if (flags === null) this.#take(/\((?:\?P?<\w+>)?/y);
    else this.#turn(flags);
    const inside = this.alternatives();
    this.#at++;
    this.#flags = outer;
    return inside;
  }

  #turn([, on = "", off = ""]: RegExpExecArray): void {
    this.#flags = new Set([...this.#flags, ...on].filter((flag) => !off.includes(flag)));
  }

  #set(): RegexpTree {
    const negated = this.#take(/\[(\^?)/y)?.[1] === "^";
    const tests: CharacterTest[] = [];
    for (let first = true; first || this.#text[this.#at] !== "]"; first = false) tests.push(this.#member());
    this.#at++;
    const { test } = this.#folded((code) => tests.some((one) => one(code)));
    return { is: "character", test: (code) => test(code) !== negated };
  }

  #member(): CharacterTest {
    const named = this.#take(/\[:(\^?)(\w+):\]/y);
    if (named !== null) return classTest(named[2] ?? "", named[1] === "^");
    const known = this.#class();
    if (known !== null) return known;
    const low = this.#code();
    if (this.#text[this.#at] !== "-" || this.#text[this.#at + 1] === "]") return (code) => code === low;
    this.#at++;
    const high = this.#code();
    return (code) => code >= low && code <= high;
  }

  /** A class by its letter or of Unicode, or null. */
  #class(): CharacterTest | null {
    const letter = this.#take(/\\([dDsSwW])/y)?.[1];
    if (letter !== undefined) return classTest(letter.toLowerCase(), letter < "a");
    const [, sign, negated, name = ""] = this.#take(/\\([pP])(?:\{(\^?)([A-Za-z_]+)\}|(?=[A-Za-z]))/y) ?? [];
    if (sign === undefined) return null;
    const called = name === "" ? this.#text[this.#at++]! : name;
    const wanted = (sign === "p") === (negated !== "^");
    if (called === "Any") return () => wanted;
    const test = among(new RegExp(`^\\p{${called.length <= 2 ? "" : "Script="}${called}}$`, "u"));
    return (code) => test(code) === wanted;
  }

  #same(): CharacterTest {
    const wanted = this.#code();
    return (code) => code === wanted;
  }

  /** The character that stands here, or that is written as an escape. */
  #code(): number {
    const number = this.#take(/\\(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]+)\}|(0[0-7]{0,2}|[1-7][0-7]{1,2}))/y);
    if (number !== null)
      return Number.parseInt(number[1] ?? number[2] ?? number[3] ?? "", number[3] === undefined ? 16 : 8);
    const isEscaped = this.#take(/\\/y) !== null;
    const code = this.#text.codePointAt(this.#at) ?? 0;
    const control = isEscaped ? CONTROL[this.#text[this.#at] ?? ""] : undefined;
    this.#at += code > 0xffff ? 2 : 1;
    return control ?? code;
  }

  #folded(test: CharacterTest): { readonly is: "character"; readonly test: CharacterTest } {
    if (!this.#flags.has("i")) return { is: "character", test };
    const turned = (code: number, to: "toLowerCase" | "toUpperCase"): boolean =>
      test(String.fromCodePoint(code)[to]().codePointAt(0) ?? code);
    return { is: "character", test: (code) => turned(code, "toLowerCase") || turned(code, "toUpperCase") };
  }
}
