// Which destinations a revision bears on, as it is kept with the revision's effect and read again.
import type { Touched } from "#compile/effect/touched.ts";
import type { TenantStore } from "#store/store.ts";

/** By mesh; null = all of its destinations. */
export type StoredTouched = Readonly<Record<string, readonly string[] | null>>;

/** Beyond so many of one mesh all are meant. */
const MOST_NAMES = 2000;

/** Names sorted. */
export function storedTouched(touched: Touched): StoredTouched {
  const rows = [...touched].map(
    ([mesh, names]) => [mesh, names === null || names.size > MOST_NAMES ? null : [...names].sort()] as const,
  );
  return Object.fromEntries(rows);
}

/** What a publication bore on. */
export interface Observed {
  readonly touched: Touched;
  /** Whether several revisions went out with it: which of them did what was not observed. */
  readonly shared: boolean;
}

/** What a revision bears on, with others that were published with it; null = that was not observed: it may be anything. */
export async function observedOf(store: Pick<TenantStore, "effects">, revision: number): Promise<Observed | null> {
  const whole = (await store.effects(revision)).find(({ zone }) => zone === "");
  const { touched } = JSON.parse(whole?.body ?? "{}") as { readonly touched?: StoredTouched };
  if (whole === undefined || touched === undefined) return null;
  const sets = Object.entries(touched).map(([mesh, names]) => [mesh, names === null ? null : new Set(names)] as const);
  return { touched: new Map(sets), shared: whole.first !== whole.revision };
}
