// The relay's DNS server at an address that is taken: the start fails in words.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startRelayDns } from "#relay/dns.ts";

test("a port that another program has is named, with what to change", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  await expect(startRelayDns({ host: "127.0.0.1", port, zone: "east", views: () => [] })).rejects.toThrow(
    `Cannot answer names on 127.0.0.1:${port}: another program has the port; choose another address by --dns`,
  );
});
