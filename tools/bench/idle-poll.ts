// idle-poll: what a poll costs that finds nothing new: rows by D1's own count, bytes on the wire, CPU on Node.
import { connect } from "node:net";
import { formatBase } from "#control/poll/base.ts";
import { type Metered, openMetered } from "../../test/control/metered.ts";

const POLLS = 20;
const TIMED_POLLS = 1000;
const PATH = "/v1/zone/snapshot";

/** One record. */
export async function run(): Promise<Record<string, unknown>[]> {
  const rows = await withPlane("d1", async (metered) => {
    const request = await pollBytes(metered);
    metered.meter.read = 0;
    metered.meter.written = 0;
    const answers: string[] = [];
    for (let count = 0; count < POLLS; count++) answers.push(await exchange(metered.url, request));
    const refused = answers.find((answer) => !answer.startsWith("HTTP/1.1 304 "));
    if (refused !== undefined) throw new Error(`not a 304: ${refused}`);
    return {
      rows_read: metered.meter.read / POLLS,
      rows_written: metered.meter.written / POLLS,
      bytes: Math.max(...answers.map((answer) => Buffer.byteLength(answer))),
    };
  });
  const cpu = await withPlane("libsql-file", async (metered) => {
    const { url, headers } = await poll(metered);
    const ask = async (): Promise<void> => {
      const { status } = await metered.answer(new Request(url, { headers }));
      if (status !== 304) throw new Error(`not a 304: ${status}`);
    };
    for (let count = 0; count < TIMED_POLLS / 5; count++) await ask();
    const before = process.cpuUsage();
    for (let count = 0; count < TIMED_POLLS; count++) await ask();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / TIMED_POLLS;
  });
  return [
    {
      measure: "idle-poll",
      ...rows,
      // The app with its proof and its row on a libSQL file, without HTTP.
      cpu_ms: Number(cpu.toFixed(3)),
      reference: { rows_read: 1, rows_written: 0, bytes: 400 },
      ratio: Number((rows.bytes / 400).toFixed(2)),
    },
  ];
}

async function withPlane<T>(engine: "d1" | "libsql-file", use: (metered: Metered) => Promise<T>): Promise<T> {
  const metered = await openMetered(engine);
  try {
    return await use(metered);
  } finally {
    await metered.close();
  }
}

/** A proved poll whose base is the newest. */
async function poll({
  org,
  relay,
  prove,
  url,
}: Metered): Promise<{ readonly url: string; readonly headers: Record<string, string> }> {
  const head = await org.store.zoneHead(relay.zone, relay.relay);
  if (head === null || head.version === "") throw new Error("nothing is published");
  const base = formatBase(head.version, head.epoch, head.sequence);
  return { url: url + PATH, headers: { ...(await prove("GET", PATH, "")), "if-none-match": `"${base}"` } };
}

/** Its bytes. */
async function pollBytes(metered: Metered): Promise<string> {
  const { url, headers } = await poll(metered);
  const lines = Object.entries({ host: new URL(url).host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${PATH} HTTP/1.1\r\n${lines.join("")}connection: close\r\n\r\n`;
}

/** Everything that the server sends back. */
function exchange(url: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(request));
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (part) => {
      text += part;
    });
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
}
