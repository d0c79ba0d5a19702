// A change as a trace: a collector gets the caller's span, commit, compile, fetch and the ACK of real Envoys, joined.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { type Collector, httpCollector } from "#test/collector.ts";
import { httpProgram, type Program } from "#test/workload.ts";
import { startZones, type TestZones } from "#test/zones.ts";

interface TracedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, string>> }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

let zones: TestZones;
let backend: Program;
let collector: Collector & { bodies(path: string): readonly string[] };

const spans = (): readonly TracedSpan[] =>
  collector
    .bodies("/v1/traces")
    .flatMap((body) => JSON.parse(body).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap((scope) => scope.spans);
const attribute = ({ attributes }: TracedSpan, name: string): string | undefined =>
  Object.values(attributes.find(({ key }) => key === name)?.value ?? {})[0];

beforeAll(async () => {
  collector = await httpCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}` };
  zones = await startZones(["east", "west"], { env });
  backend = await httpProgram("backend");
  await zones.zone("east").proxy({ name: "backend-1", service: "backend", program: backend.port });
  await zones.zone("west").proxy({ name: "web-1", service: "web", calls: ["backend"] });
});
afterAll(async () => {
  await zones?.close();
  await backend?.close();
  await collector?.close();
});

test("from the request to the last ACK in each zone, in one trace, linked to the caller's", async () => {
  const timeouts = {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "7s" } }],
  };
  // By its name it wins over the mesh's first MeshTimeout: else it would change nothing of any Envoy's.
  await zones.apply({ type: "MeshTimeout", mesh: "default", name: "a-slow", spec: timeouts });
  const { items } = (await zones.api("GET", "v1/revisions?size=1")) as { items: { revision: number }[] };
  const revision = String(items[0]?.revision);
  const own = (): readonly TracedSpan[] => spans().filter((span) => attribute(span, "weft.revision") === revision);
  const acks = (): readonly TracedSpan[] => own().filter(({ name }) => name === "weft.ack");
  // Bodies that were sent one after the other may come the other way round.
  await until("all that belongs to the ACKs of both zones", () => {
    const names = ["weft.compile", "weft.publish", "weft.fetch", "weft.ack"];
    const [commit] = own().filter(({ name }) => name === "weft.commit");
    const asked = spans().some(({ spanId }) => spanId === commit?.links?.[0]?.spanId);
    return asked && names.every((name) => own().filter((span) => span.name === name).length >= 2);
  });

  const all = own();
  const [commit] = all.filter(({ name }) => name === "weft.commit");
  expect(new Set(all.map(({ traceId }) => traceId)).size).toBe(1);
  expect(new Set(all.map(({ spanId }) => spanId)).size, "none is told twice").toBe(all.length);
  const inZone = (zone: string): readonly string[] =>
    all.filter((span) => attribute(span, "weft.zone") === zone).map(({ name }) => name);
  for (const zone of ["east", "west"])
    expect([...inZone(zone)].sort()).toEqual(["weft.ack", "weft.compile", "weft.fetch", "weft.publish"]);
  expect(acks().reduce((sum, span) => sum + Number(attribute(span, "weft.proxies.acked")), 0)).toBe(2);
  const [called] = acks().filter((span) => attribute(span, "weft.zone") === "west");
  const taking = BigInt(called!.endTimeUnixNano) - BigInt(called!.startTimeUnixNano);
  expect(taking, "web-1's Envoy was sent it, and has said that it took it").toBeGreaterThan(0n);
  for (const span of all) expect(span.parentSpanId).toBe(span === commit ? undefined : commit?.spanId);

  const [request] = spans().filter(({ spanId }) => spanId === commit?.links?.[0]?.spanId);
  expect(request?.name).toMatch(/^(PUT|POST) \/o\/\{organisation\}\//);
  expect(attribute(commit!, "weft.request.id")).toBe(attribute(request!, "weft.request.id"));
  const last = acks().reduce(
    (latest, span) => (BigInt(span.endTimeUnixNano) > latest ? BigInt(span.endTimeUnixNano) : latest),
    0n,
  );
  console.log(`commit to the last ACK: ${Number(last - BigInt(commit!.startTimeUnixNano)) / 1e6} ms`);
});
