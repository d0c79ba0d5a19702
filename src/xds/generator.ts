// A memo of generation: alike inbounds and destinations, whatever their origins, are generated once.
import type { MatchedInbound, MatchedOutbound } from "#match/matched.ts";
import { generateInbound } from "./inbound.ts";
import type { InboundTraits } from "./names.ts";
import { generateOutbound, isPlainService } from "./outbound.ts";
import type { Generated } from "./resource.ts";

/** Shapes remembered before all are forgotten: far more than a mesh has at one time, so that old ones do not pile up. */
const LIMIT = 4096;

export interface Generator {
  inbound(mesh: string, inbound: MatchedInbound, traits: InboundTraits): Generated;
  outbound(mesh: string, outbound: MatchedOutbound): Generated;
}

/** A function of its arguments; what it remembers changes time only, and grows with shapes, not with proxies. */
export function createGenerator(): Generator {
  const known = new Map<string, Generated>();
  const memo = (key: string, make: () => Generated): Generated => {
    let result = known.get(key);
    if (result === undefined) {
      if (known.size >= LIMIT) known.clear();
      result = make();
      known.set(key, result);
    }
    return result;
  };
  return {
    inbound: (mesh, inbound, traits) =>
      memo(inboundKey(mesh, inbound, traits), () => generateInbound(mesh, inbound, traits)),
    outbound: (mesh, outbound) => memo(outboundKey(mesh, outbound), () => generateOutbound(mesh, outbound)),
  };
}

function inboundKey(mesh: string, { protocol, tls, policies }: MatchedInbound, traits: InboundTraits): string {
  const confs = Object.entries(policies).map(([type, { subsets, rules }]) => [
    type,
    subsets.map(({ matchers, conf }) => [matchers, conf]),
    rules.map(({ match, conf }) => [match ?? null, conf]),
  ]);
  return JSON.stringify(["inbound", mesh, protocol, tls, traits, confs.sort(byType)]);
}

function outboundKey(mesh: string, { address, destination, policies }: MatchedOutbound): string {
  const { protocol, tls } = destination;
  const form = `${protocol}/${tls !== null}/${address.includes(":")}/${isPlainService(mesh, destination)}`;
  return `outbound/${mesh}/${form}/${confsKey(policies)}`;
}

/** Confs as text, without their origins. Matching hands the same object to all outbounds that it made it for. */
const confKeys = new WeakMap<MatchedOutbound["policies"], string>();

function confsKey(policies: MatchedOutbound["policies"]): string {
  let key = confKeys.get(policies);
  if (key === undefined) {
    const confs = Object.entries(policies).map(([type, { conf }]) => [type, conf] as [string, unknown]);
    key = JSON.stringify(confs.sort(byType));
    confKeys.set(policies, key);
  }
  return key;
}

function byType(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}
