// The values of settings: read from what a flag or a file says, or told why they are none.
import { networkIn, virtualNetworkIn } from "./network-text.ts";
import { rangesOf } from "./range-text.ts";
import type { SettingKind } from "./setting-rows.ts";
import { userPortsIn } from "./user-ports.ts";

interface Reading {
  /** What a reader should write instead. */
  readonly expected: string;
  /** Null where the value is none. */
  read(value: unknown): unknown;
}

export const READINGS: Readonly<Record<SettingKind, Reading>> = {
  boolean: {
    expected: "true or false",
    read: (value) => (value === true || value === "true" ? true : value === false || value === "false" ? false : null),
  },
  port: {
    expected: "a port from 1 to 65535",
    read: (value) => {
      const [only, ...more] = rangesOf(String(value), 1, 65_535) ?? [];
      return only !== undefined && more.length === 0 && only.from === only.to ? only.from : null;
    },
  },
  ports: {
    expected: "ports from 1 to 65535 and ranges of them: 80,8000-8100",
    read: (value) => rangesOf(listOf(value).join(","), 1, 65_535),
  },
  networks: { expected: "addresses and networks: 10.0.0.0/8,fd00::1", read: (value) => each(split(value), networkIn) },
  users: {
    expected: "PROTOCOL:PORTS:UIDS, PORTS:UIDS or UIDS: tcp:5432,8000-8100:106-108",
    read: (value) => each(listOf(value), userPortsIn)?.flat() ?? null,
  },
  virtual: {
    expected: "INTERFACE:NETWORK: docker0:172.17.0.0/16",
    read: (value) => each(split(value), virtualNetworkIn),
  },
  path: { expected: "a path", read: textOf },
  text: { expected: "a name", read: textOf },
  family: {
    expected: "dualstack or ipv4",
    read: (value) => (/^(dualstack|ipv4)$/i.test(String(value)) ? String(value).toLowerCase() : null),
  },
};

function textOf(value: unknown): string | null {
  return (typeof value === "string" && value !== "") || typeof value === "number" ? String(value) : null;
}

function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function split(value: unknown): readonly string[] {
  return listOf(value)
    .flatMap((text) => text.split(","))
    .map((text) => text.trim())
    .filter((text) => text !== "");
}

function each<T>(texts: readonly string[], read: (text: string) => T | null): readonly T[] | null {
  const made = texts.map(read);
  return made.some((one) => one === null) ? null : (made as T[]);
}
