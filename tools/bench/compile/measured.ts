// Measuring compilation: CPU time of calls whose input is old, and what any control plane in this language must at least spend.
import { collect } from "#test/garbage.ts";

const CLUSTERS = 1_000;

/** Bare building and writing of 1,000 TLS clusters: what any control plane in this language must at least spend. */
export function reference(): number {
  const clusters = Array.from({ length: CLUSTERS }, (_, at) => ({
    name: `service-${at}`,
    type: "EDS",
    edsClusterConfig: { edsConfig: { ads: {}, resourceApiVersion: "V3" } },
    connectTimeout: "5s",
    transportSocket: {
      name: "envoy.transport_sockets.tls",
      typedConfig: {
        "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
        commonTlsContext: {
          alpnProtocols: ["kuma"],
          tlsCertificateSdsSecretConfigs: [
            { name: "identity_cert:secret:default", sdsConfig: { ads: {}, resourceApiVersion: "V3" } },
          ],
          combinedValidationContext: {
            defaultValidationContext: {
              matchTypedSubjectAltNames: [{ sanType: "URI", matcher: { exact: `spiffe://default/service-${at}` } }],
            },
            validationContextSdsSecretConfig: {
              name: "mesh_ca:secret:default",
              sdsConfig: { ads: {}, resourceApiVersion: "V3" },
            },
          },
        },
        sni: `service-${at}{mesh=default}`,
      },
    },
  }));
  return JSON.stringify(clusters).length;
}

/** A view is read long before it is compiled: what made it is no part of the compile, nor is moving it out of young memory. */
const settle = (): void => {
  // Twice, because an object is promoted at its second survival; a full collection would throw away compiled code too.
  collect({ type: "minor" });
  collect({ type: "minor" });
};

/** CPU milliseconds of one call, user and system. */
function cpu(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** Median CPU milliseconds of what `make` makes ready. */
export function measured(make: () => () => void, warmUp: number, runs: number): number {
  const times: number[] = [];
  for (let run = 0; run < warmUp + runs; run++) {
    const work = make();
    settle();
    const time = cpu(work);
    if (run >= warmUp) times.push(time);
  }
  return median(times);
}

export const round2 = (value: number): number => Math.round(value * 100) / 100;
