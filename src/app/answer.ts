// Answers: JSON as Kuma prints it, JSON for machines, ETags.

/** Headers of every answer: nothing here is meant for a frame, a sniffing browser, another host's page or a shared cache. */
const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  ["cache-control", "no-store"],
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["referrer-policy", "no-referrer"],
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
  ["permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
];

/** The answer with those of them that it does not set itself; over TLS also the one that keeps browsers there (RFC 6797 §7.2). */
export function withSecurity(response: Response, isSecure: boolean): Response {
  for (const [name, value] of SECURITY_HEADERS) if (!response.headers.has(name)) response.headers.set(name, value);
  if (isSecure) response.headers.set("strict-transport-security", "max-age=31536000");
  return response;
}

/** JSON indented by one space, as Kuma's API server writes it. */
export function pretty(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${JSON.stringify(body, null, 1)}\n`, {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** JSON without white space: the zone protocol. */
export function compact(body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return compactText(JSON.stringify(body), headers);
}

/** JSON that is text already. */
export function compactText(text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, { headers: { "content-type": "application/json", ...headers } });
}

/** Plain text. */
export function plain(body: string): Response {
  return new Response(body, { headers: { "content-type": "text/plain; charset=utf-8" } });
}

/** 204. */
export function nothing(): Response {
  return new Response(null, { status: 204 });
}

/** The header's form of an ETag. */
export function quoted(etag: string): string {
  return `"${etag}"`;
}

/**
 * The tags of If-Match or If-None-Match (RFC 9110 §13.1), without quotes; `*` stands alone. Null where the header is
 * absent or malformed. Weak tags are kept only for If-None-Match (`weak`): they never match strongly.
 */
export function readEtags(header: string | null, weak: boolean): readonly string[] | null {
  if (header === null) return null;
  if (header.trim() === "*") return ["*"];
  const tags: string[] = [];
  for (const part of header.split(",")) {
    const [, mark, tag] = /^\s*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*$/.exec(part) ?? [];
    if (tag === undefined) return null;
    if (mark === undefined || weak) tags.push(tag);
  }
  return tags;
}

/** 304 with the ETag that still holds. */
export function unchanged(etag: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status: 304, headers: { etag: quoted(etag), ...headers } });
}
