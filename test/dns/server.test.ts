// The DNS server by what clients get: names of ours, others' names, both transports, and floods.
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { connect, type Socket as TcpSocket } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import { listenOnBoth } from "#dns/port-pair.ts";
import { type DnsOptions, type DnsServer, startDns } from "#dns/server.ts";
import { nameTable } from "#dns/table.ts";
import { byTcp, byUdp, queryOf, readAnswer } from "#test/asking.ts";

const RECORDS = [
  { name: "web.mesh", ips: ["240.0.0.1", "fd77:6566:7400:f0::f000:1"] },
  { name: "v1.api.mesh", ips: ["240.0.0.2"] },
  { name: "db.example.org", ips: ["240.0.0.3"] },
];
const [A, PTR, TXT, AAAA, ANY] = [1, 12, 16, 28, 255];
const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function serving(options: Partial<DnsOptions> = {}): Promise<DnsServer> {
  const table = nameTable(RECORDS, ["mesh"]);
  const server = await startDns({ host: "127.0.0.1", port: 0, table: () => table, upstreams: () => [], ...options });
  ends.push(() => server.close());
  return server;
}

/** A resolver that answers every question with so many addresses; `cut` over UDP. */
async function resolver(count: number, cut = false): Promise<{ host: string; port: number; asked: () => number }> {
  let asked = 0;
  const answerOf = (message: Buffer, isCut: boolean): Buffer => {
    asked++;
    let end = 12;
    while (message[end] !== 0) end += (message[end] ?? 0) + 1;
    const records = isCut ? 0 : count;
    const head = Buffer.from(message.subarray(0, end + 5));
    head.set([0x81 | (isCut ? 2 : 0), 0x80, 0, 1, records >> 8, records & 255, 0, 0, 0, 0], 2);
    const one = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
    return Buffer.concat([head, ...Array.from({ length: records }, () => one)]);
  };
  const { port, udp, tcp } = await listenOnBoth("127.0.0.1", 0);
  tcp.on("connection", (socket) => {
    socket.on("data", (chunk) => {
      const answer = answerOf(chunk.subarray(2), false);
      socket.end(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]));
    });
  });
  udp.on("message", (message, from) => udp.send(answerOf(message, cut), from.port, from.address));
  ends.push(() => {
    udp.close();
    tcp.close();
  });
  return { host: "127.0.0.1", port, asked: () => asked };
}

const ask = async (server: DnsServer, name: string, type: number, edns?: number) => {
  const answer = await byUdp(server.port, queryOf({ name, type, ...(edns !== undefined && { edns }) }));
  if (answer === null) throw new Error("no answer");
  return readAnswer(answer);
};

describe("names of ours", () => {
  test("node's own resolver reads them, in any case", async () => {
    const server = await serving();
    const client = new Resolver();
    client.setServers([`127.0.0.1:${server.port}`]);
    expect(await client.resolve4("web.mesh")).toEqual(["240.0.0.1"]);
    expect(await client.resolve6("WEB.Mesh")).toEqual(["fd77:6566:7400:f0::f000:1"]);
    expect(await client.reverse("240.0.0.1")).toEqual(["web.mesh"]);
    expect(await client.reverse("fd77:6566:7400:f0::f000:1")).toEqual(["web.mesh"]);
    await expect(client.resolve4("nobody.mesh")).rejects.toMatchObject({ code: "ENOTFOUND" });
    await expect(client.resolve6("v1.api.mesh")).rejects.toMatchObject({ code: "ENODATA" });
  });

  test.each([
    ["web.mesh", A, 0, 1],
    ["web.mesh", ANY, 0, 2],
    ["web.mesh", TXT, 0, 0],
    ["v1.api.mesh", AAAA, 0, 0],
    ["api.mesh", A, 0, 0],
    ["mesh", A, 0, 0],
    ["nobody.mesh", A, 3, 0],
    ["1.0.0.240.in-addr.arpa", PTR, 0, 1],
    ["1.0.0.240.in-addr.arpa", A, 0, 0],
    ["db.example.org", A, 0, 1],
  ])("%s %i: code %i and %i records", async (name, type, code, records) => {
    const answer = await ask(await serving(), name, type);
    expect([answer.code, answer.records.length]).toEqual([code, records]);
    // A "no" says how long it holds.
    expect(answer.authorities).toBe(records === 0 ? 1 : 0);
  });

  test("nothing is said of them before any have come", async () => {
    const empty = nameTable([], ["mesh"], false);
    expect((await ask(await serving({ table: () => empty }), "web.mesh", A)).code).toBe(2);
  });

  test("several questions over one connection", async () => {
    const server = await serving();
    const names = ["web.mesh", "v1.api.mesh", "nobody.mesh"];
    const answers = await byTcp(server.port, ...names.map((name, id) => queryOf({ name, type: A, id })));
    expect(answers.map(readAnswer).map(({ id, question, code }) => [id, question, code])).toEqual([
      [0, "web.mesh", 0],
      [1, "v1.api.mesh", 0],
      [2, "nobody.mesh", 3],
    ]);
  });
});

