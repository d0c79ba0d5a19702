// Versions of proxies over HTTP: as relays tell them, in lists, in the overview, and as Kuma's insights have them.
import { expect, test } from "vitest";
import { createReportingRelay } from "./reporting-relay.ts";
import { createOrganisation, type Subject } from "./subject.ts";

const versions = (envoy: string, name: string, version: string): object => ({
  program: { name, version, gitTag: `v${version}`, gitCommit: "", buildDate: "local" },
  envoy: { version: envoy, build: `sha/${envoy}/Clean/RELEASE/BoringSSL` },
  dependencies: name === "kuma-dp" ? { coredns: "1.11.1" } : {},
});

export function versionSuite(subject: () => Subject): void {
  test("what proxies run is listed, filtered and sorted by, and told of where it is too old or differs", async () => {
    const organisation = await createOrganisation(subject());
    const { joined, report } = await createReportingRelay(subject(), organisation);
    const withVersions = (name: string, number: number, told: object): object => {
      const event = joined(name, number) as { readonly join: object };
      return { ...event, join: { ...event.join, versions: told } };
    };
    await report({
      events: [
        withVersions("web-1", 1, versions("1.40.0", "weft", "0.1.0")),
        withVersions("web-2", 2, versions("1.9.4", "kuma-dp", "2.14.0")),
        withVersions("web-3", 3, versions("1.40.1", "kuma-dp", "2.9.0")),
        joined("web-4", 4),
      ],
    });
    const list = async (query: string) => (await organisation.call("GET", `/v1/proxies?${query}`)).json;
    const names = async (query: string) => (await list(query)).items.map(({ name }: { name: string }) => name);
    const all = await list("sort=envoy");
    expect(all.items.map((one: { versions: unknown }) => one.versions)).toEqual([
      null,
      { envoy: "1.9.4", program: { name: "kuma-dp", version: "2.14.0" }, old: "envoy" },
      { envoy: "1.40.0", program: { name: "weft", version: "0.1.0" }, old: "" },
      { envoy: "1.40.1", program: { name: "kuma-dp", version: "2.9.0" }, old: "program" },
    ]);
    const counts = [
      { version: "", count: 1, supported: true },
      { version: "1.9.4", count: 1, supported: false },
      { version: "1.40.0", count: 1, supported: true },
      { version: "1.40.1", count: 1, supported: true },
    ];
    expect([all.total, all.envoys]).toEqual([4, counts]);
    const narrowed = await list("envoy=1.9.4");
    expect([narrowed.total, narrowed.states.total, narrowed.envoys]).toEqual([1, 1, counts]);
    expect(await names("envoy=old")).toEqual(["web-2", "web-3"]);
    expect(await names("envoy=unknown")).toEqual(["web-4"]);
    expect(await names("envoy=1.4")).toEqual([]);

    const problems = async () =>
      (await organisation.call("GET", "/v1/overview")).json.problems.items
        .filter(({ kind }: { kind: string }) => /^proxy\.(outdated|versions)$/.test(kind))
        .map(({ kind, about }: { kind: string; about: { name?: string } }) => [kind, about.name]);
    expect(await problems()).toEqual([
      ["proxy.outdated", "web-2"],
      ["proxy.outdated", "web-3"],
      ["proxy.versions", undefined],
    ]);

    const { sequence } = (await organisation.call("GET", "/v1/overview")).json;
    const now = (name: string, number: number, told: object): object => ({
      ...{ kind: "version", number, mesh: "default", name, registration: `life-${name}`, versions: told },
    });
    const newest = versions("1.40.1", "kuma-dp", "2.14.0");
    await report({ events: [now("web-2", 5, newest), now("web-3", 6, newest), now("web-4", 7, newest)] });
    await report({
      events: [
        now("web-1", 8, newest),
        // What is about a life that is no more changes nothing.
        { ...now("web-2", 9, versions("1.1.0", "weft", "0.1.0")), registration: "life-before" },
      ],
    });
    expect((await list("")).envoys).toEqual([{ version: "1.40.1", count: 4, supported: true }]);
    expect(await problems()).toEqual([]);
    expect((await organisation.call("GET", "/v1/overview")).json.sequence).toBeGreaterThan(sequence);
  });

  test("Kuma's insights have them: of a proxy, and counted in its mesh", async () => {
    const organisation = await createOrganisation(subject());
    const { joined, report } = await createReportingRelay(subject(), organisation);
    const event = joined("web-1", 1) as { readonly join: object };
    const told = versions("1.39.0", "kuma-dp", "2.14.0");
    await report({ events: [{ ...event, join: { ...event.join, versions: told } }, joined("web-2", 2)] });
    const overview = (name: string) => organisation.call("GET", `/meshes/default/dataplanes/${name}/_overview`);
    expect((await overview("web-1")).json.dataplaneInsight.subscriptions[0].version).toEqual({
      kumaDp: { version: "2.14.0", gitTag: "v2.14.0", buildDate: "local", kumaCpCompatible: true },
      envoy: { version: "1.39.0", build: "sha/1.39.0/Clean/RELEASE/BoringSSL", kumaDpCompatible: false },
      dependencies: { coredns: "1.11.1" },
    });
    expect((await overview("web-2")).json.dataplaneInsight.subscriptions[0].version).toBeUndefined();
    const insight = await organisation.call("GET", "/mesh-insights/default");
    const one = { total: 1, online: 1 };
    expect(insight.json.dpVersions).toEqual({
      kumaDp: { "2.14.0": one, unknown: one },
      envoy: { "1.39.0": one, unknown: one },
    });
  });
}
