// Calls of the API: by the session's cookie, on this page's own host.

import { ROWS } from "virtual:routes";
import { keepPreviousData, QueryClient, queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type AnswerOf, type Call, createCaller } from "#api/caller.ts";
import type { RouteName } from "#api/routes.ts";
import { Fault } from "#model/fault.ts";
import { createSessionKeeper } from "./session-keeper.ts";

/** Knows when the browser's session has ended. */
export const keeper = createSessionKeeper((url, init) => fetch(url, { ...init, credentials: "same-origin" }));

export const api = createCaller(ROWS, { url: "", fetch: keeper.fetch });

/** Faults that another try may not have. */
const PASSING = new Set(["unavailable", "internal", "too-many"]);

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < 3 && error instanceof Fault && PASSING.has(error.code),
      staleTime: 5_000,
      placeholderData: keepPreviousData,
    },
  },
});

/** A call as a query: its key is the route's name and what was asked, so that news of a route refreshes all of its calls. */
export function ask<N extends RouteName>(name: N, call: Call<N>) {
  const { params, query, body } = call as {
    readonly params?: unknown;
    readonly query?: unknown;
    readonly body?: unknown;
  };
  return queryOptions<AnswerOf<N>, Error>({
    queryKey: [name, params ?? null, query ?? null, body ?? null],
    queryFn: ({ signal }) => api.call(name, { ...call, signal }),
  });
}

/** The answer of a call, asked for again every so many milliseconds; only where it is wanted. */
export function useAnswer<N extends RouteName>(
  name: N,
  call: Call<N>,
  every = 10_000,
  isWanted = true,
): UseQueryResult<AnswerOf<N>, Error> {
  return useQuery({ ...ask(name, call), refetchInterval: every, enabled: isWanted });
}
