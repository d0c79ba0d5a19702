// What to do with a view that matching cannot read: resources whose shape is broken are left out, each with a fault.
import { indexView, type ViewIndex } from "#match/match.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import { storedViolations } from "#model/shape-fault.ts";
import type { View } from "#model/view.ts";
import type { PolicyFault } from "#xds/explain.ts";

/** The view without resources that no write of today would accept, and what is wrong with each of them. */
export function soundPart(view: View): { readonly view: View; readonly faults: readonly PolicyFault[] } {
  const faults: PolicyFault[] = [];
  const resources: Record<string, readonly Resource[]> = {};
  for (const [type, list] of Object.entries(view.resources)) {
    resources[type] = list.filter((resource) => {
      const found = shapeFaults(resource);
      faults.push(...found);
      return found.length === 0;
    });
  }
  return { view: { ...view, resources }, faults };
}

function shapeFaults(resource: Resource): PolicyFault[] {
  return storedViolations(resource).map(({ field, reason }) => ({
    kri: kriOf(resource),
    field,
    reason: `${reason}; the resource is left out`,
  }));
}

/**
 * What is made of a mesh's index; where resources that nothing else looks at cannot be read, of the mesh without them, each with a
 * fault.
 */
export function madeSoundly<T>(
  index: ViewIndex,
  make: (index: ViewIndex) => T,
): { readonly made: T; readonly faults: readonly PolicyFault[] } {
  try {
    return { made: make(index), faults: [] };
  } catch (error) {
    const sound = soundPart(index.view);
    // A mistake of the compiler, and none of what users wrote.
    if (sound.faults.length === 0) throw error;
    return { made: make(indexView(sound.view, index.zone, index.digest)), faults: sound.faults };
  }
}
