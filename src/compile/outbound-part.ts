// One outbound as text: its listener, its routes and the clusters that they lead to, each with the values of its holes.
import type { Destination, MatchedOutbound, Policies } from "#match/matched.ts";
import type { Json } from "#model/json.ts";
import { canonical } from "#snapshot/canonical.ts";
import { referencesOf } from "#snapshot/reference.ts";
import { holesOf, type Template } from "#snapshot/template.ts";
import { destinationBindings } from "#xds/destination.ts";
import { type PolicyFault, policyFaults } from "#xds/explain.ts";
import type { Generator } from "#xds/generator.ts";
import type { Blob } from "./blob.ts";
import type { Marks, NamedMark } from "./mark.ts";

/** A cluster, or routes, that stand once in a group, however many outbounds lead there. */
export interface Lead {
  readonly mark: NamedMark;
  /** Equal for leads that are the same: the template's hash and what fills it. */
  readonly content: string;
  readonly template: Blob;
  readonly bindings: string;
  /** The name of its endpoint set, where its endpoints come by EDS. */
  readonly endpoints: string | null;
}

/** Matching hands the same outbound to all proxies that list it, so its text is made once. */
export interface OutboundPart {
  readonly listens: string;
  readonly socket: NamedMark;
  readonly listener: Blob;
  /** Values of the listener's holes; those of the routes and of the destination's own cluster are among them. */
  readonly bindings: string;
  readonly routes: Lead | null;
  /** The destination's own cluster; null where no route leads there. */
  readonly own: Lead | null;
  /** Where backendRefs lead. */
  readonly others: readonly Lead[];
  /** Templates of the listener with or without the two, as groups have asked for them. */
  readonly lists: (readonly Blob[])[];
  readonly extras: readonly Blob[];
  /** Names of the holes that the proxy has to fill. */
  readonly holes: readonly string[];
  readonly secured: boolean;
  readonly faults: readonly PolicyFault[];
}

export interface PartContext {
  readonly mesh: string;
  readonly generator: Generator;
  readonly marks: Marks;
  readonly blobOf: (template: Template) => Blob;
}

/** The part of an outbound; a function of the outbound, its marks aside. */
export function outboundPart(outbound: MatchedOutbound, context: PartContext): OutboundPart {
  const { mesh, generator, marks, blobOf } = context;
  const { address, port, destination, policies, backends = [] } = outbound;
  const made = generator.outbound(mesh, outbound);
  if (made.listener === null) throw new TypeError("an outbound without a listener");
  const own = destinationBindings(mesh, destination);
  const values = { ...own, address, port };
  const named = new Set([made.listener, made.route].flatMap((one) => (one === null ? [] : clustersIn(one))));
  const ways = [{ destination, policies }, ...backends];
  const clusters = ways.map((way) => clusterLead(way, context));
  const ownCluster = generator.cluster(mesh, destination, policies).cluster;
  const used = ownCluster !== null && named.has(canonical(ownCluster.name));
  const routes = made.route === null ? null : leadOf(made.route, own, marks, `route ${destination.cluster}`, blobOf);
  const faults = [
    ...policyFaults(outbound, made),
    ...ways.flatMap((way) => policyFaults(way, generator.cluster(mesh, way.destination, way.policies))),
  ];
  const templates = [made.listener, ...(made.route === null ? [] : [made.route])];
  return {
    listens: `${address}:${port}`,
    socket: marks.of(`${address}:${port}`),
    listener: blobOf(made.listener),
    bindings: canonical(values),
    routes,
    own: used ? (clusters[0] ?? null) : null,
    others: clusters.slice(1).filter((_, at) => named.has(canonical(backends[at]?.destination.cluster ?? ""))),
    lists: [],
    extras: made.extras.map(blobOf),
    holes: openHoles(templates, values).concat(made.extras.flatMap(holesOf)),
    secured: ways.some((way) => way.destination.tls !== null),
    faults,
  };
}

function clusterLead(
  { destination, policies }: { readonly destination: Destination; readonly policies: Policies },
  { mesh, generator, marks, blobOf }: PartContext,
): Lead {
  const { cluster } = generator.cluster(mesh, destination, policies);
  if (cluster === null) throw new TypeError("a destination without a cluster");
  const bindings = destinationBindings(mesh, destination);
  return leadOf(cluster, bindings, marks, `cluster ${destination.cluster}`, blobOf, destination.cluster);
}

function leadOf(
  template: Template,
  bindings: ReturnType<typeof destinationBindings>,
  marks: Marks,
  name: string,
  blobOf: (template: Template) => Blob,
  cluster?: string,
): Lead {
  const blob = blobOf(template);
  const text = canonical(bindings);
  const eds = cluster !== undefined && (template.body as { readonly type?: Json }).type === "EDS";
  return {
    mark: marks.of(name),
    content: `${blob.hash} ${text}`,
    template: blob,
    bindings: text,
    endpoints: eds ? cluster : null,
  };
}

const clusterNames = new WeakMap<Template, readonly string[]>();

/** Names of the clusters that a template mentions, as canonical text. */
function clustersIn(template: Template): readonly string[] {
  let names = clusterNames.get(template);
  if (names === undefined) {
    const all = referencesOf(template.kind, template.name, template.body);
    names = all.filter(({ kind }) => kind === "cluster").map(({ name }) => canonical(name));
    clusterNames.set(template, names);
  }
  return names;
}

const holeNames = new WeakMap<Template, readonly string[]>();

function openHoles(templates: readonly Template[], values: Readonly<Record<string, unknown>>): string[] {
  return templates.flatMap((template) => {
    const names = holeNames.get(template) ?? holesOf(template);
    holeNames.set(template, names);
    return names.filter((name) => !Object.hasOwn(values, name));
  });
}
