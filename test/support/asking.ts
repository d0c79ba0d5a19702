// Questions as clients write them, and answers as they read them; written apart from the server's own code.
import { createSocket } from "node:dgram";
import { connect } from "node:net";

export interface Asked {
  readonly name: string;
  readonly type: number;
  readonly id?: number;
  /** Size that the client takes by EDNS; absent = no EDNS. */
  readonly edns?: number;
}

export function queryOf({ name, type, id = 7, edns }: Asked): Buffer {
  const labels = name.split(".").filter((label) => label !== "");
  const question = Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, "latin1")])),
    Buffer.from([0, type >> 8, type & 255, 0, 1]),
  ]);
  const header = Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, edns === undefined ? 0 : 1]);
  const opt = edns === undefined ? Buffer.alloc(0) : Buffer.from([0, 0, 41, edns >> 8, edns & 255, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header, question, opt]);
}

export interface Read {
  readonly id: number;
  readonly code: number;
  readonly isCut: boolean;
  readonly question: string;
  readonly records: readonly { readonly type: number; readonly data: Buffer }[];
  readonly authorities: number;
  readonly additional: number;
}

export function readAnswer(answer: Uint8Array): Read {
  const bytes = Buffer.from(answer);
  let at = 12;
  const name = (): string => {
    const labels: string[] = [];
    for (;;) {
      const length = bytes.readUInt8(at);
      if (length >= 0xc0) {
        at += 2;
        return "@";
      }
      at += 1 + length;
      if (length === 0) return labels.join(".");
      labels.push(bytes.toString("latin1", at - length, at));
    }
  };
  let question = "";
  if (bytes.readUInt16BE(4) === 1) {
    question = name();
    at += 4;
  }
  const records: { type: number; data: Buffer }[] = [];
  for (let left = bytes.readUInt16BE(6); left > 0; left--) {
    name();
    const [type, length] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 8)];
    records.push({ type, data: bytes.subarray(at + 10, at + 10 + length) });
    at += 10 + length;
  }
  return {
    id: bytes.readUInt16BE(0),
    code: bytes.readUInt8(3) & 15,
    isCut: (bytes.readUInt8(2) & 2) !== 0,
    question,
    records,
    authorities: bytes.readUInt16BE(8),
    additional: bytes.readUInt16BE(10),
  };
}

/** The answer over UDP; null where none comes in time. */
export function byUdp(port: number, message: Uint8Array, waitMs = 5_000): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const end = (answer: Buffer | null): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(null), waitMs);
    socket.on("message", end);
    socket.send(message, port, "127.0.0.1");
  });
}

/** The answers over one TCP connection, all questions sent at once. */
export function byTcp(port: number, ...messages: readonly Uint8Array[]): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let got = Buffer.alloc(0);
    const answers: Buffer[] = [];
    socket.on("error", reject);
    socket.on("close", () => resolve(answers));
    socket.write(
      Buffer.concat(messages.flatMap((one) => [Buffer.from([one.length >> 8, one.length & 255]), Buffer.from(one)])),
    );
    socket.on("data", (chunk) => {
      got = Buffer.concat([got, chunk]);
      while (got.length >= 2 && got.length >= got.readUInt16BE(0) + 2) {
        answers.push(got.subarray(2, got.readUInt16BE(0) + 2));
        got = got.subarray(got.readUInt16BE(0) + 2);
        if (answers.length === messages.length) socket.end();
      }
    });
  });
}
