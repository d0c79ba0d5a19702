// Names, labels, KRIs and SNIs.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDnsName, isIP } from "#model/address.ts";
import { foreignZones, withZoneTag, zoneOf } from "#model/kind/dataplane-zone.ts";
import { ALL_KINDS, KINDS } from "#model/kinds.ts";
import { formatKri, parseKri } from "#model/kri.ts";
import { kriOf } from "#model/kri-of.ts";
import { computedLabels, labelUpdateViolations, labelViolations } from "#model/label.ts";
import { nameViolations } from "#model/name.ts";
import { fnv1a64, hashSni, resourceSni, tagSni } from "#model/sni.ts";

const QUALIFIED =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

describe("names", () => {
  it.each(["a", "a-b.c", "1a", "a".repeat(253)])("%s is one", (name) => {
    expect(nameViolations(KINDS.MeshTimeout, name)).toEqual([]);
  });

  it.each(["", "A", "a_b", "-a", "a-", "a..b", "ä", "a/b", "a".repeat(254), "a\n"])("%j is none", (name) => {
    expect(nameViolations(KINDS.MeshTimeout, name)).not.toEqual([]);
  });

  it("of a mesh have at most 63 characters", () => {
    expect(nameViolations(KINDS.Mesh, "a".repeat(63))).toEqual([]);
    expect(nameViolations(KINDS.Mesh, "a".repeat(64))).toEqual([
      { field: "name", reason: "cannot be longer than 63 characters" },
    ]);
  });
});

describe("names of meshes", () => {
  it.each(["a.b", "default.x", "1a"])("are labels: %s is none", (name) => {
    expect(nameViolations(KINDS.Mesh, name)).toEqual([
      { field: "name", reason: expect.stringMatching(/^a DNS-1035 label must consist of/) },
    ]);
    expect(nameViolations(KINDS.Dataplane, name)).toEqual([]);
  });
});

