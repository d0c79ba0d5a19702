// The xDS client of @grpc/grpc-js-xds gets its endpoints through the ADS server and calls a real gRPC service.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Client,
  credentials,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { register } from "@grpc/grpc-js-xds";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AdsServer, startAdsServer } from "#relay/ads-server.ts";
import { until } from "#test/child.ts";
import { type Body, edsCluster, setOf, snapshotWith, TestZone } from "./ads-zone.ts";

const asText = { serialize: (text: string) => Buffer.from(text), deserialize: (bytes: Buffer) => bytes.toString() };
const SERVICE: ServiceDefinition = {
  say: {
    path: "/test.Echo/Say",
    requestStream: false,
    responseStream: false,
    requestSerialize: asText.serialize,
    requestDeserialize: asText.deserialize,
    responseSerialize: asText.serialize,
    responseDeserialize: asText.deserialize,
  },
};
const EchoClient = makeGenericClientConstructor(SERVICE, "Echo");

/** A zone that lets in whoever reaches its socket: this client can send no token. */
class OpenZone extends TestZone {
  override join(request: Parameters<TestZone["join"]>[0]): ReturnType<TestZone["join"]> {
    return super.join({ ...request, token: { reveal: () => "good" } as never });
  }
}

/** The listener that `xds:///echo` asks for: an HTTP connection manager without a port, its routes by RDS. */
const listener: Body = [
  "listener",
  {
    name: "echo",
    apiListener: {
      apiListener: {
        "@type":
          "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        rds: { routeConfigName: "echo-routes", configSource: { ads: {}, resourceApiVersion: "V3" } },
        httpFilters: [
          {
            name: "router",
            typedConfig: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
          },
        ],
      },
    },
  },
];

function routes(cluster: string): Body {
  const virtualHosts = [{ name: "echo", domains: ["*"], routes: [{ match: { prefix: "" }, route: { cluster } }] }];
  return ["route", { name: "echo-routes", virtualHosts }];
}

async function startEcho(name: string): Promise<readonly [Server, number]> {
  const server = new Server();
  server.addService(SERVICE, {
    say: (call: { request: string }, done: (error: null, answer: string) => void) =>
      done(null, `${name}: ${call.request}`),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return [server, port];
}

const servers: Server[] = [];
const zone = new OpenZone();
let folder: string;
let ads: AdsServer;
let client: Client & {
  say(text: string, options: { deadline: number }, done: (error: Error | null, answer: string) => void): void;
};
let ports: readonly number[];

const call = (text: string) =>
  new Promise<string>((resolve, reject) => {
    client.say(text, { deadline: Date.now() + 10_000 }, (error, answer) => (error ? reject(error) : resolve(answer)));
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weft-grpc-"));
  const started = await Promise.all(["one", "two", "three"].map(startEcho));
  servers.push(...started.map(([server]) => server));
  ports = started.map(([, port]) => port);
  const socket = `unix:${join(folder, "xds.sock")}`;
  ads = await startAdsServer({ zone, log: () => undefined, address: socket, tls: null, lingerMs: 50 });
  const bootstrap = {
    xds_servers: [{ server_uri: socket, channel_creds: [{ type: "insecure" }], server_features: ["xds_v3"] }],
    node: { id: "default.caller", locality: { zone: "east" } },
  };
  process.env.GRPC_XDS_BOOTSTRAP_CONFIG = JSON.stringify(bootstrap);
  register();
  client = new EchoClient("xds:///echo", credentials.createInsecure()) as unknown as typeof client;
});

afterAll(async () => {
  client?.close();
  await ads?.close();
  for (const server of servers) server.forceShutdown();
  rmSync(folder, { recursive: true });
  delete process.env.GRPC_XDS_BOOTSTRAP_CONFIG;
});

test("calls the endpoint that it was given, follows a change of endpoints and a move to another cluster", async () => {
  const caller = (cluster: string) => ({ name: "caller", resources: [listener, routes(cluster), edsCluster(cluster)] });
  zone.put(snapshotWith([caller("echo-a")], [setOf("echo-a", ports[0]!)]));
  expect(await call("hello")).toBe("one: hello");

  zone.put(snapshotWith([caller("echo-a")], [setOf("echo-a", ports[1]!)]));
  await until("calls to reach the second", async () => (await call("again")) === "two: again");

  zone.put(snapshotWith([caller("echo-b")], [setOf("echo-b", ports[2]!)]));
  await until("calls to reach the other cluster", async () => (await call("moved")) === "three: moved");
  await until("everything to be acknowledged", () => zone.states("caller").at(-1) === "3 acked");
  expect(zone.deliveries.filter(({ state }) => state === "nacked")).toEqual([]);
});
