// The ADS server over real gRPC: who is let in, what is pushed, and that one stream's trouble is no other's.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ClusterSchema } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import { ClusterLoadAssignmentSchema } from "#envoy/generated/envoy/config/endpoint/v3/endpoint_pb.ts";
import { SecretSchema } from "#envoy/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb.ts";
import { xdsType } from "#envoy/type-url.ts";
import { type AdsServer, type AdsServerOptions, startAdsServer } from "#relay/ads-server.ts";
import { createEncoder } from "#relay/encoder.ts";
import type { Log } from "#relay/log.ts";
import { until } from "#test/child.ts";
import { type AdsClient, deltaClient, sotwClient } from "./ads-client.ts";
import { edsCluster, identityOf, setOf, snapshotWith, TestZone, tcpListener } from "./ads-zone.ts";

const url = (kind: Parameters<typeof xdsType>[0]) => xdsType(kind).url;
const node = { id: "default.web-1" };
const encoder = createEncoder();

let folder: string;
let zone: TestZone;
let server: AdsServer;
let lines: { level: string; label: string; fields: unknown }[];
const clients: AdsClient<never, unknown>[] = [];
const log: Log = (level, label, fields) => lines.push({ level, label, fields });

async function start(more: Partial<AdsServerOptions> = {}): Promise<string> {
  const address = `unix:${join(folder, "xds.sock")}`;
  server = await startAdsServer({ zone, log, address, tls: null, encoder, lingerMs: 50, ...more });
  return address;
}

