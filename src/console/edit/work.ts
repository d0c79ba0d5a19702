// What the editor asks of a text, answered at once. It runs beside the page: a text may be as wrong and as long as it likes.
import { type Problem, schemaProblems, syntaxProblems } from "./check.ts";
import { type Completion, completionAt } from "./complete.ts";
import { spanOfField } from "./field.ts";
import { type Hover, hoverAt } from "./hover.ts";
import type { Shape } from "./shape.ts";
import { type Format, jsonOf, type Span, textOf, treeOf } from "./tree.ts";

export interface Reading {
  readonly problems: readonly Problem[];
  /** JSON of what it says; null where it is no YAML. */
  readonly json: string | null;
}

interface Asked {
  readonly read: { readonly text: string; readonly shape: Shape };
  readonly complete: { readonly text: string; readonly shape: Shape; readonly offset: number };
  readonly hover: { readonly text: string; readonly shape: Shape; readonly offset: number };
  readonly spans: { readonly text: string; readonly fields: readonly string[] };
  readonly write: { readonly json: string; readonly format: Format };
}

interface Answered {
  readonly read: Reading;
  readonly complete: Completion | null;
  readonly hover: Hover | null;
  readonly spans: readonly Span[];
  readonly write: string;
}

export type WorkName = keyof Asked;
export type Work<N extends WorkName> = Asked[N];
export type Result<N extends WorkName> = Answered[N];

/** Each work by its name. */
export const WORKS: { readonly [N in WorkName]: (work: Asked[N]) => Answered[N] } = {
  read: ({ text, shape }) => read(text, shape),
  complete: ({ text, shape, offset }) => completionAt(text, shape, offset),
  hover: ({ text, shape, offset }) => hoverAt(text, shape, offset),
  spans({ text, fields }) {
    const tree = treeOf(text);
    return fields.map((field) => spanOfField(tree, field));
  },
  write: ({ json, format }) => textOf(JSON.parse(json), format),
};

function read(text: string, shape: Shape): Reading {
  const tree = treeOf(text);
  const broken = syntaxProblems(tree);
  if (broken.length > 0) return { problems: broken, json: null };
  try {
    const json = JSON.stringify(jsonOf(tree)) ?? "null";
    return { problems: schemaProblems(tree, shape), json };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return { problems: [{ code: "aliases", span: [0, 1], field: "", values: {} }], json: null };
  }
}