describe("others' names", () => {
  test("are asked of the next resolver where one is silent", async () => {
    const silent = createSocket("udp4");
    silent.bind(0, "127.0.0.1");
    await once(silent, "listening");
    ends.push(() => void silent.close());
    const good = await resolver(1);
    const upstreams = [{ host: "127.0.0.1", port: silent.address().port }, good];
    const server = await serving({ upstreams: () => upstreams });
    const answer = await ask(server, "Example.COM", A);
    expect([answer.code, answer.question, answer.records.length]).toEqual([0, "Example.COM", 1]);
    expect(good.asked()).toBe(1);
  });

  test("an answer that is cut is asked for again over TCP, and fits what the client takes", async () => {
    const upstream = await resolver(40, true);
    const server = await serving({ upstreams: () => [upstream] });
    expect(await ask(server, "many.example", A)).toMatchObject({ isCut: true, records: [] });
    expect((await ask(server, "many.example", A, 4096)).records).toHaveLength(40);
    const [whole] = await byTcp(server.port, queryOf({ name: "many.example", type: A }));
    expect(whole && readAnswer(whole).records).toHaveLength(40);
  });

  test("without a resolver they fail, and a server that is its own resolver asks nobody", async () => {
    const server = await serving();
    expect((await ask(server, "example.com", A)).code).toBe(2);
    const own = await serving({ upstreams: () => [{ host: "127.0.0.1", port: own.port }] });
    expect((await ask(own, "example.com", A)).code).toBe(2);
    expect(own.counts).toMatchObject({ forwarded: 1, unanswered: 1 });
  });

  test("a resolver to which no way leads is passed over, as on a machine without a network", async () => {
    const good = await resolver(1);
    // No socket connects to everybody, nor to a link-local address without its link: the system refuses at once.
    const upstreams = ["255.255.255.255", "fe80::1"].map((host) => ({ host, port: 53 }));
    const server = await serving({ upstreams: () => [...upstreams, good] });
    expect((await ask(server, "example.com", A)).records).toHaveLength(1);
    const alone = await serving({ upstreams: () => upstreams });
    expect((await ask(alone, "example.com", A)).code).toBe(2);
    expect(alone.counts).toMatchObject({ forwarded: 1, unanswered: 1 });
  });

  test("a server that listens everywhere knows itself among the resolvers", async () => {
    const everywhere = await serving({
      host: "0.0.0.0",
      upstreams: () => [
        { host: "127.0.0.1", port: everywhere.port },
        ...Object.values(networkInterfaces()).flatMap((all = []) =>
          all.flatMap(({ address, family }) => (family === "IPv4" ? [{ host: address, port: everywhere.port }] : [])),
        ),
      ],
    });
    expect((await ask(everywhere, "example.com", A)).code).toBe(2);
    expect(everywhere.counts.questions).toBe(1);
  });
});

