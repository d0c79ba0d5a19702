// Streams of load reports: an Envoy that has proved whose it is is asked for its loads while its mesh wants them, and else for none.
import { Sealed } from "#model/sealed.ts";
import type { GrpcCall } from "#relay/grpc/call.ts";
import type { GrpcMethod } from "#relay/grpc/server.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import { FIRST_PERIOD, type FirstCalls } from "./first-calls.ts";
import type { LoadBoard } from "./load-board.ts";
import { type LoadStats, readLoadStats, writeLoadQuestion } from "./load-stats.ts";

export const LOAD_STATS = "/envoy.service.load_stats.v3.LoadReportingService/StreamLoadStats";

export interface LoadStreams {
  readonly serve: GrpcMethod;
  /** Whether a proxy of the mesh that starts now is to open a stream. */
  grant(mesh: string): boolean;
  /** Who is asked may have changed. */
  refresh(): void;
}

export interface LoadStreamOptions {
  readonly authenticate: ZoneSide["authenticate"];
  readonly board: Pick<LoadBoard, "period" | "add">;
  readonly calls: FirstCalls;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Within that a proxy that was told to open a stream does; milliseconds. */
const STARTING = 10_000;

interface Reporter {
  readonly mesh: string;
  readonly proxy: string;
  readonly call: GrpcCall;
  /** What it was asked last; undefined = nothing yet. */
  asked: number | null | undefined;
}

/** A stream costs memory as long as it is open, so only proxies of meshes that want loads or first calls are told to open one (bootstrap). */
export function createLoadStreams({ authenticate, board, calls, now }: LoadStreamOptions): LoadStreams {
  const reporters = new Set<Reporter>();
  const streams = new Map<string, number>();
  const granted = new Map<string, readonly number[]>();

  function count(mesh: string, by: number): void {
    const now = (streams.get(mesh) ?? 0) + by;
    if (now === 0) streams.delete(mesh);
    else streams.set(mesh, now);
  }

  /** What a rule wants goes first: its board takes each report for one of its own periods. */
  const periodOf = (mesh: string): number | null =>
    board.period(mesh) ?? (calls.wants(mesh, streams.get(mesh) ?? 0) ? FIRST_PERIOD : null);

  function ask(reporter: Reporter): void {
    const period = periodOf(reporter.mesh);
    // An Envoy that was never asked says nothing.
    if (reporter.asked === period || (period === null && reporter.asked === undefined)) return;
    reporter.asked = period;
    reporter.call.write(writeLoadQuestion(period === null ? null : Math.ceil(period / 1000)), () => undefined);
  }

  return {
    serve(call, headers) {
      let reporter: Reporter | undefined;
      let begun = false;
      let over = false;
      const close = (): void => {
        over = true;
        if (reporter !== undefined && reporters.delete(reporter)) count(reporter.mesh, -1);
      };
      const begin = async ({ node, clusters }: LoadStats): Promise<void> => {
        const { authorization } = headers;
        const who = await authenticate(authorization === undefined ? undefined : new Sealed(authorization));
        if (!who.ok) {
          const isLater = who.code === "unavailable";
          return call.end(isLater ? "UNAVAILABLE" : "UNAUTHENTICATED", who.reason);
        }
        const { mesh } = who.bearer;
        if (mesh === "" || !node.startsWith(`${mesh}.`))
          return call.end(
            "PERMISSION_DENIED",
            `the token is of mesh ${JSON.stringify(mesh)}, and node.id is ${JSON.stringify(node)}`,
          );
        if (over) return;
        reporter = { mesh, proxy: node.slice(mesh.length + 1), call, asked: undefined };
        reporters.add(reporter);
        count(mesh, 1);
        // What an Envoy has counted since its last stream broke: nobody knows when, so it says nothing before or since a revision.
        calls.add(mesh, reporter.proxy, clusters);
        ask(reporter);
      };
      return {
        message(bytes) {
          if (over || (begun && reporter === undefined)) return;
          const stats = readLoadStats(bytes);
          if (stats === null) return call.end("INVALID_ARGUMENT", "the bytes are no LoadStatsRequest");
          if (reporter !== undefined) {
            board.add(reporter.mesh, stats.clusters);
            calls.add(reporter.mesh, reporter.proxy, stats.clusters);
            return ask(reporter);
          }
          begun = true;
          begin(stats).catch(() => call.end("INTERNAL", "the relay could not verify the token"));
        },
        halfClosed() {
          close();
          call.end("OK");
        },
        closed: close,
      };
    },
    grant(mesh) {
      if (board.period(mesh) !== null) return true;
      const at = now();
      // Many that start at once have no streams yet.
      const lately = (granted.get(mesh) ?? []).filter((one) => at - one < STARTING);
      if (!calls.wants(mesh, (streams.get(mesh) ?? 0) + lately.length + 1)) return false;
      granted.set(mesh, [...lately, at]);
      return true;
    },
    refresh() {
      for (const reporter of reporters) ask(reporter);
    },
  };
}
