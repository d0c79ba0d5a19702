// One stream at work: joins its proxy, feeds the machine, writes what comes out, and never buffers without bound.
import type { IncomingHttpHeaders } from "node:http2";
import { xdsTypeOfUrl } from "#envoy/type-url.ts";
import { PROXY_KINDS, proxyKindOfWord } from "#model/proxy-kind.ts";
import { Sealed } from "#model/sealed.ts";
import { step, wakeAt } from "#relay/ads-machine.ts";
import type { Encoder } from "#relay/encoder.ts";
import type { CallHandlers, GrpcCall } from "#relay/grpc/call.ts";
import type { GrpcStatus } from "#relay/grpc/status.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import { NODE_METADATA, nodeValues } from "#relay/node-values.ts";
import { redirectionOf } from "#relay/registrar/redirection.ts";
import type { ResourceBook, ServedResource } from "#relay/resources.ts";
import {
  type Caller,
  type Joined,
  type ProxyName,
  proxyText,
  type Served,
  type StreamDelivery,
  type Zone,
} from "#relay/zone.ts";
import type { NodeValues } from "#snapshot/proxy.ts";
import { answers, hostOf } from "./caller.ts";
import type { AdsEvent, AdsOutput, Answer } from "./message.ts";
import type { Outlet } from "./outlet.ts";
import { progressOf, refusalsOf } from "./progress.ts";
import { keptDesired } from "./resource.ts";
import { type AdsOptions, newStream, type Protocol, type Stream } from "./stream.ts";
import { type Node, type ReadRequest, readRequest, writeAnswer } from "./wire.ts";

export interface SessionContext {
  readonly zone: Zone;
  readonly book: ResourceBook;
  readonly encoder: Encoder;
  readonly outlet: Outlet;
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** A stream that does not say who it is within this many milliseconds is ended. */
  readonly firstRequestMs: number;
  readonly machine: Readonly<Record<Protocol, AdsOptions<ServedResource>>>;
  /** A session is over. */
  readonly closed: (session: Session) => void;
}

/** Requests that wait while earlier ones are worked on; reading pauses above it. */
const MOST_WAITING = 16;

const REFUSALS = {
  unauthenticated: "UNAUTHENTICATED",
  forbidden: "PERMISSION_DENIED",
  conflict: "ALREADY_EXISTS",
  invalid: "INVALID_ARGUMENT",
  unavailable: "UNAVAILABLE",
} as const satisfies Record<Extract<Joined, { ok: false }>["code"], GrpcStatus>;

export interface Session extends CallHandlers {
  /** What is served may have changed. */
  refresh(): void;
}

/** Serves a stream until it ends. Nothing is answered before the proxy has been authenticated. */
export function serveStream(
  call: GrpcCall,
  headers: IncomingHttpHeaders,
  protocol: Protocol,
  context: SessionContext,
): Session {
  return new StreamSession(call, tokenOf(headers), protocol, context);
}

const NONE: readonly never[] = [];

