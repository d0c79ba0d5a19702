// One outbound as text: its listener, its routes and the clusters that they lead to, each with the values of its holes.
import type { Destination, MatchedOutbound } from "#match/matched.ts";
import { canonical } from "#model/canonical.ts";
import type { Bindings, Json } from "#model/json.ts";
import type { LocalityRules } from "#model/locality.ts";
import { endpointsName, referencesOf } from "#snapshot/reference.ts";
import { fillPartly, holesOf, type Template } from "#snapshot/template.ts";
import { destinationBindings } from "#xds/destination.ts";
import { type PolicyFault, policyFaults } from "#xds/explain.ts";
import type { Generator } from "#xds/generator.ts";
import type { Generated } from "#xds/resource.ts";
import type { Blob, Variant } from "./blob.ts";
import type { Marks, NamedMark, PlaceMarks } from "./mark.ts";

/** A cluster, or routes, that stand once in a group, however many outbounds lead there. */
export interface Lead {
  readonly mark: NamedMark;
  readonly template: Blob;
  readonly bindings: string;
  /** The name of its endpoint set, where its endpoints come by EDS. */
  readonly endpoints: string | null;
  /** Where these are arranged instead. */
  readonly variant: Variant | null;
  /** Names of the holes that the proxy has to fill. */
  readonly holes: readonly string[];
}

/** Matching hands the same outbound to all proxies that list it, so its text is made once. */
export interface OutboundPart {
  readonly listens: string;
  readonly socket: NamedMark;
  /** Null where a patch took it away. */
  readonly listener: Blob | null;
  /** Values of the listener's holes; those of the routes and of the destination's own cluster are among them. */
  readonly bindings: string;
  readonly routes: Lead | null;
  /** The destination's own cluster; null where no route leads there. */
  readonly own: Lead | null;
  /** Where backendRefs lead. */
  readonly others: readonly Lead[];
  readonly lists: WrittenLists;
  readonly extras: readonly Blob[];
  /** Names of the holes that the proxy has to fill. */
  readonly holes: readonly string[];
  readonly secured: boolean;
  readonly faults: readonly PolicyFault[];
}

/** Templates of a listener with or without its routes and cluster, as groups have asked for them; of all outbounds alike. */
export type WrittenLists = (readonly Blob[])[];

const NONE: readonly never[] = [];

export interface PartContext {
  readonly mesh: string;
  readonly generator: Generator;
  readonly marks: Marks;
  readonly blobOf: (template: Template) => Blob;
}

