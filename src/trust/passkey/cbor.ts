// CBOR as authenticators write it (CTAP2's canonical form): whole numbers, bytes, texts, arrays, maps; no floats, tags or endless items.
import { type Bytes, textOf } from "#trust/bytes.ts";

export type Cbor = number | boolean | null | string | Bytes | readonly Cbor[] | CborMap;
export type CborMap = ReadonlyMap<number | string, Cbor>;

/** CTAP2 §8 allows four levels; what is deeper is no authenticator's. */
const DEEPEST = 4;

/** The item that begins at `at`, and where it ends; null for whatever is not such CBOR. */
export function readCbor(
  bytes: Bytes,
  at: number,
  depth = DEEPEST,
): { readonly value: Cbor; readonly end: number } | null {
  const head = readHead(bytes, at);
  if (head === null) return null;
  const { major, count, end } = head;
  if (major === 0) return { value: count, end };
  if (major === 1) return { value: -1 - count, end };
  if (major === 7) return count >= 20 && count <= 22 ? { value: count === 22 ? null : count === 21, end } : null;
  if (major === 2 || major === 3) {
    if (count > bytes.length - end) return null;
    const content = bytes.slice(end, end + count);
    const value = major === 2 ? content : textOf(content);
    return value === null ? null : { value, end: end + count };
  }
  if (major === 6 || depth === 0) return null;
  return major === 4 ? readArray(bytes, end, count, depth - 1) : readMap(bytes, end, count, depth - 1);
}

function readArray(bytes: Bytes, start: number, count: number, depth: number): ReturnType<typeof readCbor> {
  const value: Cbor[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    const item = readCbor(bytes, at, depth);
    if (item === null) return null;
    value.push(item.value);
    at = item.end;
  }
  return { value, end: at };
}

function readMap(bytes: Bytes, start: number, count: number, depth: number): ReturnType<typeof readCbor> {
  const value = new Map<number | string, Cbor>();
  let at = start;
  for (let index = 0; index < count; index++) {
    const key = readCbor(bytes, at, depth);
    const item = key === null ? null : readCbor(bytes, key.end, depth);
    if (key === null || item === null) return null;
    if ((typeof key.value !== "number" && typeof key.value !== "string") || value.has(key.value)) return null;
    value.set(key.value, item.value);
    at = item.end;
  }
  return { value, end: at };
}

/** The major type, and the number that follows it in one of its sizes. */
function readHead(
  bytes: Bytes,
  at: number,
): { readonly major: number; readonly count: number; readonly end: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  const [major, short] = [first >> 5, first & 0x1f];
  if (short < 24) return { major, count: short, end: at + 1 };
  // 27 is a number of 64 bits, which nothing here has; 31 an item without a length. Simple values of two bytes are none.
  if (short > 26 || major === 7) return null;
  const size = 2 ** (short - 24);
  if (at + 1 + size > bytes.length) return null;
  let count = 0;
  for (let index = 1; index <= size; index++) count = count * 256 + (bytes[at + index] as number);
  return { major, count, end: at + 1 + size };
}