function opened<C extends AdsClient<never, unknown>>(client: C): C {
  clients.push(client);
  return client;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-ads-"));
  zone = new TestZone();
  lines = [];
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

const web = (timeout = "1s") => ({
  name: "web-1",
  resources: [edsCluster("backend", { connectTimeout: timeout }), tcpListener("out", 1, "backend")],
});

describe("who is let in", () => {
  test.each([
    ["no token", undefined, node, status.UNAUTHENTICATED, "a dataplane token is required"],
    ["a wrong token", "bad", node, status.UNAUTHENTICATED, "a dataplane token is required"],
    ["another mesh", "good", { id: "other.web-1" }, status.PERMISSION_DENIED, "the token is for the mesh default"],
    ["a relay that knows nothing yet", "later", node, status.UNAVAILABLE, "no snapshot yet"],
    [
      "no node",
      "good",
      undefined,
      status.INVALID_ARGUMENT,
      "the first request has no node; it must be <mesh>.<dataplane name>, or of an ingress or egress .<name> with dataplane.proxyType in its metadata",
    ],
    [
      "a node id without a mesh",
      "good",
      { id: "web" },
      status.INVALID_ARGUMENT,
      'node.id is "web"; it must be <mesh>.<dataplane name>, or of an ingress or egress .<name> with dataplane.proxyType in its metadata',
    ],
  ])("%s gets no answer but a status", async (_, token, who, code, details) => {
    zone.put(snapshotWith([web()], [setOf("backend", 1)]));
    const address = await start();
    for (const client of [opened(deltaClient(address, token)), opened(sotwClient(address, token))]) {
      client.send({ typeUrl: url("cluster"), ...(who === undefined ? {} : { node: who }) });
      await expect(client.next()).rejects.toMatchObject({ code, details });
    }
  });

  test("bytes that are no request, and a stream that says nothing", async () => {
    const one = opened(deltaClient(await start(), "good"));
    one.raw(Buffer.from([0xff, 0xff, 0xff]));
    expect(await one.ended).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: "the bytes are no envoy.service.discovery.v3.DeltaDiscoveryRequest",
    });
    await server.close();
    const two = opened(sotwClient(await start({ firstRequestMs: 50 }), "good"));
    expect(await two.ended).toMatchObject({ code: status.DEADLINE_EXCEEDED });
    expect(zone.joins).toEqual([]);
  });

  test("malformed requests after the first end that stream alone", async () => {
    zone.put(snapshotWith([web()], [setOf("backend", 1)]));
    const address = await start();
    const [good, bad] = [opened(deltaClient(address, "good")), opened(deltaClient(address, "good"))];
    for (const client of [good, bad]) {
      client.send({ node, typeUrl: url("cluster") });
      await client.next();
    }
    bad.send({ typeUrl: url("cluster"), responseNonce: "77" });
    expect(await bad.ended).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'the response_nonce "77" was never given on this stream for CDS',
    });
    good.send({ typeUrl: url("cluster"), responseNonce: "1" });
    zone.put(snapshotWith([web("2s")], [setOf("backend", 1)]));
    expect((await good.next()).resources.map(({ name }) => name)).toEqual(["backend"]);
  });

  test("a registration that ends takes its stream along", async () => {
    zone.put(snapshotWith([web()], [setOf("backend", 1)]));
    const client = opened(deltaClient(await start(), "good"));
    client.send({ node, typeUrl: url("cluster") });
    await client.next();
    zone.open.get("default.web-1")!.abort("its token was revoked");
    expect(await client.ended).toMatchObject({
      code: status.PERMISSION_DENIED,
      details: "no longer served: its token was revoked",
    });
    await until("the session to end", () => server.streams === 0 && zone.open.size === 0);
  });

  test("passes the resource and the token on, and tells when a stream closes", async () => {
    zone.put(snapshotWith([web()], [setOf("backend", 1)]));
    const client = opened(deltaClient(await start(), "good"));
    client.send({ node: { ...node, metadata: { "dataplane.resource": "{}" } }, typeUrl: url("cluster") });
    await client.next();
    expect(zone.joins).toMatchObject([{ mesh: "default", name: "web-1", resource: "{}" }]);
    expect(zone.open.size).toBe(1);
    client.close();
    await until("the registration to be told", () => zone.open.size === 0);
  });

  test("plaintext is for Unix sockets only", async () => {
    await start();
    await expect(startAdsServer({ zone, log, address: "127.0.0.1:0", tls: null })).rejects.toThrow(
      "xDS without TLS is for Unix sockets only",
    );
  });

  test("serves over TLS on a port", async () => {
    zone.put(snapshotWith([web()], [setOf("backend", 1)]));
    const [key, certificate] = ["key.pem", "cert.pem"].map((file) => join(folder, file));
    const subject = ["-subj", "/CN=relay", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        key!,
        "-out",
        certificate!,
        "-days",
        "1",
        ...subject,
      ],
      { stdio: "ignore" },
    );
    await start({ address: "127.0.0.1:0", tls: { key: readFileSync(key!), certificate: readFileSync(certificate!) } });
    const client = opened(deltaClient(`127.0.0.1:${server.port}`, "good", { ca: readFileSync(certificate!) }));
    client.send({ node, typeUrl: url("cluster") });
    expect((await client.next()).resources).toHaveLength(1);
  });
});

