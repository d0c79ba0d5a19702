// The state of one ADS stream: per type what the client asked for, has, is due, leaves, and refused.
import { XDS_TYPES, type XdsKind, type XdsType } from "#envoy/type-url.ts";
import type { Nacked } from "./message.ts";
import { type AdsResource, type Desired, resourceIn } from "./resource.ts";

export type Protocol = "delta" | "sotw";

export interface AdsOptions<R> {
  readonly protocol: Protocol;
  /** How long a removed cluster stays after its last reference was acknowledged. Milliseconds; 15 s is the default. */
  readonly lingerMs: number;
  /** How long listeners and routes wait for the endpoints of new clusters, if the client never asks for them. */
  readonly warmMs: number;
  /** A delta answer is cut before it grows beyond this; the rest follows the ACK. Bytes. */
  readonly maxBytes: number;
  /** Encoded size; a text says why the resource cannot be encoded, and counts as a refusal of this version. */
  readonly size: (kind: XdsKind, resource: R) => number | { readonly fault: string };
  /** Names that one stream may ask for per type. */
  readonly maxNames: number;
}

/** What the client has of one name. */
export interface Held<R> {
  /** Undefined where only the version is known, from a reconnecting client. */
  readonly resource: R | undefined;
  /** Empty: the client was told that there is none. */
  readonly version: string;
  /** False after a NACK: the client may have kept the old or taken the new. */
  readonly sure: boolean;
}

/** An answer that was not yet acknowledged. One at a time per type, which also bounds what is buffered. */
export interface Flight<R> {
  readonly nonce: string;
  readonly version: string;
  readonly sent: ReadonlyMap<string, R>;
  readonly removed: readonly string[];
  /** Said again in the form from before a NACK, in a whole state-of-the-world answer: the ACK makes it sure. */
  readonly restated: ReadonlyMap<string, R>;
  readonly before: ReadonlyMap<string, Held<R> | undefined>;
}

export interface TypeState<R> {
  readonly type: XdsType;
  asked: boolean;
  wildcard: boolean;
  /** State of the world: all is asked for because no name ever was; the first name ends that. */
  implicit: boolean;
  names: Set<string>;
  held: Map<string, Held<R>>;
  /** In their place while the type is at rest: what the client has, all of it as it was sent. */
  packed: readonly R[] | undefined;
  /** Names to look at again. */
  touched: Set<string>;
  /** Names to send: changed, new, asked again, or (delta) to be told absent. */
  due: Set<string>;
  /** Due although the client has that version. */
  forced: Set<string>;
  /** Names that left, each with the time when it may be removed; null until nothing refers to it any more. */
  gone: Map<string, number | null>;
  /** Name → version that the client refused; empty version = it refused the removal. */
  refused: Map<string, string>;
  flight: Flight<R> | undefined;
  /** Answers given so far: the last nonce. */
  answers: number;
  /** The first answer is owed even if it is empty: Envoy waits for it. */
  owed: boolean;
}

export interface Stream<R extends AdsResource> {
  readonly options: AdsOptions<R>;
  readonly types: Readonly<Record<XdsKind, TypeState<R>>>;
  desired: Desired<R>;
  /** Id of the node in the first request. */
  node: string | undefined;
  /** Endpoint sets of clusters just sent → until when listeners and routes wait for them. */
  warming: Map<string, number>;
  ended: boolean;
  /** Refusals found on this side, before anything was sent. */
  readonly unsent: Nacked[];
}

export function newStream<R extends AdsResource>(desired: Desired<R>, options: AdsOptions<R>): Stream<R> {
  const types = Object.fromEntries(XDS_TYPES.map((type) => [type.kind, newType<R>(type)])) as Record<
    XdsKind,
    TypeState<R>
  >;
  return { options, types, desired, node: undefined, warming: NO_MAP, ended: false, unsent: [] };
}

function newType<R>(type: XdsType): TypeState<R> {
  return {
    type,
    asked: false,
    wildcard: false,
    implicit: false,
    names: NO_SET,
    packed: undefined,
    held: NO_MAP,
    touched: NO_SET,
    due: NO_SET,
    forced: NO_SET,
    gone: NO_MAP,
    refused: NO_MAP,
    flight: undefined,
    answers: 0,
    owed: false,
  };
}

const SETS = ["names", "touched", "due", "forced"] as const;
const MAPS = ["held", "gone", "refused"] as const;
const shared = (): never => {
  throw new TypeError("what all streams share stays empty: fill it by note or keep");
};
const NO_SET: Set<string> = Object.assign(new Set<string>(), { add: shared });
const NO_MAP: Map<string, never> = Object.assign(new Map<string, never>(), { set: shared });

