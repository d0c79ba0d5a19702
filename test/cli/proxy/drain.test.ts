// How an Envoy is ended: it stays while somebody still sends or has something in flight, and no longer than it may.
import { expect, test } from "vitest";
import { drain } from "#cli/proxy/drain.ts";
import type { EnvoyProcess, Exit } from "#cli/proxy/envoy-process.ts";
import { Sealed } from "#model/sealed.ts";

interface Traffic {
  /** Requests that ever came, and those in flight. */
  readonly requests?: readonly [came: number, inFlight: number];
  /** TCP connections, so. */
  readonly connections?: readonly [came: number, inFlight: number];
}

/** Drains an Envoy whose counters are these when they are read for the nth time; how often that was before it was ended. */
async function readings(traffic: (reading: number) => Traffic, drainMs: number): Promise<number> {
  let read = 0;
  let end: (exit: Exit) => void = () => {};
  const envoy: EnvoyProcess = {
    pid: 1,
    exited: new Promise((resolve) => {
      end = resolve;
    }),
    tail: () => "",
    refusal: () => undefined,
    admin: () => undefined,
    kill: (signal) => end({ code: null, signal }),
    async call(method) {
      if (method === "POST") return { status: 200, body: "" };
      read++;
      const { requests = [7, 0], connections = [3, 0] } = traffic(read);
      const lines = [
        ...[`http.admin.downstream_rq_active: 1`, `http.admin.downstream_rq_total: ${read}`],
        ...[`http.in.downstream_rq_active: ${requests[1]}`, `http.in.downstream_rq_total: ${requests[0]}`],
        ...["http.in.downstream_cx_active: 4", `http.in.downstream_cx_total: ${read}`],
        ...[`tcp.in.downstream_cx_active: ${connections[1]}`, `tcp.in.downstream_cx_total: ${connections[0]}`],
      ];
      return { status: 200, body: lines.join("\n") };
    },
  };
  const proxy = {
    type: "Dataplane",
    mesh: "default",
    name: "web-1",
    resource: undefined,
    token: new Sealed("t"),
  } as const;
  await drain({ envoy, relays: [], proxy: { ...proxy, instance: "i" }, drainMs, settleMs: 250, say: () => {} });
  return read;
}

test.each<[what: string, traffic: (reading: number) => Traffic]>([
  ["who has not heard of the leave still sends requests", (reading) => ({ requests: [Math.min(reading, 9), 0] })],
  ["somebody still opens connections", (reading) => ({ connections: [Math.min(reading, 9), 0] })],
  ["a request is in flight", (reading) => ({ requests: [7, reading < 9 ? 1 : 0] })],
  ["a connection is open", (reading) => ({ connections: [3, reading < 9 ? 1 : 0] })],
])("it stays while %s", async (_, traffic) => {
  expect(await readings(traffic, 600_000)).toBeGreaterThanOrEqual(9);
});

test("connections of HTTP and the admin interface keep nobody", async () => {
  expect(await readings(() => ({}), 600_000)).toBeGreaterThan(0);
});

test("whoever goes on sending, it ends when its time is over", async () => {
  expect(await readings((reading) => ({ requests: [reading, 1] }), 500)).toBeGreaterThan(0);
});
