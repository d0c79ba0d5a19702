// One stream at work: joins its proxy, feeds the machine, writes what comes out, and never buffers without bound.
import type { IncomingHttpHeaders } from "node:http2";
import { xdsTypeOfUrl } from "#envoy/type-url.ts";
import { PROXY_KINDS, proxyKindOfWord } from "#model/proxy-kind.ts";
import { Sealed } from "#model/sealed.ts";
import { openStream, step, wakeAt } from "#relay/ads-machine.ts";
import type { Encoder } from "#relay/encoder.ts";
import type { CallHandlers, GrpcCall } from "#relay/grpc/call.ts";
import type { GrpcStatus } from "#relay/grpc/status.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import { NODE_METADATA, nodeValues } from "#relay/node-values.ts";
import { redirectionOf } from "#relay/registrar/redirection.ts";
import type { ResourceBook, ServedResource } from "#relay/resources.ts";
import { type Joined, type ProxyName, proxyText, type Served, type StreamDelivery, type Zone } from "#relay/zone.ts";
import type { NodeValues } from "#snapshot/proxy.ts";
import { answers, hostOf } from "./caller.ts";
import type { AdsEvent, AdsOutput, Answer } from "./message.ts";
import type { Outlet } from "./outlet.ts";
import { progressOf, refusalsOf } from "./progress.ts";
import { keptDesired } from "./resource.ts";
import type { AdsOptions, Protocol, Stream } from "./stream.ts";
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
  readonly machine: Partial<Pick<AdsOptions<ServedResource>, "lingerMs" | "warmMs" | "maxBytes" | "maxNames">>;
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

