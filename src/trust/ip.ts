// IP addresses as the bytes that certificates hold.
import type { Bytes } from "./bytes.ts";

/** 4 bytes of an IPv4 or 16 of an IPv6 address (no zone id); null for whatever is neither. */
export function parseIp(text: string): Bytes | null {
  const four = parseFour(text);
  if (four !== null) return Uint8Array.from(four);
  if (!/^[0-9a-fA-F:.]{2,45}$/.test(text) || !text.includes(":")) return null;
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return null;
  const [left, right] = [groupsOf(head), tail === undefined ? [] : groupsOf(tail)];
  if (left === null || right === null) return null;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array<number>(missing).fill(0), ...right];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

function parseFour(text: string): readonly number[] | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.map(Number);
}

/** Groups of 16 bits; the last may be an IPv4 address (RFC 4291 §2.2). */
function groupsOf(text: string): readonly number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const four = parseFour(parts.at(-1) ?? "");
  const hex = four === null ? parts : parts.slice(0, -1);
  if (!hex.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return null;
  const groups = hex.map((part) => Number.parseInt(part, 16));
  if (four === null) return groups;
  const [a = 0, b = 0, c = 0, d = 0] = four;
  return [...groups, a * 256 + b, c * 256 + d];
}
