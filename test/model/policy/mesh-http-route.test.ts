// MeshHTTPRoute: every violation with its path, warnings, and answers that read back as they were written.
import { describe, expect, it } from "vitest";
import { meshHttpRouteJudge } from "#model/policy/mesh-http-route.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";
import { refusedBy } from "./refused.ts";

const TYPE = "MeshHTTPRoute";
const PREFIX = { path: { type: "PathPrefix", value: "/a" } };
const EXACT = { path: { type: "Exact", value: "/a" } };
const RULE = "spec.to[0].rules[0]";

type Rule = Readonly<Record<string, unknown>>;

function route(rules: readonly Rule[], more: { readonly top?: object; readonly item?: object } = {}): object {
  const item = { targetRef: { kind: "MeshService", name: "backend" }, rules, ...more.item };
  return { spec: { ...(more.top && { targetRef: more.top }), to: [item] } };
}
const matching = (...matches: object[]): object => route([{ matches, default: {} }]);
const filtering = (filter: object, match: object = PREFIX, top?: object): object =>
  route([{ matches: [match], default: { filters: [filter], backendRefs: [{ kind: "MeshService", name: "a" }] } }], {
    ...(top && { top, item: { targetRef: { kind: "Mesh" } } }),
  });
const sending = (...backendRefs: object[]): object => route([{ matches: [PREFIX], default: { backendRefs } }]);
const header = (match: object): object => matching({ headers: [match] });
const modifier = (requestHeaderModifier: object): object =>
  filtering({ type: "RequestHeaderModifier", requestHeaderModifier });
const GATEWAY = { kind: "MeshGateway", name: "edge" };

