// What the control plane says in English, in the reader's language: its sentences are their own keys, with numbered places for what is filled in.

/** A sentence of the control plane in the reader's language; unchanged where nothing is known of it. */
export type Tell = (text: string) => string;

/** Sentences by the English ones: `must be at most {0}`. */
export type Sentences = Readonly<Record<string, string>>;

interface Pattern {
  readonly match: RegExp;
  readonly said: string;
}

const PLACE = /\{(\d+)\}/g;
/** Nothing that the control plane says of its own is longer: the rest is somebody's text. */
const LONGEST = 4_000;
/** What fills a place may be a sentence too, and hold another one. */
const DEEPEST = 3;
const REMEMBERED = 500;

/** English: all is said as it stands. */
export const asTold: Tell = (text) => text;

/** Says each text by the sentence that has most of it word for word; what fills its places is said too, where it is a sentence. */
export function teller(sentences: Sentences): Tell {
  let patterns: readonly Pattern[] | undefined;
  const known = new Map<string, string>();
  const say = (text: string, depth: number): string => {
    const exact = Object.hasOwn(sentences, text) ? sentences[text] : undefined;
    if (exact !== undefined) return exact;
    if (!text.includes(" ") || text.length > LONGEST) return text;
    patterns ??= patternsOf(sentences);
    for (const { match, said } of patterns) {
      const found = match.exec(text);
      if (found === null) continue;
      return said.replaceAll(PLACE, (_, place) => {
        const filled = found[Number(place) + 1] ?? "";
        return depth < DEEPEST ? say(filled, depth + 1) : filled;
      });
    }
    return text;
  };
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= REMEMBERED) known.clear();
    const said = say(text, 0);
    known.set(text, said);
    return said;
  };
}

/** Those with most words of their own first. */
function patternsOf(sentences: Sentences): readonly Pattern[] {
  return Object.keys(sentences)
    .filter((english) => /\{\d+\}/.test(english))
    .sort((one, other) => wordsOf(other) - wordsOf(one) || (one < other ? -1 : 1))
    .map((english) => ({ match: patternOf(english), said: sentences[english] ?? english }));
}

function wordsOf(english: string): number {
  return english.replaceAll(PLACE, "").length;
}

function patternOf(english: string): RegExp {
  const pieces = english.split(/\{\d+\}/).map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  return new RegExp(`^${pieces.join("([\\s\\S]*?)")}$`);
}
