// Which addresses are of the public Internet, by the registries' own examples and by an oracle that knows them another way.
import { BlockList } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isPublicAddress } from "#trust/public-address.ts";

test.each([
  ["93.184.216.34", true],
  ["1.1.1.1", true],
  ["172.32.0.1", true],
  ["2606:4700::1111", true],
  ["::ffff:1.1.1.1", true],
  ["64:ff9b::101:101", true],
  ["0.0.0.0", false],
  ["10.0.0.1", false],
  ["100.64.0.1", false],
  ["127.9.9.9", false],
  ["169.254.169.254", false],
  ["172.31.255.255", false],
  ["192.168.1.1", false],
  ["198.19.0.1", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["::", false],
  ["::1", false],
  ["::ffff:10.0.0.1", false],
  ["::10.0.0.1", false],
  ["64:ff9b::a00:1", false],
  ["fd00:ec2::254", false],
  ["fe80::1", false],
  ["ff02::1", false],
  ["2001:db8::1", false],
  ["2002:a00:1::", false],
  ["1.2.3", false],
  ["example.com", false],
  ["", false],
])("%s: %s", (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test("of any IPv4 address it says what Node's own block list says", () => {
  const list = new BlockList();
  const ranges =
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3";
  for (const [net = "", bits] of ranges.split(" ").map((range) => range.split("/")))
    list.addSubnet(net, Number(bits), "ipv4");
  const edge = fc.constantFrom(
    0,
    9,
    10,
    11,
    63,
    64,
    100,
    126,
    127,
    128,
    168,
    169,
    172,
    192,
    198,
    203,
    223,
    224,
    254,
    255,
  );
  fc.assert(
    fc.property(fc.tuple(...Array.from({ length: 4 }, () => fc.oneof(edge, fc.nat(255)))), (bytes) => {
      const address = bytes.join(".");
      expect(isPublicAddress(address)).toBe(!list.check(address, "ipv4"));
      expect(isPublicAddress(`::ffff:${address}`)).toBe(isPublicAddress(address));
    }),
    { numRuns: 2000 },
  );
});
