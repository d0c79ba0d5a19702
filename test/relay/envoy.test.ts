// Real Envoys, by delta and by state-of-the-world: they serve requests, keep serving over a move, and refuse without harm to others.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AdsServer, startAdsServer } from "#relay/ads-server.ts";
import { createEncoder } from "#relay/encoder.ts";
import { type Child, startChild, until } from "#test/child.ts";
import { keptPort } from "#test/port.ts";
import type { TestProxy } from "./ads-zone.ts";
import { edsCluster, setOf, snapshotWith, TestZone, tcpListener } from "./ads-zone.ts";
import { envoyPath } from "./envoy-path.ts";

const envoy = envoyPath();
const encoder = createEncoder();
const children: Child[] = [];
const backends: Server[] = [];
let folder: string;
let zone: TestZone;
let ads: AdsServer;

async function backend(name: string): Promise<number> {
  const server = createServer((_, response) => response.end(name));
  backends.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

function startEnvoy(name: string, apiType: "DELTA_GRPC" | "GRPC"): Child {
  const options = {
    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    explicitHttpConfig: { http2ProtocolOptions: {} },
  };
  const endpoint = { address: { pipe: { path: join(folder, "xds.sock") } } };
  const config = {
    node: { id: `default.${name}`, cluster: name },
    dynamicResources: {
      ldsConfig: { ads: {}, resourceApiVersion: "V3" },
      cdsConfig: { ads: {}, resourceApiVersion: "V3" },
      adsConfig: {
        apiType,
        transportApiVersion: "V3",
        setNodeOnFirstMessageOnly: true,
        grpcServices: [
          { envoyGrpc: { clusterName: "ads_cluster" }, initialMetadata: [{ key: "authorization", value: "good" }] },
        ],
      },
    },
    staticResources: {
      clusters: [
        {
          name: "ads_cluster",
          type: "STATIC",
          connectTimeout: "1s",
          typedExtensionProtocolOptions: { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options },
          loadAssignment: { clusterName: "ads_cluster", endpoints: [{ lbEndpoints: [{ endpoint }] }] },
        },
      ],
    },
  };
  const args = [
    "--config-yaml",
    JSON.stringify(config),
    "--use-dynamic-base-id",
    "--concurrency",
    "1",
    "--log-level",
    "warning",
    "--drain-time-s",
    "1",
  ];
  const child = startChild(envoy.path!, args);
  children.push(child);
  return child;
}

const ask = async (port: number): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } })).text();

const proxy = (name: string, port: number, cluster: string, more: object = {}): TestProxy => ({
  name,
  resources: [edsCluster(cluster, more), tcpListener("out", port, cluster)],
});

describe.skipIf(envoy.path === undefined)(
  `Envoy${envoy.path === undefined ? ` (skipped: ${envoy.missing})` : ""}`,
  () => {
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "weft-envoy-"));
      zone = new TestZone();
      const address = `unix:${join(folder, "xds.sock")}`;
      ads = await startAdsServer({ zone, log: () => undefined, address, tls: null, encoder, lingerMs: 300 });
    });

    afterEach(async () => {
      await Promise.all(children.splice(0).map((child) => child.stop("SIGKILL")));
      await ads.close();
      for (const server of backends.splice(0)) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(folder, { recursive: true });
    });

    test.each(["DELTA_GRPC", "GRPC"] as const)(
      "by %s gets a listener, a cluster and endpoints, and loses no request while they change",
      async (apiType) => {
        const [one, two, three] = [await backend("one"), await backend("two"), await backend("three")];
        const port = await keptPort();
        zone.put(snapshotWith([proxy("web", port, "a")], [setOf("a", one)]));
        const child = startEnvoy("web", apiType);
        const explain = () => child.output();
        await until("the first request", async () => (await ask(port)) === "one", { explain });

        const answers = new Map<string, number>();
        let failed: unknown;
        let asking = true;
        const load = (async () => {
          while (asking) {
            const answer = await ask(port).catch((error: unknown) => {
              failed ??= error;
              return "failed";
            });
            answers.set(answer, (answers.get(answer) ?? 0) + 1);
          }
        })();
        // Endpoints change, then the cluster itself (it warms again), then the listener moves to another cluster.
        zone.put(snapshotWith([proxy("web", port, "a")], [setOf("a", two)]));
        await until("the second backend", () => (answers.get("two") ?? 0) > 0, { explain });
        zone.put(snapshotWith([proxy("web", port, "a", { connectTimeout: "2s" })], [setOf("a", two)]));
        await until("the changed cluster to be acknowledged", () => zone.states("web").at(-1) === "3 acked", {
          explain,
        });
        zone.put(snapshotWith([proxy("web", port, "b")], [setOf("b", three)]));
        await until("the third backend", () => (answers.get("three") ?? 0) > 0, { explain });
        await until("the move to be acknowledged", () => zone.states("web").at(-1) === "4 acked", { explain });
        asking = false;
        await load;
        expect(failed, explain()).toBeUndefined();
        expect(answers.has("failed")).toBe(false);
        expect(zone.deliveries.filter(({ state }) => state === "nacked")).toEqual([]);
      },
      180_000,
    );

    test.each(["DELTA_GRPC", "GRPC"] as const)(
      "by %s refuses a listener in its own words; the good ones work, and another proxy notices nothing",
      async (apiType) => {
        const one = await backend("one");
        const [port, other] = [await keptPort(), await keptPort()];
        const wrong = {
          name: "wrong",
          address: { socketAddress: { address: "not an address", portValue: 1 } },
          filterChains: [{}],
        };
        const bad = { name: "bad", resources: [...proxy("bad", port, "a").resources, ["listener", wrong] as const] };
        zone.put(snapshotWith([bad, proxy("good", other, "a")], [setOf("a", one)]));
        const explain = () => children.map((child) => child.output()).join("\n");
        startEnvoy("bad", apiType);
        startEnvoy("good", apiType);
        await until("both to serve", async () => (await ask(port)) === "one" && (await ask(other)) === "one", {
          explain,
        });
        await until("the refusal", () => zone.states("bad").at(-1) === "1 nacked", { explain });
        expect(zone.deliveries.findLast(({ name }) => name === "bad")?.reason).toContain(
          "malformed IP address: not an address",
        );
        await until("the good one", () => zone.states("good").at(-1) === "1 acked", { explain });

        const mended = { name: "bad", resources: proxy("bad", port, "a").resources };
        zone.put(snapshotWith([mended, proxy("good", other, "a")], [setOf("a", one)]));
        await until("the mended state", () => zone.states("bad").at(-1) === "2 acked", { explain });
        expect(zone.deliveries.filter(({ name, state }) => name === "good" && state === "nacked")).toEqual([]);
      },
      180_000,
    );
  },
);
