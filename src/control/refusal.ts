// What Envoys refuse, on the policies that wrote it: a fault with Envoy's words and the proxies that said them.
import type { ReportRequest } from "#api/zone.ts";
import { type CompileFault, type CompileMemo, explainProxy } from "#compile/compile.ts";
import type { RelayCaller } from "./control.ts";

export type Laggards = NonNullable<ReportRequest["delivery"]>["laggards"];

export interface RefusalBook {
  /** What the relay's proxies refuse now, in place of what they refused. Never throws. */
  take(relay: RelayCaller, laggards: Laggards): Promise<void>;
}

/** How such a fault begins. */
export const REFUSAL = "Envoy refuses";

/** Names of proxies that one fault tells. */
const MOST_PROXIES = 5;

/** The one that writes what nothing else of Weft has judged: where it wrote, the others are not at fault. */
const RAW = "_mpp_";

/** A fault for each policy that wrote what proxies refuse; none where nothing tells who wrote it. */
export function refusalFaults(memo: CompileMemo, laggards: Laggards): readonly CompileFault[] {
  const found = new Map<string, { readonly kri: string; readonly words: string; readonly proxies: string[] }>();
  for (const { proxy, reason, refused = [] } of laggards) {
    const dot = proxy.indexOf(".");
    const explained = explainProxy(memo, proxy.slice(0, dot), proxy.slice(dot + 1));
    for (const { kind, name } of refused) {
      const about = explained.filter(({ resource }) => resource.kind === kind && resource.name === name);
      const writers = [...new Set(about.flatMap(({ origins }) => origins.map(({ kri }) => kri)))];
      const raw = writers.filter((kri) => kri.includes(RAW));
      for (const kri of raw.length > 0 ? raw : writers) {
        const words = `${REFUSAL} ${kind} ${name}: ${wordsOf(reason, name)}`;
        const key = `${kri} ${words}`;
        const one = found.get(key) ?? { kri, words, proxies: [] };
        one.proxies.push(proxy);
        found.set(key, one);
      }
    }
  }
  return [...found.values()].map(({ kri, words, proxies }) => {
    const more = proxies.length > MOST_PROXIES ? ` and ${proxies.length - MOST_PROXIES} more` : "";
    return { kri, field: "", reason: `${words} (proxies ${proxies.slice(0, MOST_PROXIES).join(", ")}${more})` };
  });
}

/** Envoy's words about one resource among several: `Error adding/updating listener(s) NAME: words`. */
function wordsOf(reason: string, name: string): string {
  const start = reason.indexOf(`${name}: `);
  const own = start === -1 ? reason : reason.slice(start + name.length + 2);
  return (own.split("\n")[0] ?? "").replace(/^Error: /, "").trim();
}
