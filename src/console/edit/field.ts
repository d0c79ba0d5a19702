// A field's path as violations write it, and where in the text the field stands.
import type { Step } from "./shape.ts";
import { itemsOf, keyOf, pairsOf, type Span, spanOf, type Tree } from "./tree.ts";

const STEP = /([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/** `spec.to[0].tags["a.b"]` as its steps; what cannot be read ends it. */
export function stepsOf(field: string): readonly Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < field.length; ) {
    if (field[at] === ".") at += 1;
    STEP.lastIndex = at;
    const found = STEP.exec(field);
    if (found === null) break;
    const [whole, name, index, quoted] = found;
    steps.push(name ?? (index === undefined ? (JSON.parse(quoted ?? '""') as string) : Number(index)));
    at += whole.length;
  }
  return steps;
}

/** The path that violations write. */
export function fieldOf(path: readonly Step[]): string {
  return path.reduce<string>((field, step) => {
    if (typeof step === "number") return `${field}[${step}]`;
    if (!/^[A-Za-z_]\w*$/.test(step)) return `${field}[${JSON.stringify(step)}]`;
    return field === "" ? step : `${field}.${step}`;
  }, "");
}

/** A change's violations speak of `put[0].resource`; the text is what stands there. */
export function ownField(field: string): string {
  return field.replace(/^put\[0\]\.?(resource\b\.?)?/, "");
}

/** Where the field stands: its value, or the key above where it would stand; the first line's start where nothing does. */
export function spanOfField(tree: Tree, field: string): Span {
  let node: unknown = tree.contents;
  let span: Span = firstKey(node) ?? [0, 0];
  for (const step of stepsOf(field)) {
    if (typeof step === "number") {
      node = itemsOf(node)[step];
      span = spanOf(node) ?? span;
    } else {
      const pair = pairsOf(node).find((one) => keyOf(one) === step);
      if (pair === undefined) return span;
      node = pair.value;
      span = spanOf(pair.key) ?? span;
    }
    if (node === undefined || node === null) return span;
  }
  // A scalar is marked itself; of anything larger, its key.
  const isLarge = pairsOf(node).length > 0 || itemsOf(node).length > 0;
  return isLarge ? span : (visible(spanOf(node)) ?? span);
}

function visible(span: Span | null): Span | null {
  return span !== null && span[1] > span[0] ? span : null;
}

function firstKey(node: unknown): Span | null {
  return spanOf(pairsOf(node)[0]?.key) ?? null;
}
