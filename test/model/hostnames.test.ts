// Host names: what generators make of services, in which zones, and who was first.
import { describe, expect, test } from "vitest";
import { defaultGenerators } from "#model/default-generators.ts";
import { hostnamesOf, isSeenIn } from "#model/hostnames.ts";
import type { HostnameGeneratorSpec } from "#model/kind/hostname-generator.ts";
import type { Labels, Resource } from "#model/resource.ts";

type Generator = Resource<HostnameGeneratorSpec>;

const ZONES = ["east", "west", "north"];

function service(name: string, zone: string, over: Partial<Resource> = {}): Resource {
  const labels: Labels =
    zone === ""
      ? { "kuma.io/origin": "global", "kuma.io/env": "universal" }
      : {
          "kuma.io/origin": "zone",
          "kuma.io/env": "universal",
          "kuma.io/zone": zone,
          "kuma.io/display-name": name,
        };
  const stored = zone === "" ? name : `${name}-${zone}`;
  return {
    type: "MeshService",
    mesh: "m",
    name: stored,
    labels,
    creationTime: "1",
    modificationTime: "",
    spec: {},
    ...over,
  };
}

function generator(name: string, template: string, matchLabels: Labels = {}, kind = "meshService"): Generator {
  const spec = { selector: { [kind]: { matchLabels } }, template };
  return { type: "HostnameGenerator", mesh: "", name, labels: {}, creationTime: "1", modificationTime: "", spec };
}

/** By service, the names with the zones that see them, and what was refused. */
function told(services: readonly Resource[], generators: readonly Generator[], zones = ZONES) {
  const verdicts = hostnamesOf({ services, generators, zones });
  return Object.fromEntries(
    services.map((one) => {
      const { addresses = [], hostnameGenerators = [] } = verdicts.get(one) ?? {};
      const names = addresses.map((address) => {
        const seen = zones.filter((zone) => isSeenIn(address, zone));
        return `${address.hostname} in ${seen.length === zones.length ? "all" : seen.join()}`;
      });
      const refused = hostnameGenerators.flatMap(({ hostnameGeneratorRef: { coreName }, conditions }) =>
        conditions.flatMap(({ status, reason, message }) =>
          status === "True" ? [] : [`${coreName}: ${reason}: ${message}`],
        ),
      );
      return [one.name, [...names, ...refused]];
    }),
  );
}

describe("the default generators", () => {
  test("name a zone's service in the zone itself and, with the zone, in all others", () => {
    const services = [service("backend", "east"), service("backend", "west")];
    expect(told(services, defaultGenerators())).toEqual({
      "backend-east": ["backend.svc.mesh.local in east", "backend.svc.east.mesh.local in west,north"],
      "backend-west": ["backend.svc.mesh.local in west", "backend.svc.west.mesh.local in east,north"],
    });
  });

  test("name what is of no zone in all", () => {
    const kinds = ["MeshExternalService", "MeshMultiZoneService"].map((type) =>
      service(type.toLowerCase(), "", { type }),
    );
    expect(told([service("backend", ""), ...kinds], defaultGenerators())).toEqual({
      backend: ["backend.svc.mesh.local in all", ...ZONES.map((zone) => `backend.svc.${zone}.mesh.local in ${zone}`)],
      meshexternalservice: ["meshexternalservice.extsvc.mesh.local in all"],
      meshmultizoneservice: ["meshmultizoneservice.mzsvc.mesh.local in all"],
    });
  });

  test("tell zones of Kubernetes with their namespaces", () => {
    const labels = {
      ...service("redis", "east").labels,
      "kuma.io/env": "kubernetes",
      "k8s.kuma.io/namespace": "db",
      "k8s.kuma.io/is-headless-service": "false",
    };
    expect(told([service("redis", "east", { labels })], defaultGenerators())["redis-east"]).toEqual([
      "redis.svc.mesh.local in east",
      "redis.db.svc.east.mesh.local in west,north",
    ]);
  });
});

describe("of two services that want one name in one zone", () => {
  const both = [service("backend", "east"), service("backend", "west", { creationTime: "0" })];

  test("the older has it, and the other is told whose it is", () => {
    expect(told(both, [generator("g", "{{ .DisplayName }}.x")])).toEqual({
      "backend-east": ["g: Collision: Hostname collision with MeshService: backend-west"],
      "backend-west": ["backend.x in all"],
    });
  });

  test("the order in which they are listed does not matter", () => {
    const generators = [generator("g", "{{ .DisplayName }}.x"), generator("a", "{{ .DisplayName }}.svc.{{ .Zone }}.x")];
    expect(told(both.toReversed(), generators.toReversed())).toEqual(told(both, generators));
  });

  test("the first generator wins, whichever service is older", () => {
    const first = generator("z", "one.x", { "kuma.io/zone": "east" });
    const late = { ...generator("a", "one.x", { "kuma.io/zone": "west" }), creationTime: "2" };
    expect(told(both, [late, first])).toEqual({
      "backend-east": ["one.x in all"],
      "backend-west": ["a: Collision: Hostname collision with MeshService: backend-east"],
    });
  });

  test("names that no zone sees both of do not collide", () => {
    const own = generator("own", "{{ .DisplayName }}.x", { "kuma.io/origin": "zone" });
    const others = generator("others", "{{ .DisplayName }}.y", { "kuma.io/origin": "global" });
    expect(told(both, [own, others], ["east", "west"])).toEqual({
      "backend-east": ["backend.y in west", "backend.x in east"],
      "backend-west": ["backend.y in east", "backend.x in west"],
    });
    expect(told(both, [others])["backend-east"]).toEqual([
      "others: Collision: Hostname collision with MeshService: backend-west",
    ]);
  });

  test("kinds collide too", () => {
    const external = service("db", "", { type: "MeshExternalService" });
    const generators = [generator("a", "db.x"), generator("b", "db.x", {}, "meshExternalService")];
    expect(told([service("db", "east"), external], generators)).toEqual({
      "db-east": ["a: Collision: Hostname collision with MeshExternalService: db"],
      db: ["db.x in all"],
    });
  });
});

test("a label that is missing, or a name that is none, is told of the service", () => {
  const generators = [generator("l", '{{ label "team" }}.x'), generator("n", "{{ .Namespace }}.x")];
  expect(told([service("backend", "")], generators).backend).toEqual([
    "l: TemplateError: couldn't render template: label team not found",
    expect.stringMatching(/^n: TemplateError: generated hostname "\.x" is not a valid DNS name: a lowercase RFC 1123/),
  ]);
});
