// What to do with a view that matching cannot read: resources whose shape is broken are left out, each with a fault.
import { kindOfType } from "#model/kinds.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import { shapeViolations } from "#model/shape-violation.ts";
import type { View } from "#model/view.ts";
import { under } from "#model/violation.ts";
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
  const kind = kindOfType(resource.type);
  if (kind === undefined) return [];
  const parsed = kind.shape.safeParse(resource.spec);
  if (parsed.success) return [];
  const kri = kriOf(resource);
  const violations = shapeViolations(parsed.error.issues, resource.spec);
  const found = kind.envelope === "spec" ? under("spec", violations) : violations;
  return found.map(({ field, reason }) => ({ kri, field, reason: `${reason}; the resource is left out` }));
}
