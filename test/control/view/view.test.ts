// Views: what relays may see, and that patching them commit by commit gives what reading everything gives.
import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openVault } from "#control/secret/vault.ts";
import { loadState } from "#control/state.ts";
import { readViews } from "#control/view/view.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import { resourcesOf } from "#model/view.ts";
import { toWire } from "#model/wire.ts";
import {
  type Body,
  client,
  dataplane,
  enrol,
  faultOf,
  keyOf,
  mesh,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  revealsOf,
  secret,
  signUp,
  timeout,
  zone,
} from "#test/control/harness.ts";
import { readView } from "#test/control/snapshot-reader.ts";
import { GIVEN } from "#test/policies.ts";
import { createRoot } from "#trust/authority.ts";
import { toPem } from "#trust/bytes.ts";

let plane: Plane;
let made = 0;
const fresh = (): Promise<Org> => signUp(plane, `views-${++made}`);
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

async function broughtCa(name: string): Promise<{ readonly certificate: string; readonly key: string }> {
  const { clock, chance } = plane.deps;
  const root = await createRoot({ mesh: name, backend: "own", clock, chance });
  return { certificate: root.certificatePem, key: toPem("PRIVATE KEY", root.privateKey.reveal()) };
}

const provided = (conf: object): Body =>
  mesh("default", { mtls: { enabledBackend: "own", backends: [{ name: "own", type: "provided", conf }] } });

