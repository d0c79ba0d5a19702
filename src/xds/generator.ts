// A memo of generation: alike inbounds, outbounds, destinations and proxies, whatever their origins, are generated once.
import type { NativeEnvoy } from "#envoy/native.ts";
import type { Destination, MatchedInbound, MatchedOutbound, Policies } from "#match/matched.ts";
import { generateCluster, isPlainService, isResource } from "./destination.ts";
import { generateInbound } from "./inbound.ts";
import type { InboundTraits } from "./names.ts";
import { generateOutbound } from "./outbound.ts";
import { createPatcher, type Patcher } from "./patch/patcher.ts";
import { POLICY_WRITERS } from "./policies.ts";
import type { PolicyWriter } from "./policy.ts";
import { generateProxy, type ProxyFacts } from "./proxy.ts";
import { type Book, createRecent, type Recent } from "./recent.ts";
import type { Generated } from "./resource.ts";
import { isClosed } from "./transparent-proxy.ts";

/** The least new shapes and confs until a generation ends: a zone's values that nobody uses any more are few, however often they change. */
const GENERATION = 4;

export interface Generator {
  inbound(mesh: string, inbound: MatchedInbound, traits: InboundTraits): Generated;
  /** Listener and routes. */
  outbound(mesh: string, outbound: MatchedOutbound): Generated;
  /** The cluster of a destination. */
  cluster(mesh: string, destination: Destination, policies: Policies): Generated;
  /** What the proxy has once. */
  proxy(proxy: ProxyFacts): Generated;
  /** Any of these, patched as the policies say. */
  patched: Patcher["patch"];
  /** Between two compiles: what none asks for any more is let go by and by. What is asked for in each stays the same object. */
  turn(): void;
  /** How many shapes and confs are remembered; those of tables of names aside. */
  size(): number;
}

/** A function of its arguments; what it remembers changes time only, and grows with the shapes in use, not with proxies or revisions. */
export function createGenerator(native: NativeEnvoy | null = null): Generator {
  const recent = createRecent(GENERATION);
  const shapes = recent.book<Generated>();
  /** By the table of names, which may be large: what was made of one is forgotten with it. */
  const named = new WeakMap<object, Book<Generated>>();
  const confs = createConfIds(recent);
  const { idOf } = confs;
  const memo = shapes.of;
  const size = (): number => shapes.size() + confs.size();
  const bookOf = (names: object): Book<Generated> => {
    const own = named.get(names) ?? recent.book<Generated>();
    named.set(names, own);
    return own;
  };
  return {
    inbound: (mesh, inbound, traits) =>
      memo(inboundKey(mesh, inbound, traits), () => generateInbound(mesh, inbound, traits)),
    outbound: (mesh, outbound) => memo(outboundKey(mesh, outbound, idOf), () => generateOutbound(mesh, outbound)),
    cluster: (mesh, destination, policies) =>
      memo(clusterKey(mesh, destination, idOf("cluster", policies)), () =>
        generateCluster(mesh, destination, policies),
      ),
    patched: createPatcher(native).patch,
    proxy(proxy) {
      const key = proxyKey(proxy, idOf);
      const make = (): Generated => generateProxy(proxy);
      return (proxy.names === undefined ? shapes : bookOf(proxy.names)).of(key, make);
    },
    turn: () => recent.turn(size()),
    size,
  };
}

function inboundKey(mesh: string, { protocol, tls, policies }: MatchedInbound, traits: InboundTraits): string {
  const confs = Object.entries(policies).map(([type, { subsets, rules, whole }]) => [
    type,
    subsets.map(({ matchers, conf }) => [matchers, conf]),
    rules.map(({ match, conf }) => [match ?? null, conf]),
    whole?.conf,
  ]);
  return JSON.stringify(["inbound", mesh, protocol, tls, traits, confs.sort(byType)]);
}