const asleep = (): never => {
  throw new TypeError("what the client has is packed: rouse the type first");
};
const CLOSED = { get: asleep, has: asleep, keys: asleep, delete: asleep, [Symbol.iterator]: asleep };
const PACKED_SET: Set<string> = Object.assign(new Set<string>(), { ...CLOSED, add: asleep });
const PACKED_MAP: Map<string, never> = Object.assign(new Map<string, never>(), { ...CLOSED, set: asleep });

type Names = (typeof SETS)[number];
type Entries<R> = Pick<TypeState<R>, (typeof MAPS)[number]>;

/** Adds a name to one of the type's sets. */
export function note<R>(state: TypeState<R>, key: Names, name: string): void {
  if (state[key] === NO_SET) state[key] = new Set();
  state[key].add(name);
}

/** Sets a name in one of the type's maps. */
export function keep<R, K extends keyof Entries<R>>(
  state: TypeState<R>,
  key: K,
  name: string,
  value: Entries<R>[K] extends Map<string, infer V> ? V : never,
): void {
  if (state[key] === (NO_MAP as unknown)) state[key] = new Map() as TypeState<R>[K];
  (state[key] as Map<string, unknown>).set(name, value);
}

/** Remembers that listeners and routes wait for an endpoint set until then. */
export function warm<R extends AdsResource>(stream: Stream<R>, name: string, until: number): void {
  if (stream.warming === NO_MAP) stream.warming = new Map();
  stream.warming.set(name, until);
}

/** More are not packed: unpacking them for every change of one would cost a stream what it has. */
const MOST_PACKED = 256;

/**
 * Between two events most sets and maps are empty, and an empty one costs 150 bytes, 35 times a stream: all share one. Of a
 * type of which the client has what it was sent, a list of that is a tenth of its tables.
 */
export function rest<R extends AdsResource>(stream: Stream<R>): void {
  if (stream.warming.size === 0) stream.warming = NO_MAP;
  for (const { kind } of XDS_TYPES) {
    const state = stream.types[kind];
    if (state.packed !== undefined) continue;
    for (const key of SETS) if (state[key].size === 0) state[key] = NO_SET;
    for (const key of MAPS) if (state[key].size === 0) state[key] = NO_MAP as never;
    if (isSettled(state) && state.held.size > 0 && state.held.size <= MOST_PACKED) pack(stream, state);
  }
}

/** Nothing is under way, owed or refused. */
function isSettled<R>({ flight, owed, touched, due, forced, gone, refused }: TypeState<R>): boolean {
  return flight === undefined && !owed && touched.size + due.size + forced.size + gone.size + refused.size === 0;
}

function pack<R extends AdsResource>(stream: Stream<R>, state: TypeState<R>): void {
  const { held, names } = state;
  const isNamed = names.size === held.size;
  if (!isNamed && names.size > 0) return;
  const packed: R[] = [];
  for (const [name, { resource = desiredOf(stream, state.type.kind, name), version, sure }] of held) {
    if (!sure || resource?.version !== version || (isNamed && !names.has(name))) return;
    packed.push(resource);
  }
  state.packed = packed;
  state.held = PACKED_MAP as never;
  if (isNamed) state.names = PACKED_SET;
}

/** What `rest` packed is there again: to be called before anything is asked of what the client has of the type. */
export function rouse<R extends AdsResource>(state: TypeState<R>): void {
  const { packed } = state;
  if (packed === undefined) return;
  state.packed = undefined;
  state.held = new Map(packed.map((resource) => [resource.name, { resource, version: resource.version, sure: true }]));
  if (state.names === PACKED_SET) state.names = new Set(packed.map(({ name }) => name));
}

export function isSubscribed<R>({ wildcard, names }: TypeState<R>, name: string): boolean {
  return wildcard || names.has(name);
}

export function desiredOf<R extends AdsResource>(stream: Stream<R>, kind: XdsKind, name: string): R | undefined {
  return resourceIn(stream.desired.sets[kind], name);
}

/** Forgets a name that the client no longer wants. */
export function forget<R>(state: TypeState<R>, name: string): void {
  state.held.delete(name);
  state.due.delete(name);
  state.forced.delete(name);
  state.gone.delete(name);
  state.refused.delete(name);
  state.touched.delete(name);
}

/** Whether the client refused what it should have of this name now. */
export function isRefused<R extends AdsResource>(stream: Stream<R>, kind: XdsKind, name: string): boolean {
  const version = stream.types[kind].refused.get(name);
  return version !== undefined && version === (desiredOf(stream, kind, name)?.version ?? "");
}

/** Whether any type has a refusal that still stands: no removal goes out meanwhile. */
export function hasRefusal<R extends AdsResource>(stream: Stream<R>): boolean {
  for (const { kind } of XDS_TYPES) if (refusesAny(stream, kind)) return true;
  return false;
}

/** Whether the client refused anything of this type that it should have now. */
export function refusesAny<R extends AdsResource>(stream: Stream<R>, kind: XdsKind): boolean {
  for (const name of stream.types[kind].refused.keys()) if (isRefused(stream, kind, name)) return true;
  return false;
}
