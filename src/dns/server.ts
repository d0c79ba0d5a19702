// A DNS server on UDP and TCP: known names from a table, all others from the machine's resolvers; floods and noise end here.
import type { RemoteInfo } from "node:dgram";
import { once } from "node:events";
import type { Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { type Question, RCODE, readQuestion, writeAnswer, writeRefusal } from "./message.ts";
import { listenOnBoth } from "./port-pair.ts";
import { createRate } from "./rate.ts";
import type { NameTable } from "./table.ts";
import { passOn, type Upstream, upstreamsOf } from "./upstream.ts";

export interface DnsOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** The names of now. */
  readonly table: () => NameTable;
  /** Who is asked for other names; the machine's own resolvers unless given. */
  readonly upstreams?: () => readonly Upstream[];
  readonly clock?: () => number;
  /** Questions a second of one source, and how many at once. */
  readonly rate?: readonly [perSecond: number, burst: number];
  /** Questions that wait for others' answers. */
  readonly mostWaiting?: number;
  /** TCP connections of one source. */
  readonly mostFromOne?: number;
  /** How long a TCP connection may take for a question; milliseconds. */
  readonly patience?: number;
}

/** What happened since the start. */
export interface DnsCounts {
  questions: number;
  answered: number;
  forwarded: number;
  /** Forwarded, and nobody answered. */
  unanswered: number;
  malformed: number;
  /** Above a source's rate, or with too many waiting. */
  dropped: number;
}

export interface DnsServer {
  readonly port: number;
  readonly counts: Readonly<DnsCounts>;
  close(): Promise<void>;
}

const RATE = [2_000, 4_000] as const;
const MOST_WAITING = 1_024;
const MOST_CONNECTIONS = 256;
/** Of one source, so that it does not have them all. */
const MOST_FROM_ONE = 64;
/** How long a TCP connection may take for a question, however it comes in pieces, and for taking its answer; milliseconds. */
const PATIENCE = 10_000;

/** Resolves when both listen. Throws the system's error where an address is taken or not ours. */
export async function startDns(options: DnsOptions): Promise<DnsServer> {
  const { host, table, mostWaiting = MOST_WAITING, clock = Date.now } = options;
  const { mostFromOne = MOST_FROM_ONE, patience = PATIENCE } = options;
  const counts: DnsCounts = { questions: 0, answered: 0, forwarded: 0, unanswered: 0, malformed: 0, dropped: 0 };
  const rate = createRate(...(options.rate ?? RATE), clock);
  let waiting = 0;
  let closed = false;
  const { port, udp, tcp } = await listenOnBoth(host, options.port);

  /** Our own address among the resolvers would be asked by ourselves for ever. */
  const upstreams = (): readonly Upstream[] =>
    (options.upstreams ?? upstreamsOf)().filter((one) => one.port !== port || !isListenedOn(one.host, host));

  /** The answer; null where there is none to give. */
  async function answerTo(message: Uint8Array, source: string, isUdp: boolean): Promise<Uint8Array | null> {
    if (!rate.allows(source)) {
      counts.dropped++;
      return null;
    }
    const question = readQuestion(message);
    if (!("bytes" in question)) {
      counts.malformed++;
      return question.id === null ? null : writeRefusal(question.id, question.code);
    }
    counts.questions++;
    const most = isUdp ? question.size : undefined;
    const known = table().answer(question);
    if (known !== null) {
      counts.answered++;
      return writeAnswer(question, known, most);
    }
    if (waiting >= mostWaiting) {
      counts.dropped++;
      return writeAnswer(question, { code: RCODE.FAILED }, most);
    }
    return forwarded(message, question, most);
  }

  async function forwarded(message: Uint8Array, question: Question, most: number | undefined): Promise<Uint8Array> {
    waiting++;
    try {
      counts.forwarded++;
      const answer = await passOn(message, upstreams());
      if (answer === null) {
        counts.unanswered++;
        return writeAnswer(question, { code: RCODE.FAILED }, most);
      }
      if (most === undefined || answer.length <= most) return answer;
      // Cut: header and question as they came, and the sign to ask again over TCP.
      return writeAnswer(question, { code: (answer[3] ?? 0) & 15, records: LONG }, most);
    } finally {
      waiting--;
    }
  }

  udp.on("message", (message, { address, port: from }: RemoteInfo) => {
    answerTo(message, address, true).then(
      (answer) => {
        // What took longer than this server lives is for nobody.
        if (answer !== null && !closed) udp.send(answer, from, address, () => undefined);
      },
      () => void counts.dropped++,
    );
  });
  const sockets = new Set<Socket>();
  tcp.on("connection", (socket) => {
    const source = socket.remoteAddress ?? "";
    const others = [...sockets].filter(({ remoteAddress }) => remoteAddress === source).length;
    if (others >= mostFromOne) {
      counts.dropped++;
      return void socket.destroy();
    }
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    void talk(socket, source);
  });
  tcp.maxConnections = MOST_CONNECTIONS;

  /** One question after the other: what a client sends ahead waits in its own connection, until it has taken the answer before. */
  async function talk(socket: Socket, source: string): Promise<void> {
    let got = Buffer.alloc(0);
    // By its own clock and not by silence: a byte now and then must not hold a connection.
    const hurry = (): NodeJS.Timeout => setTimeout(() => socket.destroy(), patience);
    let timer = hurry();
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        got = Buffer.concat([got, chunk]);
        while (got.length >= 2 && got.length >= got.readUInt16BE(0) + 2) {
          const length = got.readUInt16BE(0);
          const message = got.subarray(2, length + 2);
          got = got.subarray(length + 2);
          clearTimeout(timer);
          const answer = await answerTo(message, source, false);
          if (answer === null) return void socket.destroy();
          timer = hurry();
          await written(socket, Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]));
          clearTimeout(timer);
          timer = hurry();
        }
      }
    } catch {
      socket.destroy();
    } finally {
      clearTimeout(timer);
    }
  }

  // What comes later is of one client's connection, and ends with it.
  for (const listener of [udp, tcp]) listener.on("error", () => undefined);
  return {
    port,
    counts,
    async close() {
      closed = true;
      for (const socket of sockets) socket.destroy();
      udp.close();
      tcp.close();
      await once(tcp, "close");
    },
  };
}

/** Resolves when the bytes have been handed to the system; rejects where the connection ends before. */
function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** Whether who listens at `own` is asked at this address; at `0.0.0.0` or `::` it listens at all that the machine has. */
function isListenedOn(address: string, own: string): boolean {
  if (address === own) return true;
  if (own !== "0.0.0.0" && own !== "::") return false;
  if (address.startsWith("127.") || address === "0.0.0.0" || address === "::") return true;
  const bare = address.split("%")[0];
  return Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === bare));
}

/** More than any UDP answer has: makes an answer a cut one. */
const LONG = [{ type: 0, ttl: 0, data: new Uint8Array(2_048) }];
