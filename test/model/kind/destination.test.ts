// MeshExternalService, MeshMultiZoneService and HostnameGenerator: violations, defaults, names in templates.
import { describe, expect, it } from "vitest";
import { type HostnameFacts, renderTemplate } from "#model/hostname-template.ts";
import { kindOfType } from "#model/kinds.ts";
import { pemReason } from "#model/pem.ts";
import { fromWire, warningsOf } from "#model/wire.ts";
import { refusedBy } from "#test/model/policy/refused.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";

const EXTERNAL = "MeshExternalService";
const MULTI = "MeshMultiZoneService";
const MATCH = { type: "HostnameGenerator", port: 443, protocol: "tcp" };
const external = (more: object): object => ({ spec: { match: MATCH, ...more } });
const verifying = (verification: object): object => external({ tls: { enabled: true, verification } });
const V = "spec.tls.verification";

const REFUSED: readonly (readonly [type: string, body: object, ...refusals: string[]])[] = [
  [EXTERNAL, { spec: {} }, "spec.match: in body is required"],
  [
    EXTERNAL,
    { spec: { match: { type: "Other", port: 0, protocol: "udp" } } },
    "spec.match.type: in body should be one of [HostnameGenerator]",
    "spec.match.port: in body should be greater than or equal to 1",
    "spec.match.protocol: in body should be one of [tcp grpc http http2]",
  ],
  [
    EXTERNAL,
    external({
      endpoints: [
        { address: "", port: 1 },
        { address: "a", port: 65_536, priority: 129 },
      ],
    }),
    "spec.endpoints[0].address: in body should be at least 1 chars long",
    "spec.endpoints[1].port: in body should be less than or equal to 65535",
    "spec.endpoints[1].priority: in body should be less than or equal to 128",
  ],
  [
    EXTERNAL,
    external({ endpoints: [{ address: "a b", port: 1 }] }),
    "spec.endpoints[0].address: address has to be a valid IP or hostname",
  ],
  [EXTERNAL, external({ extension: { type: "" } }), "spec.extension.type: must not be empty"],
  [
    EXTERNAL,
    external({ tls: { version: { min: "TLS13", max: "TLS12" } } }),
    "spec.tls.version.min: min version must be lower than max",
  ],
  [EXTERNAL, verifying({ serverName: "not[]valid" }), `${V}.serverName: must be a valid DNS name`],
  [EXTERNAL, verifying({ serverName: "10.0.0.1" }), `${V}.serverName: must be a valid DNS name`],
  [EXTERNAL, verifying({ mode: "Lax" }), `${V}.mode: in body should be one of [SkipSAN SkipCA Secured SkipAll]`],
  [
    EXTERNAL,
    verifying({ subjectAltNames: [{ type: "Prefix", value: "" }] }),
    `${V}.subjectAltNames[0].value: must not be empty`,
  ],
  [EXTERNAL, verifying({ clientCert: { secret: "c" } }), `${V}.clientKey: must be defined when clientCert is defined`],
  [EXTERNAL, verifying({ clientKey: { secret: "c" } }), `${V}.clientCert: must be defined when clientKey is defined`],
  [
    EXTERNAL,
    verifying({ caCert: {} }),
    `${V}.caCert: data source has to be chosen. Available sources: secret, file, inline`,
  ],
  [EXTERNAL, verifying({ caCert: { file: "/etc/passwd" } }), `${V}.caCert.file: unknown field`],
  [EXTERNAL, verifying({ caCert: { inline: "dGVzdA==" } }), `${V}.caCert: must hold a certificate in PEM`],
  [
    EXTERNAL,
    verifying({ caCert: { inlineString: "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----" } }),
    `${V}.caCert: must not hold a private key`,
  ],
  [
    EXTERNAL,
    verifying({
      clientCert: { inlineString: "-----BEGIN EC PRIVATE KEY-----\nMAA=" },
      clientKey: { inlineString: "-----BEGIN EC PRIVATE KEY-----\nMAA=" },
    }),
    `${V}.clientCert: must not hold a private key`,
  ],
  [
    MULTI,
    { spec: { selector: { meshService: { matchLabels: { a: "b" } } }, ports: [] } },
    "spec.ports: in body should have at least 1 items",
  ],
  [
    MULTI,
    {
      spec: {
        selector: { meshService: { matchLabels: {} } },
        ports: [{ port: 0, name: "" }, { port: 80, appProtocol: "udp" }, { port: 80 }],
      },
    },
    "spec.selector.meshService.matchLabels: cannot be empty",
    "spec.ports[0].name: must not be empty",
    "spec.ports[0].port: port must be in the range [1, 65535]",
    "spec.ports[1].appProtocol: appProtocol must be one of: tcp, http, http2, grpc, kafka, tls, mysql",
    "spec.ports[2].port: port 80 is already used by another port of this service",
  ],
];

