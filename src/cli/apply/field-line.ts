// From a violation's field path to the place where it stands.
import { type Document, isNode, type LineCounter } from "yaml";

/** `spec.to[0].tags["a.b"]` → ["spec", "to", 0, "tags", "a.b"]. */
export function stepsOf(field: string): (string | number)[] {
  const steps: (string | number)[] = [];
  for (const match of field.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)) {
    if (match[1] !== undefined) steps.push(Number(match[1]));
    else steps.push(match[2] === undefined ? match[3]! : (JSON.parse(match[2]) as string));
  }
  return steps;
}

/** Where something stands in a text; both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a field stands: its nearest ancestor where the field itself is missing. `root` is the path of the resource. */
export function positionOf(
  document: Document,
  lines: LineCounter,
  root: readonly (string | number)[],
  field: string,
): Position {
  const steps = [...root, ...stepsOf(field)];
  for (let depth = steps.length; depth >= 0; depth--) {
    const start = startOf(document, steps.slice(0, depth));
    if (start === undefined) continue;
    const { line, col } = lines.linePos(start);
    return { line, column: col };
  }
  return { line: 1, column: 1 };
}

/** Offset of a field's key, or of an item of a list; undefined where there is none. */
function startOf(document: Document, path: readonly (string | number)[]): number | undefined {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (path.length > 0 && typeof path.at(-1) === "string") {
    const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pairs = (parent as { items?: readonly { key?: unknown }[] } | undefined)?.items ?? [];
    for (const { key } of pairs) {
      const text = isNode(key) ? (key as { value?: unknown }).value : key;
      if (text === path.at(-1) && isNode(key) && key.range) return key.range[0];
    }
  }
  return isNode(node) && node.range ? node.range[0] : undefined;
}