describe("what is pushed", () => {
  test("delta: changes with their versions, and how far the stream is", async () => {
    zone.put(snapshotWith([web()], [setOf("backend", 1)]));
    const client = opened(deltaClient(await start(), "good"));
    client.send({ node, typeUrl: url("cluster") });
    const first = await client.next();
    expect(first).toMatchObject({
      typeUrl: url("cluster"),
      nonce: "1",
      systemVersionInfo: zone.current.snapshot!.version,
    });
    expect(first.resources.map(({ name, resource }) => [name, resource?.typeUrl])).toEqual([
      ["backend", url("cluster")],
    ]);
    client.send({ typeUrl: url("cluster"), responseNonce: "1" });
    client.send({ typeUrl: url("endpoints"), resourceNamesSubscribe: ["backend", "nothing"] });
    const endpoints = await client.next();
    expect(endpoints.removedResources).toEqual(["nothing"]);
    client.send({ typeUrl: url("endpoints"), responseNonce: "1" });
    await until("the acknowledgement to count", () => zone.states("web-1").at(-1) === "1 acked");
    zone.put(snapshotWith([web()], [setOf("backend", 1, 2)]));
    const change = await client.next();
    expect(change.typeUrl).toBe(url("endpoints"));
    const assignment = anyUnpack(change.resources[0]!.resource!, ClusterLoadAssignmentSchema);
    expect(assignment?.endpoints[0]?.lbEndpoints).toHaveLength(2);
    client.send({ typeUrl: url("endpoints"), responseNonce: "2" });
    await until("the change to be acknowledged", () => zone.states("web-1").at(-1) === "2 acked");
    expect(zone.states("web-1")).toContain("2 pending");
    expect(client.unread).toEqual([]);
  });

  test("a later event of the relay shows over the snapshot, and goes with it", async () => {
    zone.put(snapshotWith([web()], [setOf("backend", 1)]));
    const client = opened(sotwClient(await start(), "good"));
    client.send({ node, typeUrl: url("endpoints"), resourceNames: ["backend"] });
    const portsOf = async () => {
      const { resources, nonce } = await client.next();
      client.send({ typeUrl: url("endpoints"), resourceNames: ["backend"], responseNonce: nonce });
      const assignment = anyUnpack(resources[0]!, ClusterLoadAssignmentSchema);
      return assignment?.endpoints.flatMap(({ lbEndpoints }) =>
        lbEndpoints.map((one) =>
          String(
            (
              one as {
                hostIdentifier: { value: { address: { address: { value: { portSpecifier: { value: number } } } } } };
              }
            ).hostIdentifier.value.address.address.value.portSpecifier.value,
          ),
        ),
      );
    };
    expect(await portsOf()).toEqual(["1"]);
    zone.put(zone.current.snapshot!, { changedSets: () => new Map([["backend", setOf("backend", 1, 7)]]) });
    expect(await portsOf()).toEqual(["1", "7"]);
    zone.put(zone.current.snapshot!, { changedSets: () => new Map() });
    expect(await portsOf()).toEqual(["1"]);
  });

  test("many streams share one encoding", async () => {
    const own = createEncoder();
    const names = Array.from({ length: 20 }, (_, n) => `web-${n}`);
    zone.put(
      snapshotWith(
        names.map((name) => ({ ...web(), name })),
        [setOf("backend", 1)],
      ),
    );
    const address = await start({ encoder: own });
    for (const name of names) {
      const client = opened(deltaClient(address, "good"));
      client.send({ node: { id: `default.${name}` }, typeUrl: url("cluster") });
      await client.next();
    }
    // Once for the first, and once more to be kept.
    expect(own.counts.made).toBe(2);
  });

  test("a refusal is told in the client's words, and others notice nothing", async () => {
    zone.put(snapshotWith([web(), { ...web(), name: "web-2" }], [setOf("backend", 1)]));
    const address = await start();
    const [bad, good] = [opened(deltaClient(address, "good")), opened(deltaClient(address, "good"))];
    bad.send({ node, typeUrl: url("cluster") });
    good.send({ node: { id: "default.web-2" }, typeUrl: url("cluster") });
    await Promise.all([bad.next(), good.next()]);
    bad.send({
      typeUrl: url("cluster"),
      responseNonce: "1",
      errorDetail: { code: 13, message: "cluster backend: no" },
    });
    good.send({ typeUrl: url("cluster"), responseNonce: "1" });
    await until("the refusal", () => zone.states("web-1").at(-1) === "1 nacked");
    await until("the acknowledgement", () => zone.states("web-2").at(-1) === "1 acked");
    expect(zone.deliveries.findLast(({ name }) => name === "web-1")?.reason).toBe("cluster backend: no");
    expect(lines.map(({ label, fields }) => [label, fields])).toMatchObject([
      ["a proxy refused resources", { proxy: "default.web-1", type: "CDS" }],
    ]);
  });

  test("what Envoy's schema does not know is refused before it leaves", async () => {
    const odd = { name: "web-1", resources: [edsCluster("backend"), edsCluster("odd", { noSuchField: 1 })] };
    zone.put(snapshotWith([odd], [setOf("backend", 1), setOf("odd", 1)]));
    const client = opened(deltaClient(await start(), "good"));
    client.send({ node, typeUrl: url("cluster") });
    expect((await client.next()).resources.map(({ name }) => name)).toEqual(["backend"]);
    await until("the report", () => zone.states("web-1").at(-1) === "1 nacked");
    expect(zone.deliveries.at(-1)?.reason).toMatch(/^odd is no envoy.config.cluster.v3.Cluster: .*noSuchField/);
  });
});

