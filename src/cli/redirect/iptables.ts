// Rules as iptables-restore reads them: chains of Weft's own, entered by one rule each; and how they are found again.
import type { Chain, Rule, Ruleset, Table, Verdict } from "./rule.ts";
import { familyOf } from "./rules.ts";
import type { Family, Range } from "./settings.ts";

const PREFIX = "WEFT_";
/** The multiport match takes so many ports; a range counts twice. */
const MOST_PORTS = 15;

export interface IptablesOptions {
  /** Kernels without the comment match refuse them. */
  readonly comments: boolean;
}

/** The script of one family for `iptables-restore --noflush`, on top of what `saved` (iptables-save) shows of an earlier one. */
export function iptablesScript(ruleset: Ruleset, family: Family, saved: string, options: IptablesOptions): string {
  const tables = tablesOf(ruleset);
  const old = tracesIn(saved);
  const names = [...new Set([...old.keys(), ...tables.keys()])];
  return names
    .map((table) => {
      const { chains = [], reached = [] } = tables.get(table) ?? {};
      const all = [...reached, ...chains];
      const lines = [
        ...(old.get(table) ?? []),
        ...all.map(({ name }) => `:${chainName(name)} - [0:0]`),
        ...[...chains.filter(isFirst).reverse(), ...chains.filter((chain) => !isFirst(chain))].map((chain) =>
          entryText(chain, options),
        ),
        ...all.flatMap(({ name, rules }) => rules.flatMap((rule) => ruleTexts(name, rule, family, options))),
      ];
      return `*${table}\n${lines.join("\n")}\nCOMMIT\n`;
    })
    .join("");
}

/** The script that takes everything of Weft's away; null where there is nothing. */
export function iptablesRemoval(saved: string): string | null {
  const traces = tracesIn(saved);
  if (traces.size === 0) return null;
  return [...traces].map(([table, lines]) => `*${table}\n${lines.join("\n")}\nCOMMIT\n`).join("");
}

/** Tables in which Weft has chains. */
export function tablesWithTraces(saved: string): readonly string[] {
  return [...tracesIn(saved).keys()];
}

interface TableChains {
  readonly chains: Chain[];
  /** Reached by jumps alone. */
  readonly reached: Chain[];
}

function tablesOf(ruleset: Ruleset): Map<string, TableChains> {
  const tables = new Map<string, TableChains>();
  for (const chain of ruleset) {
    // Chains without a hook of their own are reached from chains that redirect.
    const table: Table = chain.hook?.table ?? "nat";
    const group = tables.get(table) ?? { chains: [], reached: [] };
    tables.set(table, group);
    (chain.hook === undefined ? group.reached : group.chains).push(chain);
  }
  return tables;
}

function tracesIn(saved: string): Map<string, readonly string[]> {
  const traces = new Map<string, readonly string[]>();
  let table = "";
  let chains: string[] = [];
  let entries: string[] = [];
  for (const line of saved.split("\n")) {
    const start = /^\*(\S+)/.exec(line);
    if (start !== null) [table, chains, entries] = [start[1] ?? "", [], []];
    const chain = /^:(WEFT_\S+)/.exec(line)?.[1];
    if (chain !== undefined) chains.push(chain);
    // At the end of the line: before it others' comments may say anything.
    if (/^-A (?!WEFT_)\S+ (.* )?-j WEFT_\S+$/.test(line)) entries.push(line.replace(/^-A/, "-D"));
    if (line !== "COMMIT" || chains.length === 0) continue;
    // Flushed all first: a chain that another jumps to cannot be deleted.
    traces.set(table, [...entries, ...chains.map((name) => `-F ${name}`), ...chains.map((name) => `-X ${name}`)]);
  }
  return traces;
}

/** Each goes to the top: what is to stand first is put there last. */
function isFirst({ hook }: Chain): boolean {
  return hook?.first === true;
}

function chainName(name: string): string {
  return PREFIX + name.toUpperCase();
}

function entryText({ name, hook }: Chain, options: IptablesOptions): string {
  const point = hook?.point.toUpperCase();
  const where = hook?.first === true ? `-I ${point} 1` : `-A ${point}`;
  return `${where}${commentText("weft transparent proxy", options)} -j ${chainName(name)}`;
}

function ruleTexts(chain: string, rule: Rule, family: Family, options: IptablesOptions): readonly string[] {
  const own = familyOf(rule);
  if (own !== undefined && own !== family) return [];
  const { transport, source, destination, notDestination, sourcePort, inInterface, outInterface, ports } = rule;
  const { uids, notUid, invalid, underway, verdict, why } = rule;
  const before = [
    inInterface && `-i ${inInterface}`,
    outInterface && `-o ${outInterface}`,
    source && `-s ${source.text}`,
    destination && `-d ${destination.text}`,
    notDestination && `! -d ${notDestination.text}`,
    transport && `-p ${transport}`,
  ];
  const after = [
    underway && "! --syn",
    sourcePort && `--sport ${sourcePort}`,
    uids && `-m owner --uid-owner ${uids.from === uids.to ? uids.from : `${uids.from}-${uids.to}`}`,
    notUid !== undefined && `-m owner ! --uid-owner ${notUid}`,
    invalid && "-m conntrack --ctstate INVALID",
  ];
  const groups = ports === undefined ? [""] : portGroups(ports);
  return groups.map((group) => {
    const parts = [...before, group, ...after].filter((part) => typeof part === "string" && part !== "");
    return `-A ${chainName(chain)} ${parts.join(" ")}${commentText(why, options)} -j ${verdictText(verdict)}`;
  });
}

/** One rule each. */
function portGroups(ports: readonly Range[]): readonly string[] {
  const [only] = ports;
  if (only !== undefined && ports.length === 1) return [`--dport ${rangeText(only)}`];
  const groups: Range[][] = [];
  let left = 0;
  for (const range of ports) {
    const size = range.from === range.to ? 1 : 2;
    if (size > left) {
      groups.push([]);
      left = MOST_PORTS;
    }
    groups.at(-1)?.push(range);
    left -= size;
  }
  return groups.map((group) => `-m multiport --dports ${group.map(rangeText).join(",")}`);
}

function rangeText({ from, to }: Range): string {
  return from === to ? String(from) : `${from}:${to}`;
}

function commentText(text: string, { comments }: IptablesOptions): string {
  return comments ? ` -m comment --comment "${text}"` : "";
}

function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case "leave":
      return "RETURN";
    case "drop":
      return "DROP";
    case "redirect":
      return `REDIRECT --to-ports ${verdict.port}`;
    case "jump":
      return chainName(verdict.chain);
    case "zone":
      return `CT --zone ${verdict.zone}`;
  }
}
