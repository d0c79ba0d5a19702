// Several zones of a test: one control plane, and for each zone its relay, its proxies and the Envoys on its border.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sealed } from "#model/sealed.ts";
import type { Child } from "./child.ts";
import {
  allowAll,
  dataplaneOf,
  type MeshOptions,
  type ProxyOptions,
  type RelaySettings,
  type RelayStatus,
  type Resource,
  type Sidecar,
  strictMesh,
} from "./mesh.ts";
import { layWire, loopback, type Network, networksLack } from "./network.ts";
import { createChildren, startEdge, startPlane, type TestPlane } from "./plane.ts";
import { keptPort } from "./port.ts";
import { curled, type RunningProxy, runProxy } from "./proxy.ts";

export interface ZoneRelay {
  /** URL of its REST API, inside its zone. */
  readonly api: string;
  /** PEM file that verifies it. */
  readonly caFile: string;
  readonly child: Child;
}

/** A zone ingress or egress. */
export interface BorderProxy extends RunningProxy {
  /** `address:port` where others connect to it. */
  readonly place: string;
}

export interface BorderOptions {
  /** `zi-<zone>` or `ze-<zone>` unless said. */
  readonly name?: string;
  readonly port?: number;
  /** One made before, for a zone whose control plane is gone; made unless given. */
  readonly token?: string;
}

export interface TestZone {
  readonly name: string;
  readonly network: Network;
  /** The nth relay of the zone. */
  relay(index?: number): ZoneRelay;
  relayStatus(index?: number): Promise<RelayStatus>;
  /** Its state folder. */
  relayState(index?: number): string;
  killRelay(index?: number): Promise<void>;
  /** By SIGTERM. */
  stopRelay(index?: number): Promise<void>;
  /** On the same state and port as before; its clock ahead by `skewMs`. */
  startRelay(index?: number, options?: { readonly skewMs?: number }): Promise<void>;
  /** One more relay of the zone. */
  addRelay(): Promise<ZoneRelay>;
  /** A sidecar; `relay` = the nth. */
  proxy(options: ProxyOptions & { readonly relay?: number; readonly args?: readonly string[] }): Promise<Sidecar>;
  ingress(options?: BorderOptions): Promise<BorderProxy>;
  egress(options?: BorderOptions): Promise<BorderProxy>;
}

export interface TestZones extends TestPlane {
  readonly folder: string;
  /** One of those that there are. */
  zone(name: string): TestZone;
  /** One more zone, with its relay. */
  addZone(name: string): Promise<TestZone>;
  close(): Promise<void>;
}

export interface ZonesOptions {
  /** Each zone in a network namespace of its own, entered from others at one address. */
  readonly apart?: boolean;
  readonly mesh?: Resource;
  /** Everybody may call everybody unless false. */
  readonly open?: boolean;
  /** The control plane's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What a zone's relays are told beside the usual. */
  readonly relayArgs?: (network: Network) => readonly string[];
  /** Runs a zone's relay in this process, for measures; it cannot be killed. Undefined = as a process of its own. */
  readonly relay?: (zone: string, settings: RelaySettings) => ReturnType<RunRelay> | undefined;
}

type RunRelay = NonNullable<MeshOptions["relay"]>;

/** Why zones cannot be apart here; null where they can. */
export const apartLack = networksLack;

