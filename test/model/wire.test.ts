// Reading and writing the wire form: Kuma's violations and answers, round trips, and bodies meant to do harm.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { judgeOf } from "#model/judges.ts";
import type { Kind } from "#model/kind.ts";
import { ALL_KINDS, kindOfPath, kindOfType, POLICIES } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { fromWire, toWire, warningsOf } from "#model/wire.ts";
import { REFUSALS } from "./violations.ts";

function kind(type: string): Kind {
  const found = kindOfType(type);
  if (found === undefined) throw new TypeError(type);
  return found;
}

function bodyOf(type: string, name: string, body: object): object {
  const flat = kind(type).envelope === "flat";
  const mesh = kind(type).scope === "Mesh" ? { mesh: "default" } : {};
  return { type, ...mesh, name, ...(flat ? body : { spec: body }) };
}

function read(type: string, name: string, json: unknown): ReturnType<typeof fromWire> {
  return fromWire(kind(type), json, { mesh: kind(type).scope === "Mesh" ? "default" : "", name });
}

function accepted(type: string, name: string, json: unknown): Resource {
  const { resource, violations } = read(type, name, json);
  expect(violations).toBeUndefined();
  return resource as Resource;
}

const byField = (a: { field: string; reason: string }, b: { field: string; reason: string }): number =>
  `${a.field} ${a.reason}` < `${b.field} ${b.reason}` ? -1 : 1;

describe("violations", () => {
  it.each(
    REFUSALS.map((refusal, index) => [`${index} ${refusal.type}: ${refusal.violations[0]?.field}`, refusal] as const),
  )("are Kuma's: %s", (_, { type, name, body, violations }) => {
    const found = read(type, name, bodyOf(type, name, body)).violations ?? [];
    expect([...found].sort(byField)).toEqual([...violations].sort(byField));
  });

  it("tell of a body that is not what its URL says", () => {
    const body = { type: "Zone", name: "other", mesh: "elsewhere", networking: { address: "10.0.0.1" } };
    expect(read("Dataplane", "d1", body).violations).toEqual([
      { field: "name", reason: "name from the URL has to be the same as in body" },
      { field: "type", reason: "type from the URL has to be the same as in body" },
      { field: "mesh", reason: "mesh from the URL has to be the same as in body" },
    ]);
  });

  it("tell of unknown fields, wrong types and wrong labels at once, in the writer's paths", () => {
    const body = {
      type: "MeshTimeout",
      name: "t1",
      labels: { a: 1, "bad key!": "x" },
      spec: { to: "x", targetRef: { kind: "Mesh", knd: 1 } },
      specs: {},
    };
    const fields = read("MeshTimeout", "t1", body).violations?.map(({ field }) => field);
    expect(fields).toEqual(['labels["a"]', 'labels["bad key!"]', "specs", "spec.targetRef.knd", "spec.to"]);
  });

  it("refuse a name of 300 characters, with its length", () => {
    const name = "a".repeat(300);
    const body = bodyOf("Mesh", name, {});
    expect(read("Mesh", name, body).violations).toEqual([
      { field: "name", reason: "value length must less or equal 253" },
    ]);
  });

  it("refuse a file of the control plane as a source", () => {
    const conf = { cert: { file: "/etc/passwd" }, key: { inlineString: "x", secret: "y" } };
    const body = bodyOf("Mesh", "m2", { mtls: { backends: [{ name: "p", type: "provided", conf }] } });
    expect(read("Mesh", "m2", body).violations?.map(({ field }) => field)).toEqual([
      "mtls.backends[0].conf.cert.file",
      "mtls.backends[0].conf.key",
    ]);
  });
});

describe("warnings", () => {
  it("are Kuma's for deprecated parts", () => {
    const spec = {
      targetRef: { kind: "MeshSubset", tags: { a: "b" } },
      from: [
        { targetRef: { kind: "MeshService", name: "a" }, default: { action: "Allow" } },
        { targetRef: { kind: "Mesh" }, default: { action: "Deny" } },
      ],
    };
    const resource = accepted("MeshTrafficPermission", "p1", bodyOf("MeshTrafficPermission", "p1", spec));
    expect(warningsOf(resource)).toEqual([
      "'from' field is deprecated and will be removed in 3.0, use 'rules' with MeshIdentity (spiffeId) instead",
      "MeshService value for 'from[].targetRef.kind' is deprecated, use MeshSubset with 'kuma.io/service' instead",
      "MeshSubset value for 'targetRef.kind' is deprecated, use Dataplane with labels instead",
    ]);
  });

  it("tell of a short name that is no DNS label", () => {
    const resource = accepted("Zone", "1a", bodyOf("Zone", "1a", {}));
    expect(warningsOf(resource)[0]).toMatch(/^Invalid Zone resource name: '1a'/);
    expect(warningsOf(accepted("Zone", "a1", bodyOf("Zone", "a1", {})))).toEqual([]);
  });
});

