// The port of Envoy's own DNS filter, beside sockets that are really there.
import { createSocket, type Socket } from "node:dgram";
import { expect, onTestFinished, test } from "vitest";
import { claimDnsPort } from "#cli/proxy/dns-port.ts";

/** A socket of loopback, as an Envoy's of several workers. */
async function taken(): Promise<number> {
  const socket: Socket = createSocket({ type: "udp4", reuseAddr: true });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void socket.close());
  return socket.address().port;
}

async function dnsPortFor(wanted: number, say: (line: string) => void): Promise<number> {
  const { port, release } = await claimDnsPort(wanted, say);
  release();
  return port;
}

test("is the wanted one where nobody has it", async () => {
  const said: string[] = [];
  const port = await dnsPortFor(0, (line) => said.push(line));
  expect(await dnsPortFor(port, (line) => said.push(line))).toBe(port);
  expect(said).toEqual([]);
});

test("is another where one is there already, and that is said", async () => {
  const said: string[] = [];
  const wanted = await taken();
  const port = await dnsPortFor(wanted, (line) => said.push(line));
  expect(port).not.toBe(wanted);
  expect(port).toBeGreaterThan(0);
  expect(said).toEqual([
    `UDP port ${wanted} of 127.0.0.1 is another program's: Envoy's table of names is asked on ${port}`,
  ]);
});

test("is nobody else's while it is claimed, though nobody has bound it yet", async () => {
  const silent = (): void => undefined;
  const first = await claimDnsPort(0, silent);
  const [second, third] = await Promise.all([claimDnsPort(first.port, silent), claimDnsPort(first.port, silent)]);
  expect(new Set([first.port, second.port, third.port]).size).toBe(3);
  first.release();
  const again = await claimDnsPort(first.port, silent);
  expect(again.port).toBe(first.port);
  for (const { release } of [second, third, again]) release();
});
