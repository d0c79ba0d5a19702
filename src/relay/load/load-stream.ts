// Streams of load reports: an Envoy that has proved whose it is is asked for its loads while its mesh wants them, and else for none.
import { Sealed } from "#model/sealed.ts";
import type { GrpcCall } from "#relay/grpc/call.ts";
import type { GrpcMethod } from "#relay/grpc/server.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import type { LoadBoard } from "./load-board.ts";
import { readLoadStats, writeLoadQuestion } from "./load-stats.ts";

export const LOAD_STATS = "/envoy.service.load_stats.v3.LoadReportingService/StreamLoadStats";

export interface LoadStreams {
  readonly serve: GrpcMethod;
  /** Who is asked may have changed. */
  refresh(): void;
}

export interface LoadStreamOptions {
  readonly authenticate: ZoneSide["authenticate"];
  readonly board: Pick<LoadBoard, "period" | "add">;
}

interface Reporter {
  readonly mesh: string;
  readonly call: GrpcCall;
  /** What it was asked last; undefined = nothing yet. */
  asked: number | null | undefined;
}

/** A stream costs memory as long as it is open, so only proxies of meshes that want loads are told to open one (bootstrap). */
export function createLoadStreams({ authenticate, board }: LoadStreamOptions): LoadStreams {
  const reporters = new Set<Reporter>();

  function ask(reporter: Reporter): void {
    const period = board.period(reporter.mesh);
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
        if (reporter !== undefined) reporters.delete(reporter);
      };
      const begin = async (node: string): Promise<void> => {
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
        reporter = { mesh, call, asked: undefined };
        reporters.add(reporter);
        ask(reporter);
      };
      return {
        message(bytes) {
          if (over || (begun && reporter === undefined)) return;
          const stats = readLoadStats(bytes);
          if (stats === null) return call.end("INVALID_ARGUMENT", "the bytes are no LoadStatsRequest");
          if (reporter !== undefined) return board.add(reporter.mesh, stats.clusters);
          begun = true;
          begin(stats.node).catch(() => call.end("INTERNAL", "the relay could not verify the token"));
        },
        halfClosed() {
          close();
          call.end("OK");
        },
        closed: close,
      };
    },
    refresh() {
      for (const reporter of reporters) ask(reporter);
    },
  };
}
