// Lists that are shown as a whole: every page of them, as one answer.
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { AnswerOf, Call } from "#api/caller.ts";
import type { RouteName } from "#api/routes.ts";
import { api } from "./api.ts";

type ItemOf<N extends RouteName> = AnswerOf<N> extends { readonly items: readonly (infer Item)[] } ? Item : never;

const LARGEST = 1000;

/** All items of a paged list, asked for again every so many milliseconds. */
export function useEvery<N extends RouteName>(
  name: N,
  call: Pick<Call<N>, keyof Call<N>>,
  every = 30_000,
): UseQueryResult<readonly ItemOf<N>[], Error> {
  const { params, query } = call as { readonly params?: unknown; readonly query?: Readonly<Record<string, string>> };
  return useQuery({
    queryKey: [name, params ?? null, query ?? null, "every"],
    async queryFn({ signal }) {
      const items: ItemOf<N>[] = [];
      for (;;) {
        const page = { size: String(LARGEST), offset: String(items.length) };
        const answer = (await api.call(name, {
          ...call,
          query: { ...query, ...page },
          signal,
        } as Call<N>)) as unknown as {
          readonly items: readonly ItemOf<N>[];
          readonly next: string | null;
        };
        items.push(...answer.items);
        if (answer.next === null || answer.items.length === 0) return items;
      }
    },
    refetchInterval: every,
  });
}
