// Requests: what a client asks for, acknowledges and refuses, in both protocols.
import { xdsTypeOfUrl } from "#envoy/type-url.ts";
import type { AdsOutput, AdsRequest, DeltaRequest, End, SotwRequest } from "./message.ts";
import { type AdsResource, namesIn } from "./resource.ts";
import { type Flight, forget, isSubscribed, keep, note, rouse, type Stream, type TypeState, warm } from "./stream.ts";

/** Types that Envoy and gRPC know and no relay has: asking for them is no mistake, and nothing of them exists. */
const NOT_SERVED: ReadonlySet<string> = new Set(
  [
    "envoy.service.runtime.v3.Runtime",
    "envoy.config.route.v3.ScopedRouteConfiguration",
    "envoy.config.route.v3.VirtualHost",
    "envoy.config.core.v3.TypedExtensionConfig",
  ].map((message) => `type.googleapis.com/${message}`),
);

/** Takes a request into the state. The outputs say what it acknowledged, refused, or why the stream ends. */
export function takeRequest<R extends AdsResource>(stream: Stream<R>, request: AdsRequest, at: number): AdsOutput<R>[] {
  const { node, typeUrl } = request;
  stream.node ??= node;
  if (node !== "" && node !== stream.node) {
    return [
      end(
        `the node id changed from ${JSON.stringify(stream.node)} to ${JSON.stringify(node)} within one stream; open a stream per node`,
      ),
    ];
  }
  const type = xdsTypeOfUrl(typeUrl);
  if (type === undefined) return foreign(stream, request);
  const state = stream.types[type.kind];
  rouse(state);
  const nonce = placeOf(state, request.nonce);
  if (nonce === "unknown") {
    return [
      end(`the response_nonce ${JSON.stringify(request.nonce)} was never given on this stream for ${type.short}`),
    ];
  }
  const outputs: AdsOutput<R>[] = [];
  if (nonce === "flight") outputs.push(settle(stream, state, request, at));
  // A state-of-the-world request with an old nonce describes an old subscription: the one that follows counts.
  if (request.protocol === "delta") subscribeDelta(stream, state, request);
  else if (nonce !== "stale") subscribeSotw(stream, state, request);
  if (state.names.size > stream.options.maxNames) {
    const message = `more than ${stream.options.maxNames} names of ${type.short} are asked for on one stream`;
    return [{ kind: "end", status: "RESOURCE_EXHAUSTED", message }];
  }
  return outputs;
}

function end(message: string): End {
  return { kind: "end", status: "INVALID_ARGUMENT", message };
}

function foreign<R extends AdsResource>({ desired }: Stream<R>, request: AdsRequest): AdsOutput<R>[] {
  const { typeUrl } = request;
  if (!NOT_SERVED.has(typeUrl)) {
    const text = typeUrl === "" ? "the request has no type_url" : `the type_url ${JSON.stringify(typeUrl)} is unknown`;
    return [end(`${text}; served are clusters, endpoints, secrets, listeners and routes of the v3 API`)];
  }
  if (request.protocol === "sotw" || request.nonce !== "" || request.subscribe.length === 0) return [];
  return [{ kind: "answer", typeUrl, version: desired.label, nonce: "1", resources: [], removed: request.subscribe }];
}

function placeOf<R>(
  { flight, answers }: TypeState<R>,
  nonce: string,
): "none" | "flight" | "last" | "stale" | "unknown" {
  if (nonce === "") return "none";
  if (flight?.nonce === nonce) return "flight";
  if (!/^[1-9]\d{0,15}$/.test(nonce) || Number(nonce) > answers) return "unknown";
  return Number(nonce) === answers ? "last" : "stale";
}

function settle<R extends AdsResource>(
  stream: Stream<R>,
  state: TypeState<R>,
  request: AdsRequest,
  at: number,
): AdsOutput<R> {
  const flight = state.flight!;
  state.flight = undefined;
  if (request.error !== undefined) return refuse(stream, state, flight, request.error);
  for (const [name] of flight.sent) {
    state.refused.delete(name);
    if (state.type.kind === "endpoints") stream.warming.delete(name);
  }
  for (const name of flight.removed) state.refused.delete(name);
  for (const name of flight.restated.keys()) {
    const held = state.held.get(name);
    if (held === undefined) continue;
    keep(state, "held", name, { ...held, sure: true });
    note(state, "touched", name);
  }
  if (state.type.kind === "cluster") rememberWarming(stream, flight, at);
  return { kind: "acked", type: state.type, version: flight.version };
}

