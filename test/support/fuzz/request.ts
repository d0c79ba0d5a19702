// The grammar: one malformed or odd request over an operation of the OpenAPI document, the same for the same chance.
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Random } from "#test/random.ts";
import { spoilText, spoilValue, TEXTS } from "./nasty.ts";
import { type Document, type DocumentedOperation, type Sampling, sampleOf } from "./sample.ts";
import type { WireRequest } from "./wire.ts";

/** With whose right a request comes; world.ts has the headers. */
export const CALLERS = [
  "nobody",
  "admin",
  "reader",
  "revoked",
  "broken",
  "bent",
  "operator",
  "session",
  "person",
  "foreign-page",
  "relay",
  "bent-relay",
] as const;
export type Caller = (typeof CALLERS)[number];

export interface Operation extends DocumentedOperation {
  readonly method: string;
  readonly path: string;
}

export interface Drawn extends WireRequest {
  readonly operation: Operation;
  readonly caller: Caller;
  /** It names the organisation that nobody here has a right to. */
  readonly atVictim: boolean;
}

/** What stands in the control plane, as the grammar may name it. */
export interface Ground {
  readonly own: string;
  readonly victim: string;
  /** One that the operator may do anything with. */
  readonly spare: string;
  /** Names and ids that stand, by the parameter or field that they fill. */
  readonly known: Readonly<Record<string, readonly string[]>>;
  /** A resource that is valid, by its type. */
  readonly resources: ReadonlyMap<string, object>;
}

export function operationsOf(document: Document): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "get", "X"];
const TYPES = [
  "application/json; charset=utf-16",
  "application/merge-patch+json",
  "application/yaml",
  "text/plain",
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded",
  "application/json;charset=utf-7",
  'APPLICATION/JSON ; a="b;c"',
  "application/problem+json",
  "application/json-seq",
  "application/json, application/json",
  "a".repeat(3000),
  "\xff\xfe",
  "",
];

/** Headers that nobody needs; the first of each has its default meaning. */
const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ["accept", "text/html"],
  ["accept", "*/*;q=garbage,,,"],
  ["accept-language", "zh-CN,\xff;q=9"],
  ["if-match", '"nothing"'],
  ["if-match", "*"],
  ["if-match", 'W/"a", "'],
  ["if-none-match", "*"],
  ["if-none-match", `"${"z".repeat(6000)}"`],
  ["prefer", "wait=0, wait=x"],
  ["idempotency-key", "k".repeat(5000)],
  ["idempotency-key", "\xe2\x80\xae"],
  ["weft-reason", "\xc3\x28 because"],
  ["weft-override", "\x01\x02"],
  ["range", "bytes=5-1"],
  ["expect", "100-continue"],
  ["expect", "200-maybe"],
  ["x-forwarded-for", "127.0.0.1, garbage"],
  ["x-forwarded-proto", "https"],
  ["x-forwarded-host", "evil.example"],
  ["x-http-method-override", "DELETE"],
  ["x-original-url", "/healthy"],
  ["content-encoding", "gzip"],
  ["content-encoding", "br, deflate"],
  // Who takes no coding at all is told 415 by miniflare's own front, before a worker is asked.
  ["accept-encoding", "gzip;q=0, *;q=0.001, br;q=garbage"],
  ["te", "trailers, deflate"],
  ["trailer", "authorization"],
  ["content-length", "3"],
  ["content-length", "-1"],
  ["content-length", "1e3"],
  ["transfer-encoding", "chunked, identity"],
  ["host", "evil.example"],
  ["host", "a b"],
  ["host", ""],
  ["host", "[::1"],
  ["origin", "https://evil.example"],
  ["origin", "null"],
  ["sec-fetch-site", "cross-site"],
  ["cookie", "weft-session=; =; weft-session"],
  ["cookie", "weft-session=a; weft-session=b; __Host-weft-session=c; __Host-weft-session=d"],
  ["cookie", `${"a=b; ".repeat(1500)}weft-session=`],
  ["cookie", 'weft-session="quoted; value"; $Version=1; __proto__=x; weft-state=\xff'],
  ["sec-fetch-site", "same-origin, cross-site"],
  ["sec-fetch-site", "none"],
  ["cookie", `weft-pending=${"%".repeat(300)}; weft-oidc=~~~`],
  ["access-control-request-method", "DELETE"],
  ["last-event-id", "\x7f-1"],
  ["upgrade", "websocket"],
  ["upgrade", "h2c"],
  ["sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="],
  ["sec-websocket-version", "13"],
  ["authorization", "Basic Og=="],
  ["weft-proof", "a.b.c"],
  ["weft-nonce", "x".repeat(2000)],
  ["x-long", "y".repeat(20_000)],
  ["bad name", "1"],
  ["nul", "a\0b"],
];

