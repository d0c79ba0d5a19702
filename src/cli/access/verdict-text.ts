// Verdicts and paths of access as text for people.
import type { WirePath, WireReach, WireRule, WireVerdict } from "#api/access.ts";
import { styled, type Terminal } from "#cli/terminal.ts";
import { requestText } from "./request-text.ts";

type Plain = NonNullable<WireVerdict["parts"]>[number];

const STYLES = {
  allowed: "green",
  open: "yellow",
  denied: "red",
  none: "red",
  requests: "yellow",
  mixed: "yellow",
} as const;

/** By outcome, the word that people read. */
const WORDS: Readonly<Record<WireVerdict["outcome"], string>> = {
  allowed: "allowed",
  denied: "denied",
  open: "open",
  requests: "some requests",
  mixed: "some of them",
  none: "no way",
};

/** The outcome in one or two words. */
export function outcomeText(terminal: Terminal, { outcome }: Pick<WireVerdict, "outcome">): string {
  return styled(terminal, STYLES[outcome], WORDS[outcome]);
}

/** `MeshTrafficPermission/web-to-backend spec.rules[0].default.allow[0]`. */
export function ruleText({ type, name, field }: WireRule): string {
  return `${type}/${name} ${field}`;
}

/** What decides, in a few words. */
export function reasonText({ reason, text, rule }: Pick<WireVerdict, "reason" | "text" | "rule">): string {
  return rule === undefined || reason !== "rule" ? text : ruleText(rule);
}

/** The answer to a question; ends in a newline. */
export function reachText(terminal: Terminal, answer: WireReach): string {
  const { mesh, from, to, verdict, paths, permission, request } = answer;
  const asked = [request.method, request.path].filter(Boolean).join(" ");
  const what = `${from.name} → ${to.name}${asked === "" ? "" : ` (${asked})`} in mesh ${mesh}`;
  const lines = [`${styled(terminal, "bold", what)}: ${outcomeText(terminal, verdict)}`];
  lines.push(...verdictLines(terminal, verdict, "  "));
  for (const one of paths) lines.push(...pathLines(terminal, one, !isSame(one.verdict, verdict)));
  if (permission !== undefined)
    lines.push(
      `  ${styled(terminal, "dim", `permissions alone would say: ${WORDS[permission.outcome]}, for ${reasonText(permission)}`)}`,
    );
  return `${lines.join("\n")}\n`;
}

function isSame(a: WireVerdict, b: WireVerdict): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function verdictLines(terminal: Terminal, verdict: WireVerdict, indent: string): readonly string[] {
  const { parts } = verdict;
  if (parts === undefined) return plainLines(terminal, verdict, indent);
  return parts.flatMap((part) => [
    `${indent}${outcomeText(terminal, part)}`,
    ...plainLines(terminal, part, `${indent}  `),
  ]);
}

function plainLines(terminal: Terminal, one: Plain, indent: string): readonly string[] {
  const { rule, reason, text, shadowed = [], requests = [], otherwise, plaintext } = one;
  const lines: string[] = [];
  if (rule === undefined || reason !== "rule") lines.push(`${indent}because ${text}`);
  if (rule !== undefined) lines.push(`${indent}by ${styled(terminal, "cyan", ruleText(rule))}`);
  for (const { action, match, rule: own } of requests)
    lines.push(
      `${indent}${action === "deny" ? "but not" : "only"} ${requestText(match)} by ${styled(terminal, "cyan", ruleText(own))}`,
    );
  if (otherwise !== undefined) lines.push(`${indent}all other requests are ${otherwise}`);
  for (const other of shadowed) lines.push(`${indent}${styled(terminal, "dim", `over ${ruleText(other)}`)}`);
  if (plaintext) lines.push(`${indent}${styled(terminal, "yellow", "whoever connects in plaintext gets in")}`);
  return lines;
}

function pathLines(terminal: Terminal, one: WirePath, withVerdict: boolean): readonly string[] {
  const { from, outbound, route, via, to, verdict } = one;
  const steps = [`${someText(from.proxies)}${from.zone === "" ? "" : ` in ${from.zone}`}`];
  const names = outbound.hostnames.length === 0 ? "" : ` ${outbound.hostnames.slice(0, 3).join(", ")}`;
  steps.push(`outbound ${socketText(outbound)}${names}`);
  if (route !== undefined) {
    const matches = route.matches.map((match) => requestText(match)).filter((text) => text !== "");
    steps.push(
      `${route.mirror ? "copied by " : ""}${route.type}/${route.name}${matches.length === 0 ? "" : ` for ${matches.join(" or ")}`}`,
    );
  }
  if (via.egress !== undefined) steps.push(`egress ${via.egress.map(socketText).join(" or ")}`);
  if (via.ingress !== undefined) steps.push(`ingress of ${to.zone} ${via.ingress.map(socketText).join(" or ")}`);
  const ports = to.ports.length === 0 ? "" : `:${to.ports.join(",")}`;
  const there = to.outside
    ? `${to.service}, outside the mesh`
    : `${someText(to.proxies)}${ports} (${to.protocol})${to.zone === "" ? "" : ` in ${to.zone}`}`;
  steps.push(there);
  const lines = [`  path ${steps.join(" → ")}`];
  if (one.token !== undefined) lines.push(`    with a token, as ${styled(terminal, "cyan", ruleText(one.token))} asks`);
  if (withVerdict) lines.push(`    ${outcomeText(terminal, verdict)}: ${reasonText(verdict)}`);
  return lines;
}

function socketText({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function someText({ count, names }: { readonly count: number; readonly names: readonly string[] }): string {
  return count > names.length ? `${names.join(", ")} and ${count - names.length} more` : names.join(", ");
}
