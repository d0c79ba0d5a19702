// What Envoys refuse, on the policies that wrote it: a fault with Envoy's words and the proxies that said them.
import type { ReportedLaggard, RevisionLaggard as ReportedOfRevision } from "#api/zone.ts";
import { type CompileFault, type CompileMemo, explainProxy } from "#compile/compile.ts";
import type { RevisionLaggard } from "#store/face/delivery.ts";
import type { RelayCaller } from "./face/caller.ts";

export type Laggards = readonly ReportedLaggard[];

export interface RefusalBook {
  /** What the relay's proxies refuse now, in place of what they refused. Never throws. */
  take(relay: RelayCaller, laggards: Laggards): Promise<void>;
  /** The laggards, each thing that one refuses with who wrote it. */
  traced(relay: RelayCaller, laggards: readonly ReportedOfRevision[]): readonly RevisionLaggard[];
}

type Explained = ReturnType<typeof explainProxy>[number];

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
      for (const kri of new Set(writersOf(explained, kind, name).map((one) => one.kri))) {
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

/** What a policy says once, and not in a list. */
const WHOLE: ReadonlySet<string> = new Set(["default", "conf"]);
/** Rules that are told of one resource. */
const MOST_WRITERS = 10;

/** Each thing that a laggard refuses, with the rules by which it is as it is; `memo` undefined = nobody is known. */
export function tracedLaggards(
  memo: CompileMemo | undefined,
  laggards: readonly ReportedOfRevision[],
): readonly RevisionLaggard[] {
  return laggards.map(({ refused = [], ...laggard }) => {
    if (refused.length === 0) return laggard;
    const dot = laggard.proxy.indexOf(".");
    const explained =
      memo === undefined ? [] : explainProxy(memo, laggard.proxy.slice(0, dot), laggard.proxy.slice(dot + 1));
    const traced = refused.map(({ kind, name }) => ({ kind, name, writers: rulesOf(explained, kind, name) }));
    return { ...laggard, refused: traced };
  });
}

function rulesOf(
  explained: readonly Explained[],
  kind: string,
  name: string,
): readonly { readonly kri: string; readonly rule: string }[] {
  const rules = writersOf(explained, kind, name).map(({ kri, part, rule }) => ({
    kri,
    rule: WHOLE.has(part) ? `spec.${part}` : `spec.${part}[${rule}]`,
  }));
  const distinct = new Map(rules.map((one) => [`${one.kri} ${one.rule}`, one]));
  return [...distinct.values()].slice(0, MOST_WRITERS);
}

/** The rules that wrote fields of the resource; raw patches alone where there are such. */
function writersOf(
  explained: readonly Explained[],
  kind: string,
  name: string,
): readonly Explained["origins"][number][] {
  const about = explained.filter(({ resource }) => resource.kind === kind && resource.name === name);
  const writers = about.flatMap(({ origins }) => origins);
  const raw = writers.filter(({ kri }) => kri.includes(RAW));
  return raw.length > 0 ? raw : writers;
}

/** Envoy's words about one resource among several: `Error adding/updating listener(s) NAME: words`. */
function wordsOf(reason: string, name: string): string {
  const start = reason.indexOf(`${name}: `);
  const own = start === -1 ? reason : reason.slice(start + name.length + 2);
  return (own.split("\n")[0] ?? "").replace(/^Error: /, "").trim();
}
