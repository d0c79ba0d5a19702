// Why a proxy is configured as it is, as text: by what people think in, then policy by policy, one setting a line.
import type { Setter, Why, WirePlace, WireSetting } from "#api/inspection.ts";
import { styled, type Terminal } from "#cli/terminal.ts";
import { clientsText, cut, cutStart, matchText, valueText } from "./value-text.ts";

export interface WhyOptions {
  /** The Envoy fields that each setting became. */
  readonly envoy: boolean;
}

const WIDEST_FIELD = 36;
/** Losers named before the rest are counted. */
const MOST_LOSERS = 3;
/** Of an Envoy field's path this much is shown before its value is cut. */
const SHORTEST_PATH = 24;

/** The places with their settings; ends in a newline, empty where there is nothing to say. */
export function whyText(terminal: Terminal, { places, faults }: Why, options: WhyOptions): string {
  const shown = places.filter(({ kind, settings }) => kind !== "proxy" || settings.length > 0);
  const parts = shown.map((place) => placeText(terminal, place, options));
  if (faults.length > 0) {
    const lines = faults.map(({ type, name, field, reason }) => {
      const what = styled(terminal, "yellow", `${type} ${name}`);
      return `  ${what}  ${field === "" ? "" : `${field}: `}${reason}\n`;
    });
    parts.push(`${styled(terminal, "bold", "Faults")}\n${lines.join("")}`);
  }
  return parts.join("\n");
}

function placeText(terminal: Terminal, place: WirePlace, options: WhyOptions): string {
  const lines: string[] = [headingOf(terminal, place)];
  const told = place.settings.map((setting) => ({ setting, ...plain(setting.field, setting.value) }));
  if (told.length === 0) lines.push(`  ${styled(terminal, "dim", "no policy says anything of it")}`);
  const width = Math.min(WIDEST_FIELD, Math.max(...told.map(({ field }) => field.length)));
  const groups = new Map<string, typeof told>();
  for (const one of told) {
    const key = JSON.stringify([setterText(one.setting.setBy), one.setting.policy, whomText(one.setting)]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  for (const group of groups.values()) {
    const { setting } = group[0] as (typeof told)[number];
    const { type, name, rule } = setting.setBy;
    lines.push(`  ${styled(terminal, "cyan", `${type}/${name}`)} ${styled(terminal, "dim", rule)}`);
    const whom = whomText(setting);
    if (whom !== "") lines.push(`    ${styled(terminal, "dim", fitted(terminal, `for ${whom}`, 4))}`);
    for (const { setting, field, value } of group) {
      lines.push(...settingLines(terminal, setting, field.padEnd(width), value));
      if (options.envoy) lines.push(...envoyLines(terminal, setting));
    }
  }
  for (const { policy, fields } of place.unset ?? []) lines.push(...unsetLines(terminal, policy, fields));
  return `${lines.join("\n")}\n`;
}

/** Lists and objects of one member are that member: `allow[0].spiffeID`. */
function plain(field: string, value: unknown): { readonly field: string; readonly value: string } {
  if (Array.isArray(value) && value.length === 1) return plain(`${field}[0]`, value[0]);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const [first, ...others] = Object.entries(value);
    if (first !== undefined && others.length === 0) return plain(`${field}.${first[0]}`, first[1]);
    return { field, value: matchText(value) };
  }
  return { field, value: valueText(value) };
}

const WORDS: Readonly<Record<WirePlace["kind"], string>> = {
  proxy: "Proxy",
  inbound: "Inbound",
  outbound: "Outbound",
  backend: "Route destination",
  listener: "Zone listener",
};

function headingOf(terminal: Terminal, { kind, name, service, protocol, address, port }: WirePlace): string {
  if (kind === "proxy") return styled(terminal, "bold", WORDS.proxy);
  const own = kind === "inbound" || kind === "listener";
  const subject = own ? name : service;
  const host = address.includes(":") ? `[${address}]` : address;
  const facts = [
    own ? service : name === service ? "" : name,
    protocol,
    kind === "backend" ? "" : `${host}:${port}`,
  ].filter((fact) => fact !== "");
  const about = styled(terminal, "dim", facts.join(" · "));
  return `${styled(terminal, "bold", `${WORDS[kind]} ${subject}`)}  ${about}`;
}

function whomText({ clients, route }: WireSetting): string {
  const parts = [
    clients === undefined ? "" : clientsText(clients),
    route === undefined ? "" : `requests of the route ${route.split("_")[5] ?? route}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** What it beat stands beside it, or below where there is no room. */
function settingLines(terminal: Terminal, setting: WireSetting, field: string, value: string): readonly string[] {
  const begin = `    ${field}  `;
  const shown = begin + fitted(terminal, value, begin.length);
  if (setting.over.length === 0) return [shown];
  const over = `over ${losersText(setting)}`;
  if (begin.length + value.length + 2 + over.length <= width(terminal)) {
    return [`${shown}  ${styled(terminal, "dim", over)}`];
  }
  return [shown, " ".repeat(begin.length) + styled(terminal, "dim", fitted(terminal, over, begin.length))];
}

function setterText({ type, name, rule }: Setter): string {
  return `${type}/${name} ${rule}`;
}

/** Of the policy's own type a name is enough; an older policy's type is said. */
function losersText({ policy, over }: WireSetting): string {
  const losers = over.map(({ type, name, rule }) => `${type === policy ? "" : `${type}/`}${name} ${rule}`);
  const more = losers.length - MOST_LOSERS;
  const named = losers.slice(0, MOST_LOSERS).join(", ");
  return more > 0 ? `${named} and ${more} more` : named;
}

function envoyLines(terminal: Terminal, { envoy }: WireSetting): readonly string[] {
  return envoy.map(({ resource: { kind, name }, field, value }) => {
    const begin = `→ ${kind} ${name}  `;
    const end = typeof value === "object" ? "" : ` = ${valueText(value)}`;
    const room = width(terminal) - 6 - begin.length - end.length;
    const text = fitted(terminal, begin + cutStart(field, Math.max(room, SHORTEST_PATH)) + end, 6);
    return `      ${styled(terminal, "dim", text)}`;
  });
}

function unsetLines(terminal: Terminal, policy: string, fields: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const [at, field] of fields.entries()) {
    const word = `${field}${at === fields.length - 1 ? "" : ","}`;
    if (line !== "" && 4 + line.length + 1 + word.length > Math.min(width(terminal), 100)) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  const heading = `  ${styled(terminal, "cyan", policy)} ${styled(terminal, "dim", "unset")}`;
  return [heading, ...[...lines, line].map((text) => `    ${styled(terminal, "dim", text)}`)];
}

/** As much as fits beside what stands before it. */
function fitted(terminal: Terminal, text: string, before: number): string {
  return cut(text, width(terminal) - before);
}

function width({ columns = Number.POSITIVE_INFINITY }: Terminal): number {
  return columns;
}
