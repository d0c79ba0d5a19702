// The hash by which Kuma names the matches of a route: SHA-256 over its JSON, in base64.
import { digestText } from "#trust/digest.ts";

type Loose = Readonly<Record<string, unknown>>;

/** `waFsoIISmZDTfFWYqxvY265/GASHYEWvHQTwMh/bpuU=`: equal for matches that say the same, whatever the order of members. */
export async function matchesHash(matches: readonly unknown[]): Promise<string> {
  const hash = await digestText(JSON.stringify(matches.map((match) => ordered(match as Loose))));
  return `${hash.replaceAll("-", "+").replaceAll("_", "/")}=`;
}

/** Members in Kuma's order. */
function ordered({ path, method, queryParams, headers }: Loose): Loose {
  const named = (list: unknown): Loose[] | undefined =>
    (list as readonly Loose[] | undefined)?.map(({ type, name, value }) => ({ type, name, value }));
  const { value, type } = (path ?? {}) as Loose;
  return {
    ...(path !== undefined && { path: { value, type } }),
    method,
    queryParams: named(queryParams),
    headers: named(headers),
  };
}
