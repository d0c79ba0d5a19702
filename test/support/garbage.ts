// Garbage collection on demand, without a flag on the command line.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** Collects all that nothing holds; `minor`: of young memory alone. */
export const collect: (options?: { readonly type: "minor" }) => void = runInNewContext("gc");
