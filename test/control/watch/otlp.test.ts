// OTLP: the body as opentelemetry-proto's JSON has it, batches, and collectors that are away or refuse.
import { expect, test } from "vitest";
import { readCollector } from "#control/watch/collector.ts";
import { openSpanSender, tracesBody } from "#control/watch/otlp.ts";
import type { Span } from "#control/watch/span.ts";

const span = (more: Partial<Span> = {}): Span => ({
  ...{ trace: "a".repeat(32), id: "b".repeat(16), parent: null, name: "weft.commit", kind: "internal" },
  ...{ start: 1_760_000_000_000.25, end: 1_760_000_000_001, attributes: { "weft.revision": 7, "weft.zone": "east" } },
  ...more,
});

test("a body says what the standard's JSON says: 64 bits as texts, ids in hex, no empty members", () => {
  const link = { trace: "c".repeat(32), id: "d".repeat(16) };
  const spans = [span(), span({ parent: "e".repeat(16), kind: "server", links: [link], fault: "no such filter" })];
  expect(JSON.parse(tracesBody("weft", spans))).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "weft" } }] },
        scopeSpans: [
          {
            scope: { name: "weft" },
            spans: [
              {
                ...{ traceId: "a".repeat(32), spanId: "b".repeat(16), name: "weft.commit", kind: 1 },
                ...{ startTimeUnixNano: "1760000000000250000", endTimeUnixNano: "1760000000001000000" },
                attributes: [
                  { key: "weft.revision", value: { intValue: "7" } },
                  { key: "weft.zone", value: { stringValue: "east" } },
                ],
              },
              expect.objectContaining({
                ...{ parentSpanId: "e".repeat(16), kind: 2, links: [{ traceId: link.trace, spanId: link.id }] },
                status: { code: 2, message: "no such filter" },
              }),
            ],
          },
        ],
      },
    ],
  });
});

function sender(send: (body: string) => Promise<{ status: number }>) {
  const due: (() => Promise<void>)[] = [];
  const lines: string[] = [];
  const time = { now: 1_760_000_000_000 };
  const clock = () => time.now;
  const log = (level: string, label: string, fields: Readonly<Record<string, unknown>>): void =>
    void lines.push(`${level} ${label} ${fields.spans}`);
  const later = (work: () => Promise<void>): void => void due.push(work);
  return { due, lines, time, spans: openSpanSender({ service: "weft", send, later, clock, log }) };
}

const countIn = (body: string): number => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans.length;

test("what comes before it is sent goes together, in bodies of 512, and what comes later is sent later", async () => {
  const sizes: number[] = [];
  const { due, spans } = sender(async (body) => ({ status: sizes.push(countIn(body)) && 200 }));
  for (let count = 0; count < 1000; count++) spans.add(span());
  expect(due).toHaveLength(1);
  await due[0]?.();
  expect(sizes).toEqual([512, 488]);
  spans.add(span());
  expect(due).toHaveLength(2);
  await due[1]?.();
  expect(sizes).toEqual([512, 488, 1]);
});

test("a call that is cut in the pause takes nothing with it: the next span asks again once the pause is long over", async () => {
  const sizes: number[] = [];
  const { due, time, spans } = sender(async (body) => ({ status: sizes.push(countIn(body)) && 200 }));
  spans.add(span());
  time.now += 9_999;
  spans.add(span());
  expect(due).toHaveLength(1);
  time.now += 1;
  spans.add(span());
  expect(due).toHaveLength(2);
  await due[1]?.();
  expect(sizes).toEqual([3]);
  // It was only slow: it finds nothing left to send.
  await due[0]?.();
  expect(sizes).toEqual([3]);
});

test("a call that is cut while it sends leaves what it has not taken to the next", async () => {
  const sizes: number[] = [];
  const never = new Promise<{ status: number }>(() => undefined);
  const { due, spans } = sender((body) => (sizes.push(countIn(body)) === 1 ? never : Promise.resolve({ status: 200 })));
  for (let count = 0; count < 1000; count++) spans.add(span());
  void due[0]?.();
  expect(sizes).toEqual([512]);
  spans.add(span());
  await due[1]?.();
  expect(sizes).toEqual([512, 489]);
});

test("a collector that is away costs a bounded number of spans and a line in the log, and nobody an error", async () => {
  const { due, lines, spans } = sender(async () => Promise.reject(new Error("away")));
  for (let count = 0; count < 5000; count++) spans.add(span());
  await due[0]?.();
  expect(lines.filter((line) => line.startsWith("warn the collector was not reached"))).toHaveLength(8);
  expect(lines.at(-1)).toBe("warn spans were lost 904");
  const refusing = sender(async () => ({ status: 401 }));
  refusing.spans.add(span());
  await refusing.due[0]?.();
  expect(refusing.lines).toEqual(["warn the collector did not take spans 1"]);
});

test("the variables of OpenTelemetry say where it is", () => {
  expect(readCollector({})).toBeUndefined();
  const found = readCollector({
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318/",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20s3cret, x-team = mesh",
  });
  expect(found).toMatchObject({ url: "http://127.0.0.1:4318/v1/traces", service: "weft" });
  expect(found?.headers.map(([name, value]) => [name, value.reveal()])).toEqual([
    ["authorization", "Bearer s3cret"],
    ["x-team", "mesh"],
  ]);
  expect(JSON.stringify(found)).not.toContain("s3cret");
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" }, /^OTEL_EXPORTER_OTLP_ENDPOINT must be a URL of HTTP/],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_EXPORTER_OTLP_HEADERS: "s3cret" },
    /^OTEL_EXPORTER_OTLP_HEADERS must be name=value/,
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_EXPORTER_OTLP_HEADERS: "a=100%" },
    /^OTEL_EXPORTER_OTLP_HEADERS has a value whose %/,
  ],
])("%j is refused by the variable's name, and its value is not told", (given, said) => {
  expect(() => readCollector(given)).toThrow(said);
  expect(() => readCollector(given)).not.toThrow(/s3cret/);
});