const REFUSED: readonly (readonly [body: object, ...refusals: string[]])[] = [
  [
    route([], { top: { kind: "MeshHTTPRoute", name: "x" } }),
    "spec.targetRef.kind: value 'MeshHTTPRoute' is not supported",
  ],
  [route([], { item: { targetRef: { kind: "Mesh" } } }), "spec.to[0].targetRef.kind: value 'Mesh' is not supported"],
  [route([], { top: GATEWAY }), "spec.to[0].targetRef.kind: value 'MeshService' is not supported"],
  [route([], { item: { hostnames: ["a.b"] } }), "spec.to[0].hostnames: must not be defined"],
  [matching(), `${RULE}.matches: in body should have at least 1 items`],
  [
    matching({ path: { type: "Exact", value: "" } }),
    `${RULE}.matches[0].path.value: in body should be at least 1 chars long`,
  ],
  [matching({ path: { type: "Exact", value: "a" } }), `${RULE}.matches[0].path.value: must be an absolute path`],
  [
    matching({ path: { type: "PathPrefix", value: "a/" } }),
    `${RULE}.matches[0].path.value: does not need a trailing slash because only a \`/\`-separated prefix or an entire path is matched`,
    `${RULE}.matches[0].path.value: must be an absolute path`,
  ],
  [
    matching({ path: { type: "Suffix", value: "/a" } }),
    `${RULE}.matches[0].path.type: in body should be one of [Exact PathPrefix RegularExpression]`,
  ],
  [
    matching({ path: { type: "RegularExpression", value: "/(?=a)" } }),
    `${RULE}.matches[0].path.value: error parsing regexp: invalid or unsupported Perl syntax: \`(?=\``,
  ],
  [
    matching({ path: { type: "RegularExpression", value: "((a{100}){10}){10}" } }),
    `${RULE}.matches[0].path.value: error parsing regexp: invalid repeat count: \`{10}\``,
  ],
  [
    matching({ method: "FETCH" }),
    `${RULE}.matches[0].method: in body should be one of [CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE]`,
  ],
  [header({ type: "Present", name: "x", value: "1" }), `${RULE}.matches[0].headers[0].value: must not be defined`],
  [header({ type: "Absent", name: "x", value: "1" }), `${RULE}.matches[0].headers[0].value: must not be defined`],
  [header({ type: "RegularExpression", name: "x" }), `${RULE}.matches[0].headers[0].value: must not be empty`],
  [
    header({ type: "RegularExpression", name: "x", value: "[" }),
    `${RULE}.matches[0].headers[0].value: error parsing regexp: missing closing ]: \`[\``,
  ],
  [
    header({ name: "X", value: "1" }),
    `${RULE}.matches[0].headers[0].name: in body should match '^[a-z0-9!#$%&'*+\\-.^_\\x60|~]+$'`,
  ],
  [
    matching({
      queryParams: [
        { type: "Exact", name: "a", value: "1" },
        { type: "Exact", name: "a", value: "2" },
      ],
    }),
    `${RULE}.matches[0].queryParams[1].name: multiple entries for name a`,
  ],
  [
    matching({ queryParams: [{ type: "RegularExpression", name: "a", value: "(" }] }),
    `${RULE}.matches[0].queryParams[0].value: error parsing regexp: missing closing ): \`(\``,
  ],
  [
    matching({ queryParams: [{ type: "Exact", name: "a".repeat(1025), value: "1" }] }),
    `${RULE}.matches[0].queryParams[0].name: in body should be at most 1024 chars long`,
  ],
  ...(
    [
      ["RequestHeaderModifier", "requestHeaderModifier"],
      ["ResponseHeaderModifier", "responseHeaderModifier"],
      ["RequestRedirect", "requestRedirect"],
      ["URLRewrite", "urlRewrite"],
      ["RequestMirror", "requestMirror"],
    ] as const
  ).map(([type, member]): [object, string] => [
    filtering({ type }),
    `${RULE}.default.filters[0].${member}: must be defined`,
  ]),
  [modifier({}), `${RULE}.default.filters[0].requestHeaderModifier: must have at least one defined: set, add, remove`],
  [
    modifier({ set: [{ name: "a", value: "1" }], add: [{ name: "a", value: "2" }], remove: ["a"] }),
    `${RULE}.default.filters[0].requestHeaderModifier.add[0].name: duplicate header name`,
    `${RULE}.default.filters[0].requestHeaderModifier.remove[0].name: duplicate header name`,
  ],
  [
    modifier({ set: [{ name: "host", value: "a" }] }),
    `${RULE}.default.filters[0].requestHeaderModifier.set: the header host may not be changed: Envoy refuses it`,
  ],
  [
    modifier({ remove: ["host"] }),
    `${RULE}.default.filters[0].requestHeaderModifier.remove[0].name: host cannot be modified here; use urlRewrite.hostname`,
  ],
  [
    modifier({ set: [{ name: "a", value: "1\n2" }] }),
    `${RULE}.default.filters[0].requestHeaderModifier.set[0].value: must not contain line ends or NUL`,
  ],
  [
    modifier({ remove: Array.from({ length: 17 }, (_, at) => `h${at}`) }),
    `${RULE}.default.filters[0].requestHeaderModifier.remove: in body should have at most 16 items`,
  ],
  [
    filtering(
      { type: "URLRewrite", urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/b" } } },
      EXACT,
    ),
    `${RULE}.default.filters[0].urlRewrite.path.replacePrefixMatch: can only appear if all matches match a path prefix`,
  ],
  [
    filtering(
      { type: "RequestRedirect", requestRedirect: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/b" } } },
      { method: "GET" },
    ),
    `${RULE}.default.filters[0].requestRedirect.path.replacePrefixMatch: can only appear if all matches match a path prefix`,
  ],
  [
    filtering({ type: "URLRewrite", urlRewrite: { path: { type: "ReplaceFullPath" } } }),
    `${RULE}.default.filters[0].urlRewrite.path.replaceFullPath: must be defined`,
  ],
  [
    filtering({ type: "URLRewrite", urlRewrite: { path: { type: "ReplacePrefixMatch" } } }),
    `${RULE}.default.filters[0].urlRewrite.path.replacePrefixMatch: must be defined`,
  ],
  [
    filtering({ type: "URLRewrite", urlRewrite: { hostname: "10.0.0.1" } }),
    `${RULE}.default.filters[0].urlRewrite.hostname: cannot be an IP address`,
  ],
  [
    filtering({ type: "RequestRedirect", requestRedirect: { hostname: "A.b" } }),
    `${RULE}.default.filters[0].requestRedirect.hostname: in body should match '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'`,
  ],
  [
    filtering({ type: "URLRewrite", urlRewrite: { hostToBackendHostname: true } }),
    `${RULE}.default.filters[0].urlRewrite.hostToBackendHostname: can only be set with MeshGateway`,
  ],
  [
    filtering({ type: "URLRewrite", urlRewrite: { hostToBackendHostname: true, hostname: "a.b" } }, PREFIX, GATEWAY),
    `${RULE}.default.filters[0].urlRewrite.hostToBackendHostname: cannot be set together with hostname`,
  ],
  [
    filtering({ type: "RequestRedirect", requestRedirect: { statusCode: 404 } }),
    `${RULE}.default.filters[0].requestRedirect.statusCode: in body should be one of [301 302 303 307 308]`,
  ],
  [
    filtering({ type: "RequestRedirect", requestRedirect: { port: 0 } }),
    `${RULE}.default.filters[0].requestRedirect.port: in body should be greater than or equal to 1`,
  ],
  [
    filtering({ type: "RequestMirror", requestMirror: { backendRef: { kind: "Mesh" }, percentage: 101 } }),
    `${RULE}.default.filters[0].requestMirror.backendRef.kind: value 'Mesh' is not supported`,
    `${RULE}.default.filters[0].requestMirror.percentage: must be in inclusive range [0.0, 100.0]`,
  ],
  [
    filtering({
      type: "RequestMirror",
      requestMirror: { backendRef: { kind: "MeshService", name: "a" }, percentage: "half" },
    }),
    `${RULE}.default.filters[0].requestMirror.percentage: string must be a valid number`,
  ],
  [sending({ kind: "Dataplane" }), `${RULE}.default.backendRefs[0].kind: value 'Dataplane' is not supported`],
  [
    sending({ kind: "MeshService" }),
    `${RULE}.default.backendRefs[0]: name or labels must be set when kind is MeshService`,
  ],
  [
    sending({ kind: "MeshServiceSubset", tags: { a: "b" } }),
    `${RULE}.default.backendRefs[0].name: must be set when kind is MeshServiceSubset`,
  ],
  [
    sending({ kind: "MeshService", name: "a", tags: { version: "v1" } }),
    `${RULE}.default.backendRefs[0].tags: must not be set with kind MeshService`,
  ],
  [
    sending({ kind: "MeshMultiZoneService", name: "a" }),
    `${RULE}.default.backendRefs[0].port: must be defined with kind MeshMultiZoneService`,
  ],
  [
    sending({ kind: "MeshService", name: "a", weight: -1 }),
    `${RULE}.default.backendRefs[0].weight: in body should be greater than or equal to 0`,
  ],
  [
    sending({ kind: "MeshService", name: "a", weight: 4_294_967_295 }, { kind: "MeshService", name: "b" }),
    `${RULE}.default.backendRefs: the sum of weights must not exceed 4294967295`,
  ],
  [
    route([{ matches: [PREFIX], default: {} }], { top: GATEWAY, item: { targetRef: { kind: "Mesh" } } }),
    `${RULE}.default.backendRefs: must not be empty`,
  ],
];

const TAKEN: readonly (readonly [title: string, body: object])[] = [
  ["no rules", route([])],
  ["no items", { spec: {} }],
  ["a header of any value that begins with nothing", header({ type: "Prefix", name: "x", value: "" })],
  ["one expression of many alternatives", matching({ path: { type: "RegularExpression", value: "/(a|b|c)+" } })],
  [
    "a gateway's hostnames, and a redirect without backends",
    route(
      [
        {
          matches: [PREFIX],
          default: { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }] },
        },
      ],
      {
        top: { ...GATEWAY, tags: { port: "http" } },
        item: { targetRef: { kind: "Mesh" }, hostnames: ["*.example.com"] },
      },
    ),
  ],
];

