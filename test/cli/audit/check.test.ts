// A log that is not whole is found, and the entry named: whatever was done to it, byte by byte and line by line.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { checkLog } from "#cli/audit/check.ts";
import { sealOpener } from "#cli/audit/seal.ts";
import { auditText } from "#model/audit/entry.ts";
import type { Verdict } from "#model/audit/verify.ts";
import { canonical } from "#model/canonical.ts";
import { digest } from "#test/digest.ts";
import { aSigner, chainOf, linesOf, ORGANISATION, type Signer } from "./log.ts";

const SUBJECTS = [
  "Mesh default",
  'a "quoted" \\ line\n',
  "öst-Zone 漢字 \u{1f512}",
  "\ufffd odd",
  "MeshTimeout default/slow",
  "last",
];

let signer: Signer;
let lines: readonly string[];
beforeAll(async () => {
  signer = await aSigner();
  lines = await linesOf(chainOf(SUBJECTS), signer, { checkpoints: [2, 6] });
});

async function* inParts(bytes: Uint8Array, size = 100): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function check(text: string | Uint8Array, by: readonly Signer[] = [signer], size?: number): Promise<Verdict> {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  return checkLog(inParts(bytes, size), sealOpener(by.map(({ publicJwk }) => publicJwk)));
}

const textOf = (some: readonly string[]): string => some.map((line) => `${line}\n`).join("");

/** The entry that each line is about; null = the export's own first line. */
const ENTRY_OF_LINE = [null, 1, 2, 2, 3, 4, 5, 6, 6];

const isSeal = (line: number): boolean => line > 0 && ENTRY_OF_LINE[line] === ENTRY_OF_LINE[line - 1];

test("a whole log is whole, however its bytes come", async () => {
  const whole = { whole: true, organisation: ORGANISATION, from: 1, to: 6, checkpoints: 2, anchor: null };
  for (const size of [1, 7, 1_000_000]) expect(await check(textOf(lines), [signer], size)).toMatchObject(whole);
  expect(await check(lines.join("\n"))).toMatchObject(whole);
  const empty = await linesOf([], signer);
  expect(await check(textOf(empty))).toMatchObject({ whole: true, from: 1, to: 0 });
});

test("a log whose beginning was dropped verifies by its anchor", async () => {
  const later = await linesOf(chainOf(SUBJECTS), signer, { from: 4 });
  expect(await check(textOf(later))).toMatchObject({ whole: true, from: 4, to: 6, anchor: 3 });
  expect(await check(textOf(later.filter((_, index) => index !== 1)))).toMatchObject({ whole: true, anchor: null });
});

test("any one byte that is changed is found, and the entry named", async () => {
  const bytes = Buffer.from(textOf(lines));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] as number) ^ by;
      const line = bytes.subarray(0, at).filter((byte) => byte === 10).length;
      const verdict = await check(changed);
      expect(verdict.whole).toBe(false);
      if (verdict.whole) return;
      const named = ENTRY_OF_LINE[line] as number | null;
      // A checkpoint's line that is JSON no more might have been the next entry.
      expect(isSeal(line) ? [named, Number(named) + 1] : [named]).toContain(verdict.entry);
      expect(verdict.line).toBe(line + 1);
    }),
    { numRuns: 2000 },
  );
});

describe("lines", () => {
  const without = (index: number): readonly string[] => lines.filter((_, at) => at !== index);
  const swapped = (one: number, other: number): readonly string[] =>
    lines.map((line, at) => (at === one ? lines[other] : at === other ? lines[one] : line) as string);

  test.each([
    ["cut off after entry 5", () => lines.slice(0, 7), 6],
    ["cut off at an earlier checkpoint", () => lines.slice(0, 4), 3],
    ["cut off after the first line", () => lines.slice(0, 1), 1],
    ["entry 3 is removed", () => without(4), 3],
    ["entry 1 is removed", () => without(1), 1],
    ["entries 3 and 4 changed places", () => swapped(4, 5), 3],
    ["entry 2 stands twice", () => [...lines.slice(0, 3), lines[2] as string, ...lines.slice(3)], 3],
    ["a checkpoint moved", () => swapped(3, 4), 3],
    ["an empty line", () => [...lines.slice(0, 4), "", ...lines.slice(4)], 3],
    ["the first line is removed", () => without(0), null],
    ["nothing at all", () => [], null],
  ])("%s", async (_, made, entry) => {
    expect(await check(textOf(made()))).toMatchObject({ whole: false, entry });
  });

  test("an entry that was appended, with all hashes right", async () => {
    const more = chainOf([...SUBJECTS, "one more"]);
    const added = [...lines, canonical(more[6] as never)];
    expect(await check(textOf(added))).toMatchObject({
      whole: false,
      entry: 7,
      reason: expect.stringContaining("appended"),
    });
  });

  test("an entry that was changed, with its own hash made anew", async () => {
    const entries = chainOf(SUBJECTS).map((entry) => {
      if (entry.number !== 3) return entry;
      const other = { ...entry, actor: "token:other" };
      return { ...other, hash: digest(auditText(other)) };
    });
    const forged = lines.map((line, at) => (at === 4 ? canonical(entries[2] as never) : line));
    expect(await check(textOf(forged))).toMatchObject({
      whole: false,
      entry: 4,
      reason: expect.stringContaining("does not follow"),
    });
  });

  test("a chain that was made anew from an entry on meets its checkpoint, and the export's own word", async () => {
    const anew = await linesOf(chainOf(SUBJECTS.map((subject, at) => (at === 1 ? "other" : subject))), signer);
    const withOld = (some: readonly string[]): string =>
      textOf([...some.slice(0, 3), lines[3] as string, ...some.slice(3)]);
    expect(await check(withOld(anew))).toMatchObject({
      whole: false,
      entry: 2,
      reason: expect.stringContaining("made anew"),
    });
    expect(await check(textOf([lines[0] as string, ...anew.slice(1)]))).toMatchObject({ whole: false, entry: 6 });
  });

  test("another's signature, another organisation's entries, and another thing that the same key signed", async () => {
    const other = await aSigner();
    const theirs = await linesOf(chainOf(SUBJECTS), other);
    expect(await check(textOf(theirs))).toMatchObject({
      whole: false,
      entry: null,
      reason: expect.stringContaining(other.kid),
    });
    // The same kid with another key.
    const posing = { ...other, kid: signer.kid, publicJwk: { ...other.publicJwk, kid: signer.kid } };
    expect(await check(textOf(await linesOf(chainOf(SUBJECTS), posing)))).toMatchObject({
      whole: false,
      reason: expect.stringContaining("does not verify"),
    });
    expect(await check(textOf([lines[3] as string, ...lines.slice(1)]))).toMatchObject({ whole: false, entry: null });
    const moved = lines.map((line, at) => {
      if (at !== 1) return line;
      const entry = { ...JSON.parse(line), organisation: "other" };
      return canonical({ ...entry, hash: digest(auditText(entry)) });
    });
    expect(await check(textOf(moved))).toMatchObject({ whole: false, entry: 1 });
  });
});
