// A typed client of routes. It owns no sockets: `fetch` is given; nor the route table: its rows are given, with or without shapes.

import { Fault } from "#model/fault.ts";
import type { Kind } from "#model/kind.ts";
import type { ZodMiniType } from "#model/lazy-zod.ts";
import type { Sealed } from "#model/sealed.ts";
import type { BlameBody, ResourceHistoryBody } from "./history.ts";
import type { WireResource } from "./kuma.ts";
import { overrideHeader } from "./override.ts";
import type { Page } from "./page.ts";
import { faultOf } from "./problem-shape.ts";
import { reasonHeader } from "./reason.ts";
import { resourcePath } from "./resource-path.ts";
import { fillPath, type ParamName, type RouteHead } from "./route.ts";
import type { ROUTES, RouteName } from "./routes.ts";
import type { RouteOf } from "./told.ts";
import { NONCE_HEADER, PROOF_HEADER } from "./zone.ts";

/** What a relay's proof is made over. `path` has its query. */
export interface ProofRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly nonce: string;
}

export interface ClientOptions {
  /** The control plane's address, with a path if it has one. */
  readonly url: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** API token or the operator's secret. */
  readonly token?: Sealed;
  /** Why the calls change something; kept in the history. */
  readonly reason?: string;
  /** Why the calls override guard rails. */
  readonly override?: string;
  /** A relay's proof of a call. */
  readonly prove?: (request: ProofRequest) => Promise<string>;
}

type PathOf<N extends RouteName> = (typeof ROUTES)[N]["path"];
type BodyOf<N extends RouteName> = RouteOf<N> extends { readonly body: ZodMiniType<infer Body> } ? Body : never;
export type AnswerOf<N extends RouteName> =
  RouteOf<N> extends { readonly answer: infer Shape }
    ? Shape extends "text" | "events"
      ? string
      : Shape extends ZodMiniType<infer Answer>
        ? Answer
        : null
    : never;

export type Call<N extends RouteName> = {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
} & ([ParamName<PathOf<N>>] extends [never]
  ? unknown
  : { readonly params: Readonly<Record<ParamName<PathOf<N>>, string>> }) &
  ([BodyOf<N>] extends [never] ? unknown : { readonly body: BodyOf<N> });

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  /** Null for 204 and 304. */
  readonly body: T | null;
}

export interface Client {
  /** Calls a route and gives the body. Fault for every error status, and `unavailable` when no answer came. */
  call<N extends RouteName>(name: N, call: Call<N>): Promise<AnswerOf<N>>;
  /** As `call`, with status and headers; 304 is an answer. */
  exchange<N extends RouteName>(name: N, call: Call<N>): Promise<Answer<AnswerOf<N>>>;
  /** The body as it comes, in the media type that is asked for: for answers that may be long. Faults as `call`. */
  download<N extends RouteName>(name: N, accept: string, call: Call<N>): Promise<AsyncIterable<Uint8Array>>;
  /** Resources of one organisation, by their kinds. */
  resources(organisation: string): Resources;
}

export interface Resources {
  get(kind: Kind, mesh: string, name: string): Promise<WireResource>;
  /** Every page. Without a mesh: across meshes. */
  list(kind: Kind, mesh: string, query?: Readonly<Record<string, string>>): Promise<readonly WireResource[]>;
  put(
    kind: Kind,
    mesh: string,
    name: string,
    body: unknown,
  ): Promise<{ readonly created: boolean; readonly warnings: readonly string[] }>;
  /** A page of the revisions that wrote it, newest first. */
  history(
    kind: Kind,
    mesh: string,
    name: string,
    query: Readonly<Record<string, string>>,
  ): Promise<ResourceHistoryBody>;
  blame(kind: Kind, mesh: string, name: string): Promise<BlameBody>;
}