const RECORDED = (
  [
    [EXTERNAL, "mesh-external-service"],
    [MULTI, "mesh-multi-zone-service"],
  ] as const
).flatMap(([type, name]) => refusedBy(name, "kind").map(([title, refused]) => [type, title, refused] as const));

describe("destinations", () => {
  it.each(RECORDED)("are refused as by Kuma: %s %s", (type, _, { spec, refusals }) => {
    expect([...refusalsOf(type, { spec })].sort()).toEqual([...refusals].sort());
  });

  it.each(REFUSED.map(([type, body, ...refusals]) => [refusals[0] ?? "", type, body, refusals] as const))(
    "refuse: %s",
    (_, type, body, refusals) => {
      expect([...refusalsOf(type, body)].sort()).toEqual([...refusals].sort());
    },
  );

  it("answer with the defaults of the schema, and with the names that clients say in TLS", () => {
    const spec = { match: { port: 443 }, tls: { version: {}, verification: { subjectAltNames: [{ value: "a" }] } } };
    expect(answerOf(EXTERNAL, { spec })).toEqual({
      snis: [{ port: 443, sni: "sni.extsvc.default.x1.443" }],
      spec: {
        match: MATCH,
        tls: {
          enabled: false,
          allowRenegotiation: false,
          version: { min: "TLSAuto", max: "TLSAuto" },
          verification: { mode: "Secured", subjectAltNames: [{ type: "Exact", value: "a" }] },
        },
      },
    });
    const multi = { selector: { meshService: { matchLabels: { a: "b" } } }, ports: [{ port: 80, name: "web" }] };
    expect(answerOf(MULTI, { spec: multi })).toEqual({
      snis: [{ port: 80, sni: "sni.mzsvc.default.x1.web" }],
      spec: { ...multi, ports: [{ port: 80, name: "web", appProtocol: "tcp" }] },
    });
  });

  it("warn of names that are no DNS labels; a long name of a MeshExternalService is refused", () => {
    const read = (type: string, name: string, spec: object): ReturnType<typeof fromWire> => {
      const kind = kindOfType(type);
      if (kind === undefined) throw new TypeError(type);
      return fromWire(kind, { type, mesh: "default", name, spec }, { mesh: "default", name });
    };
    const long = "a".repeat(64);
    const multi = { selector: { meshService: { matchLabels: { a: "b" } } }, ports: [{ port: 80 }] };
    const taken = read(MULTI, "1a", multi).resource;
    expect(taken === undefined ? [] : warningsOf(taken)).toEqual([
      expect.stringMatching(/^Invalid MeshMultiZoneService resource name: '1a'/),
    ]);
    expect(read(MULTI, long, multi).violations).toBeUndefined();
    expect(read(EXTERNAL, long, { match: MATCH }).violations?.map(({ field }) => field)).toEqual(["name"]);
  });

  it("show no client's key to relays", () => {
    const { publicPart } = kindOfType(EXTERNAL) ?? {};
    const clientCert = { inlineString: "certificate" };
    const spec = (clientKey: object): object => ({ match: MATCH, tls: { verification: { clientCert, clientKey } } });
    expect(publicPart?.(spec({ inlineString: "key" }))).toEqual(spec({}));
    expect(publicPart?.(spec({ secret: "name" }))).toEqual(spec({ secret: "name" }));
  });
});

describe("the address of a service outside", () => {
  it.each(["a_b", "_a", "a-", "a.", "A.b", "1", "x.1", "10.0.0.1", "2001:db8::1"])(
    "%s is taken, as by Kuma",
    (address) => {
      expect(refusalsOf(EXTERNAL, external({ endpoints: [{ address, port: 1 }] }))).toEqual([]);
    },
  );

  it.each(["a..b", "-a", ".", "a/b", `${"a".repeat(64)}.b`, "a.".repeat(128)])("%s is refused", (address) => {
    expect(refusalsOf(EXTERNAL, external({ endpoints: [{ address, port: 1 }] }))).toEqual([
      "spec.endpoints[0].address: address has to be a valid IP or hostname",
    ]);
  });
});

