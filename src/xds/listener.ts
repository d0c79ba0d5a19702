// Listeners and their filter chains.
import type {
  FilterChainJson,
  FilterChainMatchJson,
} from "#envoy/generated/envoy/config/listener/v3/listener_components_pb.ts";
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { HttpConnectionManagerJson } from "#envoy/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.ts";
import type { TcpProxyJson } from "#envoy/generated/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.ts";
import { typed } from "#envoy/typed.ts";
import { httpFilter, tcpFilter } from "./connection.ts";
import { MESH_ALPN } from "./names.ts";
import { serverTls } from "./tls.ts";

/** A filter chain and the parts of it that policies write to. */
export interface Chain {
  readonly body: FilterChainJson;
  /** It ends the mesh's own TLS, so the client's identity is known. */
  readonly secured: boolean;
  readonly http: HttpConnectionManagerJson | null;
  readonly tcp: TcpProxyJson | null;
}

export function httpChain(manager: HttpConnectionManagerJson): Chain {
  const { filter, manager: http } = httpFilter(manager);
  return { body: { filters: [filter] }, secured: false, http, tcp: null };
}

export function tcpChain(proxy: TcpProxyJson): Chain {
  const { filter, proxy: tcp } = tcpFilter(proxy);
  return { body: { filters: [filter] }, secured: false, http: null, tcp };
}

/**
 * The chains of an inbound. STRICT: mesh TLS only. PERMISSIVE: plaintext, an application's own TLS passed through as bytes,
 * and mesh TLS, which its ALPN tells apart; only the last knows who calls.
 */
export function inboundChains(
  mesh: string,
  mode: "off" | "STRICT" | "PERMISSIVE",
  app: () => Chain,
  bytes: () => Chain,
): Chain[] {
  if (mode === "off") return [app()];
  if (mode === "STRICT") return [secured(app(), mesh)];
  return [
    matched(app(), { transportProtocol: "raw_buffer" }),
    matched(bytes(), { transportProtocol: "tls" }),
    matched(secured(app(), mesh), { transportProtocol: "tls", applicationProtocols: [MESH_ALPN] }),
  ];
}

function secured(chain: Chain, mesh: string): Chain {
  chain.body.transportSocket = serverTls(mesh);
  return { ...chain, secured: true };
}

function matched(chain: Chain, match: FilterChainMatchJson): Chain {
  return { ...chain, body: Object.assign(chain.body, { filterChainMatch: match }) };
}

export interface ListenerInput {
  readonly name: string;
  readonly direction: "INBOUND" | "OUTBOUND";
  readonly address: string;
  /** Another address of the same port. */
  readonly address6?: string;
  readonly port: number;
  readonly chains: readonly Chain[];
  /** The tags of what listens or is listened for; a hole. */
  readonly tags: Readonly<Record<string, string>>;
  /** Look at the first bytes, so that chains can be chosen by protocol. */
  readonly inspectTls: boolean;
  /** Connections are handed over by the listener that traffic is redirected to. */
  readonly redirected: boolean;
}

export function listener(input: ListenerInput): ListenerJson {
  const body: ListenerJson = {
    name: input.name,
    trafficDirection: input.direction,
    address: { socketAddress: { address: input.address, portValue: input.port } },
    filterChains: input.chains.map((chain) => chain.body),
    metadata: { filterMetadata: { "io.kuma.tags": input.tags } },
  };
  if (input.address6 !== undefined) {
    body.additionalAddresses = [{ address: { socketAddress: { address: input.address6, portValue: input.port } } }];
  }
  if (input.direction === "INBOUND") body.enableReusePort = true;
  if (input.redirected) body.bindToPort = false;
  if (input.inspectTls) {
    const config = typed("envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector", {});
    body.listenerFilters = [{ name: "envoy.filters.listener.tls_inspector", typedConfig: config }];
  }
  return body;
}