describe("answers", () => {
  it("stand in Kuma's order without zero values, with what it fills of metrics alone", () => {
    const body = {
      metrics: { enabledBackend: "p", backends: [{ name: "p", type: "prometheus" }] },
      routing: { zoneEgress: false },
      mtls: { skipValidation: false, backends: [{ mode: "STRICT", type: "builtin", name: "a" }] },
      meshServices: { mode: "Disabled" },
      networking: { outbound: { passthrough: false } },
    };
    const told = toWire(accepted("Mesh", "m2", bodyOf("Mesh", "m2", body)));
    expect(JSON.stringify(told)).toBe(
      JSON.stringify({
        type: "Mesh",
        name: "m2",
        kri: "kri_m____m2_",
        mtls: { backends: [{ name: "a", type: "builtin" }] },
        metrics: {
          enabledBackend: "p",
          backends: [
            {
              name: "p",
              type: "prometheus",
              conf: { path: "/metrics", port: 5670, tags: { "kuma.io/service": "dataplane-metrics" }, tls: {} },
            },
          ],
        },
        networking: { outbound: { passthrough: false } },
        routing: {},
        meshServices: {},
      }),
    );
  });

  it("print a dataplane as Kuma does", () => {
    const body = {
      networking: {
        admin: { port: 9901 },
        outbound: [{ tags: { "kuma.io/service": "q" }, port: 9 }],
        inbound: [
          {
            protocol: "http",
            state: "NotReady",
            health: { ready: false },
            port: 80,
            tags: { z: "v", "kuma.io/service": "x", a: "v" },
            serviceProbe: { interval: "1.50s", tcp: {} },
          },
        ],
        gateway: null,
        address: "10.0.0.1",
      },
    };
    expect(JSON.stringify(toWire(accepted("Dataplane", "d1", bodyOf("Dataplane", "d1", body))))).toBe(
      JSON.stringify({
        type: "Dataplane",
        mesh: "default",
        name: "d1",
        kri: "kri_dp_default___d1_",
        networking: {
          address: "10.0.0.1",
          inbound: [
            {
              port: 80,
              tags: { a: "v", "kuma.io/service": "x", z: "v" },
              health: {},
              serviceProbe: { interval: "1.500s", tcp: {} },
              state: "NotReady",
              protocol: "http",
            },
          ],
          outbound: [{ port: 9, tags: { "kuma.io/service": "q" } }],
          admin: { port: 9901 },
        },
      }),
    );
  });

  it("fill a MeshService and name its SNIs", () => {
    const spec = { ports: [{ port: 80 }], selector: { dataplaneTags: { "kuma.io/service": "x" } } };
    const told = toWire(accepted("MeshService", "s1", bodyOf("MeshService", "s1", spec)));
    expect(told).toMatchObject({
      snis: [{ port: 80, sni: "sni.msvc.default.s1.80" }],
      spec: { ports: [{ port: 80, appProtocol: "tcp" }] },
    });
  });

  it("tell a MeshService's state and identities from its status, whatever was written", () => {
    const spec = { state: "Available", ports: [{ port: 80 }], identities: [{ type: "ServiceTag", value: "old" }] };
    const written = accepted("MeshService", "s1", bodyOf("MeshService", "s1", spec));
    const toldWith = (status: unknown) => toWire({ ...written, status });
    const identities = [{ type: "ServiceTag", value: "x" }];
    expect(toldWith({ dataplaneProxies: { connected: 1, healthy: 1, total: 2 }, identities })).toMatchObject({
      spec: { state: "Available", identities },
      status: { dataplaneProxies: { connected: 1, healthy: 1, total: 2 } },
    });
    expect(toldWith({ dataplaneProxies: { connected: 1, healthy: 0, total: 2 }, identities: [] })).toMatchObject({
      spec: { state: "Unavailable", ports: [{ port: 80, appProtocol: "tcp" }] },
    });
    expect(toldWith({ identities }).status).toEqual({});
  });

  it("print durations of policies as Go does", () => {
    const spec = {
      rules: [{ default: { idleTimeout: "1h", connectionTimeout: "90s", http: { requestTimeout: "1500ms" } } }],
    };
    expect(toWire(accepted("MeshTimeout", "t1", bodyOf("MeshTimeout", "t1", spec))).spec).toEqual({
      rules: [{ default: { connectionTimeout: "1m30s", idleTimeout: "1h0m0s", http: { requestTimeout: "1.5s" } } }],
    });
  });

  it("hide a provided CA's key from relays", () => {
    const conf = { cert: { inlineString: "CERT" }, key: { inlineString: "KEY" } };
    const { spec } = accepted(
      "Mesh",
      "m2",
      bodyOf("Mesh", "m2", { mtls: { backends: [{ name: "p", type: "provided", conf }] } }),
    );
    expect(JSON.stringify(kind("Mesh").publicPart?.(spec))).not.toMatch(/KEY/);
    for (const { relay, publicPart } of ALL_KINDS) expect(publicPart !== undefined).toBe(relay === "public");
  });
});