/** Percent-encoded; half a letter of UTF-16 becomes what every encoder makes of it. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text, "utf8").toString("utf8"));
}

/** Encodings of a path segment, odd ones last. */
const ENCODINGS: readonly ((text: string) => string)[] = [
  ...Array(12).fill((text: string) => encoded(text)),
  (text) => encoded(encoded(text)),
  (text) => `${encoded(text)}%2F..%2F..`,
  (text) => `${encoded(text)}%zz`,
  () => "%c0%af",
  // Half a pair in UTF-8, %u of old browsers, dots and slashes in other clothes.
  () => "%ed%a0%80",
  () => "%u0041",
  () => "%2e%2e",
  () => "%5c..%5c",
  () => ".",
  () => "%00",
  () => "..",
  () => "",
  (text) => `${encoded(text)};v=1`,
  (text) =>
    Buffer.from(text, "utf8")
      .toString("latin1")
      .replaceAll(/[\0-\x20]/g, "_"),
];

/** Where a WebSocket may be opened. */
export const BELL = "/v1/zone/bell";

/** A handshake of a WebSocket with perhaps something wrong (RFC 6455 §4.1); what stands twice is what a proxy would send. */
function handshakeOf(random: Random): [string, string][] {
  const key = random.one([
    "dGhlIHNhbXBsZSBub25jZQ==",
    "dGhlIHNhbXBsZSBub25jZQ==",
    "",
    "short",
    "=".repeat(24),
    "k".repeat(4000),
  ]);
  const made: [string, string][] = [
    ["upgrade", random.one(["websocket", "websocket", "WebSocket, h2c", "websocket\t", "web socket"])],
    ["sec-websocket-key", key],
    ["sec-websocket-version", random.one(["13", "13", "13, 8", "7", "", "1e9"])],
  ];
  if (random.next() < 0.2)
    made.push(["sec-websocket-extensions", random.one(["permessage-deflate", 'permessage-deflate; a="', ",,,"])]);
  if (random.next() < 0.2) made.push(["sec-websocket-protocol", random.one(["x", ", ,", "a".repeat(3000)])]);
  if (random.next() < 0.1) made.push(["sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="]);
  return made.filter(() => random.next() < 0.95);
}

/** What a good relay never sends: unmasked, reserved bits, a length beyond all, half a letter, a close with a code that is none. */
const FRAMES: readonly (readonly number[])[] = [
  [0x81, 0x02, 0x68, 0x69],
  [0xf1, 0x80, 0, 0, 0, 0],
  [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
  [0x81, 0x82, 0, 0, 0, 0, 0xed, 0xa0],
  [0x88, 0x82, 0, 0, 0, 0, 0xff, 0xff],
  [0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0],
  [0x00, 0x80, 0, 0, 0, 0],
  [0x47, 0x45, 0x54, 0x20],
  [],
];

const PACKS: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
  ["gzip", (bytes) => gzipSync(bytes)],
  ["br", (bytes) => brotliCompressSync(bytes)],
  ["deflate", (bytes) => deflateSync(bytes)],
  // Some 30 KB that come to 30 MB.
  ["gzip", () => gzipSync(Buffer.alloc(30_000_000, 0x20))],
  ["gzip, gzip", (bytes) => gzipSync(gzipSync(bytes))],
  ["gzip", (bytes) => gzipSync(bytes).subarray(0, 12)],
];

/** Draws the request. Nothing but the chance decides. */
export function drawRequest(operations: readonly Operation[], ground: Ground, by: Omit<Sampling, "known">): Drawn {
  const { random } = by;
  const operation = random.one(operations);
  const sampling: Sampling = { ...by, known: (field) => knownOf(ground, random, field) };
  const caller = callerFor(operation, random);
  const { path, atVictim } = pathOf(operation, ground, random);
  const method = random.next() < 0.85 ? operation.method : random.one(METHODS);
  const body = bodyOf(operation, ground, sampling, method);
  const headers: [string, string][] = [];
  if (body !== null || random.next() < 0.05)
    headers.push(["content-type", random.next() < 0.88 ? "application/json" : random.one(TYPES)]);
  while (random.next() < 0.25) headers.push([...random.one(ODD_HEADERS)]);
  const [twice] = headers;
  if (twice !== undefined && random.next() < 0.03) headers.push([...twice]);
  const isBell = operation.path === BELL;
  if (random.next() < (isBell ? 0.8 : 0.004)) headers.push(...handshakeOf(random));
  const [encoding, pack] = random.one(PACKS);
  const isPacked = body !== null && random.next() < 0.02;
  if (isPacked) headers.push(["content-encoding", encoding]);
  return {
    ...{ operation, caller, atVictim, method, headers, body: isPacked ? pack(body) : body },
    ...(isBell && { frames: new Uint8Array(random.one(FRAMES)) }),
    target: path + queryOf(operation, sampling),
    chunked: body !== null && random.next() < 0.1,
  };
}

