// The bell's contract on Node, over a real socket; what else comes for an upgrade; and how the server ends.
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { BELL_PATH } from "#api/bell.ts";
import { type BellEnd, type BellSubject, bellSuite, type Knocked } from "./bell-suite.ts";
import { type Running, startControlPlane } from "./control-plane.ts";
import { enrolRelay } from "./relay.ts";
import { createMesh, createOrganisation } from "./subject.ts";

let running: Running;

beforeAll(async () => {
  running = await startControlPlane();
});

afterAll(() => running?.close());

/** A WebSocket to a control plane on Node. */
function knockAt(url: string, path: string, headers: Readonly<Record<string, string>>): Promise<Knocked> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}${path}`, { headers });
    const end = endOf(socket);
    let answered = new Headers();
    socket.on("upgrade", (answer) => {
      answered = new Headers(answer.headers as Record<string, string>);
    });
    socket.on("open", () => resolve({ end, headers: answered }));
    socket.on("unexpected-response", (_, answer) => {
      let text = "";
      answer.on("data", (part) => (text += part));
      answer.on("end", () => {
        const headers = new Headers(answer.headers as Record<string, string>);
        resolve({ end: null, status: answer.statusCode ?? 0, text, headers });
      });
    });
    socket.on("error", reject);
  });
}

function endOf(socket: WebSocket): BellEnd {
  const said: string[] = [];
  let wake = (): void => undefined;
  socket.on("message", (data) => {
    said.push(String(data));
    wake();
  });
  return {
    async next() {
      while (said.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return said.shift() as string;
    },
    send: (text) => socket.send(text),
    drop: () => socket.terminate(),
    closed: new Promise((resolve) => socket.on("close", (code, reason) => resolve({ code, reason: String(reason) }))),
  };
}

const subject = (): BellSubject => ({
  ...running,
  knock: (path, headers) => knockAt(running.url, path, headers),
});

describe("the bell", () => bellSuite(subject));

/** What comes back for these bytes on one connection, until `enough` of it is there; `more` are sent after the first answer. */
function raw(bytes: string, enough: (text: string) => boolean, more = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(running.url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let text = "";
    socket.on("data", (part) => {
      if (text === "") socket.write(more);
      text += part;
      if (enough(text)) {
        socket.destroy();
        resolve(text);
      }
    });
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
}

describe("other upgrades", () => {
  const h2c = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";

  test("a client that would rather speak HTTP/2 is answered as ever, and its connection lives on", async () => {
    const ask = `GET /healthz-none HTTP/1.1\r\nHost: x\r\n${h2c}\r\n`;
    const text = await raw(ask, (text) => text.split("HTTP/1.1 404").length === 3, ask);
    expect(text.split("HTTP/1.1 404")).toHaveLength(3);
  });

  test("so is one with a body", async () => {
    const body = JSON.stringify({ token: "none" });
    const ask = `POST /v1/zone/enrol HTTP/1.1\r\nHost: x\r\n${h2c}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const text = await raw(ask, (text) => text.includes("}"));
    expect(text).toMatch(/^HTTP\/1\.1 (400|401) /);
    expect(text).toMatch(/signingKey|malformed/);
  });

  test("a WebSocket elsewhere is an ordinary call", async () => {
    const text = await raw(
      "GET /v1/zone/view HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      (text) => text.includes("}"),
    );
    expect(text).toMatch(/^HTTP\/1\.1 401 /);
  });
});

test("a control plane that stops ends its connections with a reason, and waits for none", async () => {
  const other = await startControlPlane();
  const organisation = await createOrganisation(other);
  await createMesh(organisation);
  const relay = await enrolRelay(other, organisation, "east");
  const knocked = await knockAt(other.url, BELL_PATH, await relay.prove("GET", BELL_PATH, ""));
  await other.close();
  expect(await knocked.end?.closed).toEqual({ code: 1001, reason: "the control plane stops; knock again" });
});
