// Host names of services: what HostnameGenerators make of each, in which zones, and who was first where two want one name.
import { displayName } from "./display-name.ts";
import { type HostnameTemplate, openTemplate } from "./hostname-template.ts";
import type { HostnameGeneratorSpec } from "./kind/hostname-generator.ts";
import { subdomainReason } from "./name.ts";
import type { Labels, Resource } from "./resource.ts";
import { sameJson } from "./same.ts";
import { LABEL } from "./tag.ts";

/** Zones in which something is seen; neither member = in all. */
export interface Visibility {
  readonly zones?: readonly string[];
  readonly exceptZones?: readonly string[];
}

/** As it stands in a service's `status.addresses`. */
export interface ServiceAddress extends Visibility {
  readonly hostname: string;
  readonly origin: "HostnameGenerator";
  readonly hostnameGeneratorRef: { readonly coreName: string };
}

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

/** The members of a service's status that generators decide. */
export interface HostnameVerdict {
  readonly addresses: readonly ServiceAddress[];
  readonly hostnameGenerators: readonly {
    readonly hostnameGeneratorRef: { readonly coreName: string };
    readonly conditions: readonly Condition[];
  }[];
}

export interface HostnameInput {
  /** MeshExternalServices, MeshServices and MeshMultiZoneServices of one mesh, in any order. */
  readonly services: readonly Resource[];
  readonly generators: readonly Resource<HostnameGeneratorSpec>[];
  /** Names of all zones. */
  readonly zones: readonly string[];
}

/**
 * The verdict on each service. Generators speak in their order (those of zones first, then the oldest), to the services from the
 * oldest on; a name that another service has in one of the same zones is refused, and the condition says whose it is.
 * As in Kuma, what one zone makes is of origin `zone` there and of origin `global` everywhere else.
 */
export function hostnamesOf({ services, generators, zones }: HostnameInput): ReadonlyMap<Resource, HostnameVerdict> {
  const claims = new Map<string, Claim[]>();
  const told = new Map<Resource, Map<string, Told>>();
  const speakers = [...generators].sort(byOriginAndAge).map(({ name, spec }) => {
    return { name, selector: spec.selector ?? {}, template: openTemplate(spec.template) };
  });
  for (const [type, kind] of SELECTORS) {
    const ofType = services.filter((one) => one.type === type).sort(byAge);
    for (const generator of speakers) {
      const selector = generator.selector[kind];
      if (selector === undefined) continue;
      const { template } = generator;
      for (const service of ofType) {
        const verdict = judge(service, { template, wanted: selector.matchLabels ?? {}, zones }, claims);
        if (verdict === null) continue;
        const byName = told.get(service) ?? new Map<string, Told>();
        told.set(service, byName.set(generator.name, verdict));
      }
    }
  }
  return new Map(services.map((service) => [service, verdictOf(told.get(service) ?? new Map())]));
}

/** Whether it is seen in the zone. */
export function isSeenIn({ zones, exceptZones }: Visibility, zone: string): boolean {
  return zones === undefined ? exceptZones?.includes(zone) !== true : zones.includes(zone);
}

/** Kuma's order of the kinds, and what a generator's selector calls them. */
const SELECTORS = [
  ["MeshExternalService", "meshExternalService"],
  ["MeshService", "meshService"],
  ["MeshMultiZoneService", "meshMultiZoneService"],
] as const;

interface Claim extends Visibility {
  readonly service: Resource;
}

interface Told {
  readonly granted: readonly (Visibility & { readonly hostname: string })[];
  readonly condition: Condition;
}

/** The service as some zones see it. */
interface Aspect extends Visibility {
  readonly labels: Labels;
  readonly zone: string;
}

function aspectsOf(
  { type, labels }: Resource,
  { usesZone }: HostnameTemplate,
  zones: readonly string[],
): readonly Aspect[] {
  const own = labels[LABEL.origin] === "zone" ? labels[LABEL.zone] : undefined;
  if (own !== undefined) {
    return [
      { labels, zone: own, zones: [own] },
      { labels: { ...labels, [LABEL.origin]: "global" }, zone: own, exceptZones: [own] },
    ];
  }
  // A MeshService of no zone has dataplanes of all: each zone has it as its own, too.
  const all = type === "MeshService" ? [{ ...labels, [LABEL.origin]: "zone" }, labels] : [labels];
  if (!usesZone) return all.map((one) => ({ labels: one, zone: "" }));
  // What is of no zone has in each zone's names the name of that zone.
  return zones.flatMap((zone) => all.map((one) => ({ labels: one, zone, zones: [zone] })));
}