describe("a private key", () => {
  test("is in no view, of whatever kind", async () => {
    const org = await fresh();
    const { certificate, key } = await broughtCa("default");
    const everything: Record<string, Body> = {
      // Policies and what they rest on, as the cases have them.
      ...Object.fromEntries(GIVEN.map((one) => [one.type, one as unknown as Body])),
      VirtualOutbound: {
        type: "VirtualOutbound",
        mesh: "default",
        name: "versions",
        selectors: [{ match: { "kuma.io/service": "*" } }],
        conf: { host: "{{.svc}}.mesh", port: "80", parameters: [{ name: "svc", tagKey: "kuma.io/service" }] },
      },
      MeshGateway: {
        type: "MeshGateway",
        mesh: "default",
        name: "edge",
        selectors: [{ match: { "kuma.io/service": "edge" } }],
        conf: {
          listeners: [
            { port: 80, protocol: "HTTP" },
            {
              port: 443,
              protocol: "HTTPS",
              tls: {
                mode: "TERMINATE",
                certificates: [
                  { inlineString: certificate + key },
                  { inline: Buffer.from(certificate + key).toString("base64") },
                ],
              },
            },
          ],
        },
      },
      ChangeControl: {
        type: "ChangeControl",
        mesh: "default",
        name: "guard",
        spec: { rollback: { window: "1m", nacks: 0 } },
      },
      AccessTest: {
        type: "AccessTest",
        mesh: "default",
        name: "stays",
        spec: { expect: "deny", from: "web", to: "backend" },
      },
      HostnameGenerator: {
        type: "HostnameGenerator",
        name: "names",
        spec: { selector: { meshService: {} }, template: "{{ .DisplayName }}.mesh" },
      },
      MeshExternalService: {
        type: "MeshExternalService",
        mesh: "default",
        name: "outside",
        spec: {
          match: { type: "HostnameGenerator", port: 443, protocol: "tcp" },
          endpoints: [{ address: "192.0.2.1", port: 443 }],
          tls: {
            enabled: true,
            verification: { clientCert: { inlineString: certificate }, clientKey: { inlineString: key } },
          },
        },
      },
      Zone: zone(),
      ZoneIngress: {
        type: "ZoneIngress",
        name: "in",
        networking: { address: "10.0.0.4", port: 10001, advertisedAddress: "192.0.2.4", advertisedPort: 10001 },
      },
      ZoneEgress: { type: "ZoneEgress", name: "out", networking: { address: "10.0.0.5", port: 10002 } },
      ExternalService: {
        type: "ExternalService",
        mesh: "default",
        name: "older",
        networking: { address: "192.0.2.1:443" },
        tags: { "kuma.io/service": "older" },
      },
      MeshZoneAddress: {
        type: "MeshZoneAddress",
        mesh: "default",
        name: "east",
        spec: { address: "192.0.2.4", port: 10001 },
      },
      GlobalSecret: { type: "GlobalSecret", name: "global", data: Buffer.from(key).toString("base64") },
      Mesh: provided({ cert: { inlineString: certificate }, key: { inlineString: key } }),
      Secret: secret("own", key),
      MeshService: {
        type: "MeshService",
        mesh: "default",
        name: "web",
        spec: { selector: { dataplaneTags: { "kuma.io/service": "web" } }, ports: [{ port: 80 }] },
      },
      Dataplane: dataplane("web-1", "web"),
      MeshTimeout: timeout("slow", 1),
      MeshTrafficPermission: {
        type: "MeshTrafficPermission",
        mesh: "default",
        name: "all",
        spec: { targetRef: { kind: "Mesh" }, from: [{ targetRef: { kind: "Mesh" }, default: { action: "Allow" } }] },
      },
    };
    // A kind that is added must be added here, too.
    expect(ALL_KINDS.map(({ type }) => type).filter((type) => everything[type] === undefined)).toEqual([]);
    await org.apply(Object.values(everything));
    await org.apply([mtlsMesh("other")]);
    const relay = await enrol(org);
    const { views } = await readView(org.control, relay);
    const text = JSON.stringify(views);
    const bodies = [key, Buffer.from(key).toString("base64")].map((one) => one.slice(40, 90));
    for (const hidden of ["PRIVATE KEY", "Secret", "sealed:", ...bodies])
      expect(text, hidden.slice(0, 12)).not.toContain(hidden);
    expect(views.map(({ mesh: own, bundle }) => [own.name, bundle.length])).toEqual([
      ["default", 1],
      ["other", 1],
    ]);
    const shown = ALL_KINDS.filter(({ scope, relay }) => scope === "Mesh" && relay !== "none");
    expect(Object.keys(views[0]?.resources ?? {})).toEqual(shown.map(({ type }) => type).sort());
    // Nor is it in the store, nor in an answer to who may not reveal it; what comes back may be sent back.
    const stored = await Promise.all(ALL_KINDS.map(({ type }) => org.store.list({ type, offset: 0, size: 99 })));
    const raw = JSON.stringify(stored);
    for (const hidden of ["PRIVATE KEY", ...bodies]) expect(raw).not.toContain(hidden);
    const read = async (key: string, scopes: readonly string[]) =>
      (await org.control.reader.get({ ...org.admin, scopes }, keyOf(key))).resource;
    for (const [place, field] of Object.entries({
      "Mesh//default": "mtls.backends[0].conf.key",
      "MeshGateway/default/edge": "conf.listeners[1].tls.certificates[0]",
      "MeshExternalService/default/outside": "spec.tls.verification.clientKey",
    })) {
      const reveals = await revealsOf(org);
      const shown = await read(place, ["admin"]);
      expect(JSON.stringify(shown), place).toContain("[sealed]");
      for (const hidden of ["PRIVATE KEY", ...bodies]) expect(JSON.stringify(shown)).not.toContain(hidden);
      expect(await revealsOf(org)).toEqual(reveals);
      const written = everything[shown.type] as Body;
      const open = await read(place, ["admin", "secret:reveal"]);
      expect(JSON.stringify(open.spec)).toContain("PRIVATE KEY");
      expect(open.spec).toMatchObject(specIn(written));
      const known = await revealsOf(org);
      expect(known.length).toBe(reveals.length + 1);
      expect(known).toContainEqual(
        expect.objectContaining({ actor: "token:test", details: { resources: [keyOf(place)] } }),
      );
      const before = await org.store.heads();
      await org.apply([written]);
      await org.apply([toWire(shown) as unknown as Body]);
      expect(await org.store.heads()).toEqual(before);
      // Where nothing was kept, the mark is no key.
      const other = { ...toWire({ ...shown, name: `${shown.name}-2` }) } as unknown as Body;
      expect((await faultOf(org.apply([other]))).violations).toContain(
        `${field}: is withheld in answers and there is no key to keep: write the key itself`,
      );
    }
  });

  test("among the keys that tokens are verified with is refused", async () => {
    const org = await fresh();
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwks = { inline: JSON.stringify({ keys: [privateKey.export({ format: "jwk" })] }) };
    const spec = { rules: [{ default: { providers: [{ name: "own", issuer: "https://a.example", jwks }] } }] };
    await org.apply([mesh()]);
    const fault = await faultOf(org.apply([{ type: "MeshJWT", mesh: "default", name: "tokens", spec }]));
    expect(fault.violations).toEqual([
      "spec.rules[0].default.providers[0].jwks.inline: must hold public keys alone: a private key was given",
    ]);
  });
});