function knownOf({ known }: Ground, random: Random, field: string): string | undefined {
  const values = known[field];
  return values === undefined || values.length === 0 ? undefined : random.one(values);
}

/** Mostly who has the right, so that a request comes far; else anybody. */
function callerFor({ security }: Operation, random: Random): Caller {
  if (random.next() < 0.28) return random.one(CALLERS);
  const wanted = new Set(security.flatMap((one) => Object.keys(one)));
  if (wanted.has("proof")) return "relay";
  if (wanted.has("token")) return random.next() < 0.9 ? "admin" : "session";
  if (wanted.has("session")) return "person";
  return wanted.has("operator") ? "operator" : "nobody";
}

function pathOf(
  operation: Operation,
  ground: Ground,
  random: Random,
): { readonly path: string; readonly atVictim: boolean } {
  let atVictim = false;
  const item = ground.resources.get(typeOf(operation) ?? "") as Readonly<Record<string, string>> | undefined;
  let path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const chance = random.next();
    if (name === "organisation" && operation.security.some((one) => "operator" in one))
      return chance < 0.6 ? ground.spare : "nothing";
    if (name === "organisation") {
      atVictim = chance < 0.15;
      if (atVictim) return ground.victim;
      if (chance < 0.93) return ground.own;
    }
    // What is put or asked for is mostly the resource of the kind, at its own place.
    if (item !== undefined && chance < 0.75 && (name === "name" || name === "mesh")) return item[name] ?? "default";
    const standing = chance < 0.65 ? knownOf(ground, random, name) : undefined;
    return random.one(ENCODINGS)(standing ?? random.one([...TEXTS, "nothing"]).slice(0, 3000));
  });
  if (random.next() < 0.03)
    path = random.one([
      `${path}/`,
      `/${path}`,
      `${path}/..`,
      path.toUpperCase(),
      `${path}\\`,
      `/.${path}`,
      `/x/..${path}`,
      `/%2e${path}`,
      `${path};a=b`,
      `${path}#x`,
      `${path}%0d%0ax:%20y`,
    ]);
  if (random.next() < 0.01) path = `${path}/${"long/".repeat(2500)}`;
  if (random.next() < 0.005) path = random.one(["*", "http://evil.example/", "//evil.example/x", "/%", "/\xff", "x"]);
  return { path, atVictim };
}

/** The kind whose resource is sent. */
function typeOf({ requestBody }: Operation): string | undefined {
  const schema = requestBody?.content["application/json"]?.schema;
  return /(\w+)Item$/.exec(String(schema?.$ref ?? ""))?.[1];
}

function queryOf(operation: Operation, sampling: Sampling): string {
  const { random } = sampling;
  const parts: string[] = [];
  for (const { in: place, name, schema } of operation.parameters) {
    if (place !== "query" || random.next() < 0.6) continue;
    const good = sampleOf(schema, sampling, name);
    const value = random.next() < 0.5 ? good : random.one(TEXTS);
    parts.push(`${name}=${encoded(String(value))}`);
    if (random.next() < 0.1) parts.push(`${name}=twice`, `${name}[]=x`);
    if (random.next() < 0.05)
      parts.push(random.one([`${name}`, `${name}=`, `${name}=%ed%a0%80`, `%00${name}=1`, `${name}=1e400`]));
  }
  if (random.next() < 0.06)
    parts.push(random.one(["%", "a=%zz", "__proto__=1", "=&&&=", "size=1e9", "q=".padEnd(9000, "q")]));
  return parts.length === 0 ? "" : `?${parts.join("&")}`.slice(0, 14_000);
}

function bodyOf(operation: Operation, ground: Ground, sampling: Sampling, method: string): Uint8Array | null {
  const { random } = sampling;
  const schema = operation.requestBody?.content["application/json"]?.schema;
  if (schema === undefined && random.next() < 0.95) return null;
  if (method === "GET" && random.next() < 0.9) return null;
  const type = typeOf(operation);
  const template = type === undefined || random.next() < 0.2 ? undefined : ground.resources.get(type);
  const whole = template ?? sampleOf(schema ?? {}, sampling);
  const filled = withResources(whole, ground, random);
  const spoilt = random.next() < 0.55 ? spoilValue(filled, random) : filled;
  const text = JSON.stringify(spoilt) ?? "";
  const last = random.next() < 0.13 ? spoilText(text, random) : text;
  return typeof last === "string" ? Buffer.from(last) : last;
}

/** A change names resources: valid ones, so that it comes to what follows. */
function withResources(value: unknown, { resources }: Ground, random: Random): unknown {
  const put = (value as { readonly put?: unknown })?.put;
  if (!Array.isArray(put)) return value;
  const all = [...resources.values()];
  return { ...(value as object), put: put.map((one) => ({ ...(one as object), resource: random.one(all) })) };
}
