// Rules as nft reads them: one table of Weft's own, replaced as a whole in one transaction.
import type { Chain, Rule, Ruleset, Table, Verdict } from "./rule.ts";
import type { Family, Network, Range } from "./settings.ts";

/** All that Weft has in the kernel. */
export const NFT_TABLE = "inet weft";

/** Where a table of iptables stands among the chains of one hook (linux/netfilter_ipv4.h). */
const PRIORITY: Readonly<Record<Table, number>> = { raw: -300, mangle: -150, nat: -100 };
/** The first of those that stand before the rules of others; the next ones follow it one by one. */
const EARLIER = 20;

/** The script for `nft -f -`; it replaces what an earlier one made. */
export function nftScript(ruleset: Ruleset, families: readonly Family[]): string {
  const chains = ruleset.map((chain, index) => chainText(chain, index, families.includes("ipv6"))).join("\n");
  return `add table ${NFT_TABLE}\ndelete table ${NFT_TABLE}\ntable ${NFT_TABLE} {\n${chains}}\n`;
}

function chainText({ name, hook, rules }: Chain, index: number, ipv6: boolean): string {
  const lines: string[] = [];
  if (hook !== undefined) {
    const { table, point, first } = hook;
    const type = table === "nat" ? "nat" : "filter";
    const priority = PRIORITY[table] - (first ? EARLIER - index : 0);
    lines.push(`type ${type} hook ${point} priority ${priority}; policy accept;`);
    if (!ipv6) lines.push("meta nfproto ipv6 return");
  }
  return `\tchain ${name} {\n${[...lines, ...rules.map(ruleText)].map((line) => `\t\t${line}\n`).join("")}\t}\n`;
}

function ruleText(rule: Rule): string {
  const { transport, source, destination, notDestination, ports, sourcePort, inInterface, outInterface } = rule;
  const { uids, notUid, invalid, underway, verdict, why } = rule;
  const parts = [
    inInterface && `iifname "${inInterface.replace(/\+$/, "*")}"`,
    outInterface && `oifname "${outInterface}"`,
    source && addresses("saddr", "", source),
    destination && addresses("daddr", "", destination),
    notDestination && addresses("daddr", "!= ", notDestination),
    underway && "tcp flags & (fin | syn | rst | ack) != syn",
    transport && !underway && ports === undefined && sourcePort === undefined && `meta l4proto ${transport}`,
    ports && `${transport} dport ${setText(ports)}`,
    sourcePort && `${transport} sport ${sourcePort}`,
    uids && `meta skuid ${rangeText(uids)}`,
    notUid !== undefined && `meta skuid != ${notUid}`,
    invalid && "ct state invalid",
    verdictText(verdict),
    `comment "${why}"`,
  ];
  return parts.filter((part) => typeof part === "string" && part !== "").join(" ");
}

function addresses(field: string, not: string, { family, text }: Network): string {
  return `${family === "ipv4" ? "ip" : "ip6"} ${field} ${not}${text}`;
}

function setText(ranges: readonly Range[]): string {
  const texts = ranges.map(rangeText);
  return texts.length === 1 ? (texts[0] ?? "") : `{ ${texts.join(", ")} }`;
}

function rangeText({ from, to }: Range): string {
  return from === to ? String(from) : `${from}-${to}`;
}

function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case "leave":
      return "return";
    case "drop":
      return "drop";
    case "redirect":
      return `redirect to :${verdict.port}`;
    case "jump":
      return `jump ${verdict.chain}`;
    case "zone":
      return `ct zone set ${verdict.zone} return`;
  }
}
