// change-to-ack: a policy change at the REST API → the last ACK of four real Envoys, against the same change pushed by a bare ADS server.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fromJson, toBinary } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { envoyRegistry } from "#envoy/descriptor.ts";
import { XDS_TYPES, type XdsKind, xdsType } from "#envoy/type-url.ts";
import { type RelayOptions, runRelay } from "#relay/main.ts";
import type { SnapshotStep } from "#relay/zone-side/options.ts";
import { allowAll, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { valuesOf } from "#test/stats.ts";

const CHANGES = 200;
const WARM_UP = 20;
const PROXIES = 4;
/** Between two changes, so that each finds a quiet machine; milliseconds. */
const PAUSE = 40;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0) * 100) / 100;
};
/** The n-th change's connect timeout, never the same twice in a row. */
const seconds = (n: number): string => `${5 + (n % 7)}s`;

interface Phases {
  readonly total: number;
  /** Request → answer: decoded, judged, committed. */
  readonly write: number;
  /** Answer → the relay has the new snapshot and has verified it: compiled, stored, rung, fetched. */
  readonly compileAndFetch: number;
  /** Until it is on disk. */
  readonly disk: number;
  /** Until the first stream is sent it. */
  readonly push: number;
  /** Until the last stream has acknowledged it. */
  readonly ack: number;
}

/** Times on one clock: this process's, in milliseconds. */
async function measureWeft(mesh: TestMesh, events: Events): Promise<readonly Phases[]> {
  const phases: Phases[] = [];
  for (let n = 0; n < WARM_UP + CHANGES; n++) {
    await pause(PAUSE);
    const start = performance.now();
    const { sequence } = (await mesh.api("POST", "v1/changes", {
      put: [{ resource: timeoutPolicy(seconds(n)) }],
    })) as { sequence: number };
    const written = performance.now();
    const { received, served, pushed, acked } = await events.complete(sequence);
    if (n < WARM_UP) continue;
    phases.push({
      total: acked - start,
      write: written - start,
      compileAndFetch: received - written,
      disk: served - received,
      push: pushed - served,
      ack: acked - pushed,
    });
  }
  return phases;
}

const timeoutPolicy = (connectionTimeout: string): Record<string, unknown> => ({
  type: "MeshTimeout",
  mesh: "default",
  name: "bench",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout } }],
  },
});

interface Marks {
  /** The answer of the held poll has come and is good. */
  readonly received: number;
  /** Written to disk, and served. */
  readonly served: number;
  /** The first stream was sent it. */
  readonly pushed: number;
  /** The last of all streams has acknowledged it. */
  readonly acked: number;
}

interface Events {
  readonly hear: (event: SnapshotStep) => void;
  complete(sequence: number): Promise<Marks>;
}

/** Collects what the relay tells of each sequence. */
function collect(streams: number): Events {
  const marks = new Map<number, { received?: number; served?: number; pushed?: number; acked: Map<object, number> }>();
  const at = (sequence: number) => {
    const known = marks.get(sequence) ?? { acked: new Map<object, number>() };
    marks.set(sequence, known);
    return known;
  };
  let wake: () => void = () => undefined;
  return {
    hear(event) {
      const now = performance.now();
      const mark = at(event.sequence);
      if (event.kind === "verified") mark.received ??= now;
      else if (event.kind === "served") mark.served ??= now;
      else if (event.state === "pending") mark.pushed ??= now;
      else if (event.state === "acked") mark.acked.set(event.stream, now);
      wake();
    },
    async complete(sequence) {
      const deadline = performance.now() + 10_000;
      for (;;) {
        const { received, served, pushed, acked } = at(sequence);
        if (received !== undefined && served !== undefined && acked.size >= streams) {
          const last = Math.max(...acked.values());
          return { received, served, pushed: pushed ?? served, acked: last };
        }
        if (performance.now() > deadline)
          throw new Error(`sequence ${sequence}: ${acked.size} of ${streams} streams acknowledged`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 1000).unref();
        });
      }
    },
  };
}

interface BareResource {
  readonly name: string;
  readonly json: Record<string, unknown>;
}

interface Bootstrap {
  readonly dynamic_resources: Record<string, unknown>;
  readonly static_resources: { readonly clusters: readonly Record<string, unknown>[] };
}

