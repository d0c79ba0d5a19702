// Health, readiness and metrics of a control plane on Node; and the spans and counts of its requests.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openReadiness } from "#app/health.ts";
import { markOf } from "#app/trace.ts";
import { METRICS } from "#control/watch/metric.ts";
import { UNWATCHED, type Watch } from "#control/watch/watch.ts";
import { type Running, startControlPlane } from "#test/app/control-plane.ts";
import { call, createMesh, createOrganisation } from "#test/app/subject.ts";

let plane: Running;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane.close());

test("health and readiness need no token", async () => {
  for (const path of ["/healthz", "/readyz"]) {
    const { status, text, headers } = await call(plane, "GET", path);
    expect([path, status, text]).toEqual([path, 200, "ok\n"]);
    expect(headers.get("cache-control")).toBe("no-store");
  }
});

test("databases are asked at most once a second, and one that does not answer is told of until it does", async () => {
  let [now, asked, isWell] = [1_000_000, 0, true];
  const ping = async (): Promise<void> => {
    asked += 1;
    if (!isWell) throw new Error("disk I/O error");
  };
  const ready = openReadiness({ store: { ping } }, () => now);
  for (let times = 0; times < 50; times++) expect((await ready()).status).toBe(200);
  expect(asked).toBe(1);
  [now, isWell] = [now + 1000, false];
  await expect(ready()).rejects.toMatchObject({ code: "unavailable", retryAfter: 1 });
  await expect(ready()).rejects.not.toThrow(/disk/);
  expect(asked).toBe(2);
  [now, isWell] = [now + 1000, true];
  expect((await ready()).status).toBe(200);
});

test("metrics are for the operator: every one of the table, by routes of the table, with nothing of a tenant", async () => {
  const organisation = await createOrganisation(plane);
  await createMesh(organisation);
  await organisation.call("GET", "/meshes/secret-mesh-name");
  await call(plane, "GET", "/o/x/nowhere/at-all");
  for (const token of [undefined, organisation.token, "wrong"]) {
    const refused = await call(plane, "GET", "/metrics", token === undefined ? {} : { token });
    expect([refused.status, refused.json.title]).toEqual([401, "Unauthenticated"]);
  }
  const { status, text, headers } = await call(plane, "GET", "/metrics", { token: plane.operatorSecret });
  expect([status, headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  for (const [name, { kind, help }] of Object.entries(METRICS)) {
    const full = kind === "counter" ? `${name}_total` : `${name}_seconds`;
    expect(text).toContain(`# HELP ${full} ${help}\n# TYPE ${full} ${kind === "counter" ? "counter" : "histogram"}\n`);
  }
  expect(text).toMatch(/^weft_commits_total\{kind="revision"\} [1-9]/m);
  expect(text).toMatch(
    /^weft_requests_total\{route="\/o\/\{organisation\}\/meshes\/\{name\}",method="GET",status="404"\} 1$/m,
  );
  expect(text).toContain('weft_requests_total{route="none",method="GET",status="404"}');
  expect(text).toMatch(/^weft_faults_total\{code="unauthenticated"\} [1-9]/m);
  expect(text).toContain("process_resident_memory_bytes");
  for (const own of [organisation.name, organisation.id, "secret-mesh-name", "at-all"]) expect(text).not.toContain(own);
});

const chance = (length: number): Uint8Array => new Uint8Array(length).fill(7);
const COLLECTED: Watch = { ...UNWATCHED, span: () => {} };
const marked = (method: string, traceparent?: string, watch = COLLECTED) =>
  markOf(
    { watch, chance },
    new Request("http://weft/", { method, headers: traceparent === undefined ? {} : { traceparent } }),
    "ID",
  );

test("a request is traced where its caller says so, and where it may change something and the caller says nothing", () => {
  const [trace, id] = ["a".repeat(32), "b".repeat(16)];
  const own = { trace: "07".repeat(16), id: "07".repeat(8) };
  expect(marked("GET")).toEqual({ id: "ID", parent: null });
  expect(marked("POST")).toEqual({ id: "ID", span: own, parent: null });
  expect(marked("GET", `00-${trace}-${id}-01`)).toEqual({ id: "ID", span: { ...own, trace }, parent: id });
  expect(marked("POST", `00-${trace}-${id}-00`)).toEqual({ id: "ID", parent: null });
  expect(marked("POST", "garbage")).toEqual({ id: "ID", span: own, parent: null });
  // Where nobody collects, nothing is made.
  expect(marked("POST", `00-${trace}-${id}-01`, UNWATCHED)).toEqual({ id: "ID", parent: null });
});