/** From the ACK on Envoy warms the clusters; the endpoints that already went right behind them do not count twice. */
function rememberWarming<R extends AdsResource>(stream: Stream<R>, { sent, restated }: Flight<R>, at: number): void {
  for (const { references } of [...sent.values(), ...restated.values()]) {
    for (const { kind, name } of references) {
      if (kind === "endpoints" && stream.warming.has(name)) warm(stream, name, at + stream.options.warmMs);
    }
  }
}

function refuse<R extends AdsResource>(
  stream: Stream<R>,
  state: TypeState<R>,
  flight: Flight<R>,
  message: string,
): AdsOutput<R> {
  const all = [...flight.sent.keys(), ...flight.removed];
  const named = all.filter((name) => mentions(message, name));
  const blamed = new Set(named.length > 0 ? named : all);
  for (const name of all) {
    // A client that dropped the name meanwhile is not interested in what it refused.
    if (!isSubscribed(state, name)) continue;
    const before = flight.before.get(name);
    if (before === undefined) state.held.delete(name);
    else keep(state, "held", name, { ...before, sure: false });
    if (blamed.has(name)) keep(state, "refused", name, flight.sent.get(name)?.version ?? "");
    if (state.type.kind === "cluster")
      for (const one of flight.sent.get(name)?.references ?? []) stream.warming.delete(one.name);
    note(state, "touched", name);
  }
  const refused = [...blamed].map((name) => ({ name, version: flight.sent.get(name)?.version ?? "" }));
  return { kind: "nacked", type: state.type, refused, message };
}

/** Whether a text names a resource as a word of its own: `backend` is not named by `backend-v2`. */
export function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const before = text[at - 1] ?? " ";
    const after = text.slice(at + name.length, at + name.length + 2);
    if (!/[\w.\-:/]/.test(before) && !/^([\w\-/]|[.:]\S)/.test(after)) return true;
  }
  return false;
}

function subscribeDelta<R extends AdsResource>(stream: Stream<R>, state: TypeState<R>, request: DeltaRequest): void {
  const first = !state.asked;
  state.asked = true;
  const { subscribe, unsubscribe, initialVersions } = request;
  if (first) {
    state.wildcard = state.type.wildcard && (subscribe.length === 0 || subscribe.includes("*"));
    state.owed = state.wildcard && initialVersions.size === 0;
  } else if (state.type.wildcard && subscribe.includes("*") && !state.wildcard) {
    state.wildcard = true;
    for (const name of namesIn(stream.desired.sets[state.type.kind])) note(state, "touched", name);
  }
  for (const name of subscribe) {
    if (name === "*" && state.type.wildcard) continue;
    note(state, "names", name);
    note(state, "touched", name);
    // Who asks is answered, also for what it has: it may have lost it, or warms a cluster that was just sent.
    const warms = state.type.kind === "endpoints" && stream.warming.has(name);
    if (!first || !initialVersions.has(name) || warms) note(state, "forced", name);
  }
  for (const name of unsubscribe) {
    if (name === "*" && state.type.wildcard) {
      state.wildcard = false;
      for (const held of [...state.held.keys(), ...state.due]) if (!state.names.has(held)) forget(state, held);
      continue;
    }
    state.names.delete(name);
    forget(state, name);
    if (!state.wildcard) continue;
    // The client has dropped it and the wildcard still covers it: it needs to be told what there is.
    note(state, "forced", name);
    note(state, "touched", name);
  }
  if (!first) return;
  for (const [name, version] of initialVersions) {
    if (isSubscribed(state, name)) keep(state, "held", name, { resource: undefined, version, sure: true });
  }
  if (state.wildcard) for (const name of namesIn(stream.desired.sets[state.type.kind])) note(state, "touched", name);
  for (const name of state.held.keys()) note(state, "touched", name);
}

function subscribeSotw<R extends AdsResource>(stream: Stream<R>, state: TypeState<R>, request: SotwRequest): void {
  const first = !state.asked;
  const before = state.wildcard;
  state.asked = true;
  const names = new Set(request.names);
  const star = state.type.wildcard && names.delete("*");
  state.implicit = state.type.wildcard && !star && names.size === 0 && (first || state.implicit);
  state.wildcard = star || state.implicit;
  state.owed = state.owed || (first && state.wildcard);
  for (const name of [...state.names]) if (!names.has(name)) state.names.delete(name);
  for (const name of names) {
    if (state.names.has(name)) continue;
    note(state, "names", name);
    note(state, "touched", name);
  }
  if (state.wildcard && !before)
    for (const name of namesIn(stream.desired.sets[state.type.kind])) note(state, "touched", name);
  for (const name of [...state.held.keys(), ...state.due, ...state.gone.keys()])
    if (!isSubscribed(state, name)) forget(state, name);
}