/** Serves a stream until it ends. Nothing is answered before the proxy has been authenticated. */
export function serveStream(
  call: GrpcCall,
  headers: IncomingHttpHeaders,
  protocol: Protocol,
  context: SessionContext,
): CallHandlers & { readonly refresh: () => void } {
  const { zone, book, outlet, now } = context;
  const waiting: ReadRequest[] = [];
  const released = new Set<() => void>();
  let token = tokenOf(headers);
  let proxy: ProxyName | undefined;
  let own: NodeValues | undefined;
  let joined: Extract<Joined, { ok: true }> | undefined;
  let stream: Stream<ServedResource> | undefined;
  let served: Served = zone.served();
  let changed = false;
  let unwritten = 0;
  let queued = false;
  let over = false;
  let reason = "";
  let told: StreamDelivery | undefined;
  let played = false;
  let timer: NodeJS.Timeout | undefined = setTimeout(
    () => fail("DEADLINE_EXCEEDED", "no request came in time"),
    context.firstRequestMs,
  );

  const fail = (status: GrpcStatus, details: string): void => {
    if (over) return;
    finish();
    call.end(status, details);
  };

  const finish = (): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    for (const release of released) release();
    joined?.ended.removeEventListener("abort", evict);
    joined?.closed();
    if (joined !== undefined) zone.delivered(call, null);
  };

  const evict = (): void => fail("PERMISSION_DENIED", `no longer served: ${reasonOf(joined?.ended.reason)}`);

  const join = async ({ node }: ReadRequest): Promise<void> => {
    const key = node === undefined ? undefined : proxyOf(node);
    if (node === undefined || key === undefined) {
      const got = node === undefined ? "the first request has no node" : `node.id is ${JSON.stringify(node.id)}`;
      return fail(
        "INVALID_ARGUMENT",
        `${got}; it must be <mesh>.<dataplane name>, or of an ingress or egress .<name> with dataplane.proxyType in its metadata`,
      );
    }
    proxy = key;
    own = nodeValues(key, node.metadata);
    const text = node.metadata["dataplane.resource"];
    const instance = node.metadata[NODE_METADATA.instance];
    const answer = await zone.join({
      ...key,
      resource: typeof text === "string" ? text : undefined,
      redirection: redirectionOf(node.metadata),
      token,
      caller: {
        from: hostOf(call),
        instance: typeof instance === "string" ? instance : "",
        answers: (milliseconds) => answers(call, milliseconds),
      },
    });
    token = undefined;
    if (!answer.ok) return fail(REFUSALS[answer.code], answer.reason);
    if (over) return answer.closed();
    joined = answer;
    if (answer.ended.aborted) return evict();
    answer.ended.addEventListener("abort", evict);
    changed = true;
    pump();
  };

  /** Works on what waits, as far as the network takes what comes out. */
  const pump = (): void => {
    if (over || joined === undefined || unwritten > 0 || queued) return;
    queued = !outlet.open(() => {
      queued = false;
      pump();
    });
    if (queued) return;
    if (changed) renew();
    while (stream !== undefined && unwritten === 0) {
      const next = waiting.shift();
      if (next === undefined) break;
      play(stream, { kind: "request", at: now(), request: next.request });
      if (over) return;
    }
    if (waiting.length < MOST_WAITING && call.isPaused) call.resume();
    if (stream === undefined || !played) return;
    played = false;
    tell(stream);
    wake(stream);
  };

  const renew = (): void => {
    changed = false;
    served = zone.served();
    const found = book.of(served, proxy!, (mesh) => zone.identity(proxy!, joined!.registration, mesh), own);
    // A proxy that nothing is known of any more keeps what it has; its registration ends the stream, if it should end.
    if (found === undefined) return;
    const desired = keptDesired(stream?.desired, found);
    if (stream === undefined) stream = openStream(protocol, desired, { ...context.machine, size });
    else if (desired === stream.desired) played = true;
    else play(stream, { kind: "desired", at: now(), desired });
  };

  const size: AdsOptions<ServedResource>["size"] = (kind, resource) => {
    const encoded = context.encoder.encode(kind, resource);
    return "fault" in encoded ? encoded : encoded.delta.length;
  };

  const play = (on: Stream<ServedResource>, event: AdsEvent<ServedResource>): void => {
    played = true;
    for (const output of step(on, event)) take(output);
  };

  const take = (output: AdsOutput<ServedResource>): void => {
    if (output.kind === "answer") write(output);
    else if (output.kind === "end") fail(output.status, output.message);
    else if (output.kind === "nacked") {
      reason = output.message;
      const fields = { proxy: proxyText(proxy!), type: output.type.short, refused: output.refused, reason };
      context.log("warn", "a proxy refused resources", fields);
    }
  };

  const write = ({ typeUrl, version, nonce, resources, removed }: Answer<ServedResource>): void => {
    const kind = xdsTypeOfUrl(typeUrl)?.kind;
    const frames = resources.flatMap((resource) => {
      const encoded = context.encoder.encode(kind!, resource);
      return "fault" in encoded ? [] : [encoded[protocol]];
    });
    const bytes = writeAnswer(protocol, { typeUrl, version, nonce, resources: frames, removed });
    const release = outlet.take(bytes.length);
    released.add(release);
    unwritten += 1;
    call.write(bytes, () => {
      release();
      released.delete(release);
      unwritten -= 1;
      if (unwritten === 0) pump();
    });
  };

  const tell = (on: Stream<ServedResource>): void => {
    const state = progressOf(on);
    const { epoch, sequence } = served;
    const words = state === "nacked" ? reason : "";
    const refused = state === "nacked" ? refusalsOf(on) : [];
    const same = told?.state === state && told.sequence === sequence && told.epoch === epoch && told.reason === words;
    if (same && told?.refused?.length === refused.length) return;
    const { mesh, name } = proxy!;
    told = { mesh, name, epoch, sequence, state, reason: words, refused };
    zone.delivered(call, told);
  };

  const wake = (on: Stream<ServedResource>): void => {
    clearTimeout(timer);
    const at = wakeAt(on);
    timer = at === undefined ? undefined : setTimeout(tick, Math.max(0, at - now()) + 1);
    timer?.unref();
  };

  const tick = (): void => {
    if (over || stream === undefined || unwritten > 0 || queued) return;
    play(stream, { kind: "tick", at: now() });
    pump();
  };

  const message = (bytes: Buffer): void => {
    if (over) return;
    const read = readRequest(protocol, bytes);
    if (read === null) {
      const name = protocol === "delta" ? "DeltaDiscoveryRequest" : "DiscoveryRequest";
      fail("INVALID_ARGUMENT", `the bytes are no envoy.service.discovery.v3.${name}`);
      return;
    }
    waiting.push(read);
    if (waiting.length >= MOST_WAITING) call.pause();
    if (proxy !== undefined) pump();
    else begin(read);
  };

  const begin = (first: ReadRequest): void => {
    clearTimeout(timer);
    join(first).catch((error: unknown) => {
      context.log("error", "a join failed", { reason: reasonOf(error) });
      fail("INTERNAL", "the relay could not handle the join; its log tells more");
    });
  };

  return {
    message,
    halfClosed() {
      finish();
      call.end("OK");
    },
    closed: finish,
    refresh() {
      changed = true;
      pump();
    },
  };
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
