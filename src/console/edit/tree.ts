// A resource's text as a tree: YAML, and JSON with it. Every node knows where in the text it stands.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type ParsedNode,
  parseDocument,
  stringify,
} from "yaml";

export type Tree = Document.Parsed<ParsedNode>;
export type Format = "yaml" | "json";

/** From, to: offsets in the text. */
export type Span = readonly [from: number, to: number];

/** How often aliases may be filled in: a text that says more is a bomb. */
const MOST_ALIASES = 50;

export function treeOf(text: string): Tree {
  return parseDocument(text, { prettyErrors: false, logLevel: "error", keepSourceTokens: false }) as Tree;
}

/** Its value as JSON has it. RangeError where aliases would fill it beyond measure. */
export function jsonOf(tree: Tree): unknown {
  try {
    return tree.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    throw new RangeError("Its aliases stand for more than anybody writes", { cause });
  }
}

/** A resource as text, its members in the order that they have. */
export function textOf(value: unknown, format: Format): string {
  if (format === "json") return `${JSON.stringify(value, null, 2)}\n`;
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

export function keyOf({ key }: Pick<Pair, "key">): string {
  return isScalar(key) ? String(key.value) : String(key);
}

export function spanOf(node: unknown): Span | null {
  const range = (node as Node | null)?.range;
  return range === null || range === undefined ? null : [range[0], range[1]];
}

/** The members of a map, in the text's order; empty for everything else. */
export function pairsOf(node: unknown): readonly Pair[] {
  return isMap(node) ? (node.items as readonly Pair[]) : [];
}

export function itemsOf(node: unknown): readonly unknown[] {
  return isSeq(node) ? node.items : [];
}

export { isAlias, isMap, isScalar, isSeq };
