// Lists that go back in time: the newest first, older ones when they are asked for.
import { useInfiniteQuery } from "@tanstack/react-query";
import type { AnswerOf, Call } from "#api/caller.ts";
import type { RouteName } from "#api/routes.ts";
import { api } from "./api.ts";

type ItemOf<N extends RouteName> = AnswerOf<N> extends { readonly items: readonly (infer Item)[] } ? Item : never;

/** Pages of a list whose `next` is the query of the following page, or its address. */
export function useOlder<N extends RouteName>(name: N, call: Call<N>, size = 50) {
  const { params, query } = call as { readonly params?: unknown; readonly query?: Readonly<Record<string, string>> };
  return useInfiniteQuery({
    queryKey: [name, params ?? null, query ?? null, "older", size],
    queryFn: ({ pageParam, signal }) =>
      api.call(name, {
        ...call,
        query: { ...query, size: String(size), ...pageParam },
        signal,
      } as Call<N>) as unknown as Promise<{
        readonly items: readonly ItemOf<N>[];
        readonly next: string | null;
        readonly total?: number;
      }>,
    initialPageParam: {} as Readonly<Record<string, string>>,
    getNextPageParam: ({ next }) => (next === null ? undefined : Object.fromEntries(queryOf(next))),
    refetchInterval: 30_000,
  });
}

function queryOf(next: string): URLSearchParams {
  return new URLSearchParams(next.includes("://") ? new URL(next).search : next);
}