function outboundKey(mesh: string, outbound: MatchedOutbound, idOf: ConfIds): string {
  const { address, address6, redirected = false, destination, policies, backends = [] } = outbound;
  const { ruleRoutes = [], routePolicies, tellsTags = false } = outbound;
  const form = `${formOf(mesh, destination)}/${address.includes(":")}${address6 === undefined ? "" : "+6"}/${tellsTags}/${redirected}`;
  const key = `outbound/${mesh}/${form}/${idOf("outbound", policies)}`;
  if (backends.length === 0 && routePolicies === undefined) return key;
  const own = Object.entries(routePolicies ?? {}).map(([kri, said]) => [kri, idOf("outbound", said)]);
  return `${key}/${JSON.stringify([ruleRoutes, own.sort(byType), backends.map(target)])}`;
}

function proxyKey(proxy: ProxyFacts, idOf: ConfIds): string {
  const { mesh, redirect, policies, passing } = proxy;
  const form = redirect === undefined ? "" : JSON.stringify([redirect, isClosed(proxy)]);
  const passes = passing === undefined ? "" : idOf("passthrough", passing);
  return `proxy/${mesh}/${form}/${idOf("proxy", policies)}/${passes}`;
}

/** What routes say of where they lead. */
function target({
  key,
  destination: { cluster, protocol, external },
}: NonNullable<MatchedOutbound["backends"]>[number]): unknown {
  return [key, cluster, protocol, external !== undefined];
}

function clusterKey(mesh: string, destination: Destination, confs: number): string {
  return `cluster/${mesh}/${formOf(mesh, destination)}/${confs}`;
}

/** What templates of a destination depend on, beside confs. */
function formOf(mesh: string, destination: Destination): string {
  const { protocol, tls, external, acrossZones, spread = false } = destination;
  const place = external === undefined ? "" : JSON.stringify(external);
  const kind = isPlainService(mesh, destination) ? "service" : isResource(destination) ? "resource" : "subset";
  const zones = acrossZones === undefined && !spread ? "" : JSON.stringify([acrossZones?.zones ?? [], spread]);
  return `${protocol}/${tls !== null}/${kind}/${place}${zones}`;
}

type Part = "outbound" | "cluster" | "proxy" | "passthrough";

/** The policies that write to each part; the others' confs are no part of its key. */
const WRITERS: Readonly<Record<Part, ReadonlySet<string>>> = {
  outbound: typesOf(
    ({ outbound, route, routes }) => outbound !== undefined || route !== undefined || routes !== undefined,
  ),
  cluster: typesOf(({ cluster }) => cluster !== undefined),
  proxy: typesOf(({ proxy }) => proxy !== undefined),
  passthrough: typesOf(({ passthrough }) => passthrough !== undefined),
};

function typesOf(writes: (writer: PolicyWriter) => boolean): ReadonlySet<string> {
  return new Set(POLICY_WRITERS.filter(writes).map(({ type }) => type));
}

/** Names the confs that write to a part, whatever their origins. */
type ConfIds = (part: Part, policies: Policies) => number;

/** A text of confs, its number, and the generation that last asked for it. */
interface ConfId {
  readonly id: number;
  readonly text: string;
  asked: number;
}

/** Matching hands the same object to all that it made it for, so confs are written as text once, and are a number from then on. */
function createConfIds({ book, generation }: Recent): { readonly idOf: ConfIds; readonly size: () => number } {
  const known = new WeakMap<Policies, Partial<Record<Part, ConfId>>>();
  const ids = book<ConfId>();
  let last = 0;
  const named = (text: string): ConfId => {
    // Never a number that was given before: generated parts are remembered by it.
    const one = ids.of(text, () => ({ id: ++last, text, asked: 0 }));
    one.asked = generation();
    return one;
  };
  const idOf: ConfIds = (part, policies) => {
    let own = known.get(policies);
    if (own === undefined) {
      own = {};
      known.set(policies, own);
    }
    let one = own[part];
    if (one === undefined || one.asked !== generation()) {
      one = named(one?.text ?? confsText(part, policies));
      own[part] = one;
    }
    return one.id;
  };
  return { idOf, size: ids.size };
}

function confsText(part: Part, policies: Policies): string {
  const confs = Object.entries(policies).flatMap(([type, { conf }]): [string, unknown][] =>
    WRITERS[part].has(type) ? [[type, conf]] : [],
  );
  return JSON.stringify(confs.sort(byType));
}

function byType(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}
