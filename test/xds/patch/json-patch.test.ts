// JSON Patch by RFC 6902 on JSON with holes: its appendix's examples, and what does not apply.
import { describe, expect, it } from "vitest";
import { HoleInTheWay } from "#envoy/native.ts";
import type { Json } from "#model/json.ts";
import type { JsonPatch } from "#model/policy/mesh-proxy-patch.ts";
import { hole, template } from "#snapshot/template.ts";
import { PatchFailure, patchedJson } from "#xds/patch/json-patch.ts";

describe("a patch", () => {
  it.each<[string, Json, JsonPatch[], Json]>([
    ["adds a member", { foo: "bar" }, [{ op: "add", path: "/baz", value: "qux" }], { foo: "bar", baz: "qux" }],
    ["adds an item", { foo: [1, 3] }, [{ op: "add", path: "/foo/1", value: 2 }], { foo: [1, 2, 3] }],
    ["adds at the end", { foo: [1] }, [{ op: "add", path: "/foo/-", value: 2 }], { foo: [1, 2] }],
    ["removes a member", { baz: 1, foo: 2 }, [{ op: "remove", path: "/baz" }], { foo: 2 }],
    ["removes an item", { foo: [1, 2, 3] }, [{ op: "remove", path: "/foo/1" }], { foo: [1, 3] }],
    ["replaces", { a: { b: [1] } }, [{ op: "replace", path: "/a/b/0", value: 9 }], { a: { b: [9] } }],
    ["moves", { a: { b: 1 }, c: {} }, [{ op: "move", from: "/a/b", path: "/c/d" }], { a: {}, c: { d: 1 } }],
    ["moves items", { a: [1, 2, 3] }, [{ op: "move", from: "/a/0", path: "/a/2" }], { a: [2, 3, 1] }],
    ["copies", { a: [1] }, [{ op: "copy", from: "/a/0", path: "/b" }], { a: [1], b: 1 }],
    ["unescapes", { "a/b": { "m~n": 1 } }, [{ op: "replace", path: "/a~1b/m~0n", value: 2 }], { "a/b": { "m~n": 2 } }],
    ["takes the whole", { a: 1 }, [{ op: "replace", path: "", value: { b: 2 } }], { b: 2 }],
    [
      "knows fields by both names",
      { connectTimeout: "1s" },
      [{ op: "replace", path: "/connect_timeout", value: "2s" }],
      { connectTimeout: "2s" },
    ],
    ["reads a $ of the user's", { $$x: 1 }, [{ op: "replace", path: "/$x", value: 2 }], { $$x: 2 }],
  ])("%s", (_, before, patches, after) => {
    const kept = structuredClone(before);
    expect(patchedJson(before, patches)).toEqual(after);
    expect(before).toEqual(kept);
  });

  it.each<[string, JsonPatch, string]>([
    ["nothing to remove", { op: "remove", path: "/x" }, 'jsonPatches[0]: there is no "x"'],
    [
      "nothing to replace",
      { op: "replace", path: "/list/7", value: 1 },
      "jsonPatches[0]: there is no place 7 in a list of 1",
    ],
    [
      "no place in the list",
      { op: "add", path: "/list/2", value: 1 },
      "jsonPatches[0]: there is no place 2 in a list of 1",
    ],
    [
      "an index with a zero before it",
      { op: "add", path: "/list/01", value: 1 },
      "jsonPatches[0]: there is no place 01 in a list of 1",
    ],
    [
      "a path into a text",
      { op: "add", path: "/text/x", value: 1 },
      'jsonPatches[0]: "x" cannot be added to a single value',
    ],
    ["a path without a slash", { op: "add", path: "x", value: 1 }, 'jsonPatches[0]: "x" does not begin with /'],
    [
      "a move into itself",
      { op: "move", from: "/list", path: "/list/0" },
      "jsonPatches[0]: nothing can be moved into itself",
    ],
  ])("tells of %s", (_, patch, message) => {
    expect(() => patchedJson({ list: [0], text: "t" }, [patch])).toThrow(new PatchFailure(message));
  });

  it("moves a hole as a whole, and does not look into it", () => {
    const { body } = template("cluster", { name: "x", altStatName: hole("service") } as { readonly name: string });
    expect(patchedJson(body, [{ op: "move", from: "/altStatName", path: "/other" }])).toEqual({
      name: "x",
      other: { $: "service" },
    });
    expect(() => patchedJson(body, [{ op: "add", path: "/altStatName/x", value: 1 }])).toThrow(HoleInTheWay);
  });

  it("does not grow without end: forty copies that double would fill any memory", () => {
    const double = (index: number): JsonPatch => ({ op: "copy", from: "/a", path: `/a/n${index}` });
    const patches = Array.from({ length: 40 }, (_, index) => double(index));
    expect(() => patchedJson({ a: { b: 1 } }, patches)).toThrow(
      new PatchFailure("jsonPatches[12]: copies add more than 10000 values"),
    );
  });
});
