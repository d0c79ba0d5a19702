// Reading history from the API, page after page.
import type { Client } from "#api/caller.ts";
import type { DifferenceBody, RevisionWithEffectBody } from "#api/history.ts";
import type { Query } from "#cli/pages.ts";

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
