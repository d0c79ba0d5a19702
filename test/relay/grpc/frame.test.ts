// Frames: messages come out whole however they were cut, and what is none is told.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFrameReader, frameHead } from "#relay/grpc/frame.ts";

const framed = (message: Uint8Array): Buffer => Buffer.concat([frameHead(message.length), message]);

describe("frames", () => {
  test("any messages, cut anywhere", () => {
    const cuts = fc.array(fc.nat(20), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), cuts, (messages, sizes) => {
        const bytes = Buffer.concat(messages.map(framed));
        const reader = createFrameReader(40);
        const got: Buffer[] = [];
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const size = 1 + (sizes[n % sizes.length] ?? 0);
          const read = reader.read(bytes.subarray(at, at + size));
          if ("status" in read) throw new Error(read.reason);
          got.push(...read);
          at += size;
          expect(reader.isWithin).toBe(!isEnd(messages, Math.min(at, bytes.length)));
        }
        expect(got.map((one) => [...one])).toEqual(messages.map((one) => [...one]));
      }),
    );
  });

  test.each([
    ["too long", framed(Buffer.alloc(11)), "RESOURCE_EXHAUSTED", "a message of 11 bytes; at most 10 are taken"],
    ["compressed", Buffer.from([1, 0, 0, 0, 1, 7]), "UNIMPLEMENTED", "the message is compressed"],
  ])("%s: told by its head alone", (_, bytes, status, reason) => {
    const read = createFrameReader(10).read(bytes.subarray(0, 5));
    expect(read).toMatchObject({ status, reason: expect.stringContaining(reason) });
  });
});

/** Whether so many bytes end where a message ends. */
function isEnd(messages: readonly Uint8Array[], bytes: number): boolean {
  let at = 0;
  for (const message of messages) {
    if (at === bytes) return true;
    at += 5 + message.length;
  }
  return at === bytes;
}
