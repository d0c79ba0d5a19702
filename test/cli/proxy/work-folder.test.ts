// The work folder of a proxy: its owner's alone, and never what a link leads to.
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { workFolder } from "#cli/proxy/work-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "weft-work-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("is closed to others", () => {
  expect(workFolder("a/b", folder)).toBe(join(folder, "a/b"));
  expect(statSync(join(folder, "a/b")).mode & 0o777).toBe(0o700);
});

test.skipIf(process.getuid?.() !== 0)(
  "is no link where root would give away what it leads to (skipped: not root)",
  () => {
    const target = join(folder, "target");
    mkdirSync(target, { mode: 0o755 });
    symlinkSync(target, join(folder, "link"));
    expect(() => workFolder("link", folder)).toThrow("symbolic link");
    expect(statSync(target).mode & 0o777).toBe(0o755);
  },
);