describe("tables", () => {
  it("find each kind by type, path and alias", () => {
    for (const row of ALL_KINDS) {
      expect(kindOfType(row.type)).toBe(row);
      for (const path of [row.path, ...row.aliases]) expect(kindOfPath(path)).toBe(row);
    }
    expect(kindOfType("constructor")).toBeUndefined();
    expect(kindOfPath("__proto__")).toBeUndefined();
    const orders = POLICIES.map(({ policy }) => policy.order);
    expect(orders).toEqual([...new Set(orders)].sort((a, b) => a - b));
  });

  it.each(ALL_KINDS.map((row) => [row.type, row] as const))(
    "give a JSON Schema of %s that refuses unknown fields",
    (_, row) => {
      expect(z.toJSONSchema(judgeOf(row).shape, { io: "input" })).toMatchObject({
        type: "object",
        additionalProperties: false,
      });
    },
  );
});

type Schema = Readonly<Record<string, unknown>>;

/** Values of a shape, made from its JSON Schema; `name` is the member's, for texts that must be durations or base64. */
function arbitraryOf(schema: Schema, name = ""): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map((one) => arbitraryOf(one as Schema)));
  switch (schema.type) {
    case "string":
      if (/timeout|duration|interval/i.test(name)) return fc.constantFrom("10s", "0s", "1.50s");
      return name === "data" ? fc.constantFrom("YQ==", "") : fc.constantFrom("a", "web", "10.0.0.1", "", "10s");
    case "integer":
      return fc.constantFrom(0, 1, 80, 65_535);
    case "number":
      return fc.constantFrom(0, 0.5, 100);
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(arbitraryOf(schema.items as Schema), { maxLength: 2 });
    default:
      return objectOf(schema);
  }
}

function objectOf({ properties, required = [], additionalProperties }: Schema): fc.Arbitrary<unknown> {
  const members = Object.entries((properties ?? {}) as Record<string, Schema>);
  if (members.length === 0) {
    if (additionalProperties === false) return fc.constant({});
    return fc.dictionary(fc.constantFrom("a", "kuma.io/service", "k y"), fc.constantFrom("x", "y"));
  }
  const arbitraries = Object.fromEntries(members.map(([key, value]) => [key, arbitraryOf(value, key)]));
  return fc.record(arbitraries, { requiredKeys: required as never[] });
}

const SAMPLES: readonly (readonly [type: string, spec: object])[] = [
  ["Zone", { enabled: false }],
  ["Secret", { data: "YQ==" }],
  ["GlobalSecret", {}],
  ["Mesh", { metrics: { backends: [{ name: "p", type: "prometheus", conf: { skipMTLS: true } }] } }],
  [
    "Mesh",
    { mtls: { enabledBackend: "a", backends: [{ name: "a", type: "builtin" }] }, routing: { zoneEgress: true } },
  ],
  [
    "MeshService",
    { selector: { dataplaneRef: { name: "d" } }, ports: [{ port: 80, targetPort: "main", name: "http" }] },
  ],
  ["Dataplane", { networking: { address: "fe80::1", gateway: { tags: { "kuma.io/service": "g" } } } }],
  [
    "Dataplane",
    { networking: { address: "a.b", inbound: [{ port: 1, protocol: "MYSQL", tags: { "kuma.io/service": "x" } }] } },
  ],
  ["MeshTimeout", { to: [{ targetRef: { kind: "Mesh" }, default: { http: { requestTimeout: "0s" } } }] }],
  ["MeshTrafficPermission", { rules: [{ default: { deny: [{}] } }] }],
];