/** What stands below `spec`, or beside the name. */
function specIn({ type: _type, mesh: _mesh, name: _name, ...flat }: Body): object {
  return (flat.spec as object | undefined) ?? flat;
}

describe("the CA of an external service", () => {
  const outside = (caCert: object): Body => ({
    type: "MeshExternalService",
    mesh: "default",
    name: "outside",
    spec: {
      match: { type: "HostnameGenerator", port: 443, protocol: "tcp" },
      endpoints: [{ address: "192.0.2.1", port: 443 }],
      tls: { enabled: true, verification: { caCert } },
    },
  });

  test("comes from a Secret as its certificates alone, and follows it", async () => {
    const org = await fresh();
    const [one, two] = [await broughtCa("default"), await broughtCa("default")];
    await org.apply([mesh("default", {}), zone(), secret("outside-ca", `${one.certificate}\n${one.key}`)]);
    await org.apply([outside({ secret: "outside-ca" })]);
    const relay = await enrol(org);
    const seen = async (): Promise<unknown> => {
      const [view] = (await readView(org.control, relay)).views;
      expect(JSON.stringify(view)).not.toContain("PRIVATE KEY");
      const [external] = view === undefined ? [] : resourcesOf(view, "MeshExternalService");
      return external?.spec.tls?.verification?.caCert;
    };
    expect(await seen()).toEqual({ inlineString: one.certificate });
    await org.apply([secret("outside-ca", two.certificate)]);
    expect(await seen()).toEqual({ inlineString: two.certificate });
    // Who reads the resource sees what was written.
    const read = await org.control.reader.get(org.admin, keyOf("MeshExternalService/default/outside"));
    expect(JSON.stringify(read.resource.spec)).toContain('"secret":"outside-ca"');
    await org.apply([secret("outside-ca", "no certificate")]);
    expect(await seen()).toEqual({ secret: "outside-ca" });
  });
});

