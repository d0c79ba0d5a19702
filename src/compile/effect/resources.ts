// The Envoy resources of a proxy as templates with values: enough to tell which differ, without filling any.

import { canonical } from "#model/canonical.ts";
import type { Bindings, Hash, Json } from "#model/json.ts";
import { isNodeHole } from "#model/node-hole.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { fill, fillPartly, type Group, holesOf, type ProxyEntry, type Template } from "#snapshot/template.ts";
import { ownValues } from "./cell.ts";

export interface OpenTemplate {
  readonly hash: Hash;
  readonly template: Template;
  readonly holes: readonly string[];
  /** Those of its name. */
  readonly nameHoles: readonly string[];
}

/** A template at work in one proxy. */
export interface ProxyResource {
  readonly name: string;
  readonly open: OpenTemplate;
  /** The values that its entry brings, others than the template's holes among them. */
  readonly bindings: Bindings;
  /** The same as text. */
  readonly text: string;
}

/** Finds the resources of proxies of one snapshot. */
export interface Expander {
  /** By `<kind> <name>`, one map a group; of equal keys the last group's holds. The same map for a group that has no own values. */
  expand(entry: ProxyEntry): readonly ReadonlyMap<string, ProxyResource>[];
}

/** Reads groups and templates when they are asked for, each once; `seen` may be shared by snapshots, as hashes mean the same. */
export function createExpander(snapshot: Snapshot | null, seen: Map<Hash, OpenTemplate>): Expander {
  const groups = new Map<string, ReadonlyMap<string, ProxyResource>>();
  const textOf = (hash: Hash): string => {
    const text = snapshot?.blobs.get(hash);
    if (text === undefined) throw new TypeError(`the snapshot's blob ${hash} is not there`);
    return text;
  };
  const openOf = (hash: Hash): OpenTemplate => {
    const known = seen.get(hash);
    if (known !== undefined) return known;
    const template = JSON.parse(textOf(hash)) as Template;
    const nameHoles = typeof template.name === "string" ? [] : holesOf({ name: template.name, body: "" });
    const open = { hash, template, holes: holesOf(template), nameHoles };
    seen.set(hash, open);
    return open;
  };
  const expandGroup = (hash: Hash, own: Bindings): ReadonlyMap<string, ProxyResource> => {
    const found = new Map<string, ProxyResource>();
    for (const [templates, all] of JSON.parse(textOf(hash)) as Group) {
      const opened = templates.map(openOf);
      for (const bindings of all) {
        const text = JSON.stringify(bindings);
        for (const open of opened) {
          const name = nameOf(open, bindings, own);
          found.set(`${open.template.kind} ${name}`, { name, open, bindings, text });
        }
      }
    }
    return found;
  };
  return {
    expand(entry) {
      const own = ownValues(entry);
      return entry.groups.map(([hash, bindings]) => {
        const key = Object.keys(bindings).length === 0 ? hash : `${hash}${canonical(bindings)}`;
        const group = groups.get(key) ?? expandGroup(hash, own);
        groups.set(key, group);
        return group;
      });
    },
  };
}

/** The body with every hole filled: the entry's values, the proxy's own, and a mark in place of what only its Envoy knows. */
export function bodyOf({ open: { template, holes } }: ProxyResource, values: Bindings): Json {
  return fill(template, withNode(holes, values)).body;
}

/** All values of a resource's holes; those that only an Envoy knows as `<node.…>`. */
export function withNode(holes: readonly string[], values: Bindings): Bindings {
  if (!holes.some(isNodeHole)) return values;
  return { ...Object.fromEntries(holes.filter(isNodeHole).map((hole) => [hole, `<${hole}>`])), ...values };
}

/** Whether values of the proxy's own stand in the resource. */
export function hasOwn({ open: { holes }, bindings }: ProxyResource): boolean {
  return holes.some((hole) => !Object.hasOwn(bindings, hole) && !isNodeHole(hole));
}

function nameOf({ template, nameHoles }: OpenTemplate, bindings: Bindings, own: Bindings): string {
  if (typeof template.name === "string") return template.name;
  const values: Record<string, Json> = {};
  for (const hole of nameHoles) {
    const value = Object.hasOwn(bindings, hole) ? bindings[hole] : own[hole];
    if (value !== undefined) values[hole] = value;
  }
  const name = fillPartly(template.name, withNode(nameHoles, values));
  if (typeof name === "string") return name;
  throw new TypeError(`the name of a ${template.kind} has a hole without a value: ${canonical(name)}`);
}
