// A whole mesh of a test: a control plane, an organisation, a zone with its relay, and proxies that are real Envoys.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kindOfType } from "#model/kinds.ts";
import { Sealed } from "#model/sealed.ts";
import { type Child, startChild, until } from "./child.ts";
import { dist } from "./dist.ts";
import { type RunningProxy, runProxy } from "./proxy.ts";

/** The `weft` command as Node runs it. */
export function cliOf(): string {
  return dist("cli");
}

/** A process that can be killed and started again on the same state and port. */
export interface Edge {
  readonly url: string;
  readonly child: Child;
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

export interface TestMesh {
  readonly folder: string;
  readonly organisation: string;
  readonly token: string;
  readonly controlPlane: () => Edge;
  /** REST inside the organisation; throws with the body unless the status is 2xx. */
  api(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Applies resources in their wire form, one after another. */
  apply(...resources: readonly Resource[]): Promise<void>;
  remove(path: string): Promise<void>;
  proxy(options: ProxyOptions): Promise<Sidecar>;
  /** Writes the files that a dataplane joins with, for clients other than `weft proxy run`. */
  relay(): Relay;
  relayStatus(): Promise<RelayStatus>;
  dataplaneToken(mesh: string, name: string): Promise<string>;
  killControlPlane(): Promise<void>;
  startControlPlane(): Promise<void>;
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

export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly mesh?: string;
  readonly [field: string]: unknown;
}

/** REST path of all resources of a type, by the table of kinds. */
export function pathOf(type: string, mesh: string): string {
  const kind = kindOfType(type);
  if (kind === undefined) throw new Error(`no path for ${type}`);
  return kind.scope === "Mesh" ? `meshes/${mesh}/${kind.path}` : kind.path;
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
  const { calls = [], listeners = [] } = more;
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
  const networking = { address: at.inbound, inbound, outbound, ...(gates.length > 0 && { listeners: gates }) };
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

/** Loopback addresses of this mesh alone: meshes of other tests, in other processes, use others. */
function addressRange(): () => string {
  const second = 64 + Math.floor(Math.random() * 190);
  const third = Math.floor(Math.random() * 256);
  let last = 1;
  return () => {
    last++;
    if (last > 254) throw new Error("a test mesh has at most 253 proxies");
    return `127.${second}.${third}.${last}`;
  };
}

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
  const nextAddress = addressRange();
  const organisation = "acme";
  const children = new Set<Child>();
  let plane: Edge | undefined;
  let relay: Relay | undefined;
  let token = "";
  let port = "0";
  let relayPort = "0";
  let inProcess: Awaited<ReturnType<NonNullable<MeshOptions["relay"]>>> | undefined;

  const track = (child: Child): Child => {
    children.add(child);
    void child.ended.then(() => children.delete(child));
    return child;
  };
  const firstLine = async (child: Child, what: string): Promise<Record<string, unknown>> =>
    JSON.parse(
      await until(
        `${what} to listen`,
        async () => {
          const ended = await Promise.race([child.ended, Promise.resolve("running")]);
          if (ended !== "running") throw new Error(`${what} ended: ${child.output()}`);
          return /^\{(?!"level").*\}$/m.exec(child.output())?.[0];
        },
        { explain: child.output },
      ),
    );

  async function startControlPlane(): Promise<void> {
    const child = track(
      startChild(process.execPath, [
        dist("node"),
        "--state-dir",
        join(folder, "plane"),
        "--port",
        port,
        "--log-level",
        options.logLevel ?? "warn",
      ]),
    );
    const said = await firstLine(child, "the control plane");
    plane = { url: String(said.url), child };
    port = new URL(plane.url).port;
  }

  async function call(method: string, url: string, secret: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
    return answer.headers.get("content-type")?.includes("json") === true ? JSON.parse(text) : text;
  }
  const api = (method: string, path: string, body?: unknown): Promise<unknown> =>
    call(method, `${plane!.url}/o/${organisation}/${path}`, token, body);

  async function startRelay(): Promise<void> {
    const state = join(folder, "relay");
    if (options.relay !== undefined) {
      inProcess = await options.relay({
        controlPlane: plane!.url,
        stateDir: state,
        host: "127.0.0.1",
        port: 0,
        hosts: ["127.0.0.1"],
        enrolmentToken: new Sealed(readFileSync(join(folder, "enrolment.token"), "utf8")),
      });
      relay = { xds: inProcess.xds, api: inProcess.api, caFile: inProcess.ca, dns: 0, child: plane!.child };
      return;
    }
    const child = track(
      startChild(process.execPath, [
        dist("relay"),
        "--control-plane",
        plane!.url,
        "--enrolment-token-file",
        join(folder, "enrolment.token"),
        "--state-dir",
        state,
        "--listen",
        `127.0.0.1:${relayPort}`,
        "--log-level",
        "warn",
        ...(options.relayArgs ?? []),
      ]),
    );
    const said = await firstLine(child, "the relay");
    relay = {
      xds: String(said.xds),
      api: String(said.api),
      caFile: String(said.ca),
      dns: Number(said.dns ?? 0),
      child,
    };
    relayPort = new URL(relay.api).port;
  }

  async function dataplaneToken(meshName: string, name: string): Promise<string> {
    return String(await api("POST", "tokens/dataplane", { mesh: meshName, name, validFor: "1h" }));
  }

  async function proxy(options: ProxyOptions): Promise<Sidecar> {
    const meshName = options.mesh ?? "default";
    const address = nextAddress();
    const work = join(folder, `proxy-${meshName}-${options.name}`);
    const running = await runProxy({
      name: options.name,
      work,
      resource: dataplaneOf(options, { inbound: address, outbound: address, program: "127.0.0.1" }),
      token: options.token ?? (await dataplaneToken(meshName, options.name)),
      relay: relay!,
      track,
      explain: () => `--- relay\n${relay!.child.output()}\n--- control plane\n${plane!.child.output()}`,
    });
    return {
      ...running,
      address,
      inbound: `${address}:8080`,
      outbound: (index = 0) => `http://${address}:${10_001 + index}`,
    };
  }

  async function close(): Promise<void> {
    await Promise.all(
      [...children].filter((child) => child !== plane?.child && child !== relay?.child).map((child) => child.stop()),
    );
    await inProcess?.close();
    if (relay?.child !== plane?.child) await relay?.child.stop();
    await plane?.child.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  const path = ({ type, mesh: meshName = "default", name }: Resource): string => {
    return `${pathOf(type, meshName)}/${name}`;
  };

  try {
    await startControlPlane();
    const operator = readFileSync(join(folder, "plane/operator.secret"), "utf8").trim();
    const created = (await call("POST", `${plane!.url}/v1/organisations`, operator, { name: organisation })) as {
      token: { token: string };
    };
    token = created.token.token;
    await api("PUT", path(mesh), mesh);
    await api("PUT", "zones/east", { type: "Zone", name: "east" });
    const enrolment = (await api("POST", "v1/zones/east/enrolment-tokens", {})) as { token: string };
    writeFileSync(join(folder, "enrolment.token"), enrolment.token, { mode: 0o600 });
    await startRelay();
  } catch (error) {
    await close();
    throw error;
  }

  return {
    folder,
    organisation,
    token,
    controlPlane: () => plane!,
    api,
    async apply(...resources) {
      for (const resource of resources) await api("PUT", path(resource), resource);
    },
    async remove(resourcePath) {
      await api("DELETE", resourcePath);
    },
    proxy,
    relay: () => relay!,
    relayStatus: () => getOver<RelayStatus>(relay!, "/status"),
    dataplaneToken,
    killControlPlane: () => plane!.child.stop("SIGKILL"),
    startControlPlane,
    killRelay: () => relay!.child.stop("SIGKILL"),
    startRelay,
    close,
  };
}
