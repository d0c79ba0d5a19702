// Paths as expressions: what each reading takes and leaves, and that a wider one never takes less.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PathMatch } from "#model/request-match.ts";
import { type PathReading, pathRegex } from "#xds/path-regex.ts";

function takes(match: PathMatch, reading: PathReading, path: string): boolean {
  return new RegExp(`^(?:${pathRegex(match, reading)})$`).test(path);
}

const prefix = (value: string): PathMatch => ({ type: "PathPrefix", value });
const exact = (value: string): PathMatch => ({ type: "Exact", value });

describe("a path's expression", () => {
  it.each<[PathMatch, PathReading, string, boolean]>([
    [prefix("/api"), "plain", "/api", true],
    [prefix("/api/"), "plain", "/api", true],
    [prefix("/api"), "plain", "/api/x;y/z", true],
    [prefix("/api"), "plain", "/apiary", false],
    [prefix("/api"), "plain", "/api;x", false],
    [prefix("/api"), "loose", "/api;x=1", true],
    [prefix("/a/b"), "loose", "/a;x/b;y/c", true],
    [prefix("/a/b"), "loose", "/a;x/bc", false],
    [prefix("/public"), "bare", "/public/x", true],
    [prefix("/public"), "bare", "/public/..;/private", false],
    [prefix("/public"), "plain", "/public/..;/private", true],
    [prefix("/"), "plain", "/", true],
    [prefix("/"), "bare", "/a;b", false],
    [exact("/a.b"), "plain", "/a.b", true],
    [exact("/a.b"), "plain", "/aXb", false],
    [exact("/a"), "plain", "/a/", false],
    [exact("/a/"), "plain", "/a/", true],
    [exact("/a"), "loose", "/a/", true],
    [exact("/a"), "loose", "/a;x", true],
    [exact("/"), "plain", "/", true],
    [exact("/caf%c3%a9"), "plain", "/caf%C3%A9", true],
    [{ type: "RegularExpression", value: "/a|/b" }, "plain", "/b", true],
    [{ type: "RegularExpression", value: "/a|/b" }, "loose", "/a;x/", true],
    [{ type: "RegularExpression", value: "/a|/b" }, "plain", "/ab", false],
  ])("%j, read %s, of %s: %s", (match, reading, path, taken) => {
    expect(takes(match, reading, path)).toBe(taken);
  });

  const segment = fc.stringMatching(/^[a-z.]{1,4}$/).filter((text) => !/^\.+$/.test(text));
  const path = fc.array(segment, { maxLength: 3 }).map((segments) => `/${segments.join("/")}`);
  const asked = fc.array(fc.tuple(segment, fc.constantFrom("", ";", ";x=1")), { maxLength: 4 });
  const match = fc.tuple(fc.constantFrom("Exact" as const, "PathPrefix" as const), path);

  it("takes more the wider it is read, and itself always", () => {
    fc.assert(
      fc.property(match, asked, ([type, value], segments) => {
        const one: PathMatch = { type, value };
        const other = `/${segments.map((part) => part.join("")).join("/")}`;
        const [bare, plain, loose] = (["bare", "plain", "loose"] as const).map((reading) => takes(one, reading, other));
        expect([bare && !plain, plain && !loose]).toEqual([false, false]);
        expect(takes(one, "bare", value)).toBe(true);
      }),
    );
  });
});
