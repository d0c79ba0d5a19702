// MeshFaultInjection: each fault is an HTTP filter of an inbound, for all requests or for those of some clients.
import type { FaultDelayJson } from "#envoy/generated/envoy/extensions/filters/common/fault/v3/fault_pb.ts";
import type { HTTPFaultJson } from "#envoy/generated/envoy/extensions/filters/http/fault/v3/fault_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { InboundPolicy } from "#match/matched.ts";
import { formatProtoDuration, parseDuration } from "#model/duration.ts";
import { type Percentage, parsePercentage } from "#model/percentage.ts";
import { type InjectedFault, type MeshFaultInjectionConf, parseBandwidth } from "#model/policy/mesh-fault-injection.ts";
import { clientPredicate, type Predicate, tagsPredicate } from "#xds/client-predicate.ts";
import { tagsHeaders } from "#xds/client-tags.ts";
import { addHttpFilter } from "#xds/http-filters.ts";
import type { Chain } from "#xds/listener.ts";
import { fractionalPercent } from "#xds/percent.ts";
import type { PolicyWriter } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";

const TYPE = "MeshFaultInjection";
const FILTER = "envoy.filters.http.fault";

/** Whose requests a rule's faults are for, as one chain can tell; null where it cannot. */
type Clients = (chain: Chain) => { readonly predicate?: Predicate; readonly headers?: HTTPFaultJson["headers"] } | null;

export const meshFaultInjectionWriter: PolicyWriter = {
  type: TYPE,
  inbound({ mesh, chains }, policy, tracer) {
    const { subsets = [], rules = [] } = (policy as InboundPolicy<MeshFaultInjectionConf> | undefined) ?? {};
    const add = (conf: MeshFaultInjectionConf, at: Pick<Source, "list" | "item">, clients: Clients): void => {
      (conf?.http ?? []).forEach((fault, index) => {
        const source: Source = { policy: TYPE, ...at, pointer: `/http/${index}` };
        for (const chain of chains) addFault(chain, fault, source, clients, tracer);
      });
    };
    if (rules.length > 0) {
      // Only mesh TLS tells who calls, so elsewhere a rule with a match matches nobody.
      rules.forEach(({ match, conf }, item) => {
        add(conf, { list: "rules", item }, ({ secured }) => {
          if (match === undefined) return {};
          return secured ? { predicate: clientPredicate(match) } : null;
        });
      });
      return;
    }
    subsets.forEach(({ matchers, conf }, item) => {
      add(conf, { list: "subsets", item }, ({ secured }) => {
        if (matchers.length === 0) return {};
        // A certificate cannot be forged; where there is none, the client's own proxy says its tags.
        return secured ? { predicate: tagsPredicate(mesh, matchers) } : { headers: tagsHeaders(matchers) };
      });
    });
  },
};

function addFault(
  { http, ...chain }: Chain,
  fault: InjectedFault,
  source: Source,
  clients: Clients,
  tracer: Tracer,
): void {
  if (http === null) return;
  const whose = clients({ http, ...chain });
  const body = whose === null ? null : faultOf(fault, source, tracer);
  if (whose === null || body === null) return;
  const { predicate, headers } = whose;
  const config = typed("envoy.extensions.filters.http.fault.v3.HTTPFault", { ...body, ...(headers && { headers }) });
  if (predicate === undefined) addHttpFilter(http, FILTER, config, tracer, source);
  else addHttpFilter(http, FILTER, onlyFor(predicate, config), tracer, source);
}

/** A filter that all requests skip but those that match. */
function onlyFor(predicate: Predicate, config: { readonly "@type": string }): { readonly "@type": string } {
  const skip = typed("envoy.extensions.filters.common.matcher.action.v3.SkipFilter", {});
  return typed("envoy.extensions.common.matching.v3.ExtensionWithMatcher", {
    extensionConfig: { name: FILTER, typedConfig: config },
    xdsMatcher: {
      matcherList: {
        matchers: [{ predicate: { notMatcher: predicate }, onMatch: { action: { name: "skip", typedConfig: skip } } }],
      },
    },
  });
}

/** Null where nothing of it is left. */
function faultOf(
  { abort, delay, responseBandwidth }: InjectedFault,
  source: Source,
  tracer: Tracer,
): HTTPFaultJson | null {
  const body: HTTPFaultJson = {};
  const part = <T extends object>(name: string, said: { percentage: Percentage }, what: T | string): T | undefined => {
    const at = { ...source, pointer: `${source.pointer}/${name}` };
    const percent = parsePercentage(said.percentage);
    const wrong = typeof what === "string" ? what : null;
    if (percent === null || percent < 0 || percent > 100 || wrong !== null) {
      tracer.complain(at, `${wrong ?? `${JSON.stringify(said.percentage)} is no percentage`}; this fault is left out`);
      return undefined;
    }
    const made = { ...(what as T), percentage: fractionalPercent(percent) };
    tracer.note(made, at);
    return made;
  };
  if (abort !== undefined) {
    const { httpStatus } = abort;
    const made = part(
      "abort",
      abort,
      httpStatus >= 200 && httpStatus < 600 ? { httpStatus } : "Envoy aborts with 200 to 599",
    );
    if (made !== undefined) body.abort = made;
  }
  if (delay !== undefined) {
    const nanoseconds = parseDuration(delay.value);
    const wrong = nanoseconds === null || nanoseconds < 0n;
    const what: FaultDelayJson | string = wrong
      ? "the delay is no duration"
      : { fixedDelay: formatProtoDuration(nanoseconds) };
    // Envoy refuses a delay of nothing, which is none.
    const made = nanoseconds === 0n ? undefined : part("delay", delay, what);
    if (made !== undefined) body.delay = made;
  }
  if (responseBandwidth !== undefined) {
    const kbps = parseBandwidth(responseBandwidth.limit);
    const what = kbps === null ? "the limit is no bandwidth" : { fixedLimit: { limitKbps: String(kbps) } };
    const made = part("responseBandwidth", responseBandwidth, what);
    if (made !== undefined) body.responseRateLimit = made;
  }
  return Object.keys(body).length === 0 ? null : body;
}
