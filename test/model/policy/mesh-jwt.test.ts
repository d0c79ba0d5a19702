// MeshJWT: what is refused of providers, keys and key servers, and what earns a warning.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jwksReason } from "#model/jwks.ts";
import { keyServerOf, keyServerReason } from "#model/key-server.ts";
import { meshJwtJudge } from "#model/policy/mesh-jwt.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";

const TYPE = "MeshJWT";
const KEYS = '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}';
const remote = { uri: "https://issuer.example/keys" };
const provider = (more: object = {}): object => ({ name: "p", jwks: { remote }, ...more });
const conf = (said: object, rest: object = {}): object => ({ spec: { ...rest, rules: [{ default: said }] } });
const AT = "spec.rules[0].default";
const ONE = `${AT}.providers[0]`;
const CLAIM = "must be names of claims with dots between them";

describe(TYPE, () => {
  it.each<[object, string[]]>([
    [{ spec: {} }, ["spec: 'rules' has to be defined"]],
    [conf({}), [`${AT}: must have at least one defined: providers, mode, exemptPaths`]],
    [conf({ providers: [] }), [`${AT}.providers: must not be empty`]],
    [conf({ mode: "required" }), [`${AT}.mode: in body should be one of [Required Optional]`]],
    [
      conf({ providers: [provider()] }, { targetRef: { kind: "MeshGateway", name: "g" } }),
      ["spec.targetRef.kind: value 'MeshGateway' is not supported"],
    ],
    [
      conf({ providers: [provider(), provider()] }),
      [`${AT}.providers[1].name: "p" is already used for another provider`],
    ],
    [
      conf({ providers: [{ name: "P p", issuer: "", audiences: [""], jwks: {} }] }),
      [
        `${ONE}.name: must be lower case letters, digits, '-' and '.'`,
        `${ONE}.issuer: must not be empty`,
        `${ONE}.audiences[0]: must not be empty`,
        `${ONE}.jwks: must have exactly one defined: remote, inline`,
      ],
    ],
    [
      conf({ providers: [provider({ jwks: { remote, inline: KEYS } })] }),
      [`${ONE}.jwks: must have exactly one defined: remote, inline`],
    ],
    [
      conf({ providers: [provider({ jwks: { remote: { ...remote, timeout: "0s", cacheDuration: "1ms" } } })] }),
      [
        `${ONE}.jwks.remote.timeout: must be greater than zero when defined`,
        `${ONE}.jwks.remote.cacheDuration: must be at least 1s`,
      ],
    ],
    [
      conf({ providers: [provider({ fromParams: ["a=b"], fromHeaders: [{ name: "host" }], clockSkew: "1500ms" })] }),
      [
        `${ONE}.fromParams[0]: must be the name of a query parameter`,
        `${ONE}.fromHeaders[0].name: must not be host`,
        `${ONE}.clockSkew: must be whole seconds, at least 1s`,
      ],
    ],
    [
      conf({
        providers: [
          provider({
            forwardPayloadHeader: "x-forwarded-client-cert",
            claimToHeaders: [
              { header: "x-kuma-tags", claim: "a" },
              { header: "x", claim: "a..b" },
              { header: "y", claim: "a\\.b" },
            ],
          }),
        ],
      }),
      [
        `${ONE}.forwardPayloadHeader: must not be a header of the mesh's own`,
        `${ONE}.claimToHeaders[0].header: must not be a header of the mesh's own`,
        `${ONE}.claimToHeaders[1].claim: ${CLAIM}`,
        `${ONE}.claimToHeaders[2].claim: ${CLAIM}`,
      ],
    ],
    [
      conf({
        exemptPaths: [
          { type: "Exact", value: "a" },
          { type: "RegularExpression", value: "/a" },
        ],
      }),
      [
        `${AT}.exemptPaths[1].type: in body should be one of [Exact PathPrefix]`,
        `${AT}.exemptPaths[0].value: must start with '/'`,
      ],
    ],
    [
      conf({ exemptPaths: [{ type: "PathPrefix", value: "/a/../b" }] }),
      [`${AT}.exemptPaths[0].value: must be normal: no '//' and no dot segments`],
    ],
    [
      {
        spec: { rules: [{ matches: [{ spiffeID: { type: "Exact", value: "web" } }], default: { mode: "Optional" } }] },
      },
      ["spec.rules[0].matches[0].spiffeID: must be a valid Spiffe ID: scheme is missing or invalid"],
    ],
  ])("is refused for %j", (body, refusals) => {
    expect(refusalsOf(TYPE, body)).toEqual(refusals);
  });

  it("warns of what makes tokens worth little", () => {
    const bare = { type: TYPE, mesh: "default", name: "x", labels: {}, creationTime: "", modificationTime: "" };
    const open = { name: "a", jwks: { remote: { uri: "http://issuer.example/keys" } } };
    const shut = { name: "b", issuer: "i", audiences: ["a"], jwks: { inline: KEYS } };
    expect(meshJwtJudge.warn?.({ ...bare, spec: { rules: [{ default: { providers: [open, shut] } }] } })).toEqual([
      "'spec.rules[0].default.providers[0].audiences' is not set: tokens for any audience are accepted",
      "'spec.rules[0].default.providers[0].issuer' is not set: tokens of any issuer with these keys are accepted",
      "'spec.rules[0].default.providers[0].jwks.remote.uri' is not https: whoever is on the way can replace the keys",
    ]);
  });

  it("answers what was written", () => {
    const said = {
      providers: [
        {
          name: "users",
          issuer: "https://issuer.example/",
          audiences: ["a"],
          jwks: { remote: { ...remote, timeout: "2s", cacheDuration: "10m0s" } },
          fromHeaders: [{ name: "x-token", prefix: "T " }],
          fromParams: ["t"],
          forward: true,
          forwardPayloadHeader: "x-payload",
          claimToHeaders: [{ header: "x-user", claim: "sub" }],
          clockSkew: "5s",
        },
      ],
      mode: "Optional",
      exemptPaths: [{ type: "Exact", value: "/health" }],
    };
    expect(answerOf(TYPE, conf(said)).spec).toEqual({ rules: [{ default: said }] });
  });
});

