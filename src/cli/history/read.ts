// Reading history from the API, page after page.
import type { Client } from "#api/client.ts";
import type { DifferenceBody, RevisionWithEffectBody } from "#api/history.ts";

type Query = Readonly<Record<string, string>>;

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** As many revisions as are wanted, newest first; those of one resource or of many. */
export async function newest<T>(
  page: (query: Query) => Promise<Page<T>>,
  query: Query,
  wanted: number,
): Promise<readonly T[]> {
  const items: T[] = [];
  for (let next: Query | null = { ...query, size: String(Math.min(wanted, 1000)) }; next !== null; ) {
    const answer: Page<T> = await page(next);
    items.push(...answer.items);
    next = answer.next === null || items.length >= wanted ? null : Object.fromEntries(new URLSearchParams(answer.next));
  }
  return items.slice(0, wanted);
}

/** All that differs between two revisions, and which they are. */
export async function allDifferences(
  client: Client,
  organisation: string,
  query: { readonly from: string; readonly to?: string },
): Promise<{ readonly from: number; readonly to: number; readonly items: readonly DifferenceBody[] }> {
  const items: DifferenceBody[] = [];
  for (let asked: Query = { ...query, size: "1000" }; ; ) {
    const { from, to, items: found, next } = await client.call("diff", { params: { organisation }, query: asked });
    items.push(...found);
    if (next === null) return { from, to, items };
    asked = Object.fromEntries(new URLSearchParams(next));
  }
}

/** One revision. */
export function readRevision(client: Client, organisation: string, revision: number): Promise<RevisionWithEffectBody> {
  return client.call("getRevision", { params: { organisation, revision: String(revision) } });
}
