// Cases: what one policy changes in the Envoys of a small world, field by field.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { Compiled } from "#compile/compile.ts";
import type { Json } from "#model/json.ts";
import type { View } from "#model/view.ts";
import { type Difference, differences } from "./difference.ts";
import { compileView, proxiesOf, type Served, servedTo, viewOf } from "./scenario.ts";
import { type Given, type World, worldYaml } from "./world.ts";

export const CASES = fileURLToPath(new URL("policy/", import.meta.url));

export interface Case {
  /** What it shows; names its golden. */
  readonly shows: string;
  /** `plain` unless said. */
  readonly world?: World;
  readonly given: readonly Given[];
}

/** The files of cases, by policy in kebab case. */
export const SUBJECTS: readonly string[] = readdirSync(CASES)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => name.slice(0, -".yaml".length))
  .sort();

/** `MeshHTTPRoute` → `mesh-http-route`. */
export function kebab(type: string): string {
  return type.replaceAll(/([a-z])([A-Z])|([A-Z]+)([A-Z][a-z])/g, "$1$3-$2$4").toLowerCase();
}

/** The cases of a policy; none where it has no file yet. */
export function casesOf(subject: string): readonly Case[] {
  const file = join(CASES, `${subject}.yaml`);
  return existsSync(file) ? ((parse(readFileSync(file, "utf8")) ?? []) as Case[]) : [];
}

/** The golden's file of a case. */
export function goldenOf(subject: string, { shows }: Case): string {
  const slug = shows
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return join(CASES, "golden", subject, `${slug}.yaml`);
}

/** A world compiled, with and without what a case gives. */
export interface Laid {
  readonly view: View;
  readonly compiled: Compiled;
  /** By proxy. */
  readonly served: Readonly<Record<string, Served>>;
}

const worlds = new Map<World, Laid>();

/** The world of a case without its policies. */
export function standing(world: World): Laid {
  const known = worlds.get(world) ?? laid(worldYaml(world, []));
  worlds.set(world, known);
  return known;
}

/** The world with what the case gives; throws what validation says. */
export function laidOver({ world = "plain", given }: Pick<Case, "world" | "given">): Laid {
  return laid(worldYaml(world, given));
}

function laid(yaml: string): Laid {
  const view = viewOf(yaml);
  const compiled = compileView(view);
  const served = Object.fromEntries(proxiesOf(view).map((name) => [name, servedTo(compiled, view.mesh.name, name)]));
  return { view, compiled, served };
}

/** What each Envoy gets that it would not get without the case, and what is wrong with it; empty parts are absent. */
export function changeOf(before: Laid, after: Laid): Json {
  const proxies = Object.fromEntries(
    Object.entries(after.served).flatMap(([proxy, served]) => {
      const change = changeOfProxy(before.served[proxy], served);
      return Object.keys(change).length === 0 ? [] : [[proxy, change]];
    }),
  );
  const { faults } = after.compiled;
  return { ...proxies, ...(faults.length === 0 ? {} : { faults: faults as unknown as Json }) };
}

function changeOfProxy(before: Served | undefined, after: Served): { readonly [resource: string]: Json } {
  const [old, now] = [byName(before), byName(after)];
  const names = [...new Set([...now.keys(), ...old.keys()])].sort();
  const found: Record<string, Json> = {};
  for (const name of names) {
    const [was, is] = [old.get(name), now.get(name)];
    if (is === undefined) found[name] = "gone";
    else if (was === undefined) found[name] = { new: is };
    else {
      const list = differences(was, is);
      if (list.length > 0) found[name] = list.map(entry);
    }
  }
  return found;
}

function entry({ at, was, now }: Difference): Json {
  return { at, ...(was === undefined ? {} : { was }), ...(now === undefined ? {} : { now }) };
}

const WORDS: Readonly<Record<keyof Served, string>> = {
  clusters: "cluster",
  endpoints: "endpoints",
  listeners: "listener",
  routes: "route",
  secrets: "secret",
};

function byName(served: Served | undefined): ReadonlyMap<string, Json> {
  const all = Object.entries(served ?? {}) as [keyof Served, readonly Json[]][];
  return new Map(all.flatMap(([kind, list]) => list.map((one) => [`${WORDS[kind]} ${nameOf(one)}`, one] as const)));
}

function nameOf(resource: Json): string {
  const { name, clusterName } = resource as { readonly name?: string; readonly clusterName?: string };
  return name ?? clusterName ?? "";
}
