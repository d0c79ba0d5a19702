// Documents of resources out of texts: YAML of several documents, JSON, and lists as `weft get` prints them.
import { type Document, LineCounter, parseAllDocuments } from "yaml";
import { type Position, positionOf } from "./field-line.ts";
import type { Source } from "./source.ts";

/** One resource as somebody wrote it, and how to find its lines again. */
export interface WrittenResource {
  readonly file: string;
  /** From 1, within the file. */
  readonly document: number;
  readonly value: Readonly<Record<string, unknown>>;
  /** Line of a field, from 1. */
  line(field: string): number;
  position(field: string): Position;
}

/** One thing that is wrong, with its place. */
export interface Finding {
  readonly file: string;
  readonly document: number;
  readonly line: number;
  readonly text: string;
}

export interface Parsed {
  readonly resources: readonly WrittenResource[];
  readonly faults: readonly Finding[];
}

/** Every document of a source; empty ones are left out. Never throws: what cannot be read is a fault with its line. */
export function parseSource({ name, text }: Source): Parsed {
  const resources: WrittenResource[] = [];
  const faults: Finding[] = [];
  const lines = new LineCounter();
  // `merge` because Kuma's own examples use `<<`; aliases are bounded against documents that grow without end.
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, uniqueKeys: true, prettyErrors: false });
  if (!Array.isArray(documents)) return { resources, faults };
  documents.forEach((document: Document.Parsed, index) => {
    const place = { file: name, document: index + 1 };
    for (const error of document.errors)
      faults.push({ ...place, line: lines.linePos(error.pos[0]).line, text: `invalid YAML: ${error.message}` });
    if (document.errors.length > 0) return;
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      faults.push({
        ...place,
        line: positionOf(document, lines, [], "").line,
        text: `invalid YAML: ${(error as Error).message}`,
      });
      return;
    }
    if (value === null || value === undefined) return;
    for (const { root, item } of spread(value)) {
      const position = (field: string): Position => positionOf(document, lines, root, field);
      const line = (field: string): number => position(field).line;
      if (isRecord(item)) resources.push({ ...place, value: item, line, position });
      else faults.push({ ...place, line: line(""), text: "is no resource: a mapping with type and name is expected" });
    }
  });
  return { resources, faults };
}

/** A document is a resource, a list of them, or an answer with `items`. */
function spread(value: unknown): { root: readonly (string | number)[]; item: unknown }[] {
  if (Array.isArray(value)) return value.map((item, index) => ({ root: [index], item }));
  if (isRecord(value) && value.type === undefined && Array.isArray(value.items)) {
    return value.items.map((item, index) => ({ root: ["items", index], item }));
  }
  return [{ root: [], item: value }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