/** What a generator says of one kind. */
interface Speech {
  readonly template: HostnameTemplate;
  readonly wanted: Labels;
  readonly zones: readonly string[];
}

/** Null where the generator does not mean the service. */
function judge(service: Resource, { template, wanted, zones }: Speech, claims: Map<string, Claim[]>): Told | null {
  const granted: Told["granted"][number][] = [];
  let refused: Condition | null = null;
  for (const aspect of aspectsOf(service, template, zones)) {
    if (!Object.keys(wanted).every((key) => aspect.labels[key] === wanted[key])) continue;
    const made = hostnameOf(service, aspect, template);
    if ("reason" in made) {
      refused ??= conditionOf("TemplateError", made.reason);
      continue;
    }
    const { hostname } = made;
    const { labels: _, zone: __, ...seen } = aspect;
    const known = claims.get(hostname) ?? [];
    const winner = known.find((claim) => claim.service !== service && meet(claim, seen, zones));
    if (winner === undefined) {
      claims.set(hostname, [...known, { service, ...seen }]);
      granted.push({ hostname, ...seen });
    } else {
      const { type, name } = winner.service;
      refused ??= conditionOf("Collision", `Hostname collision with ${type}: ${name}`);
    }
  }
  if (granted.length === 0 && refused === null) return null;
  return { granted: joined(granted), condition: refused ?? conditionOf("Generated", "") };
}

function conditionOf(reason: "Generated" | "TemplateError" | "Collision", message: string): Condition {
  return { type: "Generated", status: reason === "Generated" ? "True" : "False", reason, message };
}

function hostnameOf(
  { name, mesh, labels: own }: Resource,
  { labels, zone }: Aspect,
  template: HostnameTemplate,
): { readonly hostname: string } | { readonly reason: string } {
  const made = template.render({
    Name: name,
    DisplayName: displayName({ name, labels: own }),
    Namespace: labels[LABEL.namespace] ?? "",
    Mesh: mesh,
    Zone: zone,
    label: (key) => labels[key],
  });
  if ("reason" in made) return made;
  const { hostname } = made;
  const wrong = hostname.length > 253 ? "must be no more than 253 characters" : subdomainReason(hostname);
  return wrong === null ? made : { reason: `generated hostname "${hostname}" is not a valid DNS name: ${wrong}` };
}

function meet(a: Visibility, b: Visibility, zones: readonly string[]): boolean {
  return zones.some((zone) => isSeenIn(a, zone) && isSeenIn(b, zone));
}

/** Each name once: one that is seen in the own zone and in all others is seen everywhere. */
function joined(granted: Told["granted"]): Told["granted"] {
  const [first, second] = granted;
  const own = first?.zones?.[0];
  if (first !== undefined && first.hostname === second?.hostname && own !== undefined) {
    if (second.exceptZones?.includes(own)) return [{ hostname: first.hostname }];
  }
  return granted.filter((one, index) => granted.findIndex((other) => sameJson(one, other)) === index);
}

function verdictOf(told: ReadonlyMap<string, Told>): HostnameVerdict {
  const sorted = [...told].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    addresses: sorted.flatMap(([generator, { granted }]) =>
      granted.map(({ hostname, ...seen }) => ({
        hostname,
        origin: "HostnameGenerator" as const,
        hostnameGeneratorRef: { coreName: generator },
        ...seen,
      })),
    ),
    hostnameGenerators: sorted.map(([generator, { condition }]) => ({
      hostnameGeneratorRef: { coreName: generator },
      conditions: [condition],
    })),
  };
}

function byOriginAndAge(a: Resource, b: Resource): number {
  const rank = ({ labels }: Resource): number => (labels[LABEL.origin] === "zone" ? 0 : 1);
  return rank(a) - rank(b) || byAge(a, b);
}

/** What is not stored yet has no time and comes last. */
function byAge(a: Resource, b: Resource): number {
  const [first, second] = [a.creationTime || "~", b.creationTime || "~"];
  if (first !== second) return first < second ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
