// What may go out now: additions in order, removals last, and nothing past a refusal. Make before break.
import { XDS_TYPES, type XdsKind } from "#envoy/type-url.ts";
import type { Answer } from "./message.ts";
import { type AdsResource, namesIn } from "./resource.ts";
import {
  desiredOf,
  type Flight,
  forget,
  type Held,
  hasRefusal,
  isRefused,
  isSubscribed,
  keep,
  note,
  refusesAny,
  rouse,
  type Stream,
  type TypeState,
  warm,
} from "./stream.ts";

const NONE: readonly string[] = [];

/** Kinds whose state-of-the-world answers say everything: what is left out is removed. */
const WHOLE: ReadonlySet<XdsKind> = new Set(["cluster", "listener"]);

/** The answers that may go out now, in order. Each type has at most one that is not yet acknowledged. */
export function flush<R extends AdsResource>(stream: Stream<R>, at: number): Answer<R>[] {
  if (stream.ended) return [];
  for (const { kind } of XDS_TYPES) classify(stream, stream.types[kind]);
  releaseClusters(stream, at);
  const answers: Answer<R>[] = [];
  for (const { kind } of XDS_TYPES) {
    const state = stream.types[kind];
    if (!state.asked || state.flight !== undefined) continue;
    const answer = mustWait(stream, kind, at) ? undefined : next(stream, state, at);
    if (answer !== undefined) answers.push(answer);
  }
  return answers;
}

