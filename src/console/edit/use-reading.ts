// What the text says, a moment after the last key: its problems and its value.
import { useEffect, useState } from "react";
import { type Reader, TooLong } from "./reader.ts";
import type { Shape } from "./shape.ts";
import type { Reading } from "./work.ts";

/** Milliseconds after the last key. */
const PAUSE = 150;
/** Above it a text is no resource's: the API takes none that is longer. Characters. */
const MOST = 1_048_576;

export interface TextReading extends Reading {
  /** What was read. */
  readonly text: string;
  readonly isTooLong: boolean;
}

/** Null before the first; the last one while the next is made. */
export function useReading(reader: Reader, shape: Shape, text: string): TextReading | null {
  const [reading, setReading] = useState<TextReading | null>(null);
  useEffect(() => {
    let isLast = true;
    const timer = setTimeout(async () => {
      const read = text.length > MOST ? UNREAD : await readBy(reader, text, shape);
      if (isLast) setReading({ ...read, text });
    }, PAUSE);
    return () => {
      isLast = false;
      clearTimeout(timer);
    };
  }, [reader, shape, text]);
  return reading;
}

const UNREAD = { problems: [], json: null, isTooLong: true } as const;

async function readBy(reader: Reader, text: string, shape: Shape): Promise<Omit<TextReading, "text">> {
  try {
    return { ...(await reader.ask("read", { text, shape })), isTooLong: false };
  } catch (error) {
    return { ...UNREAD, isTooLong: error instanceof TooLong };
  }
}