/** What an Envoy of the mesh is: its bootstrap and what it holds. */
interface Original {
  readonly bootstrap: Bootstrap;
  readonly resources: Map<XdsKind, BareResource[]>;
}

async function originalOf(proxy: Sidecar): Promise<Original> {
  const { configs } = await proxy.configDump();
  const [bootstrap] = configs
    .map((config) => config.bootstrap as Bootstrap | undefined)
    .filter((one) => one !== undefined);
  if (bootstrap === undefined) throw new Error(`${proxy.name} shows no bootstrap`);
  return { bootstrap, resources: await resourcesOf(proxy) };
}

/** What one Envoy of the mesh holds, as resources that a bare server can push; secrets are made anew. */
async function resourcesOf(proxy: Sidecar): Promise<Map<XdsKind, BareResource[]>> {
  const dump = await proxy.configDump();
  const pick = (key: string): Record<string, unknown>[] =>
    valuesOf(dump, key).filter(
      (value): value is Record<string, unknown> => typeof value === "object" && value !== null,
    );
  const found = new Map<XdsKind, BareResource[]>();
  const add = (kind: XdsKind, values: readonly Record<string, unknown>[], name: string): void => {
    const message = xdsType(kind).message;
    const mine = values.filter((value) => value["@type"] === `type.googleapis.com/${message}`);
    const unique = new Map(
      mine.map(({ "@type": _, ...json }) => [String(json[name]), { name: String(json[name]), json }]),
    );
    found.set(kind, [...unique.values()]);
  };
  const dynamic = (dump.configs as Record<string, unknown>[]).flatMap((config) =>
    ["dynamic_active_clusters", "dynamic_listeners", "dynamic_route_configs", "dynamic_endpoint_configs"].flatMap(
      (key) => valuesOf(config, key),
    ),
  );
  add("cluster", valuesOf(dynamic, "cluster") as Record<string, unknown>[], "name");
  add("listener", valuesOf(dynamic, "listener") as Record<string, unknown>[], "name");
  add("route", pick("route_config"), "name");
  add("endpoints", pick("endpoint_config"), "cluster_name");
  found.set("secret", makeSecrets());
  return found;
}

