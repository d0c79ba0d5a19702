// MeshAccessLog: violations, warnings, and what a write fills in.
import { describe, expect, it } from "vitest";
import { judgeOf } from "#model/judges.ts";
import { warningsOf } from "#model/wire.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";

const mesh = { kind: "Mesh" };
const file = (more: object = {}): object => ({ type: "File", file: { path: "/tmp/access.log", ...more } });
const to = (backends: readonly object[], targetRef: object = mesh): object => ({ targetRef, default: { backends } });
const logs = (...backends: object[]): object => ({ spec: { to: [to(backends)] } });
const refused = (...backends: object[]): readonly string[] => refusalsOf("MeshAccessLog", logs(...backends));
const AT = "spec.to[0].default.backends[0]";

describe("MeshAccessLog is refused", () => {
  it("without lists, and with lists that exclude each other", () => {
    expect(refusalsOf("MeshAccessLog", { spec: {} })).toEqual([
      "spec: at least one of 'from', 'to' or 'rules' has to be defined",
    ]);
    const both = { to: [to([file()])], rules: [{ default: { backends: [] } }] };
    expect(refusalsOf("MeshAccessLog", { spec: both })).toEqual([
      "spec: fields 'to' and 'from' must be empty when 'rules' is defined",
    ]);
  });

  it("at targets that it does not know", () => {
    const spec = {
      targetRef: { kind: "MeshHTTPRoute", name: "r" },
      to: [to([], { kind: "MeshSubset" })],
      from: [to([], { kind: "MeshService", name: "a" })],
    };
    expect(refusalsOf("MeshAccessLog", { spec })).toEqual([
      "spec.targetRef.kind: value 'MeshHTTPRoute' is not supported",
      "spec.to[0].targetRef.kind: value 'MeshSubset' is not supported",
      "spec.from[0].targetRef.kind: value 'MeshService' is not supported",
    ]);
    const gateway = { targetRef: { kind: "MeshGateway", name: "g" }, to: [to([], { kind: "MeshService", name: "a" })] };
    expect(refusalsOf("MeshAccessLog", { spec: gateway })).toEqual([
      "spec.to[0].targetRef.kind: value 'MeshService' is not supported",
    ]);
  });

  it("without backends, in every list", () => {
    const item = { targetRef: mesh, default: {} };
    expect(refusalsOf("MeshAccessLog", { spec: { to: [item], from: [item] } })).toEqual([
      "spec.to[0].default.backends: must be defined",
      "spec.from[0].default.backends: must be defined",
    ]);
    const rules = [{ matches: [{ spiffeID: { type: "Exact", value: "web" } }], default: {} }];
    expect(refusalsOf("MeshAccessLog", { spec: { rules } })).toEqual([
      "spec.rules[0].matches[0].spiffeID: must be a valid Spiffe ID: scheme is missing or invalid",
      "spec.rules[0].default.backends: must be defined",
    ]);
  });

  it.each([
    [{ type: "File" }, ["file: must be defined"]],
    [{ type: "Tcp" }, ["tcp: must be defined"]],
    [{ type: "OpenTelemetry" }, ["openTelemetry: must be defined"]],
    [{ type: "File", file: { path: "access.log" } }, ["file.path: file backend requires a valid path"]],
    [{ type: "Tcp", tcp: { address: "not an address" } }, ["tcp.address: tcp backend requires valid address"]],
    [{ type: "Tcp", tcp: { address: "h:99999" } }, ["tcp.address: tcp backend requires valid address"]],
    [file({ format: { type: "Plain" } }), ["file.format.plain: must be defined"]],
    [file({ format: { type: "Plain", plain: "" } }), ["file.format.plain: must not be empty"]],
    [file({ format: { type: "Json" } }), ["file.format.json: must be defined"]],
    [file({ format: { type: "Json", json: [] } }), ["file.format.json: must not be empty"]],
    [
      file({ format: { type: "Json", json: [{ key: "", value: "" }] } }),
      ["file.format.json[0].key: key cannot be empty", "file.format.json[0].value: value cannot be empty"],
    ],
    [
      file({ format: { type: "Json", json: [{ key: '"', value: "x" }] } }),
      ["file.format.json[0]: is not a valid JSON object"],
    ],
  ])("for what %j says", (backend, reasons) => {
    expect(refused(backend)).toEqual(reasons.map((reason) => `${AT}.${reason}`));
  });

  it.each([
    ["%FOO%", "%FOO%: is no command operator of Envoy and no placeholder of Kuma"],
    ["%KUMA_NAME%", "%KUMA_NAME%: is no command operator of Envoy and no placeholder of Kuma"],
    ["100%", "has no command operator at position 3; a percent sign is written %%"],
    ["%REQ%", "%REQ%: needs a parameter"],
    ["%REQ(a?b?c)%", "%REQ(a?b?c)%: the parameter is not understood"],
    ["%PROTOCOL(x)%", "%PROTOCOL(x)%: takes neither a parameter nor a length"],
    ["%START_TIME:3%", "%START_TIME:3%: takes no length"],
    ["%constructor%", "has no command operator at position 0; a percent sign is written %%"],
  ])("for a format that Envoy would refuse: %s", (plain, reason) => {
    expect(refused(file({ format: { type: "Plain", plain } }))).toEqual([`${AT}.file.format.plain: ${reason}`]);
    expect(refused(file({ format: { type: "Json", json: [{ key: "k", value: plain }] } }))).toEqual([
      `${AT}.file.format.json[0].value: ${reason}`,
    ]);
    const openTelemetry = {
      endpoint: "otel:4317",
      body: { kvlistValue: { values: [{ key: "m", value: { stringValue: plain } }] } },
    };
    expect(refused({ type: "OpenTelemetry", openTelemetry })).toEqual([`${AT}.openTelemetry.body: ${reason}`]);
  });

  it.each([
    ["", "must be defined"],
    ["%KUMA_MESH%", "must be a static OpenTelemetry attribute name; placeholders are only supported in values"],
    ["otel.name", "must not use the reserved OpenTelemetry prefix 'otel.'"],
    [
      "Mesh",
      "must start with a lowercase letter, use only lowercase letters, digits, '.' or '_', avoid consecutive delimiters, and end with a letter or digit",
    ],
  ])("for an attribute named %j", (key, reason) => {
    const openTelemetry = { endpoint: "otel", attributes: [{ key, value: "%KUMA_MESH%" }] };
    expect(refused({ type: "OpenTelemetry", openTelemetry })).toEqual([
      `${AT}.openTelemetry.attributes[0].key: ${reason}`,
    ]);
  });

  it.each([
    [{}, "openTelemetry: openTelemetry must have exactly one defined: endpoint, backendRef"],
    [
      { endpoint: "a", backendRef: { kind: "MeshOpenTelemetryBackend", labels: { a: "b" } } },
      "openTelemetry: openTelemetry must have only one type defined: endpoint, backendRef",
    ],
    [{ endpoint: "http://a" }, "openTelemetry.endpoint: must be in host:port format, not a URL"],
    [
      { backendRef: { kind: "MeshOpenTelemetryBackend" } },
      "openTelemetry.backendRef: backendRef must have exactly one defined: labels",
    ],
  ])("for a collector named %j", (openTelemetry, reason) => {
    expect(refused({ type: "OpenTelemetry", openTelemetry })).toEqual([`${AT}.${reason}`]);
  });
});

