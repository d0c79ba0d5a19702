// Where the tests' Envoy is: WEFT_ENVOY, then PATH; else what to do about it.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export type EnvoyPath = { readonly path: string } | { readonly path: undefined; readonly missing: string };

export function envoyPath(): EnvoyPath {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [process.env.WEFT_ENVOY, ...folders.map((folder) => join(folder, "envoy"))];
  for (const path of candidates) {
    if (path === undefined || path === "") continue;
    try {
      accessSync(path, constants.X_OK);
      return { path };
    } catch {
      // The next one.
    }
  }
  return { path: undefined, missing: "no Envoy in WEFT_ENVOY or PATH; `weft envoy install` brings one" };
}
