// Shapes: what policies say of the inbounds of all proxies that look alike to them.
import { freeze } from "#model/freeze.ts";
import type { MatchFault } from "./fault.ts";
import { inboundPolicy, wholePolicy } from "./inbound-policy.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import type { InboundPolicy, MatchedInbound, Policies } from "./matched.ts";
import type { Shape } from "./memo.ts";
import { passingPolicies } from "./outbound-policy.ts";
import { isRedirected, namingOf } from "./redirect.ts";
import { type ProxyFacts, selectedInbounds } from "./select.ts";
import { candidatesFor } from "./selector-index.ts";
import { signatureOf } from "./signature.ts";
import { callsConf, holdsForCalls, inboundTls } from "./tls-mode.ts";
import type { ViewIndex } from "./view-index.ts";

/** The shape of a proxy; the same object for all that policies cannot tell apart. */
export function shapeOf(index: ViewIndex, proxy: ProxyFacts): Shape {
  const { shapes } = index.memo.inbound;
  const { dataplane } = proxy;
  const redirected = isRedirected(dataplane);
  let key = `${redirected ? `${namingOf(dataplane)} ` : ""}${signatureOf(proxy, index.policies.visible)}\u0001`;
  for (const { protocol } of proxy.inbounds) key += `${protocol},`;
  let shape = shapes.get(key);
  if (shape === undefined) {
    shape = newShape(index, proxy, redirected);
    shapes.set(key, shape);
  }
  return shape;
}

function newShape(index: ViewIndex, proxy: ProxyFacts, redirected: boolean): Shape {
  const policies: IndexedPolicy[] = [];
  const byInbound: IndexedPolicy[][] = proxy.inbounds.map(() => []);
  for (const policy of candidatesFor(index.policies.selectors, proxy)) {
    const selected = selectedInbounds(policy, proxy);
    if (selected === null) continue;
    policies.push(policy);
    if (isWide(policy)) for (const list of byInbound) list.push(policy);
    else for (const position of selected) byInbound[position]?.push(policy);
  }
  const faults: MatchFault[] = [];
  const keys: string[] = [];
  const inbounds = proxy.inbounds.map(({ protocol }, position): MatchedInbound => {
    const said = saidOf(index, byInbound[position] ?? []);
    faults.push(...said.faults);
    const key = `${position} ${protocol} ${idsOf(byInbound[position] ?? [])}`;
    keys.push(key);
    const memo = index.memo.inbound.inbounds;
    const made =
      memo.get(key) ??
      freeze({ index: position, protocol, tls: inboundTls(index.tls, said.said), policies: said.said });
    memo.set(key, made);
    return made;
  });
  const { lists } = index.memo.inbound;
  const list = lists.get(keys.join("|")) ?? Object.freeze(inbounds);
  lists.set(keys.join("|"), list);
  const selection = redirected ? `${namingOf(proxy.dataplane)} ${idsOf(policies)}` : idsOf(policies);
  const wide = wideOf(index, policies);
  const passing = redirected ? passingPolicies({ policies, selection, wide }, index.memo.inbound.passing) : null;
  return Object.freeze({ policies, selection, redirected, passing, wide, inbounds: list, faults });
}

/** Of a policy of the proxy as a whole it does not matter which inbounds its top level named, but for a section. */
function isWide({ traits, top }: IndexedPolicy): boolean {
  return traits.proxy === true && !top.sectionName;
}

function wideOf(index: ViewIndex, policies: readonly IndexedPolicy[]): Policies {
  const memo = index.memo.inbound.wide;
  const wide = policies.filter((policy) => isWide(policy) || holdsForCalls(policy));
  const key = idsOf(wide);
  let made = memo.get(key);
  if (made === undefined) {
    const said = [...byType(wide)].map(([type, list]) => [type, wholePolicy(list) ?? callsConf(list) ?? NOTHING]);
    made = freeze(Object.fromEntries(said)) as Policies;
    memo.set(key, made);
  }
  return made;
}

const NOTHING: Policies[string] = { conf: {}, origins: {} };

/** Policies by type, each list in the order of the whole. */
export function byType(policies: readonly IndexedPolicy[]): ReadonlyMap<string, readonly IndexedPolicy[]> {
  const lists = new Map<string, IndexedPolicy[]>();
  for (const policy of policies) {
    const list = lists.get(policy.type);
    if (list === undefined) lists.set(policy.type, [policy]);
    else list.push(policy);
  }
  return lists;
}

function idsOf(policies: readonly IndexedPolicy[]): string {
  return policies.map(({ id }) => id).join();
}

/** What the policies that select an inbound say of it, by type. */
function saidOf(
  index: ViewIndex,
  policies: readonly IndexedPolicy[],
): { readonly said: Readonly<Record<string, InboundPolicy>>; readonly faults: readonly MatchFault[] } {
  const memo = index.memo.inbound.policies;
  const key = idsOf(policies);
  const known = memo.get(key);
  if (known !== undefined) return known;
  const said: Record<string, InboundPolicy> = {};
  const faults: MatchFault[] = [];
  for (const [type, list] of byType(policies)) {
    const policy = inboundPolicy(list, faults);
    if (policy !== null) said[type] = policy;
  }
  const made = { said: Object.freeze(said), faults };
  memo.set(key, made);
  return made;
}
