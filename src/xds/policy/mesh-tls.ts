// MeshTLS: versions and ciphers of mesh TLS at both ends; the mode of an inbound is matching's business.

import type {
  TlsParameters_TlsProtocolJson,
  TlsParametersJson,
} from "#envoy/generated/envoy/extensions/transport_sockets/tls/v3/common_pb.ts";
import type {
  CommonTlsContextJson,
  DownstreamTlsContextJson,
  UpstreamTlsContextJson,
} from "#envoy/generated/envoy/extensions/transport_sockets/tls/v3/tls_pb.ts";
import type { InboundPolicy } from "#match/matched.ts";
import type { MeshTlsConf, TlsVersionName } from "#model/policy/mesh-tls.ts";
import type { PolicyWriter } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";

const TYPE = "MeshTLS";

type Protocol = TlsParameters_TlsProtocolJson;

/** Envoy's names, oldest first. What is left to Envoy is not written. */
const PROTOCOLS: Readonly<Partial<Record<TlsVersionName, Protocol>>> = {
  TLS10: "TLSv1_0",
  TLS11: "TLSv1_1",
  TLS12: "TLSv1_2",
  TLS13: "TLSv1_3",
};
const OLDEST: Protocol = "TLSv1_0";
const NEWEST: Protocol = "TLSv1_3";
/** Versions below this are off in Envoy unless asked for, and its clients speak none above unless asked to. */
const USUAL: Protocol = "TLSv1_2";

export const meshTlsWriter: PolicyWriter = {
  type: TYPE,
  inbound({ chains }, policy, tracer) {
    const rules = (policy as InboundPolicy<MeshTlsConf> | undefined)?.rules ?? [];
    const item = rules.findIndex(({ match }) => match === undefined);
    const conf = rules[item]?.conf;
    if (conf === undefined) return;
    for (const { body, secured } of chains) {
      const context = body.transportSocket?.typedConfig as DownstreamTlsContextJson | undefined;
      if (secured) limit(context?.commonTlsContext, conf, { policy: TYPE, list: "rules", item, pointer: "" }, tracer);
    }
  },
  cluster({ cluster }, conf, tracer) {
    const matches = cluster.transportSocketMatches ?? [];
    for (const socket of [cluster.transportSocket, ...matches.map(({ transportSocket }) => transportSocket)]) {
      const context = socket?.typedConfig as UpstreamTlsContextJson | undefined;
      limit(context?.commonTlsContext, conf as MeshTlsConf, { policy: TYPE, list: "to", item: 0, pointer: "" }, tracer);
    }
  },
};

/** Writes into the context of a mesh TLS socket; without one there is nothing to limit. */
function limit(context: CommonTlsContextJson | undefined, conf: MeshTlsConf, base: Source, tracer: Tracer): void {
  const { tlsVersion = {}, tlsCiphers = [] } = conf ?? {};
  const [min, max] = [PROTOCOLS[tlsVersion.min ?? "TLSAuto"], PROTOCOLS[tlsVersion.max ?? "TLSAuto"]];
  if (context === undefined || (min === undefined && max === undefined && tlsCiphers.length === 0)) return;
  const at = (pointer: string): Source => ({ ...base, pointer });
  const params: TlsParametersJson = {};
  tracer.set(context, "tlsParams", params);
  if (min !== undefined && max !== undefined && min > max) {
    tracer.complain(
      at("/tlsVersion/min"),
      `${tlsVersion.min} is above the newest version allowed; both are left to Envoy`,
    );
  } else {
    const [minAt, maxAt] = [at("/tlsVersion/min"), at("/tlsVersion/max")];
    if (min !== undefined) tracer.set(params, "tlsMinimumProtocolVersion", min, minAt);
    // Envoy takes no range whose end is below its beginning: where one end is left to it, it must not cut the other off.
    else if (max !== undefined && max < USUAL) tracer.set(params, "tlsMinimumProtocolVersion", OLDEST, maxAt);
    if (max !== undefined) tracer.set(params, "tlsMaximumProtocolVersion", max, maxAt);
    else if (min === NEWEST) tracer.set(params, "tlsMaximumProtocolVersion", NEWEST, minAt);
  }
  if (tlsCiphers.length > 0) tracer.set(params, "cipherSuites", [...tlsCiphers], at("/tlsCiphers"));
}
