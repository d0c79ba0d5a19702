// Handlers of what kumactl and the GUI ask of one proxy's Envoy: its config, its clusters, its counters.
import type { ProxyConfig } from "#control/face/reader.ts";
import { Fault } from "#model/fault.ts";
import type { ZoneProxyKind } from "#model/proxy-kind.ts";
import { plain, pretty } from "./answer.ts";
import { type ApiCall, type Handler, param } from "./call.ts";
import { clustersText, configDump } from "./envoy-dump.ts";
import { inspected, readFlag } from "./inspection.ts";

type ConfigOf = (call: ApiCall) => Promise<ProxyConfig>;

const ofDataplane: ConfigOf = async (call) => (await inspected(call, { config: [false] })).config;

const ofZoneProxy =
  (type: ZoneProxyKind): ConfigOf =>
  async (call) => {
    const name = param(call, "name");
    const { config, faults } = await call.app.reader.inspectZoneProxy(call.caller, type, name);
    if (config !== null) return config;
    const why = faults.map(({ field, reason }) => `${field}: ${reason}`).join("; ");
    throw new Fault("absent", `The ${type} ${name} is not served${why === "" ? "" : `: ${why}`}`);
  };

/** The control plane speaks to relays, and to no Envoy: it knows what it has told one, and not what that counts. */
const counters: Handler<"api"> = async () => {
  throw new Fault(
    "absent",
    "The counters of an Envoy are at that Envoy, which the control plane does not reach: on its machine, weft inspect proxy NAME --admin URL shows them; a MeshMetric collects them",
  );
};

interface Pages {
  readonly xds: Handler<"api">;
  readonly clusters: Handler<"api">;
  readonly stats: Handler<"api">;
}

function pagesOf(configOf: ConfigOf): Pages {
  return {
    xds: async (call) => {
      const withEndpoints = readFlag(call.url.searchParams, "include_eds");
      return pretty(configDump(await configOf(call), withEndpoints));
    },
    clusters: async (call) => plain(clustersText(await configOf(call))),
    stats: async (call) => {
      // What is absent is said before what cannot be had.
      await configOf(call);
      return counters(call);
    },
  };
}

export const dataplanePages = pagesOf(ofDataplane);
export const zoneIngressPages = pagesOf(ofZoneProxy("ZoneIngress"));
export const zoneEgressPages = pagesOf(ofZoneProxy("ZoneEgress"));
