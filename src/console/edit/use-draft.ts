// Keeps what is typed, a moment after it was; forgets it when it is applied or thrown away.
import { useCallback, useEffect, useRef } from "react";
import { type Draft, draftsOf } from "./draft.ts";
import type { Format } from "./tree.ts";

/** Milliseconds. */
const PAUSE = 200;

interface Kept {
  readonly kind: { readonly secret: boolean };
  readonly key: string;
  readonly text: string;
  readonly format: Format;
  readonly etag: string | null;
  readonly isDirty: boolean;
}

export function useDraft({ kind, key, text, format, etag, isDirty }: Kept) {
  const pending = useRef<Draft | null>(null);
  const flush = useCallback((): void => {
    if (pending.current === null) return;
    void draftsOf(kind).put(key, pending.current);
    pending.current = null;
  }, [kind, key]);
  const forget = useCallback(async (): Promise<void> => {
    pending.current = null;
    await draftsOf(kind).remove(key);
  }, [kind, key]);
  useEffect(() => {
    if (!isDirty) return undefined;
    pending.current = { text, format, etag, at: Date.now() };
    const timer = setTimeout(flush, PAUSE);
    return () => clearTimeout(timer);
  }, [text, format, etag, isDirty, flush]);
  const wasDirty = useRef(isDirty);
  useEffect(() => {
    // Typed, and typed back: there is nothing to keep.
    if (wasDirty.current && !isDirty) void forget();
    wasDirty.current = isDirty;
  }, [isDirty, forget]);
  useEffect(() => {
    addEventListener("pagehide", flush);
    return () => {
      removeEventListener("pagehide", flush);
      flush();
    };
  }, [flush]);
  return { forget };
}
