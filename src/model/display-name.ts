// The name that a resource is called by, wherever it is kept.
import type { Meta } from "./resource.ts";
import { LABEL } from "./tag.ts";

/** The name that a user gave: what is made in a zone is stored under another. */
export function displayName({ name, labels }: Pick<Meta, "name" | "labels">): string {
  return labels[LABEL.displayName] ?? name;
}
