// DNS messages, as far as a server of a few names needs them (RFC 1035, RFC 6891): a question read, an answer written.

export const TYPE = { A: 1, SOA: 6, PTR: 12, AAAA: 28, OPT: 41, ANY: 255 } as const;
export const RCODE = { OK: 0, FORMAT: 1, FAILED: 2, NO_NAME: 3, NOT_IMPLEMENTED: 4, REFUSED: 5 } as const;

const HEADER = 12;
/** What a UDP client takes that says nothing of it; and the most that is sent to any. */
const UDP_SIZE = 512;
const MOST_UDP = 1232;

export interface Question {
  readonly id: number;
  /** As it was asked, without its final dot; its case is the asker's. */
  readonly name: string;
  readonly type: number;
  readonly isInternet: boolean;
  readonly wantsRecursion: boolean;
  /** The bytes of the question itself, which an answer repeats. */
  readonly bytes: Uint8Array;
  /** What an answer over UDP may have. */
  readonly size: number;
  /** The asker speaks EDNS, and which version. */
  readonly edns: number | null;
}

/** A message that is no question: an answer with this code where there is one to give; null = to be dropped. */
export interface Unasked {
  readonly id: number | null;
  readonly code: number;
}

/** Reads a query with one question. Never throws; anything else is `Unasked`. */
export function readQuestion(message: Uint8Array): Question | Unasked {
  if (message.length < HEADER) return { id: null, code: RCODE.FORMAT };
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const id = view.getUint16(0);
  const flags = view.getUint16(2);
  // An answer that was sent to a server is answered by nobody: two servers would answer each other for ever.
  if ((flags & 0x8000) !== 0) return { id: null, code: RCODE.FORMAT };
  if (((flags >> 11) & 15) !== 0) return { id, code: RCODE.NOT_IMPLEMENTED };
  const [questions, answers, authorities, additional] = [4, 6, 8, 10].map((at) => view.getUint16(at));
  if (questions !== 1 || answers !== 0 || authorities !== 0) return { id, code: RCODE.FORMAT };
  const named = readName(message, HEADER);
  if (named === null || named.end + 4 > message.length) return { id, code: RCODE.FORMAT };
  const type = view.getUint16(named.end);
  const kind = view.getUint16(named.end + 2);
  const end = named.end + 4;
  const edns = readEdns(message, end, additional ?? 0);
  if (edns === undefined) return { id, code: RCODE.FORMAT };
  return {
    id,
    name: named.name,
    type,
    isInternet: kind === 1 || kind === 255,
    wantsRecursion: (flags & 0x0100) !== 0,
    bytes: message.slice(HEADER, end),
    size: edns === null ? UDP_SIZE : Math.min(Math.max(edns.size, UDP_SIZE), MOST_UDP),
    edns: edns === null ? null : edns.version,
  };
}

/** A name without pointers: a question is the first in its message, so there is nothing to point to. */
function readName(message: Uint8Array, start: number): { readonly name: string; readonly end: number } | null {
  const labels: string[] = [];
  let at = start;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63 || at - start > 255) return null;
    if (length === 0) return { name: labels.join("."), end: at + 1 };
    const label = message.subarray(at + 1, at + 1 + length);
    if (label.length < length) return null;
    // A dot inside a label would make another name of it.
    labels.push(String.fromCharCode(...label).replaceAll(".", "\\."));
    at += 1 + length;
  }
}

/** The OPT record among the additional ones; null without one, undefined where they cannot be read. */
function readEdns(
  message: Uint8Array,
  start: number,
  count: number,
): { readonly size: number; readonly version: number } | null | undefined {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let found: { size: number; version: number } | null = null;
  let at = start;
  for (let left = count; left > 0; left--) {
    const named = readName(message, at);
    if (named === null || named.end + 10 > message.length) return undefined;
    const type = view.getUint16(named.end);
    const length = view.getUint16(named.end + 8);
    if (type === TYPE.OPT) {
      // RFC 6891 §6.1.1: there is one at most, and the root's.
      if (found !== null || named.name !== "") return undefined;
      found = { size: view.getUint16(named.end + 2), version: message[named.end + 5] ?? 0 };
    }
    at = named.end + 10 + length;
    if (at > message.length) return undefined;
  }
  return found;
}

export interface DnsRecord {
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly data: Uint8Array;
}

export interface Answer {
  readonly code: number;
  readonly records?: readonly DnsRecord[];
  /** Stands where there is no record of the type, or no such name: how long that may be remembered. */
  readonly authority?: { readonly zone: string; readonly record: DnsRecord };
  /** We are the ones who know. */
  readonly isOurs?: boolean;
}

/** The answer's bytes; over UDP (`most`) one that is too long says that it is cut, and is asked for again over TCP. */
export function writeAnswer(question: Question, answer: Answer, most = 65_535): Uint8Array {
  const whole = bytesOf(question, answer, false);
  return whole.length <= most ? whole : bytesOf(question, { code: answer.code }, true);
}

function bytesOf(
  question: Question,
  { code, records = [], authority, isOurs = false }: Answer,
  cut: boolean,
): Uint8Array {
  const out: number[] = [];
  const word = (value: number): void => void out.push((value >> 8) & 255, value & 255);
  const long = (value: number): void => {
    word(value >>> 16);
    word(value & 0xffff);
  };
  const bad = question.edns !== null && question.edns !== 0;
  word(question.id);
  word(
    0x8080 |
      (isOurs ? 0x0400 : 0) |
      (cut ? 0x0200 : 0) |
      (question.wantsRecursion ? 0x0100 : 0) |
      (bad ? 0 : code & 15),
  );
  word(1);
  word(bad ? 0 : records.length);
  word(bad || authority === undefined ? 0 : 1);
  word(question.edns === null ? 0 : 1);
  out.push(...question.bytes);
  const put = ({ type, ttl, data }: DnsRecord): void => {
    word(type);
    word(1);
    long(ttl);
    word(data.length);
    out.push(...data);
  };
  if (!bad) {
    for (const record of records) {
      // The question's name, which stands right after the header.
      word(0xc000 | HEADER);
      put(record);
    }
    if (authority !== undefined) {
      out.push(...nameBytes(authority.zone));
      put(authority.record);
    }
  }
  if (question.edns !== null) {
    out.push(0);
    word(TYPE.OPT);
    word(MOST_UDP);
    // BADVERS is 16: its upper bits stand here.
    out.push(bad ? 1 : 0, 0, 0, 0);
    word(0);
  }
  return Uint8Array.from(out);
}

/** An answer to what was no question: the header alone. */
export function writeRefusal(id: number, code: number): Uint8Array {
  return Uint8Array.from([id >> 8, id & 255, 0x80, 0x80 | (code & 15), 0, 0, 0, 0, 0, 0, 0, 0]);
}

/** `web.mesh` as labels. */
export function nameBytes(name: string): readonly number[] {
  const labels = name === "" ? [] : name.split(".");
  return [...labels.flatMap((label) => [label.length, ...[...label].map((one) => one.charCodeAt(0))]), 0];
}