describe("floods and noise", () => {
  test("malformed packets are counted, and the next question is answered", async () => {
    const server = await serving();
    const noise = [
      Buffer.alloc(0),
      Buffer.alloc(5),
      Buffer.alloc(12),
      Buffer.alloc(600, 255),
      queryOf({ name: "web.mesh", type: A }).subarray(0, 15),
    ];
    const socket = createSocket("udp4");
    for (const one of noise) socket.send(one, server.port, "127.0.0.1");
    ends.push(() => void socket.close());
    expect((await ask(server, "web.mesh", A)).records).toHaveLength(1);
    expect(server.counts.malformed).toBe(noise.length);
  });

  test("what one source asks above its rate is dropped, and it may ask again later", async () => {
    let now = 0;
    const server = await serving({ rate: [1, 3], clock: () => now });
    const query = queryOf({ name: "web.mesh", type: A });
    for (let asked = 0; asked < 3; asked++) expect(await byUdp(server.port, query)).not.toBeNull();
    expect(await byUdp(server.port, query, 200)).toBeNull();
    expect(server.counts.dropped).toBe(1);
    now += 1_000;
    expect(await byUdp(server.port, query)).not.toBeNull();
  });

  test("more questions for others than may wait fail at once, and ours are answered", async () => {
    const silent = createSocket("udp4");
    silent.bind(0, "127.0.0.1");
    await once(silent, "listening");
    ends.push(() => void silent.close());
    const upstreams = [{ host: "127.0.0.1", port: silent.address().port }];
    const server = await serving({ upstreams: () => upstreams, mostWaiting: 2 });
    const slow = [1, 2].map(() => byUdp(server.port, queryOf({ name: "slow.example", type: A })));
    while (server.counts.forwarded < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await ask(server, "third.example", A)).code).toBe(2);
    expect((await ask(server, "web.mesh", A)).code).toBe(0);
    expect(server.counts.dropped).toBe(1);
    expect((await Promise.all(slow)).map((one) => one && readAnswer(one).code)).toEqual([2, 2]);
  });

  /** A connection, and how it ends. */
  async function connected(
    server: DnsServer,
  ): Promise<{ readonly socket: TcpSocket; readonly ended: Promise<unknown> }> {
    const socket = connect(server.port, "127.0.0.1");
    const ended = new Promise((resolve) => socket.on("close", resolve));
    socket.on("error", () => undefined);
    await once(socket, "connect");
    ends.push(() => void socket.destroy());
    return { socket, ended };
  }

  test("who sends a byte now and then does not hold a connection", async () => {
    const server = await serving({ patience: 300 });
    const { socket, ended } = await connected(server);
    const query = queryOf({ name: "web.mesh", type: A });
    let sent = 0;
    const dripping = setInterval(() => socket.write(Buffer.from([sent++ < 2 ? 255 : 0])), 50);
    ends.push(() => clearInterval(dripping));
    await ended;
    expect(sent).toBeLessThan(1000);
    expect(await byTcp(server.port, query)).toHaveLength(1);
  });

  test("who takes no answers is asked for no more of them", async () => {
    const upstream = await resolver(4_000, true);
    const server = await serving({ upstreams: () => [upstream], rate: [1e6, 1e6] });
    const { socket } = await connected(server);
    socket.pause();
    const query = queryOf({ name: "many.example", type: A });
    const one = Buffer.concat([Buffer.from([0, query.length]), query]);
    const most = 1_500;
    for (let asked = 0; asked < most; asked++) socket.write(one);
    for (let before = -1; before !== server.counts.forwarded; ) {
      before = server.counts.forwarded;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(server.counts.forwarded).toBeGreaterThan(0);
    expect(server.counts.forwarded).toBeLessThan(most);
  });

  test("one source does not have all connections", async () => {
    const server = await serving({ mostFromOne: 2 });
    const first = await connected(server);
    await connected(server);
    const third = await connected(server);
    await third.ended;
    expect(server.counts.dropped).toBe(1);
    first.socket.destroy();
    await first.ended;
    const query = queryOf({ name: "web.mesh", type: A });
    for (let tries = 0; tries < 50; tries++) {
      const [answer] = await byTcp(server.port, query).catch(() => []);
      if (answer !== undefined) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error("the place of one that has gone is not given again");
  });

  test("a table that fails answers nobody, and the next question is answered", async () => {
    let fails = true;
    const good = nameTable(RECORDS, ["mesh"]);
    const table = () => {
      if (fails) throw new Error("no table");
      return good;
    };
    const server = await serving({ table });
    const query = queryOf({ name: "web.mesh", type: A });
    expect(await byUdp(server.port, query, 200)).toBeNull();
    fails = false;
    expect(await byUdp(server.port, query)).not.toBeNull();
    expect(server.counts.dropped).toBe(1);
  });
});