describe("secrets", () => {
  const sds = (name: string) => ({ name, sdsConfig: { ads: {}, resourceApiVersion: "V3" } });
  const tls = {
    name: "envoy.transport_sockets.tls",
    typedConfig: {
      "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
      commonTlsContext: {
        tlsCertificateSdsSecretConfigs: [sds("identity_cert:secret:default")],
        validationContextSdsSecretConfig: sds("mesh_ca:secret:default"),
      },
    },
  };
  const secured = (name: string) => ({ name, resources: [edsCluster("backend", { transportSocket: tls })] });
  const bundle = (name: string) => ({ name, validationContext: { trustedCa: { inlineString: "ca" } } });

  test("come per stream, when they are there, and only those that the proxy's own resources name", async () => {
    zone.put(
      snapshotWith(
        [secured("web-1"), secured("web-2")],
        [setOf("backend", 1)],
        [bundle("mesh_ca:secret:default"), bundle("other")],
      ),
    );
    const address = await start();
    const ask = ["identity_cert:secret:default", "mesh_ca:secret:default", "other"];
    const [one, two] = ["web-1", "web-2"].map((name) => {
      const client = opened(deltaClient(address, "good"));
      client.send({ node: { id: `default.${name}` }, typeUrl: url("secret"), resourceNamesSubscribe: ask });
      return client;
    });
    const first = await one!.next();
    expect(first.resources.map(({ name }) => name)).toEqual(["mesh_ca:secret:default"]);
    expect(first.removedResources).toEqual(["other"]);
    await two!.next();
    for (const client of [one!, two!]) client.send({ typeUrl: url("secret"), responseNonce: "1" });
    zone.identities.set("default.web-1", identityOf("1"));
    zone.ring();
    const { resources } = await one!.next();
    expect(resources).toMatchObject([{ name: "identity_cert:secret:default", version: "1" }]);
    const secret = anyUnpack(resources[0]!.resource!, SecretSchema);
    expect(secret?.type.value).toMatchObject({
      certificateChain: { specifier: { value: "chain 1" } },
      privateKey: { specifier: { value: "key 1" } },
    });
    expect(two!.unread).toEqual([]);
    zone.identities.set("default.web-2", identityOf("2"));
    zone.ring();
    expect((await two!.next()).resources).toMatchObject([{ version: "2" }]);
    expect(JSON.stringify(lines)).not.toContain("key 1");
  });
});

describe("a client that hangs", () => {
  test("is sent one round of answers and then the newest state only, and stops nobody else", async () => {
    const padding = "x".repeat(300_000);
    const large = (round: number) => ({
      name: "web-1",
      resources: [edsCluster("backend", { altStatName: `${round} ${padding}` })],
    });
    const both = (round: number) =>
      snapshotWith([large(round), { ...web(`${round + 1}s`), name: "web-2" }], [setOf("backend", 1)]);
    zone.put(both(0));
    const address = await start({ bufferBytes: 200_000 });
    const [slow, quick] = [opened(deltaClient(address, "good")), opened(deltaClient(address, "good"))];
    slow.send({ node, typeUrl: url("cluster") });
    slow.pause();
    await until("the first answer to be on its way", () => zone.states("web-1").length > 0);
    quick.send({ node: { id: "default.web-2" }, typeUrl: url("cluster") });
    for (let round = 1; round <= 20; round++) {
      const { nonce } = await quick.next();
      expect(nonce).toBe(String(round));
      quick.send({ typeUrl: url("cluster"), responseNonce: nonce });
      zone.put(both(round));
    }
    slow.resume();
    expect((await slow.next()).nonce).toBe("1");
    slow.send({ typeUrl: url("cluster"), responseNonce: "1" });
    const newest = await slow.next();
    expect(newest.nonce).toBe("2");
    expect(anyUnpack(newest.resources[0]!.resource!, ClusterSchema)?.altStatName).toBe(`20 ${padding}`);
  });
});
