// The calls by which the API worker has the writers' worker read views: plain values, by the name of the method.
import type { AccessReader } from "#control/face/access.ts";
import type { ViewReader } from "#control/face/reader.ts";

type Calls = Omit<ViewReader, "access"> & AccessReader;
export type ViewMethod = keyof Calls;

/** Every method, by its face; no two have one name. */
const METHODS: { readonly [M in ViewMethod]: M extends keyof AccessReader ? "access" : "own" } = {
  inspect: "own",
  inspectZoneProxy: "own",
  selected: "own",
  offered: "own",
  view: "own",
  secrets: "own",
  openapi: "own",
  schema: "own",
  confFields: "own",
  lint: "access",
  pairs: "access",
  unsortedPairs: "access",
  draft: "access",
  tests: "access",
  reach: "access",
};

/** A reader whose calls are carried out elsewhere. */
export function viewsBy(perform: (method: ViewMethod, args: readonly unknown[]) => Promise<unknown>): ViewReader {
  const calls = (face: "own" | "access"): object => {
    const methods = (Object.keys(METHODS) as ViewMethod[]).filter((method) => METHODS[method] === face);
    return Object.fromEntries(methods.map((method) => [method, (...args: unknown[]) => perform(method, args)]));
  };
  return { ...calls("own"), access: calls("access") } as ViewReader;
}

/** Carries out a call that was handed on. */
export function readViews(views: ViewReader, method: ViewMethod, args: readonly unknown[]): Promise<unknown> {
  const calls: Calls = { ...views, ...views.access };
  return (calls[method] as (...given: readonly unknown[]) => Promise<unknown>)(...args);
}
