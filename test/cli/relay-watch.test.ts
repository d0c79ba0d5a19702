// Relays that come and go as a running proxy learns of them: what it asks whom, and what stands in the files that Envoy reads.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { RelayAddress } from "#cli/proxy/relay-call.ts";
import { addressesOf, callable, type RelayPlaces, relayPlaces, withRelayFiles } from "#cli/proxy/relay-places.ts";
import { watchRelays } from "#cli/proxy/relay-watch.ts";
import { bootstrapOf, readBootstrapRequest } from "#relay/rest/bootstrap.ts";
import { tempFolder } from "./temp.ts";

const CA = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

/** What a relay at the first of the places says. */
function told(...places: readonly string[]): Record<string, unknown> {
  const request = readBootstrapRequest({ mesh: "default", name: "web-1" });
  const [first = "", ...others] = places;
  const colon = first.lastIndexOf(":");
  if (request === null) throw new TypeError("no request");
  return bootstrapOf(request, "web", {
    host: first.slice(0, colon),
    port: Number(first.slice(colon + 1)),
    certificate: { caPem: CA },
    others: others.map((address) => ({ address, ca: CA })),
  }) as Record<string, unknown>;
}

const placesIn = (...places: readonly string[]): RelayPlaces => relayPlaces(told(...places)) as RelayPlaces;
const given: RelayAddress = { url: new URL("https://relay.example:5678"), ca: CA };

/** `address:port` of each, as Envoy reads them. */
function written(folder: string): readonly string[] {
  const { resources } = JSON.parse(readFileSync(join(folder, "relays.json"), "utf8"));
  const [{ endpoints }] = resources;
  return endpoints[0].lbEndpoints.map(
    (one: { endpoint: { address: { socketAddress: { address: string; portValue: number } } } }) =>
      `${one.endpoint.address.socketAddress.address}:${one.endpoint.address.socketAddress.portValue}`,
  );
}

describe("a bootstrap", () => {
  test("loses its relays to files, and nothing else", () => {
    const before = told("192.0.2.1:5678", "192.0.2.2:5678");
    const after = withRelayFiles(before, "/var/proxy/relays", () => 0.5);
    const { clusters, secrets } = after.staticResources as {
      clusters: readonly Record<string, unknown>[];
      secrets: unknown;
    };
    expect(secrets).toEqual([]);
    expect(clusters).toHaveLength(1);
    expect(clusters[0]).toMatchObject({
      name: "ads_cluster",
      type: "EDS",
      edsClusterConfig: {
        edsConfig: {
          pathConfigSource: { path: "/var/proxy/relays/relays.json", watchedDirectory: { path: "/var/proxy/relays" } },
        },
      },
      transportSocket: {
        typedConfig: {
          sni: expect.any(String),
          commonTlsContext: {
            alpnProtocols: ["h2"],
            validationContextSdsSecretConfig: {
              name: "cp_validation_ctx",
              sdsConfig: { pathConfigSource: { path: "/var/proxy/relays/relay-trust.json" } },
            },
          },
        },
      },
    });
    expect(clusters[0]).not.toHaveProperty("loadAssignment");
    expect(JSON.stringify(clusters[0])).toContain('"maxStreamDuration":"64800s"');
    expect({ ...after, staticResources: null }).toEqual({ ...before, staticResources: null });
  });

  test("of another form has no relays to follow", () => {
    expect(relayPlaces({})).toBeNull();
    expect(relayPlaces({ staticResources: { clusters: [{ name: "ads_cluster" }], secrets: [] } })).toBeNull();
  });

  test("says how its relays are called", () => {
    const urls = callable(placesIn("2001:db8::1:5678", "192.0.2.2:5678")).map(({ url, ca }) => [url.origin, ca]);
    expect(urls.sort()).toEqual([
      ["https://192.0.2.2:5678", expect.stringContaining("BEGIN CERTIFICATE")],
      ["https://[2001:db8::1]:5678", expect.stringContaining("BEGIN CERTIFICATE")],
    ]);
  });
});