describe("round trips", () => {
  it.each(ALL_KINDS.map((row) => [row.type, row] as const))("%s read from its own answer is the same", (type, row) => {
    const schema = z.toJSONSchema(judgeOf(row).shape, { io: "input" }) as Schema;
    const parsed = (spec: unknown): Resource => {
      const result = judgeOf(row).shape.safeParse(spec);
      if (!result.success) throw new TypeError(JSON.stringify(result.error.issues));
      const complete = judgeOf(row).complete?.(result.data) ?? result.data;
      return { type, mesh: "", name: "x1", labels: {}, creationTime: "", modificationTime: "", spec: complete };
    };
    fc.assert(
      fc.property(arbitraryOf(schema), (spec) => {
        // Some texts must be durations, names or the like: what is refused has no answer.
        fc.pre(judgeOf(row).shape.safeParse(spec).success);
        const first = JSON.stringify(parsed(spec).spec);
        expect(JSON.stringify(parsed(JSON.parse(first)).spec)).toBe(first);
        const shuffled = JSON.parse(JSON.stringify(spec), (_, value) =>
          typeof value === "object" && value !== null && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).reverse())
            : value,
        );
        expect(JSON.stringify(parsed(shuffled).spec)).toBe(first);
      }),
      { numRuns: 200, maxSkipsPerRun: 1_000 },
    );
  });

  it.each(SAMPLES)("a %s that is accepted is accepted again", (type, spec) => {
    const first = accepted(type, "x1", bodyOf(type, "x1", spec));
    const again = accepted(type, "x1", JSON.parse(JSON.stringify(toWire(first))));
    expect(again).toEqual(first);
    expect(Object.isFrozen(first.spec)).toBe(true);
  });
});

describe("hostile bodies", () => {
  const deep = (depth: number): unknown => {
    let value: unknown = 1;
    for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
    return value;
  };
  const bodies: readonly (readonly [string, unknown])[] = [
    ["nothing", undefined],
    ["null", null],
    ["a list", []],
    ["a text", "x"],
    ["a number that is none", { type: "Mesh", name: "m2", tracing: { backends: [{ sampling: Number.NaN }] } }],
    ["depth", { type: "Mesh", name: "m2", mtls: deep(200_000) }],
    [
      "a prototype",
      JSON.parse('{"type":"Mesh","name":"m2","__proto__":{"polluted":true},"mtls":{"__proto__":{"x":1}}}'),
    ],
    ["a constructor", JSON.parse('{"type":"Mesh","name":"m2","constructor":{"prototype":{"polluted":true}}}')],
    ["a million items", { type: "Mesh", name: "m2", skipCreatingInitialPolicies: new Array(1_000_000).fill(1) }],
    [
      "as many wrong items as are looked at",
      { type: "Mesh", name: "m2", skipCreatingInitialPolicies: new Array(49_990).fill(1) },
    ],
    [
      "as many wrong labels",
      {
        type: "Mesh",
        name: "m2",
        labels: Object.fromEntries(Array.from({ length: 49_990 }, (_, i) => [`-${i}`, "-"])),
      },
    ],
    [
      "a million fields",
      { type: "Mesh", name: "m2", ...Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`f${i}`, 1])) },
    ],
    ["a long name", { type: "Mesh", name: "-".repeat(5_000_000) }],
  ];
  it.each(bodies)("are told of, never thrown: %s", (_, body) => {
    const { violations, resource } = read("Mesh", "m2", body);
    expect(resource).toBeUndefined();
    expect(violations?.length).toBeGreaterThan(0);
    expect(violations?.length).toBeLessThan(120);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("of any JSON are told of, never thrown", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL_KINDS), fc.jsonValue({ maxDepth: 5 }), (row, value) => {
        const { violations, resource } = fromWire(row, value, { mesh: "default", name: "x" });
        expect(violations === undefined).toBe(resource !== undefined);
      }),
    );
  });

  it("never show a secret's data in a violation", () => {
    const body = { type: "Secret", mesh: "default", name: "s1", data: "hunter2 is no base64!" };
    expect(JSON.stringify(read("Secret", "s1", body).violations)).not.toMatch(/hunter2/);
  });
});
