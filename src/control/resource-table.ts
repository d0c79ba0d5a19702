// Resources by their keyText and by their type: who asks for one kind does not walk over all others.
import type { Resource } from "#model/resource.ts";
import type { StoredResource } from "#store/face/resource.ts";

const NONE: readonly Resource[] = [];

export class ResourceTable extends Map<string, StoredResource> {
  readonly #types = new Map<string, Map<string, Resource>>();

  constructor(entries: Iterable<readonly [string, StoredResource]> = []) {
    super();
    for (const [text, item] of entries) this.set(text, item);
  }

  override set(text: string, item: StoredResource): this {
    const { resource } = item;
    const own = this.#types.get(resource.type);
    if (own === undefined) this.#types.set(resource.type, new Map([[text, resource]]));
    else own.set(text, resource);
    return super.set(text, item);
  }

  override delete(text: string): boolean {
    const type = this.get(text)?.resource.type;
    if (type !== undefined) this.#types.get(type)?.delete(text);
    return super.delete(text);
  }

  override clear(): void {
    this.#types.clear();
    super.clear();
  }

  /** In no particular order. */
  ofType(type: string): readonly Resource[] {
    const own = this.#types.get(type);
    return own === undefined || own.size === 0 ? NONE : [...own.values()];
  }
}
