// A whole mesh of a test: a control plane, an organisation, a zone with its relay, and proxies that are real Envoys.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sealed } from "#model/sealed.ts";
import type { Child } from "./child.ts";
import { dist } from "./dist.ts";
import { loopbackAddresses } from "./network.ts";
import { createChildren, type Resource, startEdge, startPlane, type TestPlane } from "./plane.ts";
import { keptPort } from "./port.ts";
import { type RunningProxy, runProxy } from "./proxy.ts";

export type { Resource } from "./plane.ts";

/** The `weft` command as Node runs it. */
export function cliOf(): string {
  return dist("cli");
}

export interface ProxyOptions {
  readonly name: string;
  readonly mesh?: string;
  /** Value of kuma.io/service. */
  readonly service: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly protocol?: "http" | "http2" | "grpc" | "tcp";
  /** Port of the program behind it; absent = a client without a program, whose inbound leads nowhere. */
  readonly program?: number;
  /** What it calls, in the order of their ports from 10001 on: a service's name, its tags, or a resource's port. */
  readonly calls?: readonly (string | BackendRef | Readonly<Record<string, string>>)[];
  /** A dataplane token made before; else one is asked of the control plane. */
  readonly token?: string;
  /** What it serves its zone as, beside its own inbound. */
  readonly listeners?: readonly ZoneListener[];
  /** Its machine redirects traffic to these ports, as its Dataplane says it. */
  readonly redirectPorts?: { readonly inbound: number; readonly outbound: number };
}

export interface ZoneListener {
  readonly type: "ZoneIngress" | "ZoneEgress";
  readonly port: number;
  readonly name?: string;
}

export interface BackendRef {
  readonly kind: "MeshService" | "MeshMultiZoneService" | "MeshExternalService";
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly port: number;
}

export interface Sidecar extends RunningProxy {
  readonly address: string;
  /** `host:port` of its inbound, as peers connect to it. */
  readonly inbound: string;
  /** Base URL (http) of the outbound to the nth called service. */
  outbound(index?: number): string;
}

export interface TestMesh extends TestPlane {
  readonly folder: string;
  proxy(options: ProxyOptions): Promise<Sidecar>;
  /** Writes the files that a dataplane joins with, for clients other than `weft proxy run`. */
  relay(): Relay;
  relayStatus(): Promise<RelayStatus>;
  killRelay(): Promise<void>;
  startRelay(): Promise<void>;
  close(): Promise<void>;
}

export interface Relay {
  /** `https://host:port` of the ADS server. */
  readonly xds: string;
  /** URL of its REST API. */
  readonly api: string;
  /** PEM file that verifies both. */
  readonly caFile: string;
  /** Port of its DNS server; 0 without one. */
  readonly dns: number;
  readonly child: Child;
}

export interface RelayStatus {
  readonly lastEvent: number;
  readonly streams: number;
  readonly controlPlane: string;
  readonly snapshot: { readonly sequence: number } | null;
  readonly view: { readonly sequence: number | null };
  readonly proxies: readonly {
    readonly mesh: string;
    readonly name: string;
    readonly ready: boolean;
    readonly streams: number;
  }[];
  readonly replicas: readonly { readonly relay: string; readonly inTouch: boolean }[];
  readonly contact: { readonly at: string | null; readonly secondsCutOff: number };
  readonly eventsPending: number;
}

/** GET over the relay's own TLS. */
function getOver<T>({ api, caFile }: Relay, path: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = request(`${api}${path}`, { ca: readFileSync(caFile), agent: false }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk) => {
        text += chunk;
      });
      incoming.on("end", () => (incoming.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text))));
    });
    call.on("error", reject);
    call.end();
  });
}

/** Addresses that a dataplane is made with. */
export interface DataplanePlaces {
  readonly inbound: string;
  readonly outbound: string;
  readonly program: string;
  readonly firstPort?: number;
  /** Where its zone listeners are; absent = its own address. */
  readonly outer?: string;
}

/** A Dataplane as `weft proxy run` is given it, at these addresses; its inbound is at port 8080, and what it calls from 10001 on. */
export function dataplaneOf(
  { name, mesh = "default", labels, service, protocol = "http", tags, program = 9, ...more }: ProxyOptions,
  at: DataplanePlaces,
): object {
  const { calls = [], listeners = [], redirectPorts } = more;
  const own = { "kuma.io/service": service, "kuma.io/protocol": protocol, ...tags };
  const outbound = calls.map((call, index) => ({
    address: at.outbound,
    port: (at.firstPort ?? 10_001) + index,
    ...(typeof call === "string"
      ? { tags: { "kuma.io/service": call } }
      : "kind" in call
        ? { backendRef: call }
        : { tags: call }),
  }));
  const inbound = [{ port: 8080, serviceAddress: at.program, servicePort: program, tags: own }];
  const gates = listeners.map((one) => ({ address: at.outer ?? at.inbound, ...one }));
  const redirection = redirectPorts && {
    transparentProxying: {
      redirectPortInbound: redirectPorts.inbound,
      redirectPortOutbound: redirectPorts.outbound,
    },
  };
  const networking = {
    ...{ address: at.inbound, inbound, outbound, ...redirection },
    ...(gates.length > 0 && { listeners: gates }),
  };
  return { type: "Dataplane", mesh, name, ...(labels === undefined ? {} : { labels }), networking };
}

