// Shadow policies: those that only show what they would do.
import { ALL_KINDS, isPolicy } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import type { View } from "#model/view.ts";
import { isShadow } from "./order.ts";

/** The view in which shadow policies act; itself where it has none. Whatever is no shadow keeps its identity. */
export function shadowView(view: View): View {
  const changed: Record<string, readonly Resource[]> = {};
  for (const { type } of ALL_KINDS.filter(isPolicy)) {
    const list = view.resources[type];
    if (list?.some(isShadow)) changed[type] = list.map((one) => (isShadow(one) ? acting(one) : one));
  }
  return Object.keys(changed).length === 0 ? view : { ...view, resources: { ...view.resources, ...changed } };
}

function acting(policy: Resource): Resource {
  const { [LABEL.effect]: _effect, ...labels } = policy.labels;
  return { ...policy, labels };
}
