// The last lines of a stream or of a log file.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Keeps the last `most` lines of what is added. */
export function createTail(most: number): { add(text: string): void; text(): string } {
  let kept = "";
  return {
    add(text) {
      const lines = (kept + text).split("\n");
      // One more, because text usually ends in a newline.
      kept = lines
        .slice(-(most + 1))
        .join("\n")
        .slice(-100_000);
    },
    text: () => kept.trimEnd(),
  };
}

/** The last `most` lines of a file; empty when it cannot be read. */
export function tailOfFile(path: string, most: number): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return "";
  }
  try {
    const size = fstatSync(file).size;
    const buffer = Buffer.alloc(Math.min(size, 64 * 1024));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString("utf8").trimEnd().split("\n").slice(-most).join("\n");
  } finally {
    closeSync(file);
  }
}