/** A mesh with mTLS on. */
export const strictMesh = (name = "default"): Resource => ({
  type: "Mesh",
  name,
  mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] },
});

/** Everybody may call everybody. */
export const allowAll = (mesh = "default"): Resource => ({
  type: "MeshTrafficPermission",
  mesh,
  name: "allow-all",
  spec: { targetRef: { kind: "Mesh" }, from: [{ targetRef: { kind: "Mesh" }, default: { action: "Allow" } }] },
});

export interface MeshOptions {
  /** Log level of the control plane. */
  readonly logLevel?: string;
  /** Further arguments of the relay. */
  readonly relayArgs?: readonly string[];
  /** Runs the relay in this process, for measures; it cannot be killed. */
  readonly relay?: (
    settings: RelaySettings,
  ) => Promise<{ xds: string; api: string; ca: string; close(): Promise<void> }>;
}

export interface RelaySettings {
  readonly controlPlane: string;
  readonly stateDir: string;
  readonly host: string;
  readonly port: number;
  readonly hosts: readonly string[];
  readonly enrolmentToken: Sealed;
}

/** Starts everything up to the relay; the mesh `default` is there, with the given Mesh resource applied. */
export async function startMesh(mesh: Resource = strictMesh(), options: MeshOptions = {}): Promise<TestMesh> {
  const folder = mkdtempSync(join(tmpdir(), "weft-mesh-"));
  const nextAddress = loopbackAddresses();
  const children = createChildren();
  let plane: TestPlane | undefined;
  let relay: Relay | undefined;
  const proxies: RunningProxy[] = [];
  const relayPort = await keptPort();
  let inProcess: Awaited<ReturnType<NonNullable<MeshOptions["relay"]>>> | undefined;

  async function startRelay(): Promise<void> {
    const state = join(folder, "relay");
    if (options.relay !== undefined) {
      inProcess = await options.relay({
        controlPlane: plane!.controlPlane().url,
        stateDir: state,
        host: "127.0.0.1",
        port: 0,
        hosts: ["127.0.0.1"],
        enrolmentToken: new Sealed(readFileSync(join(folder, "enrolment.token"), "utf8")),
      });
      relay = {
        xds: inProcess.xds,
        api: inProcess.api,
        caFile: inProcess.ca,
        dns: 0,
        child: plane!.controlPlane().child,
      };
      return;
    }
    const { child, said } = await startEdge(children, "relay", [
      ...["--control-plane", plane!.controlPlane().url, "--enrolment-token-file", join(folder, "enrolment.token")],
      ...["--state-dir", state, "--listen", `127.0.0.1:${relayPort}`, ...(options.relayArgs ?? [])],
    ]);
    relay = {
      xds: String(said.xds),
      api: String(said.api),
      caFile: String(said.ca),
      dns: Number(said.dns ?? 0),
      child,
    };
  }

  async function proxy(options: ProxyOptions): Promise<Sidecar> {
    const meshName = options.mesh ?? "default";
    const address = nextAddress();
    const work = join(folder, `proxy-${meshName}-${options.name}`);
    const running = await runProxy({
      name: options.name,
      work,
      resource: dataplaneOf(options, { inbound: address, outbound: address, program: "127.0.0.1" }),
      token: options.token ?? (await plane!.dataplaneToken(meshName, options.name)),
      relay: relay!,
      track: children.track,
      explain: () => `--- relay\n${relay!.child.output()}\n--- control plane\n${plane!.controlPlane().child.output()}`,
    });
    proxies.push(running);
    return {
      ...running,
      address,
      inbound: `${address}:8080`,
      outbound: (index = 0) => `http://${address}:${10_001 + index}`,
    };
  }

  async function close(): Promise<void> {
    await children.endAll({
      proxies,
      childless: [relay?.child, plane?.controlPlane().child],
      inProcess: inProcess === undefined ? [] : [inProcess.close],
    });
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    plane = await startPlane({
      folder,
      children,
      ...(options.logLevel !== undefined && { logLevel: options.logLevel }),
    });
    await plane.apply(mesh, { type: "Zone", name: "east" });
    const enrolment = (await plane.api("POST", "v1/zones/east/enrolment-tokens", {})) as { token: string };
    writeFileSync(join(folder, "enrolment.token"), enrolment.token, { mode: 0o600 });
    await startRelay();
  } catch (error) {
    await close();
    throw error;
  }

  return {
    ...plane,
    folder,
    proxy,
    relay: () => relay!,
    relayStatus: () => getOver<RelayStatus>(relay!, "/status"),
    killRelay: () => relay!.child.stop("SIGKILL"),
    startRelay,
    close,
  };
}
