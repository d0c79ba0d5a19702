// The world of a chaos run: three zones in namespaces, two relays each, an ingress, a client and two servers each.

import type { RunningProxy } from "#test/proxy.ts";
import { httpProgram, type Program } from "#test/workload.ts";
import { startZones, type TestZone, type TestZones } from "#test/zones.ts";

export interface World {
  readonly plane: TestZones;
  readonly zones: readonly TestZone[];
  readonly envoys: readonly { readonly zone: string; readonly proxy: RunningProxy }[];
  readonly clients: readonly Client[];
  /** Marks something as broken; false where it is already. */
  take(what: string): boolean;
  isTaken(what: string): boolean;
  release(what: string): void;
  pause(zone: string): void;
  resume(zone: string): void;
  isPaused(zone: string): boolean;
  /** `zone/name` of each server that the Envoys of a zone's client have endpoints of. */
  endpointsOf(zone: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Client {
  readonly zone: string;
  /** Where it calls `backend`. */
  readonly url: string;
  readonly proxy: RunningProxy;
}

const ZONES = ["east", "west", "north"] as const;
const SERVERS = 2;

/** What a careful team would have: own zone first, retries, ejection of what fails. */
const POLICIES = [
  {
    type: "Mesh",
    name: "default",
    mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] },
    routing: { localityAwareLoadBalancing: true },
  },
  {
    type: "MeshCircuitBreaker",
    mesh: "default",
    name: "eject",
    spec: {
      targetRef: { kind: "Mesh" },
      to: [
        {
          targetRef: { kind: "Mesh" },
          default: {
            outlierDetection: {
              interval: "1s",
              baseEjectionTime: "2s",
              maxEjectionPercent: 100,
              detectors: { localOriginFailures: { consecutive: 2 }, gatewayFailures: { consecutive: 2 } },
            },
          },
        },
      ],
    },
  },
  {
    type: "MeshTimeout",
    mesh: "default",
    name: "brief",
    spec: {
      targetRef: { kind: "Mesh" },
      to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "500ms" } }],
    },
  },
] as const;

/** Starts it; everything listens and every client has an answer when it resolves. */
export async function openWorld(): Promise<World> {
  const plane = await startZones(ZONES, { apart: true, mesh: POLICIES[0] });
  const programs: Program[] = [];
  try {
    await plane.apply(...POLICIES.slice(1));
    const zones = ZONES.map((name) => plane.zone(name));
    const envoys: { readonly zone: string; readonly proxy: RunningProxy }[] = [];
    const clients: Client[] = [];
    for (const zone of zones) {
      await zone.addRelay();
      envoys.push({ zone: zone.name, proxy: await zone.ingress() });
    }
    for (const zone of zones) {
      for (let n = 0; n < SERVERS; n++) {
        const program = await httpProgram(`backend-${zone.name}-${n}`);
        programs.push(program);
        const proxy = await zone.proxy({
          name: `backend-${zone.name}-${n}`,
          service: "backend",
          program: program.port,
          relay: n,
        });
        envoys.push({ zone: zone.name, proxy });
      }
    }
    for (const zone of zones) {
      const proxy = await zone.proxy({ name: `web-${zone.name}`, service: "web", calls: ["backend"] });
      envoys.push({ zone: zone.name, proxy });
      clients.push({ zone: zone.name, url: proxy.outbound(), proxy });
    }
    const taken = new Set<string>();
    const paused = new Set<string>();
    return {
      plane,
      zones,
      envoys,
      clients,
      take(what) {
        if (taken.has(what)) return false;
        taken.add(what);
        return true;
      },
      isTaken: (what) => taken.has(what),
      release: (what) => void taken.delete(what),
      pause: (zone) => void paused.add(zone),
      resume: (zone) => void paused.delete(zone),
      isPaused: (zone) => paused.has(zone),
      endpointsOf: (zone) => endpointsOf(clients.find((one) => one.zone === zone)!.proxy),
      async close() {
        await plane.close();
        for (const program of programs) await program.close();
      },
    };
  } catch (error) {
    await plane.close();
    for (const program of programs) await program.close();
    throw error;
  }
}

/** `address:port` of each endpoint of the cluster `backend`, sorted. */
async function endpointsOf(proxy: RunningProxy): Promise<readonly string[]> {
  const { cluster_statuses: clusters } = JSON.parse(await proxy.admin("/clusters?format=json")) as {
    readonly cluster_statuses: readonly {
      readonly name: string;
      readonly host_statuses?: readonly {
        readonly address: { readonly socket_address: { readonly address: string; readonly port_value: number } };
      }[];
    }[];
  };
  const hosts = clusters.find(({ name }) => name === "backend")?.host_statuses ?? [];
  return hosts.map(({ address: { socket_address: at } }) => `${at.address}:${at.port_value}`).sort();
}
