// scale: what a mesh of many and an organisation of many cost, and what the compile of a large one takes of memory in workerd.
import { largeCompile } from "./scale/large-compile.ts";
import { meshes } from "./scale/meshes.ts";
import { organisations } from "./scale/organisations.ts";

const PARTS = { meshes, organisations, "large-compile": largeCompile };

/** Records of the parts that are asked for by name, or else of all, each as soon as it is there. Expects to run in the checkout. */
export async function* run(asked: readonly string[]): AsyncGenerator<Record<string, unknown>> {
  const named = Object.entries(PARTS).filter(([name]) => asked.includes(name));
  for (const [, part] of named.length > 0 && !asked.includes("scale") ? named : Object.entries(PARTS)) yield* part();
}
