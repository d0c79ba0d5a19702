// How this user calls the command: a checkout has no `weft` on PATH.
import { basename } from "node:path";

/** `weft`, or `npx weft` in a checkout (npx quotes the words that it runs); for command lines that are printed to be copied. */
export function commandName(): string {
  const byNpx =
    process.env.npm_lifecycle_event === "npx" && /^(["']?)weft\1(?: |$)/.test(process.env.npm_lifecycle_script ?? "");
  return byNpx || basename(process.argv[1] ?? "") === "weft.mjs" ? "npx weft" : "weft";
}
