// scale: what a mesh of many and an organisation of many cost, and what the compile of a large one takes of memory in workerd.
import { largeCompile } from "./scale/large-compile.ts";
import { meshes } from "./scale/meshes.ts";
import { organisations } from "./scale/organisations.ts";

/** Records of meshes, of organisations, and of large compiles. Expects to run in the checkout. */
export async function run(): Promise<Record<string, unknown>[]> {
  return [await meshes(), await organisations(), ...(await largeCompile())];
}
