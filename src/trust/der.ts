// Strict DER (X.690): what certificates and requests are made of, written and read.
import { type Bytes, utf8 } from "./bytes.ts";

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `[number]` of a constructed (default) or primitive context tag. */
export function context(number: number, constructed = true): number {
  return 0x80 | (constructed ? 0x20 : 0) | number;
}

/** Tag, length, content. */
export function tlv(tag: number, ...content: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of content) length += part.length;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : length < 0x10000
          ? [tag, 0x82, length >> 8, length & 0xff]
          : [tag, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
  const whole = new Uint8Array(head.length + length);
  whole.set(head);
  let offset = head.length;
  for (const part of content) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export function sequence(...content: readonly Uint8Array[]): Bytes {
  return tlv(TAG.sequence, ...content);
}

/** A non-negative INTEGER from big-endian bytes, in its shortest form. */
export function integer(magnitude: Uint8Array): Bytes {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const bytes = magnitude.subarray(start);
  if (bytes.length === 0) return tlv(TAG.integer, Uint8Array.of(0));
  return (bytes[0] as number) >= 0x80 ? tlv(TAG.integer, Uint8Array.of(0), bytes) : tlv(TAG.integer, bytes);
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift(0x80 | (left & 0x7f));
    bytes.push(...groups);
  }
  return tlv(TAG.oid, Uint8Array.from(bytes));
}

/** A BIT STRING of whole bytes. */
export function bitString(bytes: Uint8Array): Bytes {
  return tlv(TAG.bitString, Uint8Array.of(0), bytes);
}

/** A named bit list: trailing zero bits are left out (X.690 §11.2.2). `bits` are the numbers of those that are set. */
export function namedBits(...bits: readonly number[]): Bytes {
  if (bits.length === 0) return tlv(TAG.bitString, Uint8Array.of(0));
  const last = Math.max(...bits);
  const bytes = new Uint8Array(1 + Math.floor(last / 8) + 1);
  bytes[0] = 7 - (last % 8);
  for (const bit of bits) {
    const at = 1 + Math.floor(bit / 8);
    bytes[at] = (bytes[at] as number) | (0x80 >> (bit % 8));
  }
  return tlv(TAG.bitString, bytes);
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5); milliseconds are cut. */
export function time(milliseconds: number): Bytes {
  const [date = "", clock = ""] = new Date(milliseconds).toISOString().split("T");
  const text = `${date.replaceAll("-", "")}${clock.slice(0, 8).replaceAll(":", "")}Z`;
  return Number(date.slice(0, 4)) < 2050 ? tlv(TAG.utcTime, utf8(text.slice(2))) : tlv(TAG.generalizedTime, utf8(text));
}

/** Bytes that are not the DER that was expected. Caught where a parser ends; never seen outside. */
export class DerError extends Error {
  override readonly name = "DerError";
}

/** Reads one level of DER from front to back. Every method throws a DerError for whatever is not strict DER. */
export class DerReader {
  readonly #bytes: Bytes;
  #at = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  /** Content of the next element, which must have this tag. */
  read(tag: number): Bytes {
    return this.#take(tag).content;
  }

  /** The next element whole: tag, length and content. */
  readWhole(tag: number): Bytes {
    return this.#take(tag).whole;
  }

  /** A reader of the content of the next element. */
  enter(tag: number): DerReader {
    return new DerReader(this.read(tag));
  }

  /** Whether another element with this tag follows. */
  has(tag: number): boolean {
    return this.#bytes[this.#at] === tag;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Tag of the next element. */
  get tag(): number {
    const tag = this.#bytes[this.#at];
    if (tag === undefined) throw new DerError("ends too early");
    return tag;
  }

  end(): void {
    if (!this.done) throw new DerError("holds more than expected");
  }

  #take(tag: number): { content: Bytes; whole: Bytes } {
    if (this.tag !== tag) throw new DerError("holds another element than expected");
    const start = this.#at;
    const { length, head } = this.#length(start + 1);
    const end = start + 1 + head + length;
    if (end > this.#bytes.length) throw new DerError("ends too early");
    this.#at = end;
    return { content: this.#bytes.subarray(start + 1 + head, end), whole: this.#bytes.subarray(start, end) };
  }

  #length(at: number): { length: number; head: number } {
    const first = this.#bytes[at];
    if (first === undefined) throw new DerError("ends too early");
    if (first < 0x80) return { length: first, head: 1 };
    const count = first & 0x7f;
    if (count < 1 || count > 3) throw new DerError("has a length that is not DER");
    let length = 0;
    for (let index = 1; index <= count; index++) {
      const byte = this.#bytes[at + index];
      if (byte === undefined) throw new DerError("ends too early");
      length = length * 256 + byte;
    }
    if (length < 0x80 || length < 256 ** (count - 1)) throw new DerError("has a length that is not DER");
    return { length, head: 1 + count };
  }
}

/** Magnitude of a positive INTEGER's content; a DerError for negative and padded ones. */
export function positive(content: Bytes): Bytes {
  const [first, second] = content;
  if (first === undefined || first >= 0x80) throw new DerError("holds a negative number");
  if (first === 0 && content.length > 1) {
    if ((second as number) < 0x80) throw new DerError("holds a padded number");
    return content.subarray(1);
  }
  return content;
}

/** Whole bytes of a BIT STRING's content. */
export function wholeBits(content: Bytes): Bytes {
  if (content[0] !== 0) throw new DerError("holds a bit string of broken bytes");
  return content.subarray(1);
}

/** Milliseconds of the next element, a UTCTime or GeneralizedTime in seconds and UTC. */
export function readTime(reader: DerReader): number {
  const utc = reader.has(TAG.utcTime);
  const text = String.fromCharCode(...reader.read(utc ? TAG.utcTime : TAG.generalizedTime));
  const full = utc ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}` : text;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full) ?? [];
  const moment = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(moment)) throw new DerError("holds a time that is none");
  return moment;
}

/** Text of an IA5String's content; a DerError beyond ASCII. */
export function ascii(content: Bytes): string {
  if (content.some((byte) => byte >= 0x80)) throw new DerError("holds text that is not ASCII");
  return String.fromCharCode(...content);
}

/** Bytes of an IA5String; a TypeError beyond ASCII. */
export function ia5(text: string): Bytes {
  const bytes = utf8(text);
  if (bytes.length !== text.length) throw new TypeError("names in certificates are ASCII");
  return bytes;
}
