// The other edges' entries: bundles that stand beside this one.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Failure } from "./failure.ts";

export type EdgeName = "node" | "relay" | "cli";

/** Path of an edge's bundle. Throws Failure when it has not been built. */
export function edgePath(name: EdgeName): string {
  const path = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  if (existsSync(path)) return path;
  throw new Failure("failed", {
    what: `Weft's part "${name}" is not built`,
    where: path,
    fix: "run npm run build in the checkout",
  });
}

/**
 * Node's own flags for an edge. A compile makes tens of megabytes that die young: with V8's usual 16 MB for them it copies
 * what is about to die, a fifth of a full compile's time.
 */
export const NODE_FLAGS: Readonly<Record<EdgeName, readonly string[]>> = {
  node: ["--max-semi-space-size=64"],
  relay: [],
  cli: [],
};

/**
 * The environment of an edge; what the user has set stands. Node keeps a buffer of 64 KB for each TLS connection and uses little
 * of it: taken from the system instead of from memory that was used before, the rest of it costs a relay nothing (glibc).
 */
export function edgeEnvironment(name: EdgeName, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return name === "relay" ? { MALLOC_MMAP_THRESHOLD_: "65536", ...env } : env;
}

/**
 * Node's arguments that make a child end with the process that started it, even if that was killed: a closed channel is
 * SIGTERM, and after 8 s the end of its whole group, or of itself where it leads none.
 */
export const WITH_PARENT: readonly string[] = [
  "--import",
  `data:text/javascript,${encodeURIComponent(
    'process.channel?.unref();process.once("disconnect",()=>{process.kill(process.pid,"SIGTERM");' +
      'setTimeout(()=>{try{process.kill(-process.pid,"SIGKILL")}catch{process.kill(process.pid,"SIGKILL")}},8000).unref()})',
  )}`,
];
