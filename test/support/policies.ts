// Policies of every kind that there is, for properties: those that the cases give, pointed elsewhere. A new kind comes by itself.
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { parse } from "yaml";
import { kindOfType } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { type Body, stored } from "./stored.ts";

const CASES = new URL("../xds/policy/", import.meta.url);

interface Item {
  readonly targetRef?: object;
  readonly default?: unknown;
}

/** A targetRef policy as a case gives it. */
export interface Seed {
  readonly type: string;
  readonly name: string;
  readonly spec: { readonly targetRef?: object; readonly to?: readonly Item[]; readonly from?: readonly Item[] };
}

/** Everything that the cases give, of whatever kind. */
export const GIVEN: readonly Body[] = readdirSync(CASES)
  .filter((file) => file.endsWith(".yaml"))
  .sort()
  .flatMap((file) => parse(readFileSync(new URL(file, CASES), "utf8")) as { readonly given?: readonly Body[] }[])
  .flatMap(({ given = [] }) => given);

/** Every targetRef policy of every case. */
export const SEEDS = GIVEN.filter(({ type }) => kindOfType(type)?.policy !== undefined) as unknown as readonly Seed[];

/** Every older policy of every case. */
const OLDER = GIVEN.filter(({ type }) => kindOfType(type)?.older !== undefined);

const service = fc.constantFrom("a", "b", "c");
const version = fc.constantFrom("1", "2");

/** Tops of every kind; which of them a policy may have is its own affair. */
export const anyTop: fc.Arbitrary<object> = fc.oneof(
  fc.constantFrom<object>(
    { kind: "Mesh" },
    { kind: "Mesh", proxyTypes: ["Sidecar"] },
    { kind: "Mesh", proxyTypes: ["Gateway"] },
    { kind: "Dataplane" },
    { kind: "Dataplane", labels: { app: "x" } },
    { kind: "Dataplane", labels: { "kuma.io/display-name": "d1" } },
    { kind: "Dataplane", labels: { app: "x" }, sectionName: "main" },
    { kind: "Dataplane", labels: { app: "x" }, sectionName: "80" },
    { kind: "MeshGateway", name: "g" },
    { kind: "MeshGateway", name: "g", tags: { port: "one" } },
  ),
  fc.record({ kind: fc.constant("Dataplane"), name: fc.constantFrom("d1", "d2", "d3") }),
  fc.record({ kind: fc.constant("MeshHTTPRoute"), name: fc.constantFrom("p1", "p2", "p3") }),
  fc.record({ kind: fc.constant("MeshSubset"), tags: fc.record({ version }) }),
  fc.record({ kind: fc.constant("MeshSubset"), tags: fc.record({ "kuma.io/service": service, version }) }),
  fc.record({ kind: fc.constant("MeshService"), name: service }),
  fc.record({ kind: fc.constant("MeshServiceSubset"), name: service, tags: fc.record({ version }) }),
);

const anyTo: fc.Arbitrary<object> = fc.oneof(
  fc.constant({ kind: "Mesh" }),
  fc.record(
    { kind: fc.constant("MeshService"), name: service, sectionName: fc.constantFrom("80", "81") },
    { requiredKeys: ["kind", "name"] },
  ),
  fc.record({ kind: fc.constant("MeshExternalService"), name: service }),
  fc.record({ kind: fc.constant("MeshMultiZoneService"), name: service }),
  fc.record({ kind: fc.constant("MeshHTTPRoute"), name: fc.constantFrom("p1", "p2", "p3") }),
);

export const POLICY_NAMES = ["p1", "p2", "p3"];

const labels = fc.constantFrom<Record<string, string>>(
  {},
  {},
  {},
  { "kuma.io/effect": "shadow" },
  { "kuma.io/zone": "west" },
  { "k8s.kuma.io/namespace": "shop" },
  { "k8s.kuma.io/namespace": "kuma-system" },
);

/** A valid policy of any kind: a seed with another top and other items, as far as its kind allows them. */
export const anyPolicy: fc.Arbitrary<Resource> = fc
  .record({
    seed: fc.constantFrom(...SEEDS),
    name: fc.constantFrom(...POLICY_NAMES),
    top: fc.option(anyTop),
    to: fc.array(anyTo, { minLength: 4, maxLength: 4 }),
    labels,
  })
  .map(({ seed: { type, spec }, name, top, to, labels: own }) => {
    const { targetRef: _top, ...lists } = spec;
    const aimed = spec.to?.map((item, at) => ({ ...item, targetRef: to[at % to.length] }));
    const specs = [
      { ...spec, ...(top && { targetRef: top }), ...(aimed && { to: aimed }) },
      { ...spec, ...(aimed && { to: aimed }) },
      { ...spec, ...(top && { targetRef: top }) },
      ...(top === null ? [lists] : []),
      spec,
    ];
    for (const one of [own, {}]) {
      for (const said of specs) {
        const made = attempt({ type, name, spec: said, labels: one });
        if (made !== null) return made;
      }
    }
    throw new TypeError(`a case of ${type} is not valid`);
  });

/** An older policy as a case gives it, of all services or of some. */
export const anyOlder: fc.Arbitrary<Resource> = fc
  .record({
    body: fc.constantFrom(...OLDER),
    name: fc.constantFrom(...POLICY_NAMES),
    sources: fc.option(service),
    destinations: fc.option(service),
  })
  .map(({ body, name, sources, destinations }) => {
    const of = (one: string | null): object => [{ match: { "kuma.io/service": one ?? "*" } }];
    const aimed =
      "selectors" in body ? { selectors: of(sources) } : { sources: of(sources), destinations: of(destinations) };
    return attempt({ ...body, ...aimed, name }) ?? stored({ ...body, name });
  });

function attempt(body: Body): Resource | null {
  try {
    return stored({ mesh: "default", ...body });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
