// Subsets that clients list: tags beyond a service alone, in the outbounds of dataplanes of all zones, counted.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";
import { listedBy } from "./slot.ts";
import type { ViewIndex } from "./view-index.ts";

type Dataplane = Resource<DataplaneSpec>;

/** By their text, with how many outbounds list each. */
export type Subsets = ReadonlyMap<string, { readonly tags: Tags; readonly uses: number }>;

/** Those of a view; the same map as before where no subset came or went. */
export function listedSubsets(
  { everywhere }: Pick<ViewIndex, "everywhere">,
  before?: { readonly index: Pick<ViewIndex, "everywhere">; readonly listed: Subsets },
): Subsets {
  const old = before?.index.everywhere ?? [];
  if (before !== undefined && old === everywhere) return before.listed;
  const delta = new Map<string, { readonly tags: Tags; by: number }>();
  const count = (dataplane: Dataplane, by: number): void => {
    for (const { tags, backendRef } of listedBy(dataplane)) {
      if (tags === undefined || backendRef !== undefined || !isSubset(tags)) continue;
      const key = subsetText(tags);
      const known = delta.get(key);
      if (known === undefined) delta.set(key, { tags, by });
      else known.by += by;
    }
  };
  eachChange(old, everywhere, count);
  const changes = [...delta].filter(([, { by }]) => by !== 0);
  if (before !== undefined && changes.length === 0) return before.listed;
  const listed = new Map(before?.listed);
  for (const [key, { tags, by }] of changes) {
    const uses = (listed.get(key)?.uses ?? 0) + by;
    if (uses > 0) listed.set(key, { tags, uses });
    else listed.delete(key);
  }
  return listed;
}

function isSubset(tags: Tags): boolean {
  return tags[SERVICE_TAG] !== undefined && Object.keys(tags).length > 1;
}

/** The same for tags in any order. */
function subsetText(tags: Tags): string {
  const keys = Object.keys(tags).sort();
  return JSON.stringify(keys.map((key) => [key, tags[key]]));
}

/** Calls with -1 for those that are gone and 1 for those that have come; both lists are sorted by name. */
function eachChange(
  old: readonly Dataplane[],
  now: readonly Dataplane[],
  tell: (dataplane: Dataplane, by: number) => void,
): void {
  let at = 0;
  for (const dataplane of now) {
    let other = old[at];
    while (other !== undefined && other !== dataplane && other.name < dataplane.name) {
      tell(other, -1);
      other = old[++at];
    }
    if (other === dataplane) at++;
    else {
      if (other !== undefined && other.name === dataplane.name) {
        tell(other, -1);
        at++;
      }
      tell(dataplane, 1);
    }
  }
  for (const other of old.slice(at)) tell(other, -1);
}
