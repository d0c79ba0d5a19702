// The editor's worker: takes a work, gives its result.
import { BEGUN } from "./begun.ts";
import { WORKS, type WorkName } from "./work.ts";

interface Order {
  readonly id: number;
  readonly name: WorkName;
  readonly work: unknown;
}

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  const { id, name, work } = data;
  try {
    postMessage({ id, result: WORKS[name](work as never) });
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
});
postMessage({ id: BEGUN });
