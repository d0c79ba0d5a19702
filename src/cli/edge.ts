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
 * what is about to die, a fifth of a full compile's time. A relay makes little at a time and holds much: young memory that
 * grew once stays, so it is kept small there, and V8 compacts pages of which much is free.
 */
export const NODE_FLAGS: Readonly<Record<EdgeName, readonly string[]>> = {
  node: ["--max-semi-space-size=64"],
  relay: ["--optimize-for-size", "--max-semi-space-size=4"],
  cli: [],
};

/**
 * For glibc: a block of 16 KB and more comes from the system and goes back to it. A TLS connection with HTTP/2 holds three
 * (64, 16 and 16 KB) of which little is ever written; cut from memory that was used before, each is resident as a whole.
 * Bounded in number, as a process may have 65,530 mappings and V8 needs some.
 */
const RELAY_MEMORY = {
  MALLOC_MMAP_THRESHOLD_: "16384",
  MALLOC_MMAP_MAX_: "32768",
  MALLOC_TOP_PAD_: "0",
  MALLOC_TRIM_THRESHOLD_: "65536",
};

/** The environment of an edge; what the user has set stands. */
export function edgeEnvironment(name: EdgeName, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return name === "relay" ? { ...RELAY_MEMORY, ...env } : env;
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
