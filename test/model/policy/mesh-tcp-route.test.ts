// MeshTCPRoute: every violation with its path, warnings, and answers; and the text by which a backendRef is known.
import { describe, expect, it } from "vitest";
import { backendKey, legacyTagsOf, type RouteBackendRef } from "#model/backend-ref.ts";
import { meshTcpRouteJudge } from "#model/policy/mesh-tcp-route.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";
import { refusedBy } from "./refused.ts";

const TYPE = "MeshTCPRoute";
const SERVICE = { kind: "MeshService", name: "db" };
const item = (rules: unknown, targetRef: object = SERVICE): object => ({ targetRef, rules });
const refs = (...backendRefs: object[]): object => ({ spec: { to: [item([{ default: { backendRefs } }])] } });
const RULE = "spec.to[0].rules[0].default";

const REFUSED: readonly (readonly [body: object, ...refusals: string[]])[] = [
  [{ spec: { to: [] } }, "spec.to: in body should have at least 1 items"],
  [{ spec: { to: [{ targetRef: SERVICE }] } }, "spec.to[0].rules: in body is required"],
  [
    { spec: { to: [item([{ default: { backendRefs: [SERVICE] } }, { default: { backendRefs: [SERVICE] } }])] } },
    "spec.to[0].rules: in body should have at most 1 items",
  ],
  [{ spec: { to: [item([{ default: {} }])] } }, `${RULE}.backendRefs: must be defined`],
  [refs(), `${RULE}.backendRefs: must be defined`],
  [{ spec: { to: [item([], { kind: "Mesh" })] } }, "spec.to[0].targetRef.kind: value 'Mesh' is not supported"],
  [
    { spec: { targetRef: { kind: "MeshGateway", name: "g" }, to: [item([])] } },
    "spec.to[0].targetRef.kind: value 'MeshService' is not supported",
  ],
  [
    { spec: { targetRef: { kind: "MeshExternalService", name: "x" }, to: [item([])] } },
    "spec.targetRef.kind: value 'MeshExternalService' is not supported",
  ],
  [refs({ kind: "MeshHTTPRoute", name: "a" }), `${RULE}.backendRefs[0].kind: value 'MeshHTTPRoute' is not supported`],
  [
    refs({ kind: "MeshMultiZoneService", name: "a" }),
    `${RULE}.backendRefs[0].port: must be defined with kind MeshMultiZoneService`,
  ],
  [
    refs({ ...SERVICE, weight: 4_294_967_295 }, SERVICE),
    `${RULE}.backendRefs: the sum of weights must not exceed 4294967295`,
  ],
];

describe(TYPE, () => {
  it.each(refusedBy("mesh-tcp-route"))("is refused as by Kuma: %s", (_, { spec, refusals }) => {
    expect([...refusalsOf(TYPE, { spec })].sort()).toEqual([...refusals].sort());
  });

  it.each(REFUSED.map(([body, ...refusals]) => [refusals[0] ?? "", body, refusals] as const))(
    "refuses: %s",
    (_, body, refusals) => {
      expect([...refusalsOf(TYPE, body)].sort()).toEqual([...refusals].sort());
    },
  );

  it("warns of deprecated tops, and answers with weights", () => {
    const bare = { type: TYPE, mesh: "default", name: "x", labels: {}, creationTime: "", modificationTime: "" };
    expect(meshTcpRouteJudge.warn?.({ ...bare, spec: { targetRef: { kind: "MeshSubset" } } })).toEqual([
      "MeshSubset value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
    ]);
    expect(answerOf(TYPE, refs(SERVICE, { ...SERVICE, port: 5432, weight: 0 })).spec).toEqual({
      to: [
        {
          targetRef: SERVICE,
          rules: [
            {
              default: {
                backendRefs: [
                  { ...SERVICE, weight: 1 },
                  { ...SERVICE, port: 5432, weight: 0 },
                ],
              },
            },
          ],
        },
      ],
    });
  });
});

describe("a backendRef", () => {
  const KEYS: readonly (readonly [ref: RouteBackendRef, key: string, tags: object | null])[] = [
    [{ kind: "MeshService", name: "a", weight: 5 }, "MeshService/a", { "kuma.io/service": "a" }],
    [{ kind: "MeshService", name: "a", port: 80 }, "MeshService/a:80", null],
    [{ kind: "MeshService", name: "a", port: 80, sectionName: "web" }, "MeshService/a:web", null],
    [
      { kind: "MeshServiceSubset", name: "a", tags: { version: "v1", rack: "2" } },
      "MeshServiceSubset/a?rack=2&version=v1",
      { rack: "2", version: "v1", "kuma.io/service": "a" },
    ],
    [{ kind: "MeshService", labels: { "a/b": "c d" }, port: 80 }, "MeshService/?a%2Fb=c%20d:80", null],
    [{ kind: "MeshService", labels: { a: "b" } }, "MeshService/?a=b", null],
    [{ kind: "MeshExternalService", name: "x" }, "MeshExternalService/x", null],
    [{ kind: "MeshMultiZoneService", name: "x", namespace: "ns", port: 80 }, "MeshMultiZoneService/ns/x:80", null],
  ];
  it.each(KEYS.map(([ref, key, tags]) => [key, ref, tags] as const))("is known as %s", (key, ref, tags) => {
    expect(backendKey(ref)).toBe(key);
    expect(backendKey({ ...ref, weight: 9 })).toBe(key);
    expect(legacyTagsOf(ref)).toEqual(tags);
  });
});
