// The TLS mode of an inbound: the mesh backend's, unless a MeshTLS says otherwise; and what of it clients must follow.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { inboundPolicy } from "./inbound-policy.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import type { InboundPolicy, MatchedInbound, Merged } from "./matched.ts";
import type { Member } from "./member.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { proxyOf, selectedInbounds } from "./select.ts";

export type TlsMode = MatchedInbound["tls"];

const TYPE = "MeshTLS";
const MODES: Readonly<Record<string, TlsMode>> = { Strict: "STRICT", Permissive: "PERMISSIVE" };

/** The mode of an inbound, from what MeshTLS says of it. Without mTLS there are no certificates, and nothing to say. */
export function inboundTls(mesh: TlsMode, said: Readonly<Record<string, InboundPolicy>>): TlsMode {
  if (mesh === "off") return mesh;
  const conf = said[TYPE]?.rules.find(({ match }) => match === undefined)?.conf as
    | { readonly mode?: string }
    | undefined;
  return MODES[conf?.mode ?? ""] ?? mesh;
}

/** Whether the inbound of a member takes nothing but mesh TLS, wherever it is. */
export type TlsJudge = (member: Member) => boolean;

/** Judges members by the mesh's mode and its MeshTLS policies; remembers each dataplane. */
export function tlsJudge(mesh: TlsMode, { all, gateways }: PolicyIndex): TlsJudge {
  const policies = all.filter(({ type }) => type === TYPE);
  if (mesh === "off" || policies.length === 0) return () => mesh === "STRICT";
  const known = new WeakMap<Resource<DataplaneSpec>, ReadonlySet<number>>();
  const strictPorts = (dataplane: Resource<DataplaneSpec>): ReadonlySet<number> => {
    const proxy = proxyOf(dataplane, gateways);
    const selecting = policies.map((policy) => [policy, selectedInbounds(policy, proxy)] as const);
    const ports = proxy.inbounds.flatMap(({ inbound }, position) => {
      const own = selecting.flatMap(([policy, selected]) => (selected?.includes(position) ? [policy] : []));
      const said = inboundPolicy(own, []);
      return inboundTls(mesh, said === null ? {} : { [TYPE]: said }) === "STRICT" ? [inbound.port ?? 0] : [];
    });
    return new Set(ports);
  };
  return ({ dataplane, port }) => {
    const ports = known.get(dataplane) ?? strictPorts(dataplane);
    known.set(dataplane, ports);
    return ports.has(port);
  };
}

/** Whether the policy's rules hold for calls that its proxies make too: both ends of the mesh must agree on them. */
export function holdsForCalls({ traits, top }: IndexedPolicy): boolean {
  return traits.bothEnds === true && top.kind === "Mesh";
}

/** The rule for everybody of such policies of one type, in ascending precedence; null where there is none. */
export function callsConf(policies: readonly IndexedPolicy[]): Merged<unknown> | null {
  return inboundPolicy(policies, [])?.rules.find(({ match }) => match === undefined) ?? null;
}
