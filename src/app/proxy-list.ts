// Handlers of lists of proxies and of search.
import { nextPage, readPageQuery } from "#api/page.ts";
import { PROXY_STATES } from "#api/proxy-list.ts";
import { PROXY_SORTS, type ProxyQuery, type ProxySort } from "#control/overview/proxy-list.ts";
import { Fault } from "#model/fault.ts";
import { PROXY_KINDS } from "#model/proxy-kind.ts";
import type { Violation } from "#model/violation.ts";
import { pretty } from "./answer.ts";
import type { ApiCall, Handler } from "./call.ts";
import { presencesOf } from "./revision-delivery.ts";

const SEARCH_SIZE = 20;
const MOST_HITS = 100;

/** Filters with a closed set of values. */
const CLOSED = { type: Object.keys(PROXY_KINDS), state: PROXY_STATES, refuses: ["true", "false"] } as const;

export const listProxies: Handler<"api"> = async (call) => {
  const page = readPageQuery(call.url.searchParams);
  const query = { ...readFilters(call), offset: page.offset, size: page.size };
  const found = await call.app.writer.proxies(call.caller, await presencesOf(call), query);
  return pretty({ ...found, next: nextPage(call.url.href, page, found.total) });
};

function readFilters({ url: { searchParams } }: ApiCall): Omit<ProxyQuery, "offset" | "size"> {
  const violations: Violation[] = [];
  const text = (name: string): string => searchParams.get(name) ?? "";
  for (const [field, values] of Object.entries(CLOSED)) {
    if (text(field) === "" || (values as readonly string[]).includes(text(field))) continue;
    violations.push({ field, reason: `must be one of ${values.join(", ")}` });
  }
  const [, minus = "", sort = "name"] = /^(-?)(.*)$/s.exec(text("sort") || "name") ?? [];
  if (!(PROXY_SORTS as readonly string[]).includes(sort))
    violations.push({
      field: "sort",
      reason: `must be one of ${PROXY_SORTS.join(", ")}, with - before it in descending order`,
    });
  if (violations.length > 0) throw new Fault("malformed", "Invalid query", { violations });
  const given = ["type", "mesh", "zone", "state", "service", "name", "envoy"].flatMap((name) =>
    text(name) === "" ? [] : [[name, text(name)]],
  );
  return {
    ...(Object.fromEntries(given) as Pick<
      ProxyQuery,
      "type" | "mesh" | "zone" | "state" | "service" | "name" | "envoy"
    >),
    ...(text("refuses") !== "" && { refuses: text("refuses") === "true" }),
    sort: sort as ProxySort,
    descending: minus === "-",
  };
}

export const search: Handler<"api"> = async (call) => {
  const { searchParams } = call.url;
  const { size } = readPageQuery(searchParams);
  const words = searchParams.get("q") ?? "";
  if (words.trim() === "") {
    const violations = [{ field: "q", reason: "must be set: parts of a name" }];
    throw new Fault("malformed", "Invalid query", { violations });
  }
  const most = Math.min(searchParams.has("size") ? size : SEARCH_SIZE, MOST_HITS);
  return pretty(await call.app.writer.search(call.caller, words, most));
};
