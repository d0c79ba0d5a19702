// Addresses that may be URLs: what the validator that Kuma uses takes for one.

const SCHEME = /^(ftp|tcp|udp|wss?|https?):\/\//i;
const HOST =
  /^([a-zA-Z0-9\u00a1-\uffff]([-_.a-zA-Z0-9\u00a1-\uffff]*[a-zA-Z0-9\u00a1-\uffff])?\.?|\[[0-9a-fA-F:.]+\])$/;

/** Whether the text is a host, with or without scheme, user, port and path: `logs:5000`, `http://zipkin:9411/api/v2/spans`. */
export function isUrl(text: string): boolean {
  if (text.length < 3 || text.length >= 2083 || text.startsWith(".") || /\s/.test(text)) return false;
  const rest = text.replace(SCHEME, "");
  const authority = rest.split(/[/?#]/, 1)[0] ?? "";
  const [, host = "", port = "1"] = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(authority) ?? [];
  return HOST.test(host) && !host.includes("..") && Number(port) <= 65_535;
}

/** The parts of an absolute URL of HTTP, or null. `port` is null where the URL leaves it out. */
export function httpUrlParts(text: string): HttpUrlParts | null {
  const match = /^(https?):\/\/(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(text);
  if (match === null) return null;
  const [, scheme = "", user, host = "", port, path = "", query = "", fragment = ""] = match;
  return {
    scheme: scheme.toLowerCase() as "http" | "https",
    user: user ?? null,
    host: host.replace(/^\[|\]$/g, ""),
    port: port ? Number(port) : null,
    path,
    query,
    fragment,
  };
}

export interface HttpUrlParts {
  readonly scheme: "http" | "https";
  readonly user: string | null;
  /** Without brackets. */
  readonly host: string;
  readonly port: number | null;
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  /** With its hash sign, or empty. */
  readonly fragment: string;
}