it("takes every operator that people use, and percent signs", () => {
  const plain =
    "%% %START_TIME(%Y-%m-%dT%H:%M:%S%z)% %REQ(X-A?:PATH):10% %DYNAMIC_METADATA(a:b):5% %KUMA_ZONE% %KUMA_WORKLOAD% %KUMA_TRAFFIC_DIRECTION%";
  expect(
    refused(file({ format: { type: "Plain", plain } }), { type: "Tcp", tcp: { address: "logs.local:5000" } }),
  ).toEqual([]);
});

it("answers what was written, with Kuma's defaults", () => {
  const openTelemetry = {
    backendRef: { kind: "MeshOpenTelemetryBackend", labels: { app: "otel" } },
    body: { b: 1, a: [2] },
  };
  const spec = {
    rules: [
      {
        default: {
          backends: [file({ format: { type: "Plain", plain: "x" } }), { type: "OpenTelemetry", openTelemetry }],
        },
      },
    ],
  };
  expect(answerOf("MeshAccessLog", { spec })).toEqual({
    spec: {
      rules: [
        {
          default: {
            backends: [
              {
                type: "File",
                file: { path: "/tmp/access.log", format: { type: "Plain", plain: "x", omitEmptyValues: false } },
              },
              { type: "OpenTelemetry", openTelemetry: { ...openTelemetry, endpoint: "" } },
            ],
          },
        },
      ],
    },
  });
});

it("warns of what is deprecated, and of addresses that cannot work", () => {
  const spec = {
    targetRef: { kind: "MeshSubset", tags: { a: "b" } },
    from: [
      to([
        { type: "OpenTelemetry", openTelemetry: { endpoint: "otel:4317" } },
        { type: "Tcp", tcp: { address: "logs" } },
      ]),
    ],
  };
  const resource = {
    type: "MeshAccessLog",
    mesh: "default",
    name: "x",
    labels: {},
    creationTime: "",
    modificationTime: "",
    spec,
  };
  expect(judgeOf({ type: "MeshAccessLog" }).shape.safeParse(spec).success).toBe(true);
  expect(warningsOf(resource)).toEqual([
    "'from' field is deprecated, use 'rules' instead",
    "openTelemetry.endpoint is deprecated, use openTelemetry.backendRef with a MeshOpenTelemetryBackend resource instead",
    "tcp.address logs has no port: no log line can be sent there",
    "MeshSubset value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
  ]);
});