describe("a provided CA", () => {
  test("comes from secrets or inline; what does not load is refused with its place", async () => {
    const org = await fresh();
    const { certificate, key } = await broughtCa("default");
    const missing = await faultOf(org.apply([provided({ cert: { secret: "cert" }, key: { secret: "key" } })]));
    expect(missing.violations).toEqual([
      'mtls.backends[0].conf.cert: cannot be loaded: there is no Secret "cert" with text in the mesh',
      'mtls.backends[0].conf.key: cannot be loaded: there is no Secret "key" with text in the mesh',
    ]);
    const file = await faultOf(org.apply([provided({ cert: { file: "/etc/ca.pem" }, key: { inlineString: key } })]));
    expect(file.violations[0]).toMatch(/conf\.cert\.file: files of the control plane cannot be read/);
    const foreign = generateKeyPairSync("ec", { namedCurve: "P-256" })
      .privateKey.export({ type: "pkcs8", format: "pem" })
      .toString();
    const misfit = await faultOf(
      org.apply([provided({ cert: { inlineString: certificate }, key: { inlineString: foreign } })]),
    );
    expect(misfit.violations[0]).toMatch(/^mtls\.backends\[0\]\.conf/);
    await org.apply([
      secret("cert", certificate),
      secret("key", key),
      provided({ cert: { secret: "cert" }, key: { secret: "key" } }),
    ]);
    const { views } = await readView(org.control, await zoned(org));
    expect(views[0]?.bundle).toEqual([certificate]);
    const broken = await faultOf(org.apply([secret("cert", "no certificate")]));
    expect(broken.violations[0]).toMatch(/^data: the CA of mTLS backend "own" would not load/);
    expect((await faultOf(org.apply([], ["Secret/default/key"]))).violations[0]).toContain("currently in use in Mesh");
  });

  test("rotates by its secrets: the bundle follows", async () => {
    const org = await fresh();
    const [one, two] = [await broughtCa("default"), await broughtCa("default")];
    await org.apply([
      secret("cert", one.certificate),
      secret("key", one.key),
      provided({ cert: { secret: "cert" }, key: { secret: "key" } }),
    ]);
    const relay = await zoned(org);
    await org.apply([secret("cert", two.certificate), secret("key", two.key)]);
    expect((await readView(org.control, relay)).views[0]?.bundle).toEqual([two.certificate]);
  });
});

async function zoned(org: Org) {
  await org.apply([zone()]);
  return enrol(org);
}

describe("a view that was patched", () => {
  type Step = {
    readonly kind: "put" | "delete";
    readonly type: "MeshTimeout" | "Dataplane" | "Secret";
    readonly name: string;
    readonly value: number;
  };
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom("put", "put", "delete"),
    type: fc.constantFrom("MeshTimeout", "Dataplane", "Secret"),
    name: fc.constantFrom("a", "b", "c", "d"),
    value: fc.integer({ min: 1, max: 3 }),
  });
  const bodyOf = ({ type, name, value }: Step): Body =>
    type === "MeshTimeout"
      ? timeout(name, value)
      : type === "Secret"
        ? secret(name, `value ${value}`)
        : value === 1
          ? client(name, "web")
          : dataplane(name, `service-${value}`);

  test("equals the one read afresh, and keeps the identity of what did not change", async () => {
    const org = await fresh();
    await org.apply([mtlsMesh(), zone()]);
    const relay = await enrol(org);
    const apart = plane.reopen();
    const vault = openVault(org.tenant, plane.deps.keyEncryptionKey, plane.deps.chance);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        const [before] = (await org.control.writerOf(org.tenant).view()).views;
        const touched = new Set<string>();
        for (const one of steps) {
          const key = `${one.type}/default/${one.name}`;
          if (one.kind === "delete" && (await org.store.get(keyOf(key))) === null) continue;
          await (one.kind === "put" ? org.apply([bodyOf(one)]) : org.apply([], [key]));
          touched.add(key);
        }
        await org.settle();
        const fresh = await readViews(await loadState(org.store, null), vault);
        const { views: writers } = await org.control.writerOf(org.tenant).view();
        expect(writers).toEqual(fresh.map(({ view }) => view));
        const [after] = writers;
        // Relays are sent the same; a reader without a writer beside it reads the store, and says the same.
        for (const reader of [org.control, apart]) expect((await readView(reader, relay)).views).toEqual(writers);
        for (const resource of before?.resources.MeshTimeout ?? []) {
          if (touched.has(`MeshTimeout/default/${resource.name}`)) continue;
          expect(after?.resources.MeshTimeout?.includes(resource)).toBe(true);
        }
      }),
      {
        numRuns: 15,
        examples: [
          [(["put", "delete"] as const).map((kind) => ({ kind, type: "Dataplane", name: "a", value: 2 }) as const)],
        ],
      },
    );
  });
});
