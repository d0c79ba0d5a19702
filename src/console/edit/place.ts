// The place in the text where somebody writes: which member of what, found by parsing the text with a mark in it.
import { visit } from "yaml";
import type { Step } from "./shape.ts";
import { isMap, keyOf, pairsOf, treeOf } from "./tree.ts";

export interface Place {
  /** Of the map or value that is written. */
  readonly path: readonly Step[];
  /** `key`: a member's name is written, or an item that is none; `value`: a value. */
  readonly role: "key" | "value";
  /** Where the word begins that is written. */
  readonly from: number;
  /** Where it ends. */
  readonly to: number;
  /** The quote that it begins with; empty = none. */
  readonly quote: string;
  /** A colon stands behind it already. */
  readonly hasColon: boolean;
  /** It stands between braces, as all of JSON does. */
  readonly inFlow: boolean;
  /** Members that are there already. */
  readonly others: readonly string[];
  /** Column of the first character of the line's content, for what goes below it. */
  readonly indent: number;
}

const MARK = "weftMark";

/** What is written at the offset; null where it is nothing that a schema speaks of: a comment, a text of several lines. */
export function placeAt(text: string, offset: number): Place | null {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(start, offset);
  if (/(^|\s)#/.test(line.replaceAll(/"[^"]*"|'[^']*'/g, ""))) return null;
  const before = /["']?[\w./$*-]*$/.exec(line)?.[0] ?? "";
  // A dash alone begins an item; it is no word.
  const word = /^-+$/.test(before) ? "" : before;
  const quote = /^["']/.exec(word)?.[0] ?? "";
  const after = /^[\w./$*-]*/.exec(text.slice(offset, offset + 200))?.[0] ?? "";
  const closes = quote !== "" && text[offset + after.length] === quote;
  const from = offset - word.length;
  const to = offset + after.length + (closes ? 1 : 0);
  const rest = text.slice(to, to + 200);
  const hasColon = /^[ \t]*:(\s|$)/.test(rest) || (quote !== "" && /^\s*:/.test(rest));
  const lead = text.slice(start, from);
  const role = /^[\s-]*$|[{,[(]\s*$/.test(lead) || leadsNowhere(text, from) ? "key" : "value";
  // A value must be apart from its colon.
  const gap = role === "value" && /:$/.test(lead) ? " " : "";
  const colon = role === "key" && !hasColon ? ": " : "";
  const marked = `${text.slice(0, from)}${gap}${MARK}${colon}${text.slice(to)}`;
  const found = findMark(marked);
  if (found === null) return null;
  const { path, others, inFlow } = found;
  const indent = /^[ ]*(?:-[ ]+)*/.exec(lead)?.[0].length ?? 0;
  return { path, role: found.isKey ? "key" : "value", from, to, quote, hasColon, inFlow, others, indent };
}

/** In JSON over several lines, a word behind a bracket or a comma of a line above. */
function leadsNowhere(text: string, from: number): boolean {
  const before = /\S(?=\s*$)/.exec(text.slice(Math.max(0, from - 2_000), from))?.[0] ?? "";
  return before === "{" || before === "[" || (before === "," && from > 0);
}

interface Found {
  readonly path: readonly Step[];
  readonly others: readonly string[];
  readonly inFlow: boolean;
  readonly isKey: boolean;
}

function findMark(marked: string): Found | null {
  const tree = treeOf(marked);
  let found: Found | null = null;
  visit(tree, {
    Scalar(at, node, ancestors) {
      if (node.value !== MARK || at === null) return undefined;
      const path: Step[] = [];
      ancestors.forEach((ancestor, depth) => {
        const next: unknown = ancestors[depth + 1] ?? node;
        if ("items" in ancestor && !isMap(ancestor)) path.push((ancestor.items as unknown[]).indexOf(next));
        else if ("key" in ancestor && next === ancestor.value) path.push(keyOf(ancestor));
      });
      const map = [...ancestors].reverse().find(isMap);
      const isKey = at === "key";
      const others = isKey ? pairsOf(map).map(keyOf) : [];
      const holder = [...ancestors].reverse().find((one) => "items" in one);
      const inFlow = holder !== undefined && "flow" in holder && holder.flow === true;
      found = { path, others: others.filter((key) => key !== MARK), inFlow, isKey };
      return visit.BREAK;
    },
  });
  return found;
}
