// What users say of redirection and is none: every fault at once, with its place.
import { expect, test } from "vitest";
import { Failure } from "#cli/failure.ts";
import { givenOf } from "#cli/redirect/given.ts";
import { nameServers, settle } from "#cli/redirect/settle.ts";

function whyNot(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error.parts.why ?? "";
    throw error;
  }
  throw new Error("it was taken");
}

test.each([
  [{ redirectInboundPort: "0" }, '--redirect-inbound-port: "0" is not a port from 1 to 65535'],
  [{ redirectInboundPort: "80-90" }, '--redirect-inbound-port: "80-90" is not a port from 1 to 65535'],
  [{ redirectDns: "maybe" }, '--redirect-dns: "maybe" is not true or false'],
  [
    { excludeInboundPorts: ["22,ssh"] },
    '--exclude-inbound-ports: ["22,ssh"] is not ports from 1 to 65535 and ranges of them: 80,8000-8100',
  ],
  [
    { excludeOutboundPorts: ["90-80"] },
    '--exclude-outbound-ports: ["90-80"] is not ports from 1 to 65535 and ranges of them: 80,8000-8100',
  ],
  [
    { excludeOutboundIps: ["10.0.0.0/33"] },
    '--exclude-outbound-ips: ["10.0.0.0/33"] is not addresses and networks: 10.0.0.0/8,fd00::1',
  ],
  [
    { excludeOutboundPortsForUids: ["sctp:80:1000"] },
    '--exclude-outbound-ports-for-uids: ["sctp:80:1000"] is not PROTOCOL:PORTS:UIDS, PORTS:UIDS or UIDS: tcp:5432,8000-8100:106-108',
  ],
  [{ vnet: ["docker0"] }, '--vnet: ["docker0"] is not INTERFACE:NETWORK: docker0:172.17.0.0/16'],
  [
    { vnet: ['a";drop:10.0.0.0/8'] },
    '--vnet: ["a\\";drop:10.0.0.0/8"] is not INTERFACE:NETWORK: docker0:172.17.0.0/16',
  ],
  [{ ipFamilyMode: "ipv6" }, '--ip-family-mode: "ipv6" is not dualstack or ipv4'],
])("%j", (flags, why) => expect(whyNot(() => givenOf([], flags))).toBe(why));

test("a file's faults come all at once, each with its place", () => {
  const text = "{ redirect: { inbound: { port: no, prot: 1 }, dns: { enabled: yep } }, ebpf: { enabled: false } }";
  expect(whyNot(() => givenOf([{ name: "tp.yaml", text }], { redirectDnsPort: "x" })).split("\n")).toEqual([
    'tp.yaml: redirect.inbound.port: "no" is not a port from 1 to 65535',
    "tp.yaml: redirect.inbound.prot is no setting",
    'tp.yaml: redirect.dns.enabled: "yep" is not true or false',
    '--redirect-dns-port: "x" is not a port from 1 to 65535',
  ]);
  expect(whyNot(() => givenOf([{ name: "tp.yaml", text: "a: [" }], {}))).toContain("tp.yaml: invalid YAML: ");
  expect(whyNot(() => givenOf([{ name: "tp.yaml", text: "[1]" }], {}))).toBe(
    "tp.yaml: a mapping of settings is expected",
  );
});

test("DNS to the servers of a file that has none is refused; to all it needs no file", () => {
  const machine = { uid: 1, hasIpv6: true, resolvConf: () => "options ndots:5\n" };
  expect(whyNot(() => settle(givenOf([], { redirectDns: true }), machine))).toBe("it has no line `nameserver ADDRESS`");
  expect(settle(givenOf([], { redirectAllDnsTraffic: true }), machine).dns).toEqual({
    port: 15053,
    servers: null,
    split: true,
  });
});

test("servers of resolv.conf: both families, each once, without zones and comments", () => {
  const text =
    "#nameserver 1.1.1.1\nnameserver 8.8.8.8 # main\n nameserver\tfe80::1%eth0\nnameserver 8.8.8.8\nnameserver x\n";
  expect(nameServers(text)).toEqual([
    { family: "ipv4", text: "8.8.8.8" },
    { family: "ipv6", text: "fe80::1" },
  ]);
});
