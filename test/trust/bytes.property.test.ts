// Text forms of bytes against Node's own, strict DER lengths, and IP addresses.
import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as bytes from "#trust/bytes.ts";
import { DerError, DerReader, integer, namedBits, oid, positive, readTime, TAG, time, tlv } from "#trust/der.ts";
import { parseIp } from "#trust/ip.ts";

const any = fc.uint8Array({ maxLength: 100 });

describe("text forms", () => {
  test("agree with Node's and come back", () => {
    fc.assert(
      fc.property(any, (some) => {
        const node = Buffer.from(some);
        expect(bytes.toBase64(some)).toBe(node.toString("base64"));
        expect(bytes.toBase64Url(some)).toBe(node.toString("base64url"));
        expect(bytes.toHex(some)).toBe(node.toString("hex"));
        expect(bytes.fromBase64(bytes.toBase64(some))).toEqual(some);
        expect(bytes.fromBase64Url(bytes.toBase64Url(some))).toEqual(some);
        expect(bytes.fromPem(`x\n${bytes.toPem("A KEY", some)}y`)).toEqual([{ label: "A KEY", der: some }]);
        expect(bytes.toBase32(some)).toMatch(new RegExp(`^[a-z2-7]{${Math.ceil((some.length * 8) / 5)}}$`));
        expect(bytes.sameSecret(some, some.slice())).toBe(true);
      }),
    );
  });

  test("refuse what is not canonical, and never throw", () => {
    for (const text of ["A", "AB", "AB==\n", "A===", "AB=C", "_-==", "AA=="]) {
      const known = text === "AA==";
      expect(bytes.fromBase64(text) !== null).toBe(known);
    }
    for (const text of ["A", "AB", "AA=", "A+", "é"]) expect(bytes.fromBase64Url(text)).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        bytes.fromPem(text);
        const read = bytes.fromBase64Url(text);
        return read === null || bytes.toBase64Url(read) === text;
      }),
    );
  });

  test("base64url is canonical where Node would write the same text", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const canonical = (text: string): boolean => Buffer.from(text, "base64url").toString("base64url") === text;
    for (const last of `${alphabet}+/=.`) {
      for (const text of [last, `a${last}`, `ab${last}`, `abc${last}`, `abcd${last}`, `abcdA${last}`]) {
        expect(bytes.isBase64Url(text), text).toBe(canonical(text));
        expect(bytes.fromBase64Url(text) !== null, text).toBe(canonical(text));
      }
    }
    const texts = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 40 });
    fc.assert(fc.property(texts, (text) => bytes.isBase64Url(text) === canonical(text)));
    expect(bytes.isBase64Url("abcd\n")).toBe(false);
  });

  test("base32 tells different bytes apart", () => {
    const long = fc.uint8Array({ minLength: 10, maxLength: 10 });
    fc.assert(fc.property(long, long, (a, b) => (bytes.toBase32(a) === bytes.toBase32(b)) === bytes.sameBytes(a, b)));
  });
});

describe("DER", () => {
  test("comes back through the reader, for contents of every length of length", () => {
    for (const size of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const content = new Uint8Array(size).fill(7);
      const reader = new DerReader(tlv(TAG.octetString, content));
      expect(reader.read(TAG.octetString)).toEqual(content);
      expect(reader.done).toBe(true);
    }
  });

  test("refuses lengths that BER allows and DER does not", () => {
    const refused = [
      [4, 0x81, 1, 9],
      [4, 0x82, 0, 1, 9],
      [4, 0x80, 0, 0],
      [4, 0x84, 0, 0, 0, 1, 9],
      [4, 2, 9],
      [4],
      [],
    ];
    for (const bad of refused) expect(() => new DerReader(Uint8Array.from(bad)).read(4)).toThrow(DerError);
  });

  test("writes positive numbers in their shortest form, and reads only those", () => {
    fc.assert(
      fc.property(any, (some) => {
        const content = new DerReader(integer(some)).read(TAG.integer);
        const value = some.length === 0 ? 0n : BigInt(`0x${bytes.toHex(some)}`);
        expect(BigInt(`0x${bytes.toHex(positive(content))}`)).toBe(value);
      }),
    );
    for (const bad of [[], [0x80], [0, 0x7f]]) expect(() => positive(Uint8Array.from(bad))).toThrow(DerError);
  });

  test("writes object identifiers, bits and times as the standards print them", () => {
    expect(bytes.toHex(oid("1.2.840.113549.1.1.11"))).toBe("06092a864886f70d01010b");
    expect(bytes.toHex(oid("2.5.29.17"))).toBe("0603551d11");
    expect(bytes.toHex(namedBits(0, 4))).toBe("03020388");
    expect(bytes.toHex(namedBits())).toBe("030100");
    const bits = fc.uniqueArray(fc.nat(20));
    fc.assert(
      fc.property(bits, fc.nat(20), (set, bit) => {
        const content = new DerReader(namedBits(...set)).read(TAG.bitString);
        const isSet = ((content[1 + Math.floor(bit / 8)] ?? 0) & (0x80 >> (bit % 8))) !== 0;
        return isSet === set.includes(bit);
      }),
    );
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1950-01-01"), max: new Date("2199-01-01"), noInvalidDate: true }),
        (date) => {
          const seconds = Math.floor(date.getTime() / 1000) * 1000;
          expect(readTime(new DerReader(time(seconds)))).toBe(seconds);
        },
      ),
    );
    expect(String.fromCharCode(...time(Date.UTC(2049, 11, 31, 23, 59, 59)).slice(2))).toBe("491231235959Z");
    expect(String.fromCharCode(...time(Date.UTC(2050, 0, 1)).slice(2))).toBe("20500101000000Z");
  });
});

describe("IP addresses", () => {
  test("are told from names as Node does", () => {
    const v6 = fc.ipV6();
    const near = fc.stringMatching(/^[0-9a-f:.]{1,20}$/);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), v6, near, fc.domain()), (text) => {
        const size = parseIp(text)?.length ?? 0;
        expect([text, size]).toEqual([text, [0, 0, 0, 0, 4, 0, 16][isIP(text)] ?? 0]);
      }),
      { numRuns: 2000 },
    );
  });

  test("have the bytes that they print", () => {
    expect(bytes.toHex(parseIp("10.0.0.255") ?? new Uint8Array())).toBe("0a0000ff");
    expect(bytes.toHex(parseIp("::1") ?? new Uint8Array())).toBe("00000000000000000000000000000001");
    expect(bytes.toHex(parseIp("2001:db8::ffff:1.2.3.4") ?? new Uint8Array())).toBe(
      "20010db800000000" + "0000ffff01020304",
    );
  });
});
