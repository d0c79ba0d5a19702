// Signs of life over a real connection: however often they are asked for, nothing of it stays behind.
import { once } from "node:events";
import { connect, createServer, type ServerHttp2Session } from "node:http2";
import { type AddressInfo, connect as connectSocket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { answersPing } from "#relay/grpc/ping.ts";

test("a connection that is asked often answers each time, and has as many listeners as before", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const [session] = (await once(server, "session")) as [ServerHttp2Session];
  const before = session.listenerCount("close");
  for (let asked = 0; asked < 20; asked++) expect(await answersPing(session, 5000)).toBe(true);
  expect(session.listenerCount("close")).toBe(before);
  client.destroy();
  await once(session, "close");
  expect(await answersPing(session, 60_000)).toBe(false);
});

test("one whose other end reads nothing does not answer", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connectSocket((server.address() as AddressInfo).port, "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  // RFC 9113 §3.4: the preface, and settings of which there are none.
  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");
  const [session] = (await once(server, "session")) as [ServerHttp2Session];
  expect(await answersPing(session, 50)).toBe(false);
});
