// Questions about others' names, passed on to the machine's resolvers: each in turn, over UDP, and over TCP where an answer is cut.
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { connect, isIP, isIPv6 } from "node:net";

export interface Upstream {
  readonly host: string;
  readonly port: number;
}

/** How long one resolver may take; milliseconds. */
const PATIENCE = 2_000;

/** Resolvers of a resolv.conf, at most three as the system's own resolver has it; none where it cannot be read. */
export function upstreamsOf(path = "/etc/resolv.conf"): readonly Upstream[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  const hosts = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(([, host = ""]) =>
    isIP(host.split("%")[0] ?? "") ? [host] : [],
  );
  return hosts.slice(0, 3).map((host) => ({ host, port: 53 }));
}

/** The answer of the first resolver that gives one, with the asker's id; null where none does. Never throws. */
export async function passOn(
  message: Uint8Array,
  upstreams: readonly Upstream[],
  patience = PATIENCE,
): Promise<Uint8Array | null> {
  for (const upstream of upstreams) {
    // An id of our own: nobody else may guess it and answer in the resolver's place.
    const asked = Uint8Array.from(message);
    const id = randomInt(65_536);
    asked.set([id >> 8, id & 255]);
    const short = await byUdp(asked, upstream, patience);
    const whole = short !== null && isCut(short) ? ((await byTcp(asked, upstream, patience)) ?? short) : short;
    if (whole === null) continue;
    whole.set(message.subarray(0, 2));
    return whole;
  }
  return null;
}

function isCut(answer: Uint8Array): boolean {
  return ((answer[2] ?? 0) & 2) !== 0;
}

/** Whether it answers the question: an answer with the same id and the same first question. */
function answers(answer: Uint8Array, asked: Uint8Array): boolean {
  if (answer.length < 12 || answer[0] !== asked[0] || answer[1] !== asked[1] || ((answer[2] ?? 0) & 0x80) === 0)
    return false;
  // A refusal may leave the question out.
  if (answer[4] === 0 && answer[5] === 0) return true;
  let at = 12;
  while (at < asked.length && (asked[at] ?? 0) !== 0) at += (asked[at] ?? 0) + 1;
  const end = Math.min(at + 5, asked.length);
  const lower = (byte: number | undefined = 0): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);
  for (let place = 12; place < end; place++) if (lower(answer[place]) !== lower(asked[place])) return false;
  return true;
}

function byUdp(asked: Uint8Array, { host, port }: Upstream, patience: number): Promise<Uint8Array | null> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host.split("%")[0] ?? "") ? "udp6" : "udp4");
    const end = (answer: Uint8Array | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on("error", () => undefined);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(null), patience);
    socket.on("error", () => end(null));
    socket.on("message", (answer) => {
      if (answers(answer, asked)) end(Uint8Array.from(answer));
    });
    // Connected: the system drops what comes from anyone else, and tells that nobody listens. By the event: a callback would
    // be called too where no way leads there (a machine that lost its network), and sending then throws past every catch.
    socket.once("connect", () => socket.send(asked));
    socket.connect(port, host);
  });
}

function byTcp(asked: Uint8Array, { host, port }: Upstream, patience: number): Promise<Uint8Array | null> {
  return new Promise((resolve) => {
    let got = Buffer.alloc(0);
    const socket = connect(port, host);
    const end = (answer: Uint8Array | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(null), patience);
    socket.on("error", () => end(null));
    socket.on("close", () => end(null));
    socket.on("connect", () =>
      socket.write(Buffer.concat([Buffer.from([asked.length >> 8, asked.length & 255]), asked])),
    );
    socket.on("data", (chunk) => {
      got = Buffer.concat([got, chunk]);
      const length = got.length < 2 ? Number.POSITIVE_INFINITY : got.readUInt16BE(0);
      if (got.length < length + 2) return;
      const answer = Uint8Array.from(got.subarray(2, length + 2));
      end(answers(answer, asked) ? answer : null);
    });
  });
}
