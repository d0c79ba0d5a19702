// Streams of load reports: nobody is asked or counted before the token is verified, and no longer than the mesh wants it.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { beforeEach, expect, test } from "vitest";
import {
  LoadStatsRequestSchema,
  LoadStatsResponseSchema,
} from "#envoy/generated/envoy/service/load_stats/v3/lrs_pb.ts";
import type { Sealed } from "#model/sealed.ts";
import type { CallHandlers, GrpcCall } from "#relay/grpc/call.ts";
import { createLoadStreams, type LoadStreams } from "#relay/load/load-stream.ts";
import type { ZoneSide } from "#relay/zone-side.ts";

let period: number | null;
let wanted: boolean;
let added: string[];
let moment: number;
let streams: LoadStreams;

/** A token is the name of its mesh; `none` is no token. */
const authenticate = (async (token: Sealed | undefined) => {
  const mesh = token?.reveal() ?? "none";
  if (mesh === "none") return { ok: false, code: "unauthenticated", reason: "no good token", violations: [] };
  return { ok: true, bearer: { mesh, token, tokenId: "t", violations: () => [] } };
}) as unknown as ZoneSide["authenticate"];

beforeEach(() => {
  period = 10_000;
  wanted = false;
  moment = 0;
  added = [];
  streams = createLoadStreams({
    authenticate,
    board: {
      period: () => period,
      add: (mesh, loads) => added.push(...loads.map(({ name, total, errors }) => `${mesh} ${name} ${errors}/${total}`)),
    },
    calls: {
      wants: (mesh, streams) => mesh === "default" && wanted && streams <= 2,
      add: (mesh, proxy, loads) => added.push(...loads.map(({ name }) => `${mesh} ${proxy} → ${name}`)),
    },
    now: () => moment,
  });
});

interface Opened {
  readonly handlers: CallHandlers;
  readonly asked: (number | "none")[];
  ended: string;
  report(id: string, errors?: number): Promise<void>;
}

function open(authorization?: string): Opened {
  const opened: Opened = {
    asked: [],
    ended: "",
    async report(id: string, errors?: number) {
      const stats = { totalSuccessfulRequests: 8n, totalErrorRequests: BigInt(errors ?? 0) };
      const clusterStats = errors === undefined ? [] : [{ clusterName: "backend", upstreamLocalityStats: [stats] }];
      const message = create(LoadStatsRequestSchema, { node: { id }, clusterStats });
      opened.handlers.message(Buffer.from(toBinary(LoadStatsRequestSchema, message)));
      await new Promise((resolve) => setImmediate(resolve));
    },
  } as unknown as Opened;
  const call = {
    write(bytes: Uint8Array) {
      const { sendAllClusters, loadReportingInterval } = fromBinary(LoadStatsResponseSchema, bytes);
      opened.asked.push(sendAllClusters ? Number(loadReportingInterval?.seconds) : "none");
    },
    end(status: string, details = "") {
      opened.ended = `${status} ${details}`.trim();
    },
  } as unknown as GrpcCall;
  const headers = authorization === undefined ? {} : { authorization };
  return Object.assign(opened, { handlers: streams.serve(call, headers) });
}

test("a proxy of a mesh that wants loads is asked, and counted from then on", async () => {
  const one = open("default");
  await one.report("default.web-1");
  expect([one.asked, added]).toEqual([[10], []]);
  await one.report("default.web-1", 3);
  expect(added).toEqual(["default backend 3/11", "default web-1 → backend"]);
});

test("what an Envoy counted while it had no stream is of first calls, and of no revision", async () => {
  wanted = true;
  const one = open("default");
  await one.report("default.web-1", 3);
  expect(added).toEqual(["default web-1 → backend"]);
});

test.each([
  ["without a token", undefined, "default.web-1", "UNAUTHENTICATED no good token"],
  ["with a bad one", "none", "default.web-1", "UNAUTHENTICATED no good token"],
  [
    "with another mesh's",
    "other",
    "default.web-1",
    'PERMISSION_DENIED the token is of mesh "other", and node.id is "default.web-1"',
  ],
])("one %s is refused, and counts nothing", async (_, token, id, ended) => {
  const one = open(token);
  await one.report(id, 3);
  await one.report(id, 3);
  expect([one.ended, one.asked, added]).toEqual([ended, [], []]);
});

test("who is asked follows the rule: not before there is one, otherwise when it changes, for none when it goes", async () => {
  period = null;
  const one = open("default");
  await one.report("default.web-1");
  streams.refresh();
  expect(one.asked).toEqual([]);
  for (const next of [10_000, 10_000, 5000, null]) {
    period = next;
    streams.refresh();
  }
  expect(one.asked).toEqual([10, 5, "none"]);
  one.handlers.closed();
  period = 10_000;
  streams.refresh();
  expect(one.asked).toHaveLength(3);
});

test("bytes that are no report end the stream", () => {
  const one = open("default");
  one.handlers.message(Buffer.from([0x12, 0x05, 0x01]));
  expect(one.ended).toBe("INVALID_ARGUMENT the bytes are no LoadStatsRequest");
});

test("of a mesh whose first calls are wanted, a few are asked each second, and for what a rule wants from then on", async () => {
  period = null;
  wanted = true;
  const [one, two, three] = [open("default"), open("default"), open("default")];
  for (const each of [one, two, three]) await each.report("default.web-1");
  expect([one.asked, two.asked, three.asked]).toEqual([[1], [1], []]);
  period = 10_000;
  await one.report("default.web-1", 0);
  streams.refresh();
  expect([one.asked, two.asked, three.asked]).toEqual([[1, 10], [1, 10], [10]]);
});

test("as many proxies are told to open a stream as will be asked, those that are starting too", async () => {
  period = null;
  wanted = true;
  const asked = (): boolean[] => [streams.grant("default"), streams.grant("default"), streams.grant("default")];
  expect(streams.grant("other")).toBe(false);
  expect(asked()).toEqual([true, true, false]);
  moment = 10_000;
  const one = open("default");
  await one.report("default.web-1");
  expect(asked()).toEqual([true, false, false]);
  one.handlers.closed();
  moment = 20_000;
  expect(asked()).toEqual([true, true, false]);
  period = 10_000;
  expect(asked()).toEqual([true, true, true]);
});
