// Requests against conditions: what is known decides, what is not known leaves it open, and paths are read as Envoy makes them normal.
import { expect, test } from "vitest";
import { isDisguised, meets, normalPath } from "#match/access/request.ts";

test.each([
  ["/a/b", "/a/b"],
  ["/a//b", "/a/b"],
  ["/a/./b/../c", "/a/c"],
  ["/a/..", "/"],
  ["/a/b/.", "/a/b/"],
  ["/../../a", "/a"],
  ["/%61dmin", "/admin"],
  ["/a?b=/..//c", "/a"],
  ["\\a", null],
  ["/a\\b", "/a/b"],
  ["/a%2fb", null],
  ["a", null],
])("%s is %s", (path, normal) => {
  expect(normalPath(path)).toBe(normal);
});

test("paths with a parameter behind a dot segment are disguised, others are not", () => {
  expect(["/..;x/a", "/a/.;/b", "/a;x=1/b", "/a..;/b"].map(isDisguised)).toEqual([true, true, false, false]);
});

test.each([
  // What is known.
  [{ methods: ["GET", "HEAD"] }, { method: "GET" }, "yes"],
  [{ methods: ["GET"] }, { method: "POST" }, "no"],
  [{ path: { type: "Exact", value: "/a" } }, { path: "/a" }, "yes"],
  [{ path: { type: "Exact", value: "/a" } }, { path: "/a/" }, "no"],
  [{ path: { type: "Exact", value: "/a/" } }, { path: "/a/" }, "yes"],
  [{ path: { type: "Exact", value: "/" } }, { path: "/" }, "yes"],
  [{ path: { type: "PathPrefix", value: "/a" } }, { path: "/a/b" }, "yes"],
  [{ path: { type: "PathPrefix", value: "/a" } }, { path: "/ab" }, "no"],
  [{ path: { type: "PathPrefix", value: "/" } }, { path: "/x" }, "yes"],
  [{ path: { type: "Exact", value: "/%c3" } }, { path: "/%C3" }, "yes"],
  // What is not known, and what is never run.
  [{ methods: ["GET"] }, {}, "maybe"],
  [{ methods: ["GET"], path: { type: "Exact", value: "/a" } }, { path: "/b" }, "no"],
  [{ path: { type: "RegularExpression", value: "(a+)+" } }, { path: "/a" }, "maybe"],
  [{ headers: [{ type: "Exact", name: "x", value: "y" }] }, { method: "GET", path: "/" }, "maybe"],
  [{ claims: [{ type: "Present", name: "sub" }] }, {}, "maybe"],
  [{}, {}, "yes"],
] as const)("%j for %j: %s", (match, request, answer) => {
  expect(meets(match, request, "allow")).toBe(answer);
});

test("who keeps out reads paths as applications may: without parameters, and with a slash at the end", () => {
  const match = { path: { type: "Exact", value: "/a/b" } } as const;
  for (const path of ["/a/b/", "/a;x=1/b", "/a/b;y"]) {
    expect([path, meets(match, { path }, "deny"), meets(match, { path }, "allow")]).toEqual([path, "yes", "no"]);
  }
});
