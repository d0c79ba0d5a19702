// What a schema says of the place that somebody points at.
import { fieldOf } from "./field.ts";
import { type Shape, type Step, shapesAt, typesOf, valuesOf } from "./shape.ts";
import { itemsOf, keyOf, pairsOf, type Span, spanOf, treeOf } from "./tree.ts";

export interface Hover {
  readonly span: Span;
  readonly field: string;
  /** Its last name: what a text about it is known by. */
  readonly name: string;
  readonly types: readonly string[];
  readonly values: readonly string[];
  readonly isRequired: boolean;
  /** JSON; empty = none. */
  readonly fallback: string;
  readonly least: number | null;
  readonly most: number | null;
  readonly description: string;
}

/** Null where nothing is known of it. */
export function hoverAt(text: string, shape: Shape, offset: number): Hover | null {
  const found = pathAt(treeOf(text).contents, offset, []);
  if (found === null) return null;
  const { path, span } = found;
  const shapes = shapesAt(shape, path);
  const [first] = shapes;
  if (first === undefined) return null;
  const last = path.at(-1);
  const parents = typeof last === "string" ? shapesAt(shape, path.slice(0, -1)) : [];
  const name = [...path].reverse().find((step) => typeof step === "string") ?? "";
  return {
    span,
    field: fieldOf(path),
    name: String(name),
    types: [...new Set(shapes.flatMap(typesOf))],
    values: [...new Set(shapes.filter((one) => one.type !== "boolean").flatMap(valuesOf))].map(String),
    isRequired: parents.some(({ required = [] }) => required.includes(String(last))),
    fallback: first.default === undefined ? "" : JSON.stringify(first.default),
    least: safe(first.minimum),
    most: safe(first.maximum),
    description: shapes.map(({ description = "" }) => description).find((one) => one !== "") ?? "",
  };
}

/** The bounds of a whole number as such are no news. */
function safe(bound: number | undefined): number | null {
  return bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? null : bound;
}

function pathAt(
  node: unknown,
  offset: number,
  path: readonly Step[],
): { readonly path: readonly Step[]; readonly span: Span } | null {
  const holds = (one: unknown): Span | null => {
    const span = spanOf(one);
    return span !== null && span[0] <= offset && offset <= span[1] ? span : null;
  };
  for (const pair of pairsOf(node)) {
    const here = [...path, keyOf(pair)];
    const key = holds(pair.key);
    if (key !== null) return { path: here, span: key };
    if (holds(pair.value) !== null) return pathAt(pair.value, offset, here) ?? null;
  }
  for (const [index, item] of itemsOf(node).entries()) {
    if (holds(item) !== null) return pathAt(item, offset, [...path, index]);
  }
  const span = holds(node);
  return span === null || pairsOf(node).length > 0 || itemsOf(node).length > 0 || path.length === 0
    ? null
    : { path, span };
}
