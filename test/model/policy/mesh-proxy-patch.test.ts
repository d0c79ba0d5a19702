// MeshProxyPatch: what a stock control plane refuses of it, Envoy's descriptors aside.
import { describe, expect, it } from "vitest";
import { meshProxyPatch } from "#model/row/policy.ts";
import { fromWire, toWire, warningsOf } from "#model/wire.ts";

const read = (appendModifications: unknown[], targetRef: unknown = { kind: "Mesh" }) =>
  fromWire(
    meshProxyPatch,
    {
      type: "MeshProxyPatch",
      mesh: "default",
      name: "p",
      spec: { targetRef, default: { appendModifications } },
    },
    { mesh: "default", name: "p" },
  );

const AT = "spec.default.appendModifications";
const refused = (items: unknown[], targetRef?: unknown): string[] =>
  (read(items, targetRef).violations ?? []).map(({ field, reason }) => `${field.replace(AT, "")}: ${reason}`);

const step = (patch: object) => ({ cluster: { operation: "Patch", jsonPatches: [patch] } });

describe("MeshProxyPatch", () => {
  it("needs modifications, one an item", () => {
    expect(refused([], { kind: "MeshHTTPRoute", name: "x" })).toEqual([
      "spec.targetRef.kind: value 'MeshHTTPRoute' is not supported",
      ": must not be empty",
    ]);
    expect(refused([{}, { cluster: { operation: "Remove" }, listener: { operation: "Remove" } }])).toEqual([
      "[0]: exactly one modification can be defined at a time. Currently, 0 modifications are defined",
      "[1]: exactly one modification can be defined at a time. Currently, 2 modifications are defined",
    ]);
  });

  it("says for each operation what must and must not stand", () => {
    expect(
      refused([
        { cluster: { operation: "Patch" } },
        { cluster: { operation: "Patch", value: "name: x", jsonPatches: [{ op: "add", path: "/a", value: 1 }] } },
        { cluster: { operation: "Add", match: { name: "x" } } },
        { cluster: { operation: "Remove", value: "a" } },
        { listener: { operation: "Add", match: {}, value: "name: x" } },
        { httpFilter: { operation: "AddBefore", value: "name: x" } },
        { httpFilter: { operation: "AddAfter", match: { listenerName: "y" } } },
        { networkFilter: { operation: "Patch" } },
        { httpFilter: { operation: "AddFirst", match: { name: "x" }, jsonPatches: [{ op: "remove", path: "/a" }] } },
        { virtualHost: { operation: "Add", match: { name: "x" }, value: "name: x" } },
        { virtualHost: { operation: "Remove", match: {}, value: "name: x" } },
        { virtualHost: { operation: "Add", match: {} } },
      ]),
    ).toEqual([
      "[0].cluster: cluster must have exactly one defined: value, jsonPatches",
      "[1].cluster: cluster must have only one type defined: value, jsonPatches",
      "[2].cluster.match: must not be defined",
      "[2].cluster.value: must be defined",
      "[3].cluster.value: must not be defined",
      "[4].listener.match: must not be defined",
      "[5].httpFilter.match.name: must be defined. You need to pick a filter before which this one will be added",
      "[6].httpFilter.match.name: must be defined. You need to pick a filter after which this one will be added",
      "[6].httpFilter.value: must be defined",
      "[7].networkFilter.match.name: must be defined",
      "[7].networkFilter: networkFilter must have exactly one defined: value, jsonPatches",
      "[8].httpFilter.value: must be defined",
      "[9].virtualHost.match.name: must not be defined",
      "[10].virtualHost.value: must not be defined",
      "[11].virtualHost.value: must be defined",
    ]);
  });

  it("knows what each step of a JSON patch needs", () => {
    expect(
      refused([
        step({ op: "add", path: "/a" }),
        step({ op: "remove", path: "/a", value: 1 }),
        step({ op: "move", path: "/a" }),
        step({ op: "replace", path: "/a", from: "/b", value: 1 }),
        step({ op: "move", path: "/a", from: "/b", value: 1 }),
        step({ op: "remove", path: "/" }),
        step({ op: "copy", path: "/a", from: "/b" }),
        { cluster: { operation: "Patch", jsonPatches: [] } },
      ]),
    ).toEqual([
      '[0].cluster.jsonPatches[0].value: "value" must not be empty when "op" is one of ["add", "replace"]',
      '[1].cluster.jsonPatches[0].value: "value" is allowed only when "op" is one of ["add", "replace"]',
      '[2].cluster.jsonPatches[0].from: "from" must not be empty when "op" is one of ["move", "copy"]',
      '[3].cluster.jsonPatches[0].from: "from" is allowed only when "op" is one of ["move", "copy"]',
      '[4].cluster.jsonPatches[0].value: "value" is allowed only when "op" is one of ["add", "replace"]',
      "[5].cluster.jsonPatches[0].path: root path cannot be removed",
      "[7].cluster: cluster must have exactly one defined: value, jsonPatches",
    ]);
  });

  it("is refused by its shape", () => {
    expect(
      refused([
        { cluster: { operation: "AddFirst" } },
        { networkFilter: { operation: "Add" } },
        { virtualHost: { operation: "Patch", value: "domains: [a]" } },
        step({ op: "test", path: "/a", value: 1 }),
        { cluster: {} },
      ]),
    ).toEqual([
      "[0].cluster.operation: in body should be one of [Add Remove Patch]",
      "[1].networkFilter.operation: in body should be one of [Remove Patch AddFirst AddBefore AddAfter AddLast]",
      "[2].virtualHost.match: in body is required",
      "[3].cluster.jsonPatches[0].op: in body should be one of [add remove replace move copy]",
      "[4].cluster.operation: in body is required",
    ]);
  });

  it("reads back as written, with warnings of old kinds", () => {
    const items = [
      { httpFilter: { operation: "Remove", match: { name: "a", listenerName: "b", listenerTags: { c: "d" } } } },
      step({ op: "add", path: "/a", value: { deep: [1, "x"] } }),
    ];
    const { resource } = read(items, { kind: "MeshService", name: "web" });
    if (resource === undefined) throw new TypeError("refused");
    expect((toWire(resource).spec as { default: unknown }).default).toEqual({ appendModifications: items });
    expect(warningsOf(resource)).toEqual([
      "MeshService value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
    ]);
    expect(
      refused([{ cluster: { operation: "Remove" } }], { kind: "MeshGateway", name: "g", tags: { a: "b" } }),
    ).toEqual(["spec.targetRef.tags: must not be set with kind MeshGateway"]);
  });
});