describe("labels", () => {
  it("are refused in Kubernetes' words", () => {
    const long = "a".repeat(64);
    const labels = { "/b": "c", "b/": "q", "x/y/z": "b", "": "z", [long]: long, ok: "", "a.b/c": "d" };
    const found = labelViolations(labels, "default").map(({ field, reason }) => `${field} ${reason}`);
    expect(found).toEqual([
      `labels["/b"] prefix part must be non-empty`,
      `labels["b/"] name part must be non-empty`,
      `labels["b/"] name part ${QUALIFIED}`,
      `labels["x/y/z"] a valid label key ${QUALIFIED} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
      `labels[""] name part must be non-empty`,
      `labels[""] name part ${QUALIFIED}`,
      `labels["${long}"] name part must be no more than 63 bytes`,
      `labels["${long}"] must be no more than 63 bytes`,
    ]);
  });

  it("must not contradict the mesh", () => {
    expect(labelViolations({ "kuma.io/mesh": "other" }, "default")).toEqual([
      { field: 'labels["kuma.io/mesh"]', reason: "kuma.io/mesh label must not differ from mesh set on resource" },
    ]);
  });

  it("are computed over the user's own", () => {
    const labels = { b: "1", "kuma.io/origin": "zone", "kuma.io/zone": "mine", "kuma.io/workload": "w" };
    const dataplane = { type: "Dataplane", mesh: "default", labels, spec: { networking: {} } };
    expect(Object.entries(computedLabels(dataplane, "east"))).toEqual([
      ["b", "1"],
      ["kuma.io/env", "universal"],
      ["kuma.io/mesh", "default"],
      ["kuma.io/origin", "zone"],
      ["kuma.io/proxy-type", "sidecar"],
      ["kuma.io/workload", "w"],
      ["kuma.io/zone", "east"],
    ]);
    expect(computedLabels({ ...dataplane, type: "MeshTimeout" })).toMatchObject({ "kuma.io/origin": "global" });
    expect(computedLabels({ ...dataplane, type: "MeshTimeout" })).not.toHaveProperty("kuma.io/zone");
    expect(computedLabels({ type: "Mesh", mesh: "", labels: {}, spec: {} })).toEqual({});
    const gateway = { networking: { gateway: { type: "BUILTIN" } } };
    expect(computedLabels({ ...dataplane, spec: gateway }, "east")).toMatchObject({ "kuma.io/proxy-type": "gateway" });
    const egress = { networking: { listeners: [{ type: "ZoneEgress" }] } };
    expect(computedLabels({ ...dataplane, spec: egress }, "east")).toMatchObject({
      "kuma.io/listener-zoneegress": "enabled",
    });
  });

  it("of origin and zone stay", () => {
    const before = { "kuma.io/origin": "zone", "kuma.io/zone": "default" };
    expect(labelUpdateViolations(before, { "kuma.io/origin": "global" })).toEqual([
      { field: 'labels["kuma.io/origin"]', reason: 'is immutable, cannot be changed from "zone" to "global"' },
      { field: 'labels["kuma.io/zone"]', reason: 'is immutable, cannot be removed (was "default")' },
    ]);
    expect(labelUpdateViolations(before, before)).toEqual([]);
  });
});

describe("zones of dataplanes", () => {
  it("stand in every inbound's tags, sorted", () => {
    const spec = {
      networking: { inbound: [{ tags: { z: "1", "kuma.io/zone": "old" } }, {}], gateway: { tags: { a: "b" } } },
    };
    const tagged = withZoneTag(spec, "east");
    expect(tagged.networking?.inbound?.map(({ tags }) => Object.entries(tags ?? {}))).toEqual([
      [
        ["kuma.io/zone", "east"],
        ["z", "1"],
      ],
      [],
    ]);
    expect(tagged.networking?.gateway?.tags).toEqual({ a: "b", "kuma.io/zone": "east" });
    expect(foreignZones({ labels: { "kuma.io/zone": "west" }, spec }, "east").map(({ field }) => field)).toEqual([
      'labels["kuma.io/zone"]',
      'networking.inbound[0].tags["kuma.io/zone"]',
    ]);
    expect(foreignZones({ labels: {}, spec: tagged }, "east")).toEqual([]);
    expect(zoneOf({ labels: {}, spec: tagged })).toBe("east");
    expect(zoneOf({ labels: { "kuma.io/zone": "west" }, spec: tagged })).toBe("west");
    expect(zoneOf({ labels: {}, spec: {} })).toBeNull();
  });
});

describe("KRIs", () => {
  const part = fc.stringMatching(/^[a-z0-9.-]{0,12}$/);
  it("are read as they are written", () => {
    const full = fc.stringMatching(/^[a-z0-9.-]{1,12}$/);
    const section = fc.stringMatching(/^[a-z0-9_.-]{0,12}$/);
    fc.assert(
      fc.property(
        fc.record({ shortName: full, mesh: part, zone: part, namespace: part, name: full, section }),
        (kri) => {
          expect(parseKri(formatKri(kri))).toEqual(kri);
        },
      ),
    );
  });

  it("name resources as Kuma does", () => {
    const zone = { "kuma.io/origin": "zone", "kuma.io/zone": "default" };
    const meta = (type: string, labels = {}): Parameters<typeof kriOf>[0] => ({
      type,
      mesh: "default",
      name: "x",
      labels,
    });
    expect(kriOf(meta("MeshTimeout", zone))).toBe("kri_mt_default_default__x_");
    expect(kriOf(meta("Mesh"))).toBe("kri_m____x_");
    expect(kriOf(meta("MeshService", { ...zone, "kuma.io/display-name": "y" }), "80")).toBe(
      "kri_msvc_default_default__y_80",
    );
    expect(kriOf(meta("Secret"))).toBe("");
    expect(() => kriOf(meta("Nope"))).toThrow(TypeError);
    const shortNames = ALL_KINDS.map(({ shortName }) => shortName).filter((name) => name !== "");
    expect(new Set(shortNames).size).toBe(shortNames.length);
  });
});

describe("server names", () => {
  it("are Kuma's", () => {
    expect(tagSni("default", { "kuma.io/service": "backend" })).toBe("backend{mesh=default}");
    expect(tagSni("default", { version: "v1", "kuma.io/service": "backend" })).toBe("backend{mesh=default,version=v1}");
    expect(hashSni("msvc", "default", "backend", 8080)).toBe("a601e0c00295a9fbe.backend.8080.default.ms");
    const zoned = { mesh: "default", name: "backend", labels: { "kuma.io/origin": "zone", "kuma.io/zone": "east" } };
    expect(resourceSni("msvc", zoned, { port: 8080 })).toBe("sni.msvc.default.east.backend.8080");
    expect(resourceSni("msvc", { ...zoned, labels: {} }, { port: 8080, name: "main" })).toBe(
      "sni.msvc.default.backend.main",
    );
    expect(hashSni("extsvc", "m".repeat(63), "n".repeat(63), 1)).toMatch(/\.n{62}x\.1\.m{62}x\.mes$/);
  });

  it("hash bytes of UTF-8 by FNV-1a", () => {
    expect(fnv1a64("")).toBe("cbf29ce484222325");
    expect(fnv1a64("foobar")).toBe("85944171f73967e8");
    const slow = (text: string): string => {
      let hash = 0xcbf29ce484222325n;
      for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
      return hash.toString(16).padStart(16, "0");
    };
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(fnv1a64(text)).toBe(slow(text));
      }),
    );
  });
});

describe("addresses", () => {
  it.each(["1.2.3.4", "::", "::1", "fe80::1", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1::8"])("%s is an IP", (text) => {
    expect(isIP(text)).toBe(true);
  });

  it.each([
    "",
    "1.2.3",
    "1.2.3.256",
    "01.2.3.4",
    ":",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "g::",
    "1.2.3.4::",
  ])("%j is no IP", (text) => {
    expect(isIP(text)).toBe(false);
  });

  it("are DNS names within DNS' limits", () => {
    expect(isDnsName("a-b.C1")).toBe(true);
    for (const text of ["", "-a", "a-", "a..b", "a_b", "a".repeat(64), "a.".repeat(127)])
      expect(isDnsName(text)).toBe(false);
  });
});