describe(TYPE, () => {
  it.each(refusedBy("mesh-http-route"))("is refused as by Kuma: %s", (_, { spec, refusals }) => {
    expect([...refusalsOf(TYPE, { spec })].sort()).toEqual([...refusals].sort());
  });

  it.each(REFUSED.map(([body, ...refusals]) => [refusals[0] ?? "", body, refusals] as const))(
    "refuses: %s",
    (_, body, refusals) => {
      expect([...refusalsOf(TYPE, body)].sort()).toEqual([...refusals].sort());
    },
  );

  it.each(TAKEN)("takes %s", (_, body) => {
    expect(refusalsOf(TYPE, body)).toEqual([]);
  });

  it("warns of deprecated tops", () => {
    const bare = { type: TYPE, mesh: "default", name: "x", labels: {}, creationTime: "", modificationTime: "" };
    const spec = { targetRef: { kind: "MeshService", name: "web" } } as const;
    expect(meshHttpRouteJudge.warn?.({ ...bare, spec })).toEqual([
      "MeshService value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
    ]);
  });

  it("answers what was written, with the defaults of the schema", () => {
    const written = route([
      {
        matches: [
          {
            path: { type: "PathPrefix", value: "/a" },
            method: "GET",
            queryParams: [{ type: "Exact", name: "q", value: "" }],
            headers: [{ name: "x", value: "1" }],
          },
        ],
        default: {
          filters: [
            { type: "RequestRedirect", requestRedirect: { hostname: "a.b", port: 8080 } },
            {
              type: "RequestMirror",
              requestMirror: { percentage: "0.5", backendRef: { kind: "MeshService", name: "m" } },
            },
          ],
          backendRefs: [{ kind: "MeshService", name: "b", port: 80 }],
        },
      },
    ]);
    expect(answerOf(TYPE, written).spec).toMatchObject({
      to: [
        {
          rules: [
            {
              matches: [{ headers: [{ type: "Exact", name: "x", value: "1" }] }],
              default: {
                filters: [
                  { requestRedirect: { hostname: "a.b", port: 8080, statusCode: 302 } },
                  { requestMirror: { percentage: "0.5", backendRef: { kind: "MeshService", name: "m", weight: 1 } } },
                ],
                backendRefs: [{ kind: "MeshService", name: "b", port: 80, weight: 1 }],
              },
            },
          ],
        },
      ],
    });
  });
});
