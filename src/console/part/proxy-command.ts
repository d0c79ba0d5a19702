// The commands that bring a mesh its proxies, beside a relay on the same machine.

/** A relay that proxies join by: its zone, and `host:port`. */
export interface RelayPlace {
  readonly zone: string;
  readonly address: string;
}

/** A program of the reader's own. */
export interface OwnService {
  readonly service: string;
  /** Name of the proxy. */
  readonly name: string;
  /** Where the program listens. */
  readonly port: number;
  /** The service that it calls; empty = none. */
  readonly calls: string;
}

/** As the relay's own command has it: it keeps its CA in its state folder. */
const relayFlags = ({ zone, address }: RelayPlace): string =>
  `--relay https://${address} --ca-cert-file ./relay-${zone}/ca.pem`;

/** Another port of the same machine, as far away. */
const apart = (port: number, by: number): number => (port + by > 65_535 ? port - by : port + by);

/** Where Envoy takes connections for the program, and where the program finds what it calls. */
export function portsOf(port: number): { readonly inbound: number; readonly outbound: number } {
  return { inbound: apart(port, 10_000), outbound: apart(port, 20_000) };
}

/** The Dataplane of an own service. */
export function dataplaneOf(
  mesh: string,
  { service, name, port, calls }: OwnService,
): Readonly<Record<string, unknown>> {
  const { inbound, outbound } = portsOf(port);
  const tags = { "kuma.io/service": service, "kuma.io/protocol": "http" };
  return {
    type: "Dataplane",
    mesh,
    name,
    labels: { app: service },
    networking: {
      address: "127.0.0.1",
      inbound: [{ port: inbound, servicePort: port, tags }],
      ...(calls !== "" && { outbound: [{ port: outbound, tags: { "kuma.io/service": calls } }] }),
    },
  };
}

/** Starts an Envoy beside a program. The token in the environment, as a command line is seen by all. */
export function proxyCommand(token: string, mesh: string, relay: RelayPlace, own: OwnService): string {
  const dataplane = JSON.stringify(dataplaneOf(mesh, own));
  return `WEFT_DATAPLANE_TOKEN=${token} npx weft proxy run ${relayFlags(relay)} --dataplane '${dataplane}'`;
}

/** Starts two programs, web and backend, each behind an Envoy. */
export function sampleCommand(token: string, mesh: string, relay: RelayPlace): string {
  return `WEFT_DATAPLANE_TOKEN=${token} npx weft sample ${relayFlags(relay)} --mesh ${mesh}`;
}
