// Values of confs and clients of rules on one line, as a person would say them.

/** `40s`, `[5xx, gateway-error]`, `{path: /a, type: Exact}`; no quotes, no control characters. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (typeof value === "object" && value !== null) return `{${memberTexts(value).join(", ")}}`;
  return String(value).replace(/\p{Cc}/gu, " ");
}

function memberTexts(value: object): readonly string[] {
  return Object.entries(value).map(([key, member]) => `${key}: ${valueText(member)}`);
}

interface TagMatcher {
  readonly key: string;
  readonly value: string;
  readonly not: boolean;
}

interface TypedMatch {
  readonly type: string;
  readonly value?: string;
}

/** Whom a rule holds for: `clients with env=dev, without kuma.io/service=web`, `requests of spiffeID spiffe://default/web`. */
export function clientsText(clients: unknown): string {
  if (Array.isArray(clients)) {
    const matchers = clients as readonly TagMatcher[];
    const tags = (not: boolean): string =>
      matchers.flatMap((one) => (one.not === not ? `${one.key}=${one.value}` : [])).join(", ");
    const parts = [
      ["with", tags(false)],
      ["without", tags(true)],
    ];
    return `clients ${parts.flatMap(([word, list]) => (list === "" ? [] : `${word} ${list}`)).join(", ")}`;
  }
  const parts = Object.entries(clients as object).map(([name, match]) => `${name} ${matchText(match)}`);
  return `requests with ${parts.join(", ")}`;
}

/** What a match or a value with a type says: an exact one is itself, a prefix ends in dots. */
export function matchText(match: unknown): string {
  const { type, value, ...more } = (typeof match === "object" && match !== null ? match : {}) as TypedMatch;
  if (type === undefined || value === undefined || Object.keys(more).length > 0) return valueText(match);
  return type === "Exact" ? value : type === "Prefix" ? `${value}…` : `${value} (${type})`;
}

/** At most so many characters of a path; what is left out is its beginning, since its end says what it is. */
export function cutStart(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - Math.max(0, width - 1))}`;
}

/** At most so many characters; the last says that more follow. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
