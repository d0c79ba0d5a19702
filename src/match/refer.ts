// How a targetRef finds resources: by name, which may be the one that a user gave, or by labels.
import { displayName } from "#model/display-name.ts";
import type { Meta } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import { isNamed } from "./order.ts";

/** Whether the reference, whose kind is the resource's, means this resource. */
export function isReferred(
  { name, namespace, labels = {} }: Omit<TargetRef, "kind">,
  resource: Pick<Meta, "name" | "labels">,
): boolean {
  if (namespace && namespace !== resource.labels[LABEL.namespace]) return false;
  if (name) return isNamed(resource, name);
  const keys = Object.keys(labels);
  return keys.length > 0 && keys.every((key) => labelOf(resource, key) === labels[key]);
}

/** The value of a label that a reference names; a resource without display name is called by its name. */
export function labelOf(resource: Pick<Meta, "name" | "labels">, key: string): string | undefined {
  return key === LABEL.displayName ? displayName(resource) : resource.labels[key];
}
