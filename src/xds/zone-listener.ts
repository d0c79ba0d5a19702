// The one listener of a zone's ingress or egress.
import type { FilterChainJson } from "#envoy/generated/envoy/config/listener/v3/listener_components_pb.ts";
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import { typed } from "#envoy/typed.ts";
import { isIP } from "#model/address.ts";
import type { Bindings } from "#model/json.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { hole, joined, type Template, template } from "#snapshot/template.ts";
import { listenerStat } from "./names.ts";

/**
 * A connection whose server name fits no chain is closed, and counted as `no_filter_chain_match`. Without any chain it is told
 * who has answered.
 */
export function zoneListener(chains: readonly FilterChainJson[], name: string = hole("listener")): Template {
  const body: ListenerJson = {
    name,
    trafficDirection: "INBOUND",
    address: { socketAddress: { address: hole("address"), portValue: hole<number>("port") } },
    enableReusePort: true,
    listenerFilters: [
      {
        name: "envoy.filters.listener.tls_inspector",
        typedConfig: typed("envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector", {}),
      },
    ],
    filterChains: chains.length > 0 ? [...chains] : [answering()],
  };
  return template("listener", body);
}

/** The name of a dataplane's listener that serves its zone; the section is its own. */
export function sectionListener(type: "ZoneIngress" | "ZoneEgress"): string {
  return type === "ZoneIngress"
    ? joined`self_zoneingress_dp_${hole("section")}`
    : joined`self_zoneegress_dp_${hole("section")}`;
}

function answering(): FilterChainJson {
  const config = typed("envoy.extensions.filters.network.direct_response.v3.Config", {
    response: { inlineString: hole("answer") },
  });
  return { filters: [{ name: "envoy.filters.network.direct_response", typedConfig: config }] };
}

/** The values of its holes for one proxy; null where it does not say where to listen. */
export function zoneListenerBindings({ name, spec }: ZoneProxy, zone: string): Bindings | null {
  const { address = "", port = 0 } = spec.networking ?? {};
  if (address === "" || port === 0) return null;
  const shown = address.includes(":") ? `[${address}]` : address;
  const answer = JSON.stringify({ proxy: `.${name}`, zone });
  const listener = `inbound:${shown}:${port}`;
  // Envoy binds to no name: one whose address is a name listens on every address of its machine.
  return { address: isIP(address) ? address : "0.0.0.0", answer, listener, port, rbac: listenerStat(listener) };
}
