// ExternalService: what is refused in Kuma's words, what answers show, and where its private key stands.
import { describe, expect, it } from "vitest";
import { hostAndPort } from "#model/kind/external-service.ts";
import { externalService } from "#model/row/kind.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";

const tags = { "kuma.io/service": "httpbin", "kuma.io/protocol": "http" };
const networking = { address: "httpbin.org:443" };

describe("ExternalService", () => {
  it.each([
    ["nothing", {}, ["networking: should have networking", 'tags: mandatory tag "kuma.io/service" is missing']],
    ["no address", { networking: {}, tags }, ["networking.address: address can't be empty"]],
    ["no port", { networking: { address: "httpbin.org" }, tags }, ["networking.address: unable to parse address"]],
    [
      "no host, and no such port",
      { networking: { address: "a b:70000" }, tags },
      [
        "networking.address: address has to be a valid IP address or a domain name",
        "networking.address: port must be in the range [1, 65535]",
      ],
    ],
    [
      "an unknown protocol",
      { networking, tags: { ...tags, "kuma.io/protocol": "foo" } },
      [
        'tags["kuma.io/protocol"]: tag "kuma.io/protocol" has an invalid value "foo". Allowed values: grpc, http, http2, kafka, tcp',
      ],
    ],
    [
      "a service that is its own address",
      { networking: { address: "httpbin:80" }, tags },
      ['tags["kuma.io/service"]: cannot be the same as networking.address'],
    ],
    [
      "sources of TLS that say nothing",
      { networking: { ...networking, tls: { serverName: "", caCert: {}, clientKey: { secret: "" } } }, tags },
      [
        "networking.tls.caCert: data source cannot be empty",
        "networking.tls.clientKey: data source cannot be empty",
        "networking.tls.serverName: cannot be empty",
      ],
    ],
    [
      "a key in place of a certificate",
      { networking: { ...networking, tls: { caCert: { inlineString: "-----BEGIN PRIVATE KEY-----" } } }, tags },
      ["networking.tls.caCert: must not hold a private key"],
    ],
  ])("refuses %s", (_, body, said) => {
    expect([...refusalsOf("ExternalService", body)].sort()).toEqual([...said].sort());
  });

  it("answers what it was given, wrappers too, and leaves out zeros", () => {
    const tls = { enabled: true, allowRenegotiation: false, serverName: "x.org", skipHostnameVerification: false };
    expect(
      answerOf("ExternalService", { networking: { ...networking, tls, disableHostDNSEntry: false }, tags }),
    ).toEqual({ networking: { ...networking, tls }, tags });
  });

  it("shows a relay no inline key", () => {
    const spec = { networking: { ...networking, tls: { clientKey: { inlineString: "KEY" } } }, tags };
    expect(externalService.keyPlaces?.(spec)).toEqual([{ at: ["networking", "tls", "clientKey"], slot: "clientKey" }]);
    expect(JSON.stringify(externalService.publicPart?.(spec))).not.toContain("KEY");
  });
});

describe("host and port", () => {
  it.each([
    ["a.org:80", { host: "a.org", port: 80 }],
    ["[::1]:80", { host: "::1", port: 80 }],
    ["10.0.0.1:443", { host: "10.0.0.1", port: 443 }],
    ["::1:80", null],
    ["a.org", null],
    ["a.org:", null],
  ])("%s", (text, parts) => {
    expect(hostAndPort(text)).toEqual(parts);
  });
});
