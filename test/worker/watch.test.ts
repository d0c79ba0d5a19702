// What workers tell of themselves, in the Workers runtime: data points by the table of metrics, spans to a collector.
import { expect, test } from "vitest";
import { openWatch } from "#worker/watch.ts";

test("a metric is a data point: its name, its labels in the table's order, one double", () => {
  const points: (AnalyticsEngineDataPoint | undefined)[] = [];
  const { note } = openWatch({ METRICS: { writeDataPoint: (point) => void points.push(point) } }, () => {});
  note("weft_requests", 1, { status: "200", method: "GET", route: "/meshes" });
  note("weft_compile", 12.5);
  expect(points).toEqual([
    { indexes: ["weft_requests"], blobs: ["/meshes", "GET", "200"], doubles: [1] },
    { indexes: ["weft_compile"], blobs: [], doubles: [12.5] },
  ]);
});

test("without a dataset and a collector it tells nobody, fails nobody, and no span is made", () => {
  const { note, span } = openWatch({}, () => {});
  note("weft_commits", 1, { kind: "step" });
  expect(span).toBeUndefined();
});

const place = { trace: "a".repeat(32), id: "b".repeat(16) };

test("a span reaches the collector by itself, with its headers", async () => {
  const lines: string[] = [];
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "https://otlp.example", OTEL_EXPORTER_OTLP_HEADERS: "x-team=mesh" };
  const { span } = openWatch(env, (_, label) => void lines.push(label));
  span?.({ ...place, parent: null, name: "weft.commit", kind: "internal", start: 1, end: 2, attributes: {} });
  const arrived = async (): Promise<readonly string[]> => (await fetch("https://otlp.example/")).json();
  for (let tries = 0; (await arrived()).length === 0 && tries < 100; tries++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  const [one = "", ...more] = await arrived();
  expect([more, lines]).toEqual([[], []]);
  expect(one).toMatch(/^\/v1\/traces mesh \{/);
  expect(JSON.parse(one.slice(one.indexOf("{"))).resourceSpans[0].scopeSpans[0].spans[0].spanId).toBe(place.id);
});
