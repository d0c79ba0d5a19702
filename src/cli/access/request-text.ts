// Conditions over requests, of permissions and of routes, in one line.
import { matchText } from "#cli/inspect/value-text.ts";

interface Named {
  readonly type?: string;
  readonly name?: string;
  readonly value?: string;
}

/** `GET or HEAD to /shop*, header x-tier=gold`; empty where nothing is asked. */
export function requestText(match: Readonly<Record<string, unknown>>): string {
  const { methods, method, path, headers, claims, queryParams, ...others } = match as {
    readonly methods?: readonly string[];
    readonly method?: string;
    readonly path?: Named;
    readonly headers?: readonly Named[];
    readonly claims?: readonly Named[];
    readonly queryParams?: readonly Named[];
  };
  const verbs = methods ?? (method === undefined ? [] : [method]);
  const first = [
    verbs.join(" or "),
    path === undefined ? "" : `${verbs.length > 0 ? "to " : ""}${pathText(path)}`,
  ].filter((text) => text !== "");
  const more = [
    ...(headers ?? []).map((one) => `header ${namedText(one)}`),
    ...(claims ?? []).map((one) => `claim ${namedText(one)}`),
    ...(queryParams ?? []).map((one) => `query ${namedText(one)}`),
    ...(Object.keys(others).length > 0 ? [matchText(others)] : []),
  ];
  return [...(first.length > 0 ? [first.join(" ")] : []), ...more].join(", ");
}

function pathText({ type, value = "" }: Named): string {
  if (type === "RegularExpression") return `paths like ${value}`;
  return type === "PathPrefix" ? `${value === "/" ? "" : value}/*` : value;
}

function namedText({ type, name = "", value = "" }: Named): string {
  switch (type) {
    case "Present":
      return `${name} there`;
    case "Absent":
      return `${name} absent`;
    case "Prefix":
      return `${name}=${value}*`;
    case "RegularExpression":
      return `${name} like ${value}`;
    default:
      return `${name}=${value}`;
  }
}
