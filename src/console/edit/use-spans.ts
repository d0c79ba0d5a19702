// Fields that something is said of, with where they stand in the text.
import { useEffect, useState } from "react";
import type { Reader } from "./reader.ts";
import type { Span } from "./tree.ts";

interface Told {
  readonly field: string;
  readonly reason: string;
}

export function useSpans(
  reader: Reader,
  text: string,
  told: readonly Told[],
): readonly (Told & { readonly span: Span })[] {
  const [placed, setPlaced] = useState<readonly (Told & { readonly span: Span })[]>([]);
  // What is told is made anew at each look, and is mostly the same.
  const key = JSON.stringify(told);
  useEffect(() => {
    const said = JSON.parse(key) as readonly Told[];
    if (said.length === 0) {
      setPlaced((before) => (before.length === 0 ? before : []));
      return undefined;
    }
    let isLast = true;
    reader.ask("spans", { text, fields: said.map(({ field }) => field) }).then(
      (spans) => isLast && setPlaced(said.map((one, index) => ({ ...one, span: spans[index] ?? [0, 0] }))),
      () => isLast && setPlaced(said.map((one) => ({ ...one, span: [0, 0] }))),
    );
    return () => {
      isLast = false;
    };
  }, [reader, text, key]);
  return placed;
}
