// What is wrong with a text: as YAML, and by the schema of its kind. Each problem knows its place.
import { nearestWord } from "#model/nearest.ts";
import { fieldOf } from "./field.ts";
import { alternatives, memberOf, type Shape, type Step, typesOf } from "./shape.ts";
import { isAlias, isMap, isScalar, isSeq, keyOf, pairsOf, type Span, spanOf, type Tree } from "./tree.ts";

/** Each has a text of its name. */
export type ProblemCode =
  | "syntax"
  | "unknown"
  | "near"
  | "missing"
  | "type"
  | "empty"
  | "value"
  | "number"
  | "length"
  | "aliases";

export interface Problem {
  readonly code: ProblemCode;
  readonly span: Span;
  readonly field: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Nobody reads a thousand of them. */
const MOST = 100;

export function syntaxProblems(tree: Tree): readonly Problem[] {
  return tree.errors.slice(0, MOST).map(({ message, pos: [from, to] }) => ({
    code: "syntax",
    span: [from, Math.max(to, from + 1)],
    field: "",
    values: { reason: message },
  }));
}

/** By the schema; a document that is no YAML has none. */
export function schemaProblems(tree: Tree, shape: Shape): readonly Problem[] {
  return wrongIn(tree.contents, shape, [], [0, 1]).slice(0, MOST);
}

function wrongIn(node: unknown, shape: Shape, path: readonly Step[], above: Span): readonly Problem[] {
  // What an alias stands for is judged where it is written.
  if (isAlias(node)) return [];
  const options = alternatives(shape);
  const results = options.map((one) => wrongByOne(node, one, path, above));
  const [best = []] = [...results].sort(
    (one, other) => depthOf(other, path) - depthOf(one, path) || one.length - other.length,
  );
  return results.some(({ length }) => length === 0) ? [] : best;
}

/** An alternative whose type is right tells more than one whose type is wrong. */
function depthOf(problems: readonly Problem[], path: readonly Step[]): number {
  return problems.some(({ code, field }) => (code === "type" || code === "empty") && field === fieldOf(path)) ? 0 : 1;
}

function wrongByOne(node: unknown, shape: Shape, path: readonly Step[], above: Span): readonly Problem[] {
  const span = seen(spanOf(node)) ?? above;
  const problem = (code: ProblemCode, values: Problem["values"], at = span): Problem => ({
    code,
    span: at,
    field: fieldOf(path),
    values,
  });
  const types = typesOf(shape);
  const type = typeOf(node);
  if (types.length > 0 && !types.some((one) => one === type || (one === "number" && type === "integer"))) {
    const code = type === "null" ? "empty" : "type";
    return [problem(code, { wanted: types.join(", "), found: type }, large(node) ? above : span)];
  }
  if (isMap(node)) return wrongInMap(node, shape, path, above);
  if (isSeq(node)) {
    const { items = {}, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = shape;
    const { length } = node.items;
    const isOff = length < minItems || length > maxItems;
    return [
      ...(isOff ? [problem("length", boundsOf(minItems, maxItems), above)] : []),
      ...node.items.flatMap((item, index) => wrongIn(item, items, [...path, index], spanOf(item) ?? above)),
    ];
  }
  return isScalar(node) ? wrongInScalar(node.value, shape, problem) : [];
}

function wrongInScalar(
  value: unknown,
  shape: Shape,
  problem: (code: ProblemCode, values: Problem["values"]) => Problem,
): readonly Problem[] {
  const known = shape.const === undefined ? shape.enum : [shape.const];
  if (known !== undefined && !known.includes(value)) {
    return [problem("value", { known: known.map(String).join(", ") })];
  }
  if (typeof value === "number") {
    const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = shape;
    return value < minimum || value > maximum ? [problem("number", boundsOf(minimum, maximum))] : [];
  }
  if (typeof value === "string") {
    const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = shape;
    return value.length < minLength || value.length > maxLength
      ? [problem("length", boundsOf(minLength, maxLength))]
      : [];
  }
  return [];
}

function wrongInMap(node: unknown, shape: Shape, path: readonly Step[], above: Span): readonly Problem[] {
  const { properties = {}, required = [], additionalProperties } = shape;
  const pairs = pairsOf(node);
  const known = Object.keys(properties);
  const present = new Set(pairs.map(keyOf));
  const missing = required
    .filter((key) => !present.has(key))
    .map((key): Problem => ({ code: "missing", span: above, field: fieldOf(path), values: { key } }));
  const within = pairs.flatMap((pair) => {
    const key = keyOf(pair);
    const here = [...path, key];
    const span = spanOf(pair.key) ?? above;
    const member = memberOf(shape, key);
    if (member !== undefined) return wrongIn(pair.value, member, here, span);
    if (additionalProperties !== false && known.length === 0) return [];
    if (additionalProperties === true) return [];
    const near = nearestWord(key, known);
    const values = near === undefined ? { key, known: known.join(", ") } : { key, near };
    return [{ code: near === undefined ? "unknown" : "near", span, field: fieldOf(here), values } as const];
  });
  return [...missing, ...within];
}

function boundsOf(least: number, most: number): Problem["values"] {
  const text = (bound: number): string => (Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? "" : String(bound));
  return { least: text(least), most: text(most) };
}

function typeOf(node: unknown): string {
  if (isMap(node)) return "object";
  if (isSeq(node)) return "array";
  const value = isScalar(node) ? node.value : null;
  if (value === null || value === undefined) return "null";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function large(node: unknown): boolean {
  return isMap(node) || isSeq(node);
}

function seen(span: Span | null): Span | null {
  return span !== null && span[1] > span[0] ? span : null;
}