/** When time alone may allow more; undefined = only an event can. */
export function nextDeadline<R extends AdsResource>({ types, warming }: Stream<R>): number | undefined {
  const times = [...types.cluster.gone.values()].filter((time) => time !== null);
  if (types.listener.due.size > 0 || types.route.due.size > 0) times.push(...warming.values());
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Sorts the touched names: due, gone, or as they should be. */
function classify<R extends AdsResource>(stream: Stream<R>, state: TypeState<R>): void {
  if (state.touched.size === 0) return;
  for (const name of state.touched) {
    if (isSubscribed(state, name)) classifyName(stream, state, name);
    else forget(state, name);
  }
  state.touched.clear();
}

function classifyName<R extends AdsResource>(stream: Stream<R>, state: TypeState<R>, name: string): void {
  const { kind } = state.type;
  const delta = stream.options.protocol === "delta";
  const desired = desiredOf(stream, kind, name);
  const held = state.held.get(name);
  const forced = state.forced.has(name);
  state.due.delete(name);
  if (desired?.pending) return;
  const refused = isRefused(stream, kind, name);
  if (!refused) state.refused.delete(name);
  if (desired !== undefined) {
    state.gone.delete(name);
    const differs = held === undefined || !held.sure || held.version !== desired.version;
    if ((differs || forced) && !refused) note(state, "due", name);
  } else if (held !== undefined && held.version !== "") {
    // State of the world has no word for the removal of a named resource: the client keeps it until it drops the name.
    if ((delta || WHOLE.has(kind)) && !state.gone.has(name)) keep(state, "gone", name, null);
  } else if (delta && (held === undefined || forced) && state.names.has(name)) {
    note(state, "due", name);
  }
}

/** Nothing under way, nothing due, nothing refused: what the client has of this type is what it should have. */
function isIdle<R extends AdsResource>(stream: Stream<R>, kind: XdsKind): boolean {
  const { asked, flight, due } = stream.types[kind];
  return !asked || (flight === undefined && due.size === 0 && !refusesAny(stream, kind));
}

/** Starts the linger of clusters once no listener or route that may name them is left. */
function releaseClusters<R extends AdsResource>(stream: Stream<R>, at: number): void {
  const { cluster, listener, route } = stream.types;
  if (cluster.gone.size === 0 || listener.gone.size + route.gone.size > 0) return;
  if (!isIdle(stream, "listener") || !isIdle(stream, "route")) return;
  for (const [name, time] of cluster.gone) if (time === null) keep(cluster, "gone", name, at + stream.options.lingerMs);
}

/** Whether something it names was refused, or waits for something refused: it would break what works. */
function isHeldBack<R extends AdsResource>(stream: Stream<R>, resource: R | undefined): boolean {
  for (const { kind, name } of resource?.references ?? []) {
    if (!stream.types[kind].asked) continue;
    if (isRefused(stream, kind, name) || isHeldBack(stream, desiredOf(stream, kind, name))) return true;
  }
  return false;
}

function sendable<R extends AdsResource>(stream: Stream<R>, { type, due }: TypeState<R>): readonly string[] {
  if (due.size === 0) return NONE;
  const held = (name: string) => isHeldBack(stream, desiredOf(stream, type.kind, name));
  return [...due].filter((name) => !held(name));
}

/** The order of additions: listeners wait for clusters and their endpoints, routes for listeners too. */
function mustWait<R extends AdsResource>(stream: Stream<R>, kind: XdsKind, at: number): boolean {
  if (kind !== "listener" && kind !== "route") return false;
  const { cluster, listener } = stream.types;
  if (cluster.flight !== undefined || (cluster.asked && sendable(stream, cluster).length > 0)) return true;
  if (kind === "route" && listener.flight !== undefined) return true;
  for (const [name, until] of stream.warming) {
    if (until <= at || desiredOf(stream, "endpoints", name) === undefined || isRefused(stream, "endpoints", name))
      stream.warming.delete(name);
  }
  return stream.warming.size > 0;
}

/** Names that may be removed now. */
function removable<R extends AdsResource>(
  stream: Stream<R>,
  { type, gone }: TypeState<R>,
  at: number,
): readonly string[] {
  if (gone.size === 0 || hasRefusal(stream)) return NONE;
  switch (type.kind) {
    case "listener":
      return [...gone.keys()];
    case "route":
      return isIdle(stream, "listener") && stream.types.listener.gone.size === 0 ? [...gone.keys()] : [];
    case "cluster":
      return [...gone].flatMap(([name, time]) => (time !== null && time <= at ? [name] : []));
    default:
      return isIdle(stream, "cluster") && stream.types.cluster.gone.size === 0 && isIdle(stream, "listener")
        ? [...gone.keys()]
        : [];
  }
}

function next<R extends AdsResource>(stream: Stream<R>, state: TypeState<R>, at: number): Answer<R> | undefined {
  const { kind } = state.type;
  const { protocol, maxBytes } = stream.options;
  if (state.due.size + state.gone.size === 0 && !state.owed) return undefined;
  const whole = protocol === "sotw" && WHOLE.has(kind);
  const sent = new Map<string, R>();
  const absent: string[] = [];
  let bytes = 0;
  for (const name of sendable(stream, state)) {
    const resource = desiredOf(stream, kind, name);
    if (resource === undefined) {
      absent.push(name);
      continue;
    }
    const size = stream.options.size(kind, resource);
    if (typeof size !== "number") {
      reject(stream, state, resource, size.fault);
      continue;
    }
    if (protocol === "delta" && sent.size > 0 && bytes + size > maxBytes) break;
    bytes += size;
    sent.set(name, resource);
  }
  const leaving = removable(stream, state, at);
  if (sent.size + absent.length + leaving.length === 0 && !state.owed) return undefined;
  state.owed = false;
  const resources = whole ? everything(stream, state, sent, new Set(leaving)) : [...sent.values()];
  const removed = protocol === "delta" ? [...absent, ...leaving] : [];
  const restated = new Map(
    whole ? resources.flatMap((one) => (isUnsure(state, one, sent) ? [[one.name, one] as const] : [])) : [],
  );
  return record(stream, state, { sent, restated, absent, leaving }, resources, removed, at);
}

/** A whole state-of-the-world answer: what is new, what stays, and what may not leave yet in the form the client has. */
function everything<R extends AdsResource>(
  stream: Stream<R>,
  state: TypeState<R>,
  sent: ReadonlyMap<string, R>,
  leaving: ReadonlySet<string>,
): R[] {
  const resources: R[] = [];
  const names = new Set([...state.held.keys(), ...namesIn(stream.desired.sets[state.type.kind])]);
  for (const name of names) {
    if (!isSubscribed(state, name) || leaving.has(name)) continue;
    const resource = sent.get(name) ?? state.held.get(name)?.resource;
    if (resource !== undefined) resources.push(resource);
  }
  return resources;
}

/** Whether the client may have something newer than the form said again, after a NACK: then this changes it back. */
function isUnsure<R extends AdsResource>({ held }: TypeState<R>, { name }: R, sent: ReadonlyMap<string, R>): boolean {
  return !sent.has(name) && held.get(name)?.sure === false;
}

interface Contents<R> extends Pick<Flight<R>, "sent" | "restated"> {
  readonly absent: readonly string[];
  readonly leaving: readonly string[];
}

function record<R extends AdsResource>(
  stream: Stream<R>,
  state: TypeState<R>,
  { sent, restated, absent, leaving }: Contents<R>,
  resources: readonly R[],
  removed: readonly string[],
  at: number,
): Answer<R> {
  const { options, desired } = stream;
  const before = new Map<string, Held<R> | undefined>();
  for (const name of [...sent.keys(), ...absent, ...leaving]) {
    before.set(name, state.held.get(name));
    state.due.delete(name);
    state.forced.delete(name);
    state.gone.delete(name);
  }
  for (const [name, resource] of sent) keep(state, "held", name, { resource, version: resource.version, sure: true });
  for (const name of absent) keep(state, "held", name, { resource: undefined, version: "", sure: true });
  for (const name of leaving) {
    if (state.names.has(name)) keep(state, "held", name, { resource: undefined, version: "", sure: true });
    else state.held.delete(name);
  }
  state.answers += 1;
  const nonce = String(state.answers);
  state.flight = { nonce, version: desired.label, sent, restated, removed: [...absent, ...leaving], before };
  if (state.type.kind === "cluster") {
    for (const { references } of [...sent.values(), ...restated.values()]) {
      for (const { kind, name } of references) {
        if (kind !== "endpoints") continue;
        warm(stream, name, at + options.warmMs);
        refreshEndpoints(stream, name);
      }
    }
  }
  return { kind: "answer", typeUrl: state.type.url, version: desired.label, nonce, resources, removed };
}

/** Envoy warms a changed cluster until its endpoints come again, and does not ask for what it already watches. */
function refreshEndpoints<R extends AdsResource>(stream: Stream<R>, name: string): void {
  const state = stream.types.endpoints;
  if (!state.asked) return;
  rouse(state);
  if (!isSubscribed(state, name)) return;
  note(state, "forced", name);
  if (desiredOf(stream, "endpoints", name) !== undefined && !isRefused(stream, "endpoints", name))
    note(state, "due", name);
}

/** A resource that cannot be encoded is refused before it leaves. */
function reject<R extends AdsResource>(stream: Stream<R>, state: TypeState<R>, resource: R, message: string): void {
  state.due.delete(resource.name);
  keep(state, "refused", resource.name, resource.version);
  stream.unsent.push({
    kind: "nacked",
    type: state.type,
    refused: [{ name: resource.name, version: resource.version }],
    message,
  });
}
