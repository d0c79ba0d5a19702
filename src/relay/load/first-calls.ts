// First calls: which proxies have sent requests, and where requests have arrived, each told once; asked for while a mesh is small and new.
import type { ReportedCall } from "#api/zone.ts";
import type { ClusterLoad } from "./load-stats.ts";

/** Load reports that are open in a mesh at one time; of a larger one only these are asked. */
const MOST_STREAMS = 20;
/** Calls that are told of a mesh. */
const MOST_CALLS = 20;
/** How often a proxy is asked to report; milliseconds. */
export const FIRST_PERIOD = 1000;

/** What stands in front of a proxy's own program. */
const OWN_PROGRAM = /^(localhost:|self_inbound_)/;
/** What is neither a destination nor a program. */
const NOTHING = /^(ads_cluster$|inbound[:_]|self_|kuma:|_kuma|localhost_)/;

export interface FirstCalls {
  /** Whether proxies of the mesh are to report, of which so many do. */
  wants(mesh: string, streams: number): boolean;
  /** The report of one proxy. */
  add(mesh: string, proxy: string, loads: readonly ClusterLoad[]): void;
}

/** Nothing is wanted of a mesh any more once a request was sent there and one has arrived. */
export function createFirstCalls(tell: (calls: readonly ReportedCall[]) => void): FirstCalls {
  const told = new Map<string, Map<string, ReportedCall>>();

  function isDone(mesh: string): boolean {
    const calls = [...(told.get(mesh)?.values() ?? [])];
    return (
      calls.length >= MOST_CALLS || (["sent", "received"] as const).every((way) => calls.some((one) => one.way === way))
    );
  }

  return {
    wants: (mesh, streams) => streams <= MOST_STREAMS && !isDone(mesh),
    add(mesh, proxy, loads) {
      if (isDone(mesh)) return;
      const known = told.get(mesh) ?? new Map<string, ReportedCall>();
      told.set(mesh, known);
      const fresh: ReportedCall[] = [];
      for (const { name, total, errors } of loads) {
        if (total === 0 || (NOTHING.test(name) && !OWN_PROGRAM.test(name))) continue;
        const call = callOf(mesh, proxy, name, errors < total);
        const key = `${call.proxy} ${call.way} ${call.to}`;
        if (known.has(key) || known.size >= MOST_CALLS) continue;
        known.set(key, call);
        fresh.push(call);
      }
      if (fresh.length > 0) tell(fresh);
    },
  };
}

function callOf(mesh: string, proxy: string, cluster: string, isAnswered: boolean): ReportedCall {
  if (OWN_PROGRAM.test(cluster)) return { mesh, proxy, way: isAnswered ? "received" : "broken", to: "" };
  return { mesh, proxy, way: isAnswered ? "sent" : "failed", to: cluster };
}