describe("a key server's URL", () => {
  it.each([
    "https://issuer.example/keys",
    "https://issuer.example:8443/keys?x=1",
    "http://10.1.2.3:8080/jwks",
    "http://127.0.0.1/jwks",
    "http://[::1]:80/jwks",
    "https://keys.shop.svc.cluster.local/",
    "https://[2001:db8::1]/",
  ])("may be %s", (url) => {
    expect(keyServerReason(url)).toBe(null);
  });

  it.each([
    "",
    "issuer.example/keys",
    "ftp://issuer.example/",
    "file:///etc/passwd",
    "https://user:secret@issuer.example/",
    "https://issuer.example/#x",
    "https://issuer.example:0/",
    "https://issuer.example:99999/",
    "https:///keys",
    "https://a b/",
    "http://169.254.169.254/latest/meta-data",
    "http://169.254.170.2/",
    "http://metadata.google.internal/",
    "http://METADATA.google.internal./",
    "http://metadata/",
    "http://0.0.0.0/",
    "http://0/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::a9fe:a9fe]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[::]/",
    "http://224.0.0.1/",
    "http://100.100.100.200/",
  ])("may not be %s", (url) => {
    expect(keyServerReason(url)).not.toBe(null);
    expect(keyServerOf(url)).toBe(null);
  });

  it("has the port of its scheme unless it says one", () => {
    expect(keyServerOf("https://a.example/")).toMatchObject({ host: "a.example", port: 443 });
    expect(keyServerOf("http://a.example/")).toMatchObject({ port: 80 });
    expect(keyServerOf("http://[2001:db8::1]:81/")).toMatchObject({ host: "2001:db8::1", port: 81 });
  });

  it("never leads to link-local addresses, whatever their spelling", () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255));
    const spelled = octets.chain(([c, d]) => {
      const number = ((169 << 24) | (254 << 16) | (c << 8) | d) >>> 0;
      const hex = ((c << 8) | d).toString(16);
      return fc.constantFrom(
        `169.254.${c}.${d}`,
        `${number}`,
        `0x${number.toString(16)}`,
        `0xa9.0xfe.${c}.${d}`,
        `169.254.${(c << 8) | d}`,
        `[::ffff:169.254.${c}.${d}]`,
        `[::ffff:a9fe:${hex}]`,
        `[0:0:0:0:0:ffff:a9fe:${hex}]`,
        `[64:ff9b::169.254.${c}.${d}]`,
      );
    });
    fc.assert(fc.property(spelled, (host) => keyServerReason(`http://${host}/keys`) !== null));
  });
});

describe("a set of keys", () => {
  const key = (members: object): string => JSON.stringify({ keys: [members] });
  it.each([
    [KEYS, null],
    [key({ kty: "RSA", n: "a", e: "AQAB" }), null],
    [key({ kty: "EC", crv: "P-256", x: "a", y: "b" }), null],
    ["{", "must be a JSON Web Key Set"],
    ["{}", "must be a JSON Web Key Set with at least one key"],
    ['{"keys":[]}', "must be a JSON Web Key Set with at least one key"],
    ["null", "must be a JSON Web Key Set with at least one key"],
    ['{"keys":[null]}', "keys must be objects"],
    [
      key({ kty: "oct", k: "c2VjcmV0" }),
      "symmetric keys (kty: oct) are not allowed: whoever can verify with one can sign",
    ],
    [key({ kty: "EC", crv: "P-256", x: "a", y: "b", d: "c" }), "must hold public keys alone: a private key was given"],
    [key({ kty: "RSA", n: "a", e: "b", p: "c" }), "must hold public keys alone: a private key was given"],
    [key({ kty: "constructor" }), "kty must be one of RSA, EC, OKP"],
    [key({ kty: "RSA", n: "a" }), "a key of type RSA must have e"],
  ])("%s", (text, reason) => {
    expect(jwksReason(text)).toBe(reason);
  });
});
