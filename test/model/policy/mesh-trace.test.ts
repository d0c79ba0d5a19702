// MeshTrace: violations, warnings, and what a write fills in.
import { describe, expect, it } from "vitest";
import { warningsOf } from "#model/wire.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";

const refused = (conf: object): readonly string[] => refusalsOf("MeshTrace", { spec: { default: conf } });
const zipkin = (more: object): object => ({
  backends: [{ type: "Zipkin", zipkin: { url: "http://z:9411/api", ...more } }],
});

describe("MeshTrace is refused", () => {
  it("without backends, with two, and with one that is not there", () => {
    expect(refusalsOf("MeshTrace", { spec: {} })).toEqual(["spec.default.backends: must be defined"]);
    const two = [{ type: "Zipkin" }, { type: "Datadog" }];
    expect(refused({ backends: two })).toEqual(["spec.default.backends: must have zero or one backend defined"]);
    for (const [type, member] of [
      ["Zipkin", "zipkin"],
      ["Datadog", "datadog"],
      ["OpenTelemetry", "openTelemetry"],
    ]) {
      expect(refused({ backends: [{ type }] })).toEqual([`spec.default.backends[0].${member}: must be defined`]);
    }
  });

  it.each([
    ["", "must not be empty"],
    ["not a url", "must be a valid url"],
    ["zipkin:9411", "must be a valid url"],
  ])("for a Zipkin at %j", (url, reason) => {
    expect(refused(zipkin({ url }))).toEqual([`spec.default.backends[0].zipkin.url: ${reason}`]);
  });

  it.each([
    ["nowhere", ["must be a valid url"]],
    ["https://dd:8126", ["scheme must be http"]],
    ["http://dd", ["port must be defined"]],
    ["http://dd:99999", ["port must be a valid (1-65535)"]],
    [
      "http://u:p@dd:8126/path?q#f",
      [
        "user must not be defined",
        "path must not be defined",
        "query must not be defined",
        "fragment must not be defined",
      ],
    ],
  ])("for a Datadog at %j", (url, reasons) => {
    expect(refused({ backends: [{ type: "Datadog", datadog: { url } }] })).toEqual(
      reasons.map((reason) => `spec.default.backends[0].datadog.url: ${reason}`),
    );
  });

  it("for tags and percentages that mean nothing", () => {
    const tags = [
      { name: "" },
      { name: "a", literal: "x", header: { name: "h" } },
      { name: "b", literal: "" },
      { name: "c", header: { name: "not a header" } },
    ];
    expect(refused({ backends: [], tags, sampling: { client: "x", random: 101, overall: "-0.5" } })).toEqual([
      "spec.default.tags[0].name: must not be empty",
      "spec.default.tags[0]: tag must have only one type defined: header, literal",
      "spec.default.tags[1]: tag must have only one type defined: header, literal",
      "spec.default.tags[2].literal: must not be empty",
      "spec.default.tags[3].header.name: must be the name of a header",
      "spec.default.sampling.client: string is not a number",
      "spec.default.sampling.random: must be between 0 and 100",
      "spec.default.sampling.overall: must be between 0 and 100",
    ]);
  });

  it("at targets that it does not know, and at an inbound's section only where it may", () => {
    const spec = { targetRef: { kind: "MeshHTTPRoute", name: "r" }, default: { backends: [] } };
    expect(refusalsOf("MeshTrace", { spec })).toEqual(["spec.targetRef.kind: value 'MeshHTTPRoute' is not supported"]);
  });
});

it("answers with Kuma's defaults", () => {
  const spec = { default: { ...zipkin({}), sampling: { overall: "0.5", random: 10 } } };
  expect(answerOf("MeshTrace", { spec })).toEqual({
    spec: {
      default: {
        backends: [
          {
            type: "Zipkin",
            zipkin: { url: "http://z:9411/api", traceId128bit: false, apiVersion: "httpJson", sharedSpanContext: true },
          },
        ],
        sampling: { overall: "0.5", random: 10 },
      },
    },
  });
});

it("warns of an endpoint", () => {
  const spec = { default: { backends: [{ type: "OpenTelemetry", openTelemetry: { endpoint: "otel:4317" } }] } };
  const resource = {
    type: "MeshTrace",
    mesh: "default",
    name: "x",
    labels: {},
    creationTime: "",
    modificationTime: "",
    spec,
  };
  expect(warningsOf(resource)).toEqual([
    "openTelemetry.endpoint is deprecated, use openTelemetry.backendRef with a MeshOpenTelemetryBackend resource instead",
  ]);
});
