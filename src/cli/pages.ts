// Lists of Weft's own routes, page after page.
import type { Page } from "#api/page.ts";

/** All items of a paged list. */
export async function allPages<T>(
  page: (query: Readonly<Record<string, string>>) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const items: T[] = [];
  for (;;) {
    const answer = await page({ size: "1000", offset: String(items.length) });
    items.push(...answer.items);
    if (answer.next === null || answer.items.length === 0) return items;
  }
}
