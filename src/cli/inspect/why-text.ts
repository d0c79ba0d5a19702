// Why a proxy is configured as it is, as text: by what people think in, then policy by policy, one setting a line.
import type { Setter, Why, WirePlace, WireSetting } from "#api/inspection.ts";
import { styled, type Terminal } from "#cli/terminal.ts";
import { clientsText, cut, valueText } from "./value-text.ts";

export interface WhyOptions {
  /** The Envoy fields that each setting became. */
  readonly envoy: boolean;
}

/** Longer values stand alone on their line, and who set them below. */
const WIDEST_VALUE = 24;
const WIDEST_FIELD = 36;
/** Losers named before the rest are counted. */
const MOST_LOSERS = 3;

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
  const { settings } = place;
  const heading = headingOf(terminal, place);
  if (settings.length === 0) return `${heading}\n  ${styled(terminal, "dim", "no policy says anything of it")}\n`;
  const widths = {
    field: Math.min(WIDEST_FIELD, Math.max(...settings.map(({ field }) => field.length))),
    value: Math.min(WIDEST_VALUE, Math.max(...settings.map(({ value }) => valueText(value).length))),
  };
  const lines: string[] = [heading];
  for (const policy of new Set(settings.map((setting) => setting.policy))) {
    lines.push(`  ${styled(terminal, "cyan", policy)}`);
    let told = "";
    for (const setting of settings.filter((one) => one.policy === policy)) {
      const whom = whomText(setting);
      if (whom !== told && whom !== "")
        lines.push(`    ${styled(terminal, "dim", fitted(terminal, `for ${whom}`, 4))}`);
      told = whom;
      lines.push(...settingLines(terminal, setting, { ...widths, indent: whom === "" ? 4 : 6 }));
      if (options.envoy) lines.push(...envoyLines(terminal, setting));
    }
    const unset = place.unset?.find((one) => one.policy === policy);
    if (unset !== undefined) lines.push(...unsetLines(terminal, unset.fields));
  }
  return `${lines.join("\n")}\n`;
}

const WORDS: Readonly<Record<WirePlace["kind"], string>> = {
  proxy: "Proxy",
  inbound: "Inbound",
  outbound: "Outbound",
  backend: "Route destination",
};

function headingOf(terminal: Terminal, { kind, name, service, protocol, address, port }: WirePlace): string {
  if (kind === "proxy") return styled(terminal, "bold", WORDS.proxy);
  const subject = kind === "inbound" ? name : service;
  const host = address.includes(":") ? `[${address}]` : address;
  const facts = [
    kind === "inbound" ? service : name === service ? "" : name,
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

interface Layout {
  readonly field: number;
  readonly value: number;
  readonly indent: number;
}

function settingLines(terminal: Terminal, setting: WireSetting, { field, value, indent }: Layout): readonly string[] {
  const text = valueText(setting.value);
  const begin = `${" ".repeat(indent)}${setting.field.padEnd(field)}  `;
  const below = " ".repeat(indent + field + 2);
  const by = `by ${setterText(setting, setting.setBy)}`;
  const over = setting.over.length === 0 ? "" : `over ${losersText(setting)}`;
  const shown = styled(terminal, "green", fitted(terminal, text, begin.length));
  const tail = (room: number): readonly string[] => {
    if (over === "") return [by];
    const both = `${by}  ${over}`.length <= room;
    const quiet = styled(terminal, "dim", fitted(terminal, over, terminal.columns === undefined ? 0 : below.length));
    return both ? [`${by}  ${quiet}`] : [by, quiet];
  };
  const beside = begin.length + value + 2;
  if (text.length > value || beside + by.length > width(terminal)) {
    if (terminal.columns === undefined) return [`${begin}${shown}  ${tail(Number.POSITIVE_INFINITY)[0]}`];
    return [`${begin}${shown}`, ...tail(width(terminal) - below.length).map((line) => below + line)];
  }
  const [first = "", ...others] = tail(width(terminal) - beside);
  const padding = " ".repeat(value - text.length + 2);
  return [`${begin}${shown}${padding}${first}`, ...others.map((line) => below + line)];
}

/** Only a name where the rule is of the policy's own type; an older policy's type is said. */
function setterText({ policy }: WireSetting, { type, name, rule }: Setter): string {
  return `${type === policy ? "" : `${type}/`}${name} ${rule}`;
}

function losersText(setting: WireSetting): string {
  const losers = setting.over.map((one) => setterText(setting, one));
  const more = losers.length - MOST_LOSERS;
  const named = losers.slice(0, MOST_LOSERS).join(", ");
  return more > 0 ? `${named} and ${more} more` : named;
}

function envoyLines(terminal: Terminal, { envoy }: WireSetting): readonly string[] {
  return envoy.map(({ resource: { kind, name }, field, value }) => {
    const text = `→ ${kind} ${name} ${field} = ${valueText(value)}`;
    return `      ${styled(terminal, "dim", fitted(terminal, text, 6))}`;
  });
}

function unsetLines(terminal: Terminal, fields: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = "unset:";
  for (const [at, field] of fields.entries()) {
    const word = ` ${field}${at === fields.length - 1 ? "" : ","}`;
    if (line !== "unset:" && 4 + line.length + word.length > Math.min(width(terminal), 100)) {
      lines.push(line);
      line = "      ";
    }
    line += word;
  }
  return [...lines, line].map((text) => `    ${styled(terminal, "dim", text)}`);
}

/** As much as fits beside what stands before it. */
function fitted(terminal: Terminal, text: string, before: number): string {
  return cut(text, width(terminal) - before);
}

function width({ columns = Number.POSITIVE_INFINITY }: Terminal): number {
  return columns;
}
