// Lists of Weft's own routes, page after page.
import { LARGEST_SIZE, type Page } from "#api/page.ts";

/** Query of one page. */
export type Query = Readonly<Record<string, string>>;

/** All items of a paged list. */
export async function allPages<T>(page: (query: Query) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (;;) {
    const answer = await page({ size: "1000", offset: String(items.length) });
    items.push(...answer.items);
    if (answer.next === null || answer.items.length === 0) return items;
  }
}

/** The first `wanted` items of a list whose `next` is the query of the following page; nothing is asked for none. */
export async function firstItems<T>(
  page: (query: Query) => Promise<Pick<Page<T>, "items" | "next">>,
  query: Query,
  wanted: number,
): Promise<readonly T[]> {
  const items: T[] = [];
  let asked: Query = { ...query, size: String(Math.min(wanted, LARGEST_SIZE)) };
  while (items.length < wanted) {
    const answer = await page(asked);
    items.push(...answer.items);
    if (answer.next === null) break;
    asked = Object.fromEntries(new URLSearchParams(answer.next));
  }
  return items.slice(0, wanted);
}
