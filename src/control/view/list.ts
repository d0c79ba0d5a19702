// What a relay may see of a mesh's resources: lists by type, sorted by name, changed one resource at a time.
import { kindOfType } from "#model/kinds.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";

/** Each list is replaced when it changes, so that a list's identity says whether it has. */
export type Lists = Map<string, readonly Resource[]>;

const shown = new WeakMap<Resource, Resource>();

/** The resource as a relay may see it: never a private key, nothing of kinds that are not for relays. The same object each time. */
export function visible(resource: Resource): Resource | null {
  const kind = kindOfType(resource.type);
  if (kind === undefined || kind.relay === "none") return null;
  if (kind.relay === "all") return resource;
  if (kind.publicPart === undefined) throw new TypeError(`The kind ${kind.type} does not say what of it is public`);
  const known = shown.get(resource);
  if (known !== undefined) return known;
  const made: Resource = { ...resource, spec: kind.publicPart(resource.spec) };
  shown.set(resource, made);
  return made;
}

/** Adds or replaces. */
export function setIn(lists: Lists, resource: Resource): void {
  const list = lists.get(resource.type) ?? [];
  const at = position(list, resource.name);
  lists.set(resource.type, list.toSpliced(at, list[at]?.name === resource.name ? 1 : 0, resource));
}

/** Removes, if it is there. */
export function removeFrom(lists: Lists, { type, name }: ResourceKey): void {
  const list = lists.get(type) ?? [];
  const at = position(list, name);
  if (list[at]?.name !== name) return;
  if (list.length === 1) lists.delete(type);
  else lists.set(type, list.toSpliced(at, 1));
}

/** Where the name stands or would stand. */
function position(list: readonly Resource[], name: string): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] as Resource).name < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