/** Starts a control plane and the zones with a relay each; the mesh `default` is there, with mTLS on unless said. */
export async function startZones(names: readonly string[], options: ZonesOptions = {}): Promise<TestZones> {
  const { apart = false, mesh = strictMesh(), open = true } = options;
  const folder = mkdtempSync(join(tmpdir(), "weft-zones-"));
  const wire = apart ? layWire() : null;
  const children = createChildren();
  const zones = new Map<string, TestZone>();
  const proxies: RunningProxy[] = [];
  const inProcess: (() => Promise<void>)[] = [];
  let plane: TestPlane | undefined;

  async function addZone(name: string): Promise<TestZone> {
    const network = wire?.network(name) ?? loopback();
    await plane!.apply({ type: "Zone", name });
    const zone = await openZone({ name, network, folder: join(folder, name) });
    zones.set(name, zone);
    return zone;
  }

  async function openZone(own: { name: string; network: Network; folder: string }): Promise<TestZone> {
    const { name: zone, network } = own;
    const relays: ZoneRelay[] = [];
    const explain = (): string =>
      [
        ...relays.map(({ child }) => `--- relay of ${zone}\n${child.output()}`),
        `--- control plane\n${plane!.controlPlane().child.output()}`,
      ].join("\n");

    const stateOf = (index: number): string => join(own.folder, `relay-${index}`);

    async function startRelay(index: number, skewMs = 0): Promise<ZoneRelay> {
      const state = stateOf(index);
      const enrolment = join(own.folder, `enrolment-${index}`);
      if (!existsSync(enrolment)) {
        mkdirSync(own.folder, { recursive: true });
        const made = (await plane!.api("POST", `v1/zones/${zone}/enrolment-tokens`, {})) as { token: string };
        writeFileSync(enrolment, made.token, { mode: 0o600 });
      }
      const planePort = new URL(plane!.controlPlane().url).port;
      await network.offer(Number(planePort));
      const here = options.relay?.(zone, {
        controlPlane: plane!.controlPlane().url,
        stateDir: state,
        host: "127.0.0.1",
        port: 0,
        hosts: ["127.0.0.1"],
        enrolmentToken: new Sealed(readFileSync(enrolment, "utf8")),
      });
      if (here !== undefined) {
        const { api: url, ca, close: end } = await here;
        inProcess.push(end);
        relays[index] = { api: url, caFile: ca, child: plane!.controlPlane().child };
        return relays[index];
      }
      const port = relays[index] === undefined ? await keptPort() : new URL(relays[index].api).port;
      const args = [
        ...["--control-plane", `http://${network.host}:${planePort}`],
        ...["--enrolment-token-file", enrolment, "--state-dir", state, "--listen", `127.0.0.1:${port}`],
        ...(options.relayArgs?.(network) ?? []),
      ];
      const flags = skewMs === 0 ? [] : skewed(skewMs);
      const { child, said } = await startEdge(children, "relay", args, { enter: network.enter, flags });
      relays[index] = { api: String(said.api), caFile: String(said.ca), child };
      return relays[index];
    }

    async function border(type: "ingress" | "egress", { name, port, token }: BorderOptions): Promise<BorderProxy> {
      const [kind, short, usual] = type === "ingress" ? ["ZoneIngress", "zi", 10_101] : ["ZoneEgress", "ze", 10_102];
      const own = name ?? `${short}-${zone}`;
      const at = { address: network.outer, port: port ?? Number(usual) };
      const advertised = type === "ingress" ? { advertisedAddress: at.address, advertisedPort: at.port } : {};
      const running = await runProxy({
        name: own,
        type,
        work: join(folder, zone, `proxy-${own}`),
        resource: { type: kind, name: own, networking: { ...at, ...advertised } },
        token: token ?? String(await plane!.api("POST", "tokens/zone", { zone, scope: [type], validFor: "1h" })),
        relay: relays[0]!,
        enter: network.enter,
        track: children.track,
        explain,
      });
      proxies.push(running);
      return { ...running, place: `${at.address}:${at.port}` };
    }

    await startRelay(0);
    return {
      name: zone,
      network,
      relay: (index = 0) => relays[index]!,
      async relayStatus(index = 0) {
        const { api: url, caFile } = relays[index]!;
        return JSON.parse(await curled(network.enter, `${url}/status`, "--cacert", caFile)) as RelayStatus;
      },
      relayState: (index = 0) => stateOf(index),
      killRelay: (index = 0) => relays[index]!.child.stop("SIGKILL"),
      stopRelay: (index = 0) => relays[index]!.child.stop(),
      async startRelay(index = 0, { skewMs } = {}) {
        await startRelay(index, skewMs);
      },
      addRelay: () => startRelay(relays.length),
      async proxy({ relay = 0, args = [], ...options }) {
        const { mesh: meshName = "default", name, program } = options;
        // What applications call is reached from this machine too; what peers call is the zone's own.
        const inbound = network.inner();
        const outbound = network.enter.length === 0 ? inbound : network.outer;
        const firstPort = network.enter.length === 0 ? 10_001 : nextPorts();
        if (program !== undefined) await network.offer(program);
        const running = await runProxy({
          name,
          args,
          work: join(folder, zone, `proxy-${meshName}-${name}`),
          resource: dataplaneOf(options, { inbound, outbound, program: network.host, firstPort, outer: network.outer }),
          token: options.token ?? (await plane!.dataplaneToken(meshName, name)),
          relay: relays[relay]!,
          enter: network.enter,
          track: children.track,
          explain,
        });
        proxies.push(running);
        return {
          ...running,
          address: inbound,
          inbound: `${inbound}:8080`,
          outbound: (index = 0) => `http://${outbound}:${firstPort + index}`,
        };
      },
      ingress: (options = {}) => border("ingress", options),
      egress: (options = {}) => border("egress", options),
    };
  }

  async function close(): Promise<void> {
    const relays = [...zones.values()].map((zone) => zone.relay().child);
    await children.endAll({ proxies, childless: [plane?.controlPlane().child, ...relays], inProcess });
    wire?.close();
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    plane = await startPlane({ folder, children, ...(options.env && { env: options.env }) });
    await plane.apply(mesh, ...(open ? [allowAll(mesh.name)] : []));
    for (const name of names) await addZone(name);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...plane,
    folder,
    zone(name) {
      const found = zones.get(name);
      if (found === undefined) throw new Error(`no zone ${name}`);
      return found;
    },
    addZone,
    close,
  };
}

/** Node's arguments for a process whose clock is ahead. */
function skewed(ms: number): readonly string[] {
  const script = `const real = Date; globalThis.Date = class extends real { constructor(...given) { given.length === 0 ? super(real.now() + ${ms}) : super(...given); } static now() { return real.now() + ${ms}; } };`;
  return ["--import", `data:text/javascript,${encodeURIComponent(script)}`];
}

/** Ports of outbounds on an address that all proxies of a namespace share: a block for each. */
let ports = 11_000;
function nextPorts(): number {
  ports += 20;
  return ports;
}
