// What zone listeners are made of that the same policies select: one listener and its clusters, shared by the dataplanes.
import type { Exposure } from "#match/exposed.ts";
import type { IndexedPolicy } from "#match/indexed-policy.ts";
import type { LeavingWay } from "#match/leaving.ts";
import { saidOfChain } from "#match/listener-policy.ts";
import type { ViewIndex } from "#match/match.ts";
import type { InboundPolicy } from "#match/matched.ts";
import type { PassChain } from "#match/passing.ts";
import type { ZoneListenerPlace } from "#match/zone-listener.ts";
import type { Digest } from "#model/json.ts";
import { sameJson } from "#model/same.ts";
import type { PolicyFault } from "#xds/explain.ts";
import { type GeneratedWay, generateWay } from "#xds/leaving.ts";
import { generatePass, type PassWay } from "#xds/pass-way.ts";
import { sectionListener, zoneListener } from "#xds/zone-listener.ts";
import type { GroupBlob } from "./blob.ts";
import { type BlobOf, passGroup, plainGroup } from "./pass-group.ts";
import { wayFaults } from "./way-fault.ts";

export interface ListenerVariant {
  readonly type: ZoneListenerPlace["type"];
  readonly groups: readonly GroupBlob[];
  readonly faults: readonly PolicyFault[];
  /** By server name, what each chain was generated of and as. */
  readonly passed: ReadonlyMap<string, Made<PassChain, PassWay>>;
  readonly left: ReadonlyMap<string, Made<LeavingWay, GeneratedWay>>;
  /** All that it depends on. */
  readonly inputs: readonly unknown[];
}

interface Made<From, To> {
  readonly from: From;
  readonly said: Said;
  readonly as: To;
}

type Said = Readonly<Record<string, InboundPolicy>>;

export interface VariantInput {
  readonly index: ViewIndex;
  readonly exposure: Exposure;
  /** What leaves the mesh; none where nobody could be verified. */
  readonly ways: readonly LeavingWay[];
  readonly digest: Digest;
  readonly blobOf: BlobOf;
  /** They lend what comes out equal. */
  readonly before: readonly ListenerVariant[];
}

/** `policies`: those that select the listeners. Nothing where nothing is served there. */
export function listenerVariant(
  type: ZoneListenerPlace["type"],
  policies: readonly IndexedPolicy[],
  input: VariantInput,
): ListenerVariant {
  const { index, exposure, ways, before } = input;
  const own = type === "ZoneIngress" ? [exposure.ways, exposure.chains] : ways;
  const inputs = [index.view.mesh, ...own, ...policies.map(({ resource }) => resource)];
  const same = before.find((one) => one.type === type && isSameList(one.inputs, inputs));
  if (same !== undefined) return same;
  const made = type === "ZoneIngress" ? ingressVariant(policies, input) : egressVariant(policies, input);
  return { ...made, type, inputs };
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

type Parts = Omit<ListenerVariant, "type" | "inputs">;

function ingressVariant(policies: readonly IndexedPolicy[], input: VariantInput): Parts {
  const { index, exposure, before } = input;
  const passed = new Map<string, Made<PassChain, PassWay>>();
  for (const pass of namedChains(exposure)) {
    const names = pass.also === undefined ? [pass.sni] : [pass.sni, pass.also];
    const said = saidOfChain(index, policies, { names, known: false });
    const as = lent(before, (one) => one.passed.get(pass.sni), pass, said);
    passed.set(pass.sni, as ?? { from: pass, said, as: generatePass(index.view.mesh.name, pass, said) });
  }
  const made = [...passed.values()];
  const clusters = new Map(
    made.map(({ from: { cluster: name }, as: { connectTimeout } }) => [
      name,
      { name, splits: [], ...(connectTimeout !== undefined && { connectTimeout }) },
    ]),
  );
  const sorted = [...clusters.keys()].sort().flatMap((name) => clusters.get(name) ?? []);
  const group = passGroup(sorted, (cluster) => cluster, input);
  const extras = made.flatMap(({ as }) => as.made.extras);
  const listener = zoneListener(
    made.map(({ as }) => as.chain),
    sectionListener("ZoneIngress"),
  );
  return {
    groups: group === null ? [] : [plainGroup([listener, ...extras], input), group],
    faults: made.flatMap(({ said, as }) => wayFaults({ inbound: said, policies: {} }, as.made)),
    passed,
    left: new Map(),
  };
}

function egressVariant(policies: readonly IndexedPolicy[], input: VariantInput): Parts {
  const { index, ways, before } = input;
  const left = new Map<string, Made<LeavingWay, GeneratedWay>>();
  for (const way of ways) {
    // What holds for a service outside is said by its tags; what holds for a resource, by who selects the listener.
    const own = saidOfChain(index, policies, { names: [way.sni, ...(way.names ?? [])], known: true });
    const said = way.kri === undefined ? way.inbound : own;
    const known = lent(before, (one) => one.left.get(way.sni), way, said);
    const here = { ...renamed(way), inbound: said };
    left.set(way.sni, known ?? { from: way, said, as: generateWay(index.view.mesh.name, here, true) });
  }
  const made = [...left.values()];
  const listener = zoneListener(
    made.map(({ as }) => as.chain),
    sectionListener("ZoneEgress"),
  );
  const clusters = made.flatMap(({ as: { made } }) => [made.cluster ?? [], made.extras].flat());
  return {
    groups: made.length === 0 ? [] : [plainGroup([listener], input), plainGroup(clusters, input)],
    faults: made.flatMap(({ from, said, as }) => wayFaults({ inbound: said, policies: from.policies }, as.made)),
    passed: new Map(),
    left,
  };
}

const SERVER_NAME = /^[a-z0-9._-]{1,255}$/;

/** Chains under the names of resources: whatever has none is not reached here. */
function namedChains({ ways, chains }: Exposure): readonly PassChain[] {
  const byCluster = new Map(ways.map((way) => [way.cluster, way]));
  // Envoy refuses the whole listener for a server name that stands twice, as namespaces may call two resources alike, or has a
  // `*` in it, as the name of a port may be any text.
  const taken = new Set(chains.map(({ sni }) => sni));
  return chains.flatMap((chain) => {
    const { kri, alias } = byCluster.get(chain.cluster) ?? {};
    if (kri === undefined) return [];
    const also = alias?.toLowerCase();
    if (also === undefined || taken.has(also) || !SERVER_NAME.test(also)) return [{ ...chain, cluster: kri }];
    taken.add(also);
    return [{ ...chain, cluster: kri, also }];
  });
}

/** What some variant made of the same. */
function lent<From, To>(
  variants: readonly ListenerVariant[],
  find: (one: ListenerVariant) => Made<From, To> | undefined,
  from: From,
  said: Said,
): Made<From, To> | undefined {
  for (const variant of variants) {
    const made = find(variant);
    if (made !== undefined && sameJson(made.from, from) && sameJson(made.said, said)) return made;
  }
  return undefined;
}

/** A dataplane may call the destination too, whose cluster has the older name. */
function renamed(way: LeavingWay): LeavingWay {
  const name = way.kri ?? way.cluster;
  return { ...way, chain: name, cluster: name, service: name, routeConfig: name };
}
