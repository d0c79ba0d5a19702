// Names of leaves: Kuma 2.14's order, and hosts as TLS libraries read them.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leafUris } from "#model/spiffe.ts";
import { tagHost, uriHost } from "#trust/spiffe.ts";

describe("leafUris", () => {
  test("names each service, then each tag with all its values, sorted", () => {
    const networking = {
      inbound: [
        { tags: { version: "v2", "kuma.io/service": "web", "kuma.io/protocol": "http" } },
        { tags: { version: "v1", "kuma.io/service": "admin" } },
        {},
      ],
    };
    expect(leafUris("default", { networking })).toEqual([
      "spiffe://default/admin",
      "spiffe://default/web",
      "kuma://kuma.io/protocol/http",
      "kuma://kuma.io/service/admin",
      "kuma://kuma.io/service/web",
      "kuma://version/v1",
      "kuma://version/v2",
    ]);
  });

  test("takes a gateway's tags, and nothing where there are none", () => {
    expect(leafUris("m", { networking: { gateway: { tags: { "kuma.io/service": "edge" } } } })).toEqual([
      "spiffe://m/edge",
      "kuma://kuma.io/service/edge",
    ]);
    expect(leafUris("m", { networking: {} })).toEqual([]);
    expect(leafUris("m", { networking: { gateway: {} } })).toEqual([]);
  });

  test("does not depend on the order of inbounds and tags", () => {
    const tags = fc.dictionary(fc.constantFrom("kuma.io/service", "a", "b", "c"), fc.constantFrom("x", "y", "z"));
    fc.assert(
      fc.property(fc.array(tags, { maxLength: 5 }), (inbounds) => {
        const given = inbounds.map((one) => ({ tags: one }));
        const turned = [...inbounds]
          .reverse()
          .map((one) => ({ tags: Object.fromEntries(Object.entries(one).reverse()) }));
        expect(leafUris("m", { networking: { inbound: turned } })).toEqual(
          leafUris("m", { networking: { inbound: given } }),
        );
      }),
    );
  });
});

test.each([
  ["kuma://version/v1", "version"],
  ["kuma://kuma.io/service/web", "kuma.io"],
  ["kuma://Version/v1", "version"],
  ["spiffe://default", "default"],
  ["kuma://version/a:b", "version/a"],
  ["kuma:///x", null],
  ["kuma://:x/y", null],
  ["version/v1", null],
])("the host of %s is %s", (uri, host) => expect(uriHost(uri)).toBe(host));

test("a tag key's host is what stands before its slash", () => {
  expect(["kuma.io/zone", "version", "/x", ":x"].map(tagHost)).toEqual(["kuma.io", "version", null, null]);
});