describe("PEM", () => {
  const block = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  // SEQUENCEs of 0, of 3 and of 128 bytes: both forms of a DER length.
  const long = Buffer.concat([Buffer.from([0x30, 0x81, 0x80]), Buffer.alloc(128)]).toString("base64");
  it.each([
    [block("MAA="), null],
    [block("MAMCAQE="), null],
    [block(long) + block("MAA="), null],
    ["", "must hold a certificate in PEM"],
    ["words", "must hold a certificate in PEM"],
    [block("MAM="), "certificate 1 is not a certificate in PEM"],
    [block("MAA=") + block("AgEB"), "certificate 2 is not a certificate in PEM"],
    [block("MA"), "certificate 1 is not a certificate in PEM"],
  ])("%#", (text, reason) => {
    expect(pemReason(text)).toBe(reason);
  });
});

const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

describe("HostnameGenerator", () => {
  const refusals = (spec: object): readonly string[] => {
    const kind = kindOfType("HostnameGenerator");
    if (kind === undefined) throw new TypeError("HostnameGenerator");
    const body = { type: kind.type, name: "x1", spec };
    const { violations = [] } = fromWire(kind, body, { mesh: "", name: "x1" });
    return violations.map(({ field, reason }) => `${field}: ${reason}`);
  };
  const of = (template: string, selector: object = { meshService: {} }): readonly string[] =>
    refusals({ template, selector });

  it.each(refusedBy("hostname-generator", "kind"))("is refused as by Kuma: %s", (_, { spec, refusals: wanted }) => {
    expect([...refusals(spec)].sort()).toEqual([...wanted].sort());
  });

  it.each([
    "{{ .Name }}.mesh",
    "{{ .Name }}.{{ .DisplayName }}.{{ .Namespace }}.{{ .Mesh }}.{{ .Zone }}.mesh",
    '{{ label "app" }}.mesh',
    "{{- .Name -}} .mesh",
    "{{.Name}}{{/* a comment */}}.mesh",
    "{{ `a` }}.mesh",
  ])("takes %s", (template) => {
    expect(of(template)).toEqual([]);
  });

  it("refuses what is no template, or gives no name", () => {
    expect(of("")).toEqual(["spec.template: must not be empty"]);
    expect(of("{{ .Name[4 }}.mesh")[0]).toMatch(/^spec\.template: couldn't parse template: /);
    expect(of("{{ .Secret }}.mesh")[0]).toMatch(/^spec\.template: couldn't parse template: /);
    expect(of("{{ .Name ")[0]).toMatch(/^spec\.template: couldn't parse template: .*unclosed action$/);
    for (const [template, made] of [
      ["{{ .Name }}.MESH", "name.MESH"],
      [".{{ .Name }}.mesh", ".name.mesh"],
      ["{{ .Name }}..mesh", "name..mesh"],
      ["{{ .Name }}_svc.mesh", "name_svc.mesh"],
    ] as const) {
      expect(of(template)).toEqual([
        `spec.template: template renders to "${made}" which is not a valid DNS name: ${SUBDOMAIN}`,
      ]);
    }
  });

  it("wants one selector, and a type of its extension", () => {
    const one = "spec.selector: exact one selector (meshService, meshExternalService) must be defined";
    expect(refusals({ template: "a.mesh" })).toEqual([one]);
    expect(of("a.mesh", { meshService: {}, meshExternalService: {} })).toEqual([one]);
    expect(
      refusals({ template: "a.mesh", selector: { meshService: {} }, extension: { type: "", config: {} } }),
    ).toEqual(["spec.extension.type: must not be empty"]);
  });

  const FACTS: HostnameFacts = {
    Name: "backend.ns",
    DisplayName: "backend",
    Namespace: "ns",
    Mesh: "default",
    Zone: "east",
    label: (key) => ({ team: "shop" })[key],
  };
  it.each([
    ["{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local", { hostname: "backend.svc.east.mesh.local" }],
    ['{{ label "team" }}.{{ .Namespace }}.{{ .Mesh }}', { hostname: "shop.ns.default" }],
    ["{{ .Name }} {{- `.x` -}} ", { hostname: "backend.ns.x" }],
    ['{{ label "none" }}', { reason: "couldn't render template: label none not found" }],
  ])("renders %s", (template, rendered) => {
    expect(renderTemplate(template, FACTS)).toEqual(rendered);
  });
});