test("names are resolved, IPv4 first, and one that cannot be keeps what it had", async () => {
  const find = async (host: string): Promise<readonly string[]> => {
    if (host === "gone") throw new Error("ENOTFOUND");
    return host === "both" ? ["2001:db8::1", "192.0.2.9", "192.0.2.1"] : ["2001:db8::2"];
  };
  const places = ["both", "six", "gone", "192.0.2.7", "2001:db8::7"].map((host) => ({ host, port: 5678 }));
  expect([...(await addressesOf(places, new Map([["gone", ["192.0.2.4"]]]), find))]).toEqual([
    ["both", ["192.0.2.1", "192.0.2.9"]],
    ["six", ["2001:db8::2"]],
    ["gone", ["192.0.2.4"]],
    ["192.0.2.7", ["192.0.2.7"]],
    ["2001:db8::7", ["2001:db8::7"]],
  ]);
});

describe("a proxy that runs", () => {
  /** Answers of relays by host; null = none. */
  type Answers = Record<string, RelayPlaces | null>;

  async function watching(first: RelayPlaces, answers: Answers, names: Record<string, readonly string[]> = {}) {
    const folder = tempFolder();
    const asked: string[] = [];
    const said: string[] = [];
    const watch = await watchRelays({
      ...{ first, given: [given], folder, everyMs: 20, resolveMs: 20, random: () => 0 },
      say: (line) => said.push(line),
      find: async (host) => names[host] ?? [],
      async ask({ url }) {
        asked.push(url.hostname);
        const answer = answers[url.hostname];
        if (answer === undefined) throw new Error("no answer");
        return answer;
      },
    });
    onTestFinished(() => watch.close());
    return { folder, watch, asked, said };
  }

  test("is told of a relay that is added, and of one that is removed, once each", async () => {
    const both = placesIn("192.0.2.1:5678", "192.0.2.2:5678");
    const answers: Answers = { "192.0.2.1": placesIn("192.0.2.1:5678") };
    const { folder, watch, said, asked } = await watching(placesIn("192.0.2.1:5678"), answers);
    expect(written(folder)).toEqual(["192.0.2.1:5678"]);
    answers["192.0.2.1"] = both;
    await expect.poll(() => written(folder).length === 2).toBe(true);
    delete answers["192.0.2.1"];
    answers["192.0.2.2"] = placesIn("192.0.2.2:5678");
    await expect.poll(() => written(folder).length === 1).toBe(true);
    expect(written(folder)).toEqual(["192.0.2.2:5678"]);
    expect(said).toEqual([
      "the zone's relays are 192.0.2.1:5678, 192.0.2.2:5678",
      "the zone's relays are 192.0.2.2:5678",
    ]);
    asked.length = 0;
    await expect.poll(() => asked.length > 2).toBe(true);
    expect(new Set(asked)).toEqual(new Set(["192.0.2.2"]));
    expect(watch.relays().map(({ url }) => url.hostname)).toEqual(["192.0.2.2", "relay.example"]);
  });

  test("asks those that it was given where none of the zone's answers", async () => {
    const answers: Answers = { "relay.example": placesIn("192.0.2.8:5678") };
    const { folder } = await watching(placesIn("192.0.2.1:5678", "192.0.2.2:5678"), answers);
    await expect.poll(() => written(folder).join() === "192.0.2.8:5678").toBe(true);
  });

  test("keeps what it had while nobody answers, or none gives a bootstrap", async () => {
    const { folder, asked, said } = await watching(placesIn("192.0.2.1:5678"), { "relay.example": null });
    await expect.poll(() => asked.length > 4).toBe(true);
    expect(written(folder)).toEqual(["192.0.2.1:5678"]);
    expect(said).toEqual([]);
  });

  test("follows a name to where it leads, and forgets no address while it leads nowhere", async () => {
    const names: Record<string, readonly string[]> = { "relay.zone": ["192.0.2.1"] };
    const { folder } = await watching(placesIn("relay.zone:5678"), {}, names);
    expect(written(folder)).toEqual(["192.0.2.1:5678"]);
    names["relay.zone"] = ["192.0.2.3"];
    await expect.poll(() => written(folder).join() === "192.0.2.3:5678").toBe(true);
    delete names["relay.zone"];
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(written(folder)).toEqual(["192.0.2.3:5678"]);
  });
});