/** A key and certificate of this run's own, under the names that the listeners ask for. */
function makeSecrets(): BareResource[] {
  const folder = mkdtempSync(join(tmpdir(), "weft-bench-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=bench".split(
      " ",
    );
    execFileSync(
      "openssl",
      [...request, "-addext", "subjectAltName=URI:spiffe://default/web", "-keyout", key, "-out", cert],
      { stdio: "pipe" },
    );
    const inline = (path: string): unknown => ({ inlineString: readFileSync(path, "utf8") });
    return [
      {
        name: "identity_cert:secret:default",
        json: {
          name: "identity_cert:secret:default",
          tlsCertificate: { certificateChain: inline(cert), privateKey: inline(key) },
        },
      },
      {
        name: "mesh_ca:secret:default",
        json: { name: "mesh_ca:secret:default", validationContext: { trustedCa: inline(cert) } },
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Time from the push of one changed cluster and its endpoints to the last ACK, over Envoys that hold what the mesh's hold. */
async function measureBare(originals: readonly Original[], envoy: string): Promise<readonly number[]> {
  const registry = envoyRegistry();
  const schema = (message: string) => {
    const found = registry.getMessage(message);
    if (found === undefined) throw new Error(`no message ${message}`);
    return found;
  };
  const encode = (kind: XdsKind, { json }: BareResource): Uint8Array => {
    const type = schema(xdsType(kind).message);
    return toBinary(type, fromJson(type, json as never, { registry }));
  };
  const response = schema("envoy.service.discovery.v3.DeltaDiscoveryResponse");
  const { fromBinary } = await import("@bufbuild/protobuf");
  const request = schema("envoy.service.discovery.v3.DeltaDiscoveryRequest");
  let nonce = 0;
  const answer = (kind: XdsKind, list: readonly BareResource[]): [string, Uint8Array] => {
    nonce++;
    const message = {
      typeUrl: xdsType(kind).url,
      nonce: String(nonce),
      resources: list.map((one) => ({
        name: one.name,
        version: String(nonce),
        resource: { "@type": xdsType(kind).url, ...one.json },
      })),
    };
    return [String(nonce), toBinary(response, fromJson(response, message as never, { registry }))];
  };
  for (const { resources } of originals)
    for (const [kind, list] of resources) for (const one of list) encode(kind, one);

  interface Stream {
    send(bytes: Uint8Array): void;
    readonly waiting: Map<string, () => void>;
  }
  const streams = new Set<Stream>();
  const byNode = new Map(
    originals.map(({ bootstrap, resources }) => [String(valuesOf(bootstrap, "id")[0]), resources]),
  );
  const server = new grpc.Server();
  const identity = (bytes: Buffer): Buffer => bytes;
  server.addService(
    {
      delta: {
        path: "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
        requestStream: true,
        responseStream: true,
        requestSerialize: identity,
        requestDeserialize: identity,
        responseSerialize: identity,
        responseDeserialize: identity,
      },
    },
    {
      delta: (call: grpc.ServerDuplexStream<Buffer, Buffer>) => {
        const stream: Stream = { send: (bytes) => void call.write(Buffer.from(bytes)), waiting: new Map() };
        const greeted = new Set<string>();
        let own = new Map<XdsKind, BareResource[]>();
        streams.add(stream);
        call.on("data", (bytes: Buffer) => {
          const got = fromBinary(request, bytes) as unknown as {
            typeUrl: string;
            responseNonce: string;
            resourceNamesSubscribe: string[];
            node?: { id: string };
            errorDetail?: { message: string };
          };
          if (got.errorDetail !== undefined) throw new Error(`the reference was refused: ${got.errorDetail.message}`);
          stream.waiting.get(got.responseNonce)?.();
          if (got.node?.id !== undefined) own = byNode.get(got.node.id) ?? own;
          const type = XDS_TYPES.find(({ url }) => url === got.typeUrl);
          if (type === undefined) return;
          const all = own.get(type.kind) ?? [];
          const wanted = all.filter(
            ({ name }) => got.resourceNamesSubscribe.includes(name) || (type.wildcard && !greeted.has(type.url)),
          );
          greeted.add(type.url);
          if (wanted.length > 0 || type.wildcard) {
            if (got.responseNonce === "" || wanted.length > 0) stream.send(answer(type.kind, wanted)[1]);
          }
        });
        call.on("end", () => call.end());
        call.on("close", () => streams.delete(stream));
        call.on("error", () => streams.delete(stream));
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const folder = mkdtempSync(join(tmpdir(), "weft-bench-"));
  const children: ChildProcess[] = [];
  try {
    for (const [i, { bootstrap }] of originals.entries()) {
      const file = join(folder, `${i}.json`);
      writeFileSync(file, JSON.stringify(bareBootstrap(bootstrap, port)));
      children.push(
        spawn(envoy, ["-c", file, "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "off"], {
          stdio: "ignore",
        }),
      );
    }
    const deadline = performance.now() + 20_000;
    while (streams.size < PROXIES) {
      if (performance.now() > deadline) throw new Error("the reference's Envoys did not connect");
      await pause(50);
    }
    await pause(2000);
    // All of them call the same service: one cluster and one endpoint set are the same for all.
    const [{ resources }] = originals as [Original];
    const target = (resources.get("cluster") ?? []).find(({ json }) => json.type === "EDS");
    if (target === undefined) throw new Error("the mesh's Envoys hold no EDS cluster");
    const endpoints = (resources.get("endpoints") ?? []).filter(({ name }) => name === target.name);
    const times: number[] = [];
    for (let n = 0; n < WARM_UP + CHANGES; n++) {
      await pause(PAUSE);
      target.json.connect_timeout = seconds(n);
      const start = performance.now();
      const [clusterNonce, clusterBytes] = answer("cluster", [target]);
      const [endpointNonce, endpointBytes] = answer("endpoints", endpoints);
      await Promise.all(
        [...streams].map(
          (stream) =>
            new Promise<void>((resolve) => {
              let left = 2;
              const done = (): void => {
                left--;
                if (left === 0) resolve();
              };
              stream.waiting.clear();
              stream.waiting.set(clusterNonce, done).set(endpointNonce, done);
              stream.send(clusterBytes);
              stream.send(endpointBytes);
            }),
        ),
      );
      if (n >= WARM_UP) times.push(performance.now() - start);
    }
    return times;
  } finally {
    for (const child of children) child.kill("SIGKILL");
    server.forceShutdown();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The mesh's own bootstrap with another ADS server: all else that an Envoy is, stays. */
function bareBootstrap(mesh: Bootstrap, port: number): unknown {
  const name = (valuesOf(mesh.dynamic_resources, "cluster_name") as string[])[0] ?? "ads_cluster";
  const ads = {
    name,
    type: "STATIC",
    connect_timeout: "1s",
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
    load_assignment: {
      cluster_name: name,
      endpoints: [
        { lb_endpoints: [{ endpoint: { address: { socket_address: { address: "127.0.0.1", port_value: port } } } }] },
      ],
    },
  };
  const others = mesh.static_resources.clusters.filter((cluster) => cluster.name !== name);
  return {
    ...mesh,
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    static_resources: { ...mesh.static_resources, clusters: [ads, ...others] },
  };
}

/** Means of what the control plane logged of its last publications. */
function meansOf(log: string): { readonly compile: number; readonly store: number } {
  const lines = log
    .split("\n")
    .filter((line) => line.includes('"published"'))
    .slice(-CHANGES)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as { compile_ms: number; store_ms: number }];
      } catch {
        return [];
      }
    });
  const mean = (of: (line: (typeof lines)[number]) => number): number =>
    Math.round((lines.reduce((sum, line) => sum + of(line), 0) / lines.length) * 100) / 100;
  return { compile: mean((line) => line.compile_ms), store: mean((line) => line.store_ms) };
}

interface Measured {
  readonly phases: readonly Phases[];
  readonly originals: readonly Original[];
  readonly published: { readonly compile: number; readonly store: number };
}

/** A mesh of its own. A relay that is given its own `fetch` does without the bell, and holds polls. */
async function measureMesh(own: Pick<RelayOptions, "fetch">): Promise<Measured> {
  const events = collect(PROXIES);
  const mesh = await startMesh(undefined, {
    logLevel: "debug",
    relay: (settings) => runRelay({ ...settings, ...own, log: () => undefined, observe: events.hear }),
  });
  try {
    await mesh.apply(allowAll());
    const proxies: Sidecar[] = [];
    for (let i = 1; i <= PROXIES; i++)
      proxies.push(await mesh.proxy({ name: `web-${i}`, service: "web", calls: ["web"] }));
    await pause(1000);
    const phases = await measureWeft(mesh, events);
    const originals = await Promise.all(proxies.map(originalOf));
    return { phases, originals, published: meansOf(mesh.controlPlane().child.output()) };
  } finally {
    await mesh.close();
  }
}

/** Runs all in turn on this machine: the mesh on the bell, the same by held polls, then, with its Envoys gone, the reference. */
export async function run(): Promise<Record<string, unknown>[]> {
  const envoy = process.env.WEFT_ENVOY;
  if (envoy === undefined)
    throw new Error("change-to-ack needs a real Envoy: run weft envoy install, or set WEFT_ENVOY");
  const { phases, originals, published } = await measureMesh({});
  const held = (await measureMesh({ fetch: (to, init) => fetch(to, init) })).phases;
  const bare = await measureBare(originals, envoy);
  const of = (measured: readonly Phases[], name: keyof Phases, q: number): number =>
    quantile(
      measured.map((one) => one[name]),
      q,
    );
  const p = (name: keyof Phases, q: number): number => of(phases, name, q);
  const reference = {
    what: "the same cluster and endpoints pushed by a bare delta ADS server",
    p50_ms: quantile(bare, 0.5),
    p99_ms: quantile(bare, 0.99),
  };
  return [
    {
      measure: "change-to-ack",
      envoys: PROXIES,
      changes: CHANGES,
      p50_ms: p("total", 0.5),
      p99_ms: p("total", 0.99),
      phases_p50_ms: {
        write: p("write", 0.5),
        compile_and_fetch: p("compileAndFetch", 0.5),
        disk: p("disk", 0.5),
        push: p("push", 0.5),
        ack: p("ack", 0.5),
      },
      // Of compile_and_fetch, by the control plane's own clock, which counts whole milliseconds.
      control_plane_mean_ms: { compile: published.compile, store: published.store },
      held_polls: {
        p50_ms: of(held, "total", 0.5),
        p99_ms: of(held, "total", 0.99),
        compile_and_fetch_p50_ms: of(held, "compileAndFetch", 0.5),
        ack_p50_ms: of(held, "ack", 0.5),
      },
      reference,
      ratio: Math.round((p("total", 0.5) / reference.p50_ms) * 100) / 100,
    },
  ];
}
