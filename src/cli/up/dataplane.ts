// The demo's two dataplanes, as their proxies bring them along.
import type { DemoPorts } from "./port.ts";

/** Whose each is: what the examples of docs/policies select by, so that they hold here too. */
const TEAM = { web: "front", backend: "shop" } as const;

export interface DemoProxy {
  readonly name: string;
  readonly service: "web" | "backend";
  readonly dataplane: Readonly<Record<string, unknown>>;
}

/** Program and Envoy of each, on loopback: inbound in front of the program, web's outbound towards backend. */
export function demoProxies(ports: DemoPorts, mesh: string): readonly DemoProxy[] {
  const inbound = (service: "web" | "backend"): object => ({
    port: ports[`${service}-inbound`],
    name: "main",
    servicePort: ports[`${service}-program`],
    tags: { "kuma.io/service": service, "kuma.io/protocol": "http", env: "dev", version: "v1" },
  });
  const toBackend = { port: ports["web-to-backend"], tags: { "kuma.io/service": "backend" } };
  const row = (service: "web" | "backend", outbound: readonly object[]): DemoProxy => ({
    name: `${service}-1`,
    service,
    dataplane: {
      type: "Dataplane",
      mesh,
      name: `${service}-1`,
      labels: { app: service, team: TEAM[service] },
      networking: { address: "127.0.0.1", inbound: [inbound(service)], ...(outbound.length > 0 && { outbound }) },
    },
  });
  return [row("backend", []), row("web", [toBackend])];
}