interface DownloadCall {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What of a route's row a client goes by. */
export type Address = Pick<RouteHead, "method" | "path">;

/** A client of one control plane, for the routes in `rows`; TypeError where another is called. */
export function createCaller(rows: Readonly<Partial<Record<RouteName, Address>>>, options: ClientOptions): Client {
  const base = options.url.replace(/\/+$/, "");
  let nonce = "";

  function rowOf(name: RouteName): Address {
    const row = rows[name];
    if (row === undefined) throw new TypeError(`This client has no route ${name}`);
    return row;
  }

  async function send(method: string, path: string, body: string | null, extra: RequestInit): Promise<Response> {
    const headers = new Headers(extra.headers);
    if (!headers.has("accept")) headers.set("accept", "application/json");
    if (body !== null) headers.set("content-type", "application/json");
    if (options.token !== undefined) headers.set("authorization", `Bearer ${options.token.reveal()}`);
    if (options.reason !== undefined) headers.set(...reasonHeader(options.reason));
    if (options.override !== undefined) headers.set(...overrideHeader(options.override));
    if (options.prove !== undefined) {
      headers.set(PROOF_HEADER, await options.prove({ method, path, body: body ?? "", nonce }));
    }
    let response: Response;
    try {
      response = await options.fetch(`${base}${path}`, { ...extra, method, headers, body });
    } catch (cause) {
      if (extra.signal?.aborted === true) throw cause;
      throw new Fault("unavailable", `The control plane at ${base} gave no answer`, { cause });
    }
    nonce = response.headers.get(NONCE_HEADER) ?? nonce;
    return response;
  }

  async function request(
    method: string,
    path: string,
    body: string | null,
    extra: RequestInit,
  ): Promise<Answer<unknown>> {
    const used = nonce;
    let response = await send(method, path, body, extra);
    // The nonce was stale or missing: the refusal carries a new one, and the call has not been carried out.
    if (response.status === 401 && options.prove !== undefined && nonce !== used) {
      await response.body?.cancel();
      response = await send(method, path, body, extra);
    }
    const { status, headers } = response;
    if (status === 204 || status === 304) return { status, headers, body: null };
    const text = await response.text();
    if (status >= 400) throw faultOf(status, text, Number(headers.get("retry-after") ?? "") || undefined);
    return { status, headers, body: headers.get("content-type")?.includes("json") === true ? JSON.parse(text) : text };
  }

  function exchange<N extends RouteName>(name: N, call: Call<N>): Promise<Answer<AnswerOf<N>>> {
    const row = rowOf(name);
    const {
      params = {},
      body,
      query,
      headers,
      signal,
    } = call as {
      params?: Readonly<Record<string, string>>;
      body?: unknown;
    } & Call<RouteName>;
    const search = new URLSearchParams(query).toString();
    const path = fillPath(row.path, params) + (search === "" ? "" : `?${search}`);
    const extra: RequestInit = { headers: { ...headers }, ...(signal === undefined ? {} : { signal }) };
    const text = body === undefined ? null : JSON.stringify(body);
    return request(row.method.toUpperCase(), path, text, extra) as Promise<Answer<AnswerOf<N>>>;
  }

  async function download<N extends RouteName>(
    name: N,
    accept: string,
    call: Call<N>,
  ): Promise<AsyncIterable<Uint8Array>> {
    const { params = {}, query, signal } = call as unknown as DownloadCall;
    const row = rowOf(name);
    const search = new URLSearchParams(query).toString();
    const path = fillPath(row.path, params) + (search === "" ? "" : `?${search}`);
    const response = await send(row.method.toUpperCase(), path, null, {
      headers: { accept },
      ...(signal && { signal }),
    });
    if (response.status >= 400) throw faultOf(response.status, await response.text());
    return partsOf(response);
  }

  return {
    exchange,
    download,
    async call(name, call) {
      return (await exchange(name, call)).body as never;
    },
    resources: (organisation) => resourcesOf(organisation, request),
  };
}

async function* partsOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read().catch((cause: unknown) => {
      throw new Fault("unavailable", "The answer broke off before its end", { cause });
    });
    if (part === undefined || part.done) return;
    yield part.value;
  }
}

function resourcesOf(
  organisation: string,
  request: (method: string, path: string, body: string | null, extra: RequestInit) => Promise<Answer<unknown>>,
): Resources {
  const address = (kind: Kind, mesh: string, name?: string): string =>
    `/o/${encodeURIComponent(organisation)}/${resourcePath(kind, mesh, name)}`;
  return {
    async get(kind, mesh, name) {
      return (await request("GET", address(kind, mesh, name), null, {})).body as WireResource;
    },
    async list(kind, mesh, query = {}) {
      const all: WireResource[] = [];
      for (;;) {
        const params = new URLSearchParams({ size: "1000", ...query, offset: String(all.length) });
        const answer = await request("GET", `${address(kind, mesh)}?${params}`, null, {});
        const page = answer.body as Page<WireResource>;
        all.push(...page.items);
        if (page.next === null || page.items.length === 0) return all;
      }
    },
    async put(kind, mesh, name, body) {
      const answer = await request("PUT", address(kind, mesh, name), JSON.stringify(body), {});
      const { warnings = [] } = answer.body as { warnings?: readonly string[] };
      return { created: answer.status === 201, warnings };
    },
    async history(kind, mesh, name, query) {
      const path = `${address(kind, mesh, name)}/_history?${new URLSearchParams(query)}`;
      return (await request("GET", path, null, {})).body as ResourceHistoryBody;
    },
    async blame(kind, mesh, name) {
      return (await request("GET", `${address(kind, mesh, name)}/_blame`, null, {})).body as BlameBody;
    },
  };
}
