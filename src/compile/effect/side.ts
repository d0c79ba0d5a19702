// The resources of a cell's first proxy before and after, filled when they are asked for; what many proxies have is filled once.
import { isJsonObject, type JsonObject } from "#model/json.ts";
import type { EnvoyKind, ProxyEntry } from "#snapshot/template.ts";
import { type Cell, ownValues } from "./cell.ts";
import { bodyOf, type Expander, hasOwn, type ProxyResource } from "./resources.ts";

/** Keys are `<kind> <name>`. */
export interface Side {
  has(key: string): boolean;
  named(kind: EnvoyKind): readonly string[];
  /** Null where it is not there. The same object for the same filling. */
  body(key: string): JsonObject | null;
  /** The cluster's endpoints come by EDS: it is a destination, and nobody's collector or key server. */
  isFilledByEndpoints(cluster: string): boolean;
}

/** Before and after. */
export function createSides(old: Expander, now: Expander): (cell: Cell) => readonly [Side, Side] {
  const filled = new Map<string, JsonObject | null>();
  const side = (expander: Expander, entry: ProxyEntry | null): Side => {
    const groups = entry === null ? [] : expander.expand(entry);
    const own = ownValues(entry);
    // Later groups win where names collide.
    const find = (key: string): ProxyResource | undefined => groups.findLast((group) => group.has(key))?.get(key);
    const fill = (resource: ProxyResource): JsonObject | null => {
      const body = bodyOf(resource, { ...own, ...resource.bindings });
      return isJsonObject(body) ? body : null;
    };
    return {
      has: (key) => groups.some((group) => group.has(key)),
      named: (kind) =>
        groups.flatMap((group) =>
          [...group.values()].flatMap(({ name, open }) => (open.template.kind === kind ? [name] : [])),
        ),
      body(key) {
        const resource = find(key);
        if (resource === undefined) return null;
        if (hasOwn(resource)) return fill(resource);
        const at = `${resource.open.hash}${resource.text}`;
        const known = filled.get(at);
        if (known !== undefined) return known;
        const body = fill(resource);
        filled.set(at, body);
        return body;
      },
      isFilledByEndpoints(cluster) {
        const body = find(`cluster ${cluster}`)?.open.template.body;
        return isJsonObject(body) && body.type === "EDS";
      },
    };
  };
  return ({ before, after }) => [side(old, before), side(now, after)];
}