/** Thousands live at one time: methods of a class are there once, closures once for each. */
class StreamSession implements Session {
  readonly #call: GrpcCall;
  readonly #protocol: Protocol;
  readonly #context: SessionContext;
  #token: Sealed | undefined;
  #proxy: ProxyName | undefined;
  #own: NodeValues | undefined;
  #joined: Extract<Joined, { ok: true }> | undefined;
  #stream: Stream<ServedResource> | undefined;
  #served: Served;
  /** Undefined while nothing waits. */
  #waiting: ReadRequest[] | undefined;
  /** Of answers that the network has not taken. */
  #releases: readonly (() => void)[] = NONE;
  #changed = false;
  #queued = false;
  #over = false;
  #played = false;
  /** The client's words of its last refusal. */
  #reason = "";
  #told: StreamDelivery | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(call: GrpcCall, token: Sealed | undefined, protocol: Protocol, context: SessionContext) {
    this.#call = call;
    this.#protocol = protocol;
    this.#context = context;
    this.#token = token;
    this.#served = context.zone.served();
    this.#timer = setTimeout(() => this.#fail("DEADLINE_EXCEEDED", "no request came in time"), context.firstRequestMs);
  }

  message(bytes: Buffer): void {
    if (this.#over) return;
    const read = readRequest(this.#protocol, bytes);
    if (read === null) {
      const name = this.#protocol === "delta" ? "DeltaDiscoveryRequest" : "DiscoveryRequest";
      this.#fail("INVALID_ARGUMENT", `the bytes are no envoy.service.discovery.v3.${name}`);
      return;
    }
    this.#waiting ??= [];
    if (this.#waiting.push(read) >= MOST_WAITING) this.#call.pause();
    if (this.#proxy !== undefined) this.#pump();
    else this.#begin(read);
  }

  halfClosed(): void {
    this.#finish();
    this.#call.end("OK");
  }

  closed(): void {
    this.#finish();
    this.#context.closed(this);
  }

  refresh(): void {
    this.#changed = true;
    this.#pump();
  }

  #begin(first: ReadRequest): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#join(first).catch((error: unknown) => {
      this.#context.log("error", "a join failed", { reason: reasonOf(error) });
      this.#fail("INTERNAL", "the relay could not handle the join; its log tells more");
    });
  }

  async #join({ node }: ReadRequest): Promise<void> {
    const key = node === undefined ? undefined : proxyOf(node);
    if (node === undefined || key === undefined) {
      const got = node === undefined ? "the first request has no node" : `node.id is ${JSON.stringify(node.id)}`;
      this.#fail(
        "INVALID_ARGUMENT",
        `${got}; it must be <mesh>.<dataplane name>, or of an ingress or egress .<name> with dataplane.proxyType in its metadata`,
      );
      return;
    }
    this.#proxy = key;
    this.#own = nodeValues(key, node.metadata);
    const text = node.metadata["dataplane.resource"];
    const token = this.#token;
    this.#token = undefined;
    const answer = await this.#context.zone.join({
      ...key,
      resource: typeof text === "string" ? text : undefined,
      redirection: redirectionOf(node.metadata),
      token,
      versions: node.versions,
      caller: callerOf(this.#call, node),
    });
    if (!answer.ok) this.#fail(REFUSALS[answer.code], answer.reason);
    else if (this.#over) answer.closed();
    else this.#enter(answer);
  }

  #enter(joined: Extract<Joined, { ok: true }>): void {
    this.#joined = joined;
    if (joined.ended.aborted) {
      this.#evict();
      return;
    }
    joined.ended.listener = () => this.#evict();
    this.#changed = true;
    this.#pump();
  }

  #evict(): void {
    this.#fail("PERMISSION_DENIED", `no longer served: ${this.#joined?.ended.reason}`);
  }

  #fail(status: GrpcStatus, details: string): void {
    if (this.#over) return;
    this.#finish();
    this.#call.end(status, details);
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    for (const release of this.#releases) release();
    const joined = this.#joined;
    if (joined === undefined) return;
    joined.ended.listener = undefined;
    joined.closed();
    this.#context.zone.delivered(this.#call, null);
  }

  /** Works on what waits, as far as the network takes what comes out. */
  #pump(): void {
    if (this.#over || this.#joined === undefined || this.#releases.length > 0 || this.#queued) return;
    this.#queued = !this.#context.outlet.open(() => {
      this.#queued = false;
      this.#pump();
    });
    if (this.#queued) return;
    if (this.#changed) this.#renew(this.#joined.registration);
    while (this.#stream !== undefined && this.#releases.length === 0) {
      const next = this.#waiting?.shift();
      if (next === undefined) break;
      if (this.#waiting?.length === 0) this.#waiting = undefined;
      this.#play(this.#stream, { kind: "request", at: this.#context.now(), request: next.request });
      if (this.#over) return;
    }
    if ((this.#waiting?.length ?? 0) < MOST_WAITING && this.#call.isPaused) this.#call.resume();
    if (this.#stream === undefined || !this.#played) return;
    this.#played = false;
    this.#tell(this.#stream);
    this.#wake(this.#stream);
  }

  #renew(registration: string): void {
    const { zone, book, machine, now } = this.#context;
    this.#changed = false;
    this.#served = zone.served();
    const found = book.of(
      this.#served,
      this.#proxy!,
      (mesh) => zone.identity(this.#proxy!, registration, mesh),
      this.#own,
    );
    // A proxy that nothing is known of any more keeps what it has; its registration ends the stream, if it should end.
    if (found === undefined) return;
    const desired = keptDesired(this.#stream?.desired, found);
    if (this.#stream === undefined) this.#stream = newStream(desired, machine[this.#protocol]);
    else if (desired === this.#stream.desired) this.#played = true;
    else this.#play(this.#stream, { kind: "desired", at: now(), desired });
  }

  #play(on: Stream<ServedResource>, event: AdsEvent<ServedResource>): void {
    this.#played = true;
    for (const output of step(on, event)) this.#take(output);
  }

  #take(output: AdsOutput<ServedResource>): void {
    if (output.kind === "answer") this.#write(output);
    else if (output.kind === "end") this.#fail(output.status, output.message);
    else if (output.kind === "nacked") {
      this.#reason = output.message;
      const fields = {
        ...{ proxy: proxyText(this.#proxy!), type: output.type.short },
        ...{ refused: output.refused, reason: output.message },
      };
      this.#context.log("warn", "a proxy refused resources", fields);
    }
  }

  #write({ typeUrl, version, nonce, resources, removed }: Answer<ServedResource>): void {
    const { encoder, outlet } = this.#context;
    const kind = xdsTypeOfUrl(typeUrl)?.kind;
    const frames = resources.flatMap((resource) => {
      const encoded = encoder.send(kind!, resource);
      return "fault" in encoded ? [] : [encoded[this.#protocol]];
    });
    const bytes = writeAnswer(this.#protocol, { typeUrl, version, nonce, resources: frames, removed });
    const release = outlet.take(bytes.length);
    this.#releases = [...this.#releases, release];
    this.#call.write(bytes, () => {
      release();
      const left = this.#releases.filter((one) => one !== release);
      this.#releases = left.length === 0 ? NONE : left;
      if (left.length === 0) this.#pump();
    });
  }

  #tell(on: Stream<ServedResource>): void {
    const told = this.#told;
    const state = progressOf(on);
    const { epoch, sequence } = this.#served;
    const reason = state === "nacked" ? this.#reason : "";
    const refused = state === "nacked" ? refusalsOf(on) : NONE;
    const same = told?.state === state && told.sequence === sequence && told.epoch === epoch && told.reason === reason;
    if (same && told?.refused?.length === refused.length) return;
    const { mesh, name } = this.#proxy!;
    this.#told = { mesh, name, epoch, sequence, state, reason, refused };
    this.#context.zone.delivered(this.#call, this.#told);
  }

  #wake(on: Stream<ServedResource>): void {
    clearTimeout(this.#timer);
    const at = wakeAt(on);
    this.#timer =
      at === undefined ? undefined : setTimeout(() => this.#tick(), Math.max(0, at - this.#context.now()) + 1);
    this.#timer?.unref();
  }

  #tick(): void {
    if (this.#over || this.#stream === undefined || this.#releases.length > 0 || this.#queued) return;
    this.#play(this.#stream, { kind: "tick", at: this.#context.now() });
    this.#pump();
  }
}

/** It stands here so that it keeps nothing else of the request. */
function callerOf(call: GrpcCall, { metadata }: Node): Caller {
  const instance = metadata[NODE_METADATA.instance];
  return {
    from: hostOf(call),
    instance: typeof instance === "string" ? instance : "",
    answers: answersOf(call),
  };
}

function answersOf(call: GrpcCall): Caller["answers"] {
  return (milliseconds) => answers(call, milliseconds);
}

/**
 * `<mesh>.<name>`, split at the first dot: a mesh's name is a label, a dataplane's may have dots. A zone's ingress or egress
 * is `.<name>`, and says in its metadata which it is.
 */
function proxyOf({ id, metadata }: Node): ProxyName | undefined {
  const dot = id.indexOf(".");
  if (dot < 0 || dot === id.length - 1) return undefined;
  const word = metadata["dataplane.proxyType"];
  const type = proxyKindOfWord(typeof word === "string" && word !== "" ? word : PROXY_KINDS.Dataplane.word);
  if (type === undefined || PROXY_KINDS[type].zonal !== (dot === 0)) return undefined;
  return { type, mesh: id.slice(0, dot), name: id.slice(dot + 1) };
}

function tokenOf({ authorization = "" }: IncomingHttpHeaders): Sealed | undefined {
  return authorization === "" ? undefined : new Sealed(authorization);
}
