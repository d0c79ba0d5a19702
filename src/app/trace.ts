// The span of a request: in the trace of whoever called, or the first of its own where something is to change.
import { parseTraceparent, type RequestMark, type SpanPlace } from "#control/watch/span.ts";
import { toHex } from "#trust/bytes.ts";
import type { AppOptions } from "./call.ts";

/** A request as what it leads to tells of it; `parent` is the caller's span. */
export interface Mark extends RequestMark {
  readonly parent: string | null;
}

/** Who sent a `traceparent` says whether there is a span; else whatever may change something has one. */
export function markOf({ watch, chance }: Pick<AppOptions, "watch" | "chance">, request: Request, id: string): Mark {
  const theirs = parseTraceparent(request.headers.get("traceparent"));
  const isTraced = theirs?.isSampled ?? !["GET", "HEAD", "OPTIONS"].includes(request.method);
  if (watch?.span === undefined || !isTraced) return { id, parent: null };
  const span: SpanPlace = { trace: theirs?.trace ?? toHex(chance(16)), id: toHex(chance(8)) };
  return { id, span, parent: theirs?.id ?? null };
}

/** A request that was answered. `route` is the path of the table with its names, and no value of them. */
export interface Answered {
  readonly mark: Mark;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly start: number;
  readonly end: number;
}

/** Tells of it as OpenTelemetry's conventions for HTTP name things. */
export function tellAnswered(
  { watch }: Pick<AppOptions, "watch">,
  { mark, method, route, status, start, end }: Answered,
): void {
  watch?.note("weft_requests", 1, { route, method, status: String(status) });
  watch?.note("weft_request", end - start, { route });
  if (mark.span === undefined) return;
  watch?.span?.({
    ...{ ...mark.span, parent: mark.parent, name: `${method} ${route}`, kind: "server", start, end },
    attributes: {
      ...{ "http.request.method": method, "http.route": route, "http.response.status_code": status },
      "weft.request.id": mark.id,
    },
    ...(status >= 500 && { fault: `answered with ${status}` }),
  });
}
