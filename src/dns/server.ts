// A DNS server on UDP and TCP: known names from a table, all others from the machine's resolvers; floods and noise end here.
import type { RemoteInfo } from "node:dgram";
import { once } from "node:events";
import type { Socket } from "node:net";
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
/** Of a TCP connection that asks nothing; milliseconds. */
const IDLE = 10_000;

/** Resolves when both listen. Throws the system's error where an address is taken or not ours. */
export async function startDns(options: DnsOptions): Promise<DnsServer> {
  const { host, table, mostWaiting = MOST_WAITING, clock = Date.now } = options;
  const counts: DnsCounts = { questions: 0, answered: 0, forwarded: 0, unanswered: 0, malformed: 0, dropped: 0 };
  const rate = createRate(...(options.rate ?? RATE), clock);
  let waiting = 0;
  let closed = false;
  const { port, udp, tcp } = await listenOnBoth(host, options.port);

  /** Our own address among the resolvers would be asked by ourselves for ever. */
  const upstreams = (): readonly Upstream[] =>
    (options.upstreams ?? upstreamsOf)().filter((one) => one.host !== host || one.port !== port);

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
    void answerTo(message, address, true).then((answer) => {
      // What took longer than this server lives is for nobody.
      if (answer !== null && !closed) udp.send(answer, from, address, () => undefined);
    });
  });
  const sockets = new Set<Socket>();
  tcp.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setTimeout(IDLE, () => socket.destroy());
    void talk(socket);
  });
  tcp.maxConnections = MOST_CONNECTIONS;

  /** One question after the other: what a client sends ahead waits in its own connection. */
  async function talk(socket: Socket): Promise<void> {
    let got = Buffer.alloc(0);
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        got = Buffer.concat([got, chunk]);
        while (got.length >= 2 && got.length >= got.readUInt16BE(0) + 2) {
          const length = got.readUInt16BE(0);
          const message = got.subarray(2, length + 2);
          got = got.subarray(length + 2);
          const answer = await answerTo(message, socket.remoteAddress ?? "", false);
          if (answer === null) return void socket.destroy();
          socket.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]));
        }
      }
    } catch {
      socket.destroy();
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

/** More than any UDP answer has: makes an answer a cut one. */
const LONG = [{ type: 0, ttl: 0, data: new Uint8Array(2_048) }];
