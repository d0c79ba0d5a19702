// A revision's rollout as a trace: from the request over commit, compile and fetch to each relay's last ACK, once each.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ReportedRevision } from "#api/zone.ts";
import type { MetricName } from "#control/watch/metric.ts";
import type { Span } from "#control/watch/span.ts";
import type { Watch } from "#control/watch/watch.ts";
import {
  type Body,
  enrol,
  mesh,
  type Org,
  openPlane,
  orgAt,
  type Plane,
  proof,
  signUp,
  zone,
} from "#test/control/harness.ts";

let plane: Plane;
let watched: Org;
const spans: Span[] = [];
const notes: { readonly metric: MetricName; readonly value: number; readonly labels?: object }[] = [];
const watch: Watch = {
  note: (metric, value, labels) => void notes.push({ metric, value, ...(labels && { labels }) }),
  span: (span) => void spans.push(span),
};
const timeout = (seconds: number): Body => ({
  ...{ type: "MeshTimeout", mesh: "default", name: "slow" },
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${seconds}s` } }],
  },
});
const nothing = { count: 0, max: 0, buckets: [] };
const told = (revision: number, over: Partial<ReportedRevision> = {}): ReportedRevision => ({
  ...{ epoch: 1, revision, sequence: 99, acked: 2, nacked: 0, pending: 0, absent: 0, untouched: 0, laggards: [] },
  ...{ pushed: nothing, taken: { count: 2, max: 30, buckets: [[40, 2]] }, answeredAt: plane.now + 5 },
  ...over,
});
const names = (): readonly string[] => spans.map(({ name }) => name);
const counted = (metric: MetricName): number =>
  notes.filter((one) => one.metric === metric).reduce((sum, { value }) => sum + value, 0);

beforeAll(async () => {
  plane = await openPlane();
  const { tenant } = await signUp(plane, "acme");
  watched = orgAt(plane, plane.reopen({ watch }), tenant);
});
afterAll(() => plane.close());
beforeEach(() => {
  spans.length = 0;
  notes.length = 0;
});

test("each step of a change is a span of one trace, and the request that asked for it is linked", async () => {
  await watched.apply([mesh(), zone()]);
  const relay = await enrol(watched);
  await watched.settle();
  spans.length = 0;
  const span = { trace: "1".repeat(32), id: "2".repeat(16) };
  const caller = { ...watched.admin, request: { id: "REQ1", span } };
  const { revision } = await watched.apply([timeout(3)], [], { caller });
  await watched.settle();
  expect(names()).toEqual(["weft.commit", "weft.compile", "weft.publish"]);
  const [commit] = spans;
  expect(commit).toMatchObject({
    ...{ parent: null, links: [span] },
    attributes: {
      "weft.tenant": watched.tenant,
      "weft.revision": revision,
      "weft.actor": "token:test",
      "weft.request.id": "REQ1",
    },
  });
  const line = plane.log.find(({ label, fields }) => label === "committed" && fields.revision === revision);
  expect(line?.fields).toMatchObject({ requestId: "REQ1", actor: "token:test" });

  const report = (one: ReportedRevision) =>
    watched.control.writer.report(relay, proof(plane), { events: [], revisions: [one] });
  await report(told(revision, { acked: 1, pending: 1 }));
  expect(names().slice(3)).toEqual(["weft.fetch"]);
  await report(told(revision));
  await report(told(revision));
  expect(names().slice(3), "each once").toEqual(["weft.fetch", "weft.ack"]);
  const ack = spans.at(-1)!;
  expect([ack.start, ack.end]).toEqual([plane.now + 5, plane.now + 35]);
  expect(ack.attributes).toMatchObject({ "weft.zone": relay.zone, "weft.relay": relay.relay, "weft.proxies.acked": 2 });
  expect(new Set(spans.map(({ trace }) => trace)).size).toBe(1);
  expect(spans.slice(1).every(({ parent }) => parent === commit?.id)).toBe(true);
  expect(new Set(spans.map(({ id }) => id)).size).toBe(spans.length);
  expect([counted("weft_commits"), counted("weft_fetch"), counted("weft_ack")]).toEqual([expect.any(Number), 5, 35]);
  expect(notes).toContainEqual({ metric: "weft_commits", value: 1, labels: { kind: "revision" } });
});

test("a refusal is a span that failed, with Envoy's words; what nobody committed here is not timed", async () => {
  const relay = await enrol(watched);
  const { revision } = await watched.apply([timeout(4)]);
  await watched.settle();
  spans.length = 0;
  const laggards = [{ proxy: "default.web-1", reason: "no such filter", state: "nacked" as const }];
  const refused = told(revision, { acked: 1, nacked: 1, laggards });
  const unknown = told(999);
  await watched.control.writer.report(relay, proof(plane), { events: [], revisions: [refused, unknown] });
  expect(names()).toEqual(["weft.fetch", "weft.nack"]);
  expect(spans[1]).toMatchObject({ fault: "no such filter", attributes: { "weft.proxies.nacked": 1 } });
  expect(counted("weft_nacks")).toBe(1);
});

test("a commit that is refused is counted by its code, and is no span", async () => {
  const stale = { key: { type: "MeshTimeout", mesh: "default", name: "slow" }, body: timeout(9), ifMatch: "old" };
  await expect(watched.apply([], [], { put: [stale] })).rejects.toMatchObject({ code: "stale" });
  expect(names()).toEqual([]);
});
