// Whatever bytes come in: no throw, no answer to an answer, and what is a question comes back as it was asked.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readQuestion, TYPE, writeAnswer, writeRefusal } from "#dns/message.ts";
import { nameTable } from "#dns/table.ts";
import { queryOf, readAnswer } from "#test/asking.ts";

const table = nameTable([{ name: "web.mesh", ips: ["240.0.0.1", "fd77:6566:7400:f0::f000:1"] }], ["mesh"]);
const label = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);
const name = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join("."));

test("noise is read, and answered where it has an id", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const read = readQuestion(bytes);
      if ("bytes" in read) readAnswer(writeAnswer(read, table.answer(read) ?? { code: 2 }, read.size));
      else if (read.id !== null) expect(writeRefusal(read.id, read.code)).toHaveLength(12);
      if (bytes.length >= 12 && ((bytes[2] ?? 0) & 0x80) !== 0) expect(read).toMatchObject({ id: null });
    }),
    { numRuns: 2_000 },
  );
});

test("a question with bytes changed or cut off never throws", () => {
  const change = fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 5 });
  fc.assert(
    fc.property(name, fc.nat(300), change, fc.nat(60), (asked, type, changes, length) => {
      const bytes = queryOf({ name: asked, type, edns: 1232 });
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      const read = readQuestion(bytes.subarray(0, length));
      if ("bytes" in read) writeAnswer(read, table.answer(read) ?? { code: 0 }, read.size);
    }),
    { numRuns: 2_000 },
  );
});

test("id, case of the name and EDNS come back", () => {
  fc.assert(
    fc.property(name, fc.nat(65_535), fc.option(fc.integer({ min: 0, max: 65_535 })), (asked, id, edns) => {
      const read = readQuestion(queryOf({ name: asked, type: TYPE.A, id, ...(edns !== null && { edns }) }));
      if (!("bytes" in read)) throw new Error("not read");
      expect(read.name).toBe(asked);
      const answer = readAnswer(writeAnswer(read, { code: 3 }));
      expect(answer).toMatchObject({ id, code: 3, question: asked, additional: edns === null ? 0 : 1 });
      expect(read.size).toBeGreaterThanOrEqual(512);
      expect(read.size).toBeLessThanOrEqual(1232);
    }),
  );
});
