// One gRPC call on an HTTP/2 stream: messages in, messages out in small pieces, and a status at its end.
import { constants, type Http2Session, type ServerHttp2Stream } from "node:http2";
import { createFrameReader, frameHead, HEAD } from "./frame.ts";
import { type GrpcStatus, statusTrailers } from "./status.ts";

export interface GrpcCall {
  /** The connection; undefined once it is closed. */
  readonly session: Http2Session | undefined;
  /** `written` is called once the network has taken all of it; never, if the call ends before. */
  write(message: Uint8Array, written: () => void): void;
  readonly isPaused: boolean;
  /** Messages that are read already still come. */
  pause(): void;
  resume(): void;
  /** Ends the call with a status, after what was written before. What is written later is lost; a second end does nothing. */
  end(status: GrpcStatus, details?: string): void;
}

export interface CallHandlers {
  /** A request; its bytes are the caller's to keep. */
  message(bytes: Buffer): void;
  /** The client sends no more. */
  halfClosed(): void;
  /** The call is over, whoever ended it; once. */
  closed(): void;
}

/**
 * Bytes that are given to a connection at one time. Node holds a buffer for the largest write that a TLS connection ever
 * had: by pieces, it is one of 16 KB of which half is touched, and not 48 KB after the first large answer.
 */
const PIECE = 4_000;
/** As grpc-js and Envoy have it by default. */
const MOST_BYTES = 4 << 20;
/** A client that goes on after its status is cut off; milliseconds. */
const GRACE = 5_000;

const HEADERS = {
  [constants.HTTP2_HEADER_STATUS]: 200,
  [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
  "grpc-accept-encoding": "identity",
} as const;

interface Outgoing {
  readonly message: Uint8Array;
  readonly written: () => void;
  /** Bytes of the message that were given to the connection. */
  sent: number;
  next: Outgoing | undefined;
}

/** Ends a stream that is no call, or none that is served. */
export function refuse(stream: ServerHttp2Stream, status: GrpcStatus, details: string): void {
  stream.respond({ ...HEADERS, ...statusTrailers(status, details) }, { endStream: true });
  stream.resume();
}

/** Begins a call. `serve` is called at once and says what happens to it. */
export function openCall(stream: ServerHttp2Stream, serve: (call: GrpcCall) => CallHandlers): void {
  const call = new Call(stream);
  const handlers = serve(call);
  stream.on("data", (chunk: Buffer) => call.read(chunk, handlers));
  stream.on("end", () => {
    if (call.isWithin) call.end("INTERNAL", "the requests ended within a message");
    handlers.halfClosed();
  });
  stream.on("close", () => handlers.closed());
}

/** Thousands are open at one time: methods of a class are there once, closures and accessors of a literal once for each. */
class Call implements GrpcCall {
  readonly #stream: ServerHttp2Stream;
  readonly #frames = createFrameReader(MOST_BYTES);
  #first: Outgoing | undefined;
  #last: Outgoing | undefined;
  #isBusy = false;
  #ended = false;

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
  }

  get session(): Http2Session | undefined {
    return this.#stream.session;
  }

  get isPaused(): boolean {
    return this.#stream.isPaused();
  }

  get isWithin(): boolean {
    return this.#frames.isWithin;
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  read(chunk: Buffer, handlers: CallHandlers): void {
    if (this.#ended) return;
    const got = this.#frames.read(chunk);
    if ("status" in got) this.end(got.status, got.reason);
    else for (const message of got) handlers.message(message);
  }

  write(message: Uint8Array, written: () => void): void {
    const stream = this.#stream;
    if (this.#ended || stream.destroyed) return;
    if (!stream.headersSent) stream.respond(HEADERS, { waitForTrailers: true });
    const outgoing: Outgoing = { message, written, sent: 0, next: undefined };
    if (this.#last === undefined) this.#first = outgoing;
    else this.#last.next = outgoing;
    this.#last = outgoing;
    if (!this.#isBusy) this.#next();
  }

  end(status: GrpcStatus, details = ""): void {
    const stream = this.#stream;
    if (this.#ended || stream.destroyed) return;
    this.#ended = true;
    if (stream.headersSent) {
      stream.once("wantTrailers", () => stream.sendTrailers(statusTrailers(status, details)));
      if (!this.#isBusy) stream.end();
    } else refuse(stream, status, details);
    stream.resume();
    const late = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), GRACE);
    late.unref();
    stream.once("close", () => clearTimeout(late));
  }

  /** Gives the connection the next piece of the first message. */
  #next(): void {
    const first = this.#first;
    this.#isBusy = first !== undefined;
    if (first === undefined) {
      if (this.#ended) this.#stream.end();
      return;
    }
    const { message, sent } = first;
    const piece = sent === 0 ? message.subarray(0, PIECE - HEAD) : message.subarray(sent, sent + PIECE);
    first.sent += piece.length;
    const bytes = sent === 0 ? Buffer.concat([frameHead(message.length), piece]) : piece;
    this.#stream.write(bytes, (error) => this.#taken(error));
  }

  #taken(error: Error | null | undefined): void {
    const first = this.#first;
    if (error || first === undefined) return;
    if (first.sent === first.message.length) {
      this.#first = first.next;
      if (first.next === undefined) this.#last = undefined;
      first.written();
    }
    this.#next();
  }
}
