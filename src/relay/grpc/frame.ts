// gRPC's frames: a flag, a length and a message, however a connection has cut them.
import type { GrpcStatus } from "./status.ts";

/** One byte says whether the message is compressed, four say how long it is. */
export const HEAD = 5;

/** Why the bytes are no frames that are taken. */
export interface FrameFault {
  readonly status: GrpcStatus;
  readonly reason: string;
}

export interface FrameReader {
  /** The messages that are whole with this chunk, in order; after a fault nothing more may be read. */
  read(chunk: Buffer): readonly Buffer[] | FrameFault;
  /** Whether a message has begun that is not whole. */
  readonly isWithin: boolean;
}

/** Reads messages of at most so many bytes; a compressed one is a fault, as no encoding is offered. */
export function createFrameReader(most: number): FrameReader {
  return new Frames(most);
}

class Frames implements FrameReader {
  readonly #most: number;
  /** Undefined between two messages, where most readers are. */
  #parts: Buffer[] | undefined;
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get isWithin(): boolean {
    return this.#held > 0;
  }

  read(chunk: Buffer): readonly Buffer[] | FrameFault {
    let parts = this.#parts ?? [];
    parts.push(chunk);
    let held = this.#held + chunk.length;
    const messages: Buffer[] = [];
    while (held >= HEAD) {
      // Put together when the head is there, and again when all is: never once a chunk.
      if (parts[0]!.length < HEAD) parts = [Buffer.concat(parts)];
      const length = parts[0]!.readUInt32BE(1);
      if (parts[0]![0] !== 0)
        return { status: "UNIMPLEMENTED", reason: "the message is compressed, and this server takes none that is" };
      if (length > this.#most)
        return {
          status: "RESOURCE_EXHAUSTED",
          reason: `a message of ${length} bytes; at most ${this.#most} are taken`,
        };
      if (held < HEAD + length) break;
      const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      messages.push(whole.subarray(HEAD, HEAD + length));
      const rest = whole.subarray(HEAD + length);
      parts = [rest];
      held = rest.length;
    }
    this.#parts = held === 0 ? undefined : parts;
    this.#held = held;
    return messages;
  }
}

/** The head of a message that is not compressed. */
export function frameHead(length: number): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(length, 1);
  return head;
}
