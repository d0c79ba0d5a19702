// What a MeshService's name means in a zone: the zone's own, else one of no zone, else the only one that other zones have.
import { describe, expect, test } from "vitest";
import { indexServices } from "#match/service-index.ts";
import { newTargetMemo, resolveOutbound } from "#match/target.ts";
import { hashedName } from "#model/hashed-name.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";

/** `west/backend` is generated in the zone, `/backend` is of no zone; `!` ahead says that nothing of it is healthy. */
function service(text: string): Resource {
  const [, down, zone = "", name = ""] = /^(!?)(.*)\/(.*)$/.exec(text) ?? [];
  const labels: Record<string, string> =
    zone === ""
      ? { "kuma.io/origin": "global" }
      : { "kuma.io/origin": "zone", "kuma.io/zone": zone, "kuma.io/display-name": name };
  return {
    type: "MeshService",
    mesh: "default",
    name: zone === "" ? name : hashedName("default", name, zone),
    labels,
    creationTime: "",
    modificationTime: "",
    spec: { state: down ? "Unavailable" : "Available", ports: [{ port: 80 }] },
  };
}

function found(services: readonly string[], name: string, zone = "east"): string {
  const list = services.map(service).sort((a, b) => (a.name < b.name ? -1 : 1));
  const view = { resources: { MeshService: list } } as unknown as View;
  const { find } = indexServices(view, zone);
  const target = resolveOutbound({ backendRef: { kind: "MeshService", name, port: 80 } }, newTargetMemo(), find);
  if (target.kind === "missing") return target.reason;
  if (target.kind !== "service") return target.kind;
  const { labels, name: stored } = target.service;
  return `${labels["kuma.io/zone"] ?? ""}/${labels["kuma.io/display-name"] ?? stored} called ${target.called}`;
}

describe("in the zone east", () => {
  const hashed = (zone: string): string => hashedName("default", "backend", zone);
  test.each([
    [
      "its own first",
      ["west/backend", "/backend", "east/backend"],
      "backend",
      `east/backend called ${hashed("east")},backend`,
    ],
    ["then the one of no zone", ["west/backend", "/backend"], "backend", "/backend called backend"],
    ["then the only other zone's", ["west/backend"], "backend", `west/backend called ${hashed("west")},backend`],
    [
      "another zone's by what it is stored as, and a shorter name does not mean it then",
      ["west/backend", "east/backend"],
      hashed("west"),
      `west/backend called ${hashed("west")}`,
    ],
  ])("%s", (_, services, name, wanted) => {
    expect(found(services, name)).toBe(wanted);
  });

  test("two others are told, with the remedy", () => {
    expect(found(["west/backend", "north/backend"], "backend")).toBe(
      'refers to MeshService "backend", which other zones have (north, west): name one by the labels kuma.io/display-name and kuma.io/zone, or all by a MeshMultiZoneService; the outbound is left out',
    );
  });

  test("none is told", () => {
    expect(found(["west/other"], "backend")).toBe(
      'refers to MeshService "backend", which does not exist in this mesh: the outbound is left out',
    );
  });
});

test("each zone means its own", () => {
  for (const zone of ["east", "west"])
    expect(found(["west/backend", "east/backend"], "backend", zone)).toMatch(new RegExp(`^${zone}/backend called`));
});
