// Ports and users as people write them: `22`, `80,8000-8100`, `8000:8100`.
import type { Range } from "./settings.ts";

/** The ranges of a list, in order and joined where they touch or overlap; null where the text is none. */
export function rangesOf(text: string, least: number, most: number): readonly Range[] | null {
  const ranges: Range[] = [];
  for (const part of text.split(",").map((one) => one.trim())) {
    if (part === "") continue;
    const [, from = "", to = from] = /^(\d{1,10})(?:[-:](\d{1,10}))?$/.exec(part) ?? [];
    const range = { from: Number(from), to: Number(to) };
    if (from === "" || range.from < least || range.to > most || range.from > range.to) return null;
    ranges.push(range);
  }
  return joined(ranges);
}

/** nft refuses a set whose ranges overlap. */
function joined(ranges: readonly Range[]): readonly Range[] {
  const made: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = made.at(-1);
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else made.push({ from, to });
  }
  return made;
}
