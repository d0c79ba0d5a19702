// What to do with a view that matching cannot read: resources whose shape is broken are left out, each with a fault.
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