/** Makes parts: functions of the outbound, marks aside. What outbounds of one form share is looked at once. */
export function createPartMaker({
  mesh,
  generator,
  marks,
  blobOf,
}: PartContext): (one: MatchedOutbound) => OutboundPart {
  const forms = new WeakMap<Generated, Form>();
  const clusters = new WeakMap<Generated, ClusterForm>();
  const places = new WeakMap<Destination, Place>();

  const formOf = (made: Generated): Form => {
    let form = forms.get(made);
    if (form === undefined) {
      const { listener, route, extras, before = made } = made;
      const own = [listener, route].flatMap((one) => one ?? []);
      // What a patch took the way to stays: what the patch added may lead there.
      const ways = [...own, ...[before.listener, before.route].flatMap((one) => one ?? [])];
      form = {
        listener: listener === null ? null : blobOf(listener),
        route: route === null ? null : blobOf(route),
        extras: extras.map(blobOf),
        named: new Set(ways.flatMap(clustersIn)),
        holes: [...new Set(own.flatMap(holesOf))],
        extraHoles: extras.flatMap(holesOf),
        leads: new WeakMap(),
        bare: [],
        lists: new WeakMap(),
      };
      forms.set(made, form);
    }
    return form;
  };

  const clusterOf = (made: Generated): ClusterForm | null => {
    let form = clusters.get(made);
    if (form === undefined) {
      const { cluster } = made;
      if (cluster === null) return null;
      const eds = (cluster.body as { readonly type?: Json }).type === "EDS";
      const arranged = { locality: made.locality, endpoints: endpointsName(cluster.name, cluster.body) ?? null };
      const blob = blobOf(cluster);
      form = { blob, name: canonical(cluster.name), eds, holes: holesOf(cluster), ...arranged, leads: new WeakMap() };
      clusters.set(made, form);
    }
    return form;
  };

  const placeOf = (destination: Destination): Place => {
    let place = places.get(destination);
    if (place === undefined) {
      const bindings = destinationBindings(mesh, destination);
      place = { bindings, text: canonical(bindings), marks: marks.place(destination.cluster) };
      places.set(destination, place);
    }
    return place;
  };

  const routeLead = (place: Place, { leads }: Form, template: Blob): Lead => {
    let lead = leads.get(place);
    if (lead === undefined) {
      lead = { mark: place.marks.route, template, bindings: place.text, endpoints: null, variant: null, holes: NONE };
      leads.set(place, lead);
    }
    return lead;
  };

  const clusterLead = ({ cluster }: Destination, place: Place, form: ClusterForm): Lead => {
    let lead = form.leads.get(place);
    if (lead === undefined) {
      const { blob: template, locality, endpoints, eds, holes } = form;
      lead = {
        mark: place.marks.cluster,
        template,
        bindings: place.text,
        endpoints: eds && locality === null ? cluster : null,
        variant: locality === null ? null : { cluster, name: fillPartly(endpoints, place.bindings), rules: locality },
        holes: openHoles(holes, place.bindings),
      };
      form.leads.set(place, lead);
    }
    return lead;
  };

  const patchedCluster = ({ destination, policies }: Pick<MatchedOutbound, "destination" | "policies">): Generated => {
    const made = generator.cluster(mesh, destination, policies);
    return generator.patched(made, "outbound", policies, placeOf(destination).bindings);
  };

  return (outbound) => {
    const { address, address6, port, destination, policies, backends = NONE } = outbound;
    const place = placeOf(destination);
    // In the order of canonical JSON, where the rest is.
    const values =
      address6 === undefined ? { address, port, ...place.bindings } : { address, address6, port, ...place.bindings };
    const listens = `${address}:${port}`;
    const made = generator.patched(generator.outbound(mesh, outbound), "outbound", policies, values);
    const form = formOf(made);
    const ownMade = patchedCluster(outbound);
    const cluster = clusterOf(ownMade);
    let faults: readonly PolicyFault[] = NONE;
    const complain = (made: Generated, said: Parameters<typeof policyFaults>[0]): void => {
      if (made.complaints.length > 0) faults = [...faults, ...policyFaults(said, made)];
    };
    complain(made, outbound);
    complain(ownMade, outbound);
    const others: Lead[] = [];
    const own = cluster !== null && form.named.has(cluster.name) ? clusterLead(destination, place, cluster) : null;
    // A destination that no route leads to is not called, and its peers need no bundle.
    let secured = own !== null && needsBundle(destination);
    for (const way of backends) {
      const wayMade = patchedCluster(way);
      complain(wayMade, way);
      if (!form.named.has(canonical(way.destination.cluster))) continue;
      const wayCluster = clusterOf(wayMade);
      if (wayCluster === null) continue;
      others.push(clusterLead(way.destination, placeOf(way.destination), wayCluster));
      secured ||= needsBundle(way.destination);
    }
    const holes = [
      openHoles(form.holes, values),
      form.extraHoles,
      own?.holes ?? NONE,
      ...others.map((one) => one.holes),
    ];
    return {
      listens,
      socket: marks.socket(listens),
      listener: form.listener,
      bindings: canonical(values),
      routes: form.route === null ? null : routeLead(place, form, form.route),
      own,
      others: others.length === 0 ? NONE : others,
      lists: listsOf(form, own),
      extras: form.extras,
      holes: holes.every((list) => list.length === 0) ? NONE : holes.flat(),
      secured,
      faults,
    };
  };
}

/** Whether peers are verified, in the own zone or in others. */
function needsBundle({ tls, acrossZones }: Destination): boolean {
  return tls !== null || acrossZones !== undefined;
}

/** What is made of a destination, whoever calls it. */
interface Place {
  readonly bindings: Bindings;
  /** The same as canonical text. */
  readonly text: string;
  readonly marks: PlaceMarks;
}

/** Held by what was generated, so that a lead goes with it, or with its place, whichever ends first. */
type Leads = WeakMap<Place, Lead>;

/** What all outbounds share that were generated as one. */
interface Form {
  readonly listener: Blob | null;
  readonly route: Blob | null;
  readonly extras: readonly Blob[];
  /** Names of the clusters that listener and routes lead to, as canonical text. */
  readonly named: ReadonlySet<string>;
  readonly holes: readonly string[];
  readonly extraHoles: readonly string[];
  /** To its routes. */
  readonly leads: Leads;
  /** Where no cluster is written beside it. */
  readonly bare: WrittenLists;
  /** By the cluster's template. */
  readonly lists: WeakMap<Blob, WrittenLists>;
}

interface ClusterForm {
  readonly blob: Blob;
  /** Canonical text of its name's notation. */
  readonly name: string;
  readonly eds: boolean;
  readonly holes: readonly string[];
  readonly locality: LocalityRules | null;
  /** Notation of its endpoint set's name. */
  readonly endpoints: Json;
  readonly leads: Leads;
}

function listsOf({ lists, bare }: Form, own: Lead | null): WrittenLists {
  if (own === null) return bare;
  let made = lists.get(own.template);
  if (made === undefined) {
    made = [];
    lists.set(own.template, made);
  }
  return made;
}

/** Those that these values do not fill. */
function openHoles(holes: readonly string[], values: Bindings): readonly string[] {
  let open: string[] | undefined;
  for (const name of holes) {
    if (Object.hasOwn(values, name)) continue;
    open ??= [];
    open.push(name);
  }
  return open ?? NONE;
}

function clustersIn({ kind, name, body }: Template): readonly string[] {
  return referencesOf(kind, name, body).flatMap((one) => (one.kind === "cluster" ? [canonical(one.name)] : []));
}
