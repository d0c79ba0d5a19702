// `weft inspect proxy NAME --why` and `weft inspect policy`, against a real control plane.
import { beforeAll, describe, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { planeOfFile } from "./plane.ts";
import { type Ran, type RunOptions, run } from "./run.ts";

const plane = planeOfFile();
let at: readonly string[];

const WORLD = `
{ type: Mesh, name: default, skipCreatingInitialPolicies: ["*"], mtls: { enabledBackend: ca-1, backends: [{ name: ca-1, type: builtin }] } }
---
{ type: Dataplane, mesh: default, name: web-1, networking: { address: 10.0.0.1,
  inbound: [{ port: 8080, tags: { kuma.io/service: web, kuma.io/protocol: http } }],
  outbound: [{ port: 10001, tags: { kuma.io/service: backend } }] } }
---
{ type: Dataplane, mesh: default, name: backend-1, networking: { address: 10.0.0.2,
  inbound: [{ port: 8080, tags: { kuma.io/service: backend, kuma.io/protocol: http } }] } }
---
{ type: MeshTimeout, mesh: default, name: all, spec: {
  to: [{ targetRef: { kind: Mesh }, default: { connectionTimeout: 5s, http: { requestTimeout: 15s } } }] } }
---
{ type: MeshTimeout, mesh: default, name: slow, spec: { targetRef: { kind: MeshSubset, tags: { kuma.io/service: web } },
  to: [{ targetRef: { kind: MeshService, name: backend }, default: { http: { requestTimeout: 40s } } }] } }
---
{ type: MeshTrafficPermission, mesh: default, name: few, spec: { targetRef: { kind: MeshSubset, tags: { kuma.io/service: backend } },
  from: [{ targetRef: { kind: Mesh }, default: { action: Deny } },
         { targetRef: { kind: MeshSubset, tags: { kuma.io/service: web } }, default: { action: Allow } }] } }
`;

beforeAll(async () => {
  at = await plane.signUp("demo");
  await enrolRelay((await weft(["zone", "create", "east"])).out);
  const applied = await weft(["apply", "-f", "-"], { input: WORLD });
  expect(applied.code, applied.err).toBe(0);
});

/** A relay of the zone: what it would serve is compiled, and only then are faults found. */
async function enrolRelay(created: string): Promise<void> {
  const token = /WEFT_ENROLMENT_TOKEN=(\S+)/.exec(created)?.[1];
  const [signingKey, encryptionKey] = await Promise.all([publicKey("ECDSA"), publicKey("ECDH")]);
  const answer = await fetch(`${plane.url}/v1/zone/enrol`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, signingKey, encryptionKey }),
  });
  expect(answer.status).toBe(200);
}

async function publicKey(name: "ECDSA" | "ECDH"): Promise<object> {
  const uses = name === "ECDSA" ? (["sign", "verify"] as const) : (["deriveBits"] as const);
  const { publicKey: key } = await crypto.subtle.generateKey({ name, namedCurve: "P-256" }, true, uses);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", key);
  return { kty, crv, x, y };
}

function weft(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run([...argv, ...at], options);
}

describe("why", () => {
  test("weft why says the same as inspect proxy --why, with the field as an argument", async () => {
    const older = await weft(["inspect", "proxy", "web-1", "--why", "--field", "requestTimeout", "--envoy"]);
    expect(await weft(["why", "web-1", "requestTimeout", "--envoy"])).toEqual(older);
    expect(older.out).toContain("40s");
    expect(await weft(["why", "web-1", "numRetries"])).toEqual({
      code: 0,
      out: "",
      err: "No setting of web-1 matches.\n",
    });
    for (const form of ["table", "json", "name"]) {
      const nothing = await weft(["why", "web-1", "requestTimeuot", "-o", form]);
      expect([nothing.code, nothing.out]).toEqual([5, ""]);
      expect(nothing.err).toContain("no setting is called requestTimeuot");
      expect(nothing.err).toContain("did you mean requestTimeout?");
    }
    const wrong = await weft(["why", "wbe-1"]);
    expect([wrong.code, wrong.err]).toEqual([5, expect.stringContaining("did you mean web-1?")]);
  });

  test("settings stand below the rule that set them, with what they beat", async () => {
    const { code, out, err } = await weft(["inspect", "proxy", "web-1", "--why"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe(
      [
        "web-1 in mesh default",
        "",
        "Inbound 8080  web · http · 10.0.0.1:8080",
        "  no policy says anything of it",
        "",
        "Outbound backend  http · 127.0.0.1:10001",
        "  MeshTimeout/all to[0]",
        "    connectionTimeout    5s",
        "  MeshTimeout/slow to[0]",
        "    http.requestTimeout  40s  over all to[0]",
        "",
      ].join("\n"),
    );
  });

  test("whom a rule holds for is said", async () => {
    const { out } = await weft(["inspect", "proxy", "backend-1", "--why", "--policy", "mtp"]);
    expect(out).toContain(
      [
        "  MeshTrafficPermission/few from[1]",
        "    for clients with kuma.io/service=web",
        "    action  Allow  over few from[0]",
        "  MeshTrafficPermission/few from[0]",
        "    for clients without kuma.io/service=web",
        "    action  Deny",
      ].join("\n"),
    );
  });

  test("permissions of the older form are not shown where rules take their place", async () => {
    const rules =
      "[{ default: { allow: [{ spiffeID: { type: Exact, value: 'spiffe://default/web' }, methods: [GET] }] } }]";
    const target = "{ kind: MeshSubset, tags: { kuma.io/service: backend } }";
    const input = `{ type: MeshTrafficPermission, mesh: default, name: reads, spec: { targetRef: ${target}, rules: ${rules} } }`;
    expect((await weft(["apply", "-f", "-"], { input })).code).toBe(0);
    const { out } = await weft(["inspect", "proxy", "backend-1", "--why", "--policy", "mtp"]);
    expect(out).toContain("  MeshTrafficPermission/reads rules[0]\n    allow[0]  {");
    expect(out).not.toContain("MeshTrafficPermission/few");
    expect((await weft(["delete", "mtp", "reads"])).code).toBe(0);
  });

  test("Envoy's fields and what nobody set, on demand", async () => {
    const { out } = await weft(["inspect", "proxy", "web-1", "--field", "requestTimeout", "--envoy"]);
    expect(out).toContain("      → route outbound:backend  /virtualHosts/0/routes/0/route/timeout = 40s\n");
    expect(out).not.toContain("connectionTimeout");
    const unset = (await weft(["inspect", "proxy", "web-1", "--unset"])).out;
    expect(unset).toContain("  MeshTimeout unset\n    idleTimeout, http.streamIdleTimeout, http.maxStreamDuration,");
    expect(unset).not.toMatch(/unset\n.*requestTimeout/);
  });

  test("on a screen nothing is wider than it, and colours are where they help", async () => {
    const argv = ["inspect", "proxy", "backend-1", "--why", "--envoy", "--unset"];
    const { out } = await weft(argv, { columns: 60, colour: true });
    expect(out).toContain("\u001b[36mMeshTrafficPermission/few\u001b[0m");
    const plain = out.replace(/\p{Cc}\[\d+m/gu, "");
    expect(plain.split("\n").filter((line) => line.length > 60)).toEqual([]);
    expect(plain).toContain("…");
    expect((await weft(argv)).out, "in a pipe").not.toMatch(/…|\p{Cc}\[/u);
  });

  test("programs get the whole answer", async () => {
    const json = JSON.parse((await weft(["inspect", "proxy", "web-1", "--why", "-o", "json"])).out);
    expect(json.places[2].settings[1]).toMatchObject({
      field: "http.requestTimeout",
      value: "40s",
      setBy: { type: "MeshTimeout", name: "slow", rule: "to[0]" },
      over: [{ name: "all" }],
    });
    expect((await weft(["inspect", "proxy", "web-1", "--why", "-o", "name"])).out).toBe(
      "MeshTimeout/all\nMeshTimeout/slow\n",
    );
    expect((await weft(["inspect", "proxy", "web-1", "--why", "-o", "yaml"])).out).toContain(
      "field: connectionTimeout",
    );
  });

  test("nothing that matches is said on stderr", async () => {
    const { code, out, err } = await weft(["inspect", "proxy", "web-1", "--why", "--field", "numRetries"]);
    expect([code, out, err]).toEqual([0, "", "No setting of web-1 matches.\n"]);
  });

  test.each([
    [["wbe-1", "--why"], 5, "there is no proxy wbe-1 in mesh default", "did you mean web-1?"],
    [["web-1", "--why", "-m", "defalt"], 5, "there is no mesh defalt", "known: default"],
    [["web-1", "--policy", "MeshTimout"], 2, "there is no type MeshTimout", "did you mean MeshTimeout?"],
    [["web-1", "--policy", "dp"], 2, "Dataplane is no policy that proxies are configured by", "known: "],
    [["web-1", "--why", "--admin", "http://127.0.0.1:1"], 2, "--why and --admin exclude each other", "knows why"],
    [["--why"], 2, "missing required argument 'name'", "weft inspect proxy --help"],
    [["web-1", "--wy"], 2, "unknown option '--wy'", "--why"],
  ])("wrong: %j", async (argv, code, what, fix) => {
    const ran = await weft(["inspect", "proxy", ...argv]);
    expect([ran.code, ran.out]).toEqual([code, ""]);
    expect(ran.err).toContain(`weft: ${what}\n`);
    expect(ran.err).toContain(fix);
  });
});

describe("policy", () => {
  test("the proxies that it selects, in every form", async () => {
    const argv = ["inspect", "policy", "mt", "slow"];
    expect((await weft(argv)).out).toBe("PROXY  ZONE  KIND\nweb-1  east  sidecar\n");
    expect((await weft([...argv, "-o", "name"])).out).toBe("web-1\n");
    const json = JSON.parse((await weft([...argv, "-o", "json"])).out);
    expect(json).toMatchObject({ type: "MeshTimeout", name: "slow", total: 1, items: [{ name: "web-1" }], faults: [] });
  });

  test("one that selects nobody says so", async () => {
    const spec =
      "{ targetRef: { kind: Dataplane, labels: { app: none } }, to: [{ targetRef: { kind: Mesh }, default: { idleTimeout: 1s } }] }";
    await weft(["apply", "-f", "-"], { input: `{ type: MeshTimeout, mesh: default, name: lonely, spec: ${spec} }` });
    const ran = await weft(["inspect", "policy", "MeshTimeout", "lonely"]);
    expect([ran.code, ran.out, ran.err]).toEqual([0, "", "MeshTimeout lonely selects no proxy in mesh default.\n"]);
  });

  test.each([
    [["mt", "none"], 5, "MeshTimeout none could not be read", "weft get meshtimeouts -m default lists"],
    [["dp", "web-1"], 2, "Dataplane is no policy", "known: "],
    [["mt"], 2, "missing required argument 'name'", "write mt NAME, or mt/NAME"],
    [["meshtimout", "slow"], 2, "there is no type meshtimout", "did you mean"],
  ])("wrong: %j", async (argv, code, what, fix) => {
    const ran = await weft(["inspect", "policy", ...argv]);
    expect([ran.code, ran.out]).toEqual([code, ""]);
    expect(ran.err).toContain(`weft: ${what}\n`);
    expect(ran.err).toContain(fix);
  });
});

describe("a service that nobody offers", () => {
  const route = (to: string, ref: string): string =>
    `{ type: MeshHTTPRoute, mesh: default, name: r, spec: { to: [{ targetRef: { kind: MeshService, name: ${to} }, ` +
    `rules: [{ matches: [{ path: { type: PathPrefix, value: / } }], default: { backendRefs: [${ref}] } }] }] } }`;

  test("is told when the policy is applied, with the one that was meant", async () => {
    const input = route("bakend", "{ kind: MeshServiceSubset, name: nowhere, tags: { version: v1 } }");
    const ran = await weft(["apply", "-f", "-"], { input });
    expect([ran.code, ran.out]).toEqual([0, "created MeshHTTPRoute r in mesh default\n"]);
    expect(ran.err.split("\n").slice(0, 2)).toEqual([
      "warning: MeshHTTPRoute r: spec.to[0].targetRef: there is no service bakend in mesh default yet; did you mean backend?",
      "warning: MeshHTTPRoute r: spec.to[0].rules[0].default.backendRefs[0]: there is no service nowhere in mesh default yet",
    ]);
    const json = JSON.parse((await weft(["apply", "-f", "-", "-o", "json"], { input })).out);
    expect(json.results[0].warnings).toHaveLength(2);
  });

  test("one that proxies offer, and a MeshService, are known", async () => {
    const service =
      "{ type: MeshService, mesh: default, name: store, labels: { kuma.io/display-name: shop }, spec: { ports: [{ port: 80 }] } }";
    const input = `${service}\n---\n${route("backend", "{ kind: MeshService, name: shop, port: 80 }")}`;
    const ran = await weft(["apply", "-f", "-"], { input });
    expect([ran.code, ran.err]).toEqual([0, expect.stringMatching(/^Revision \d+\.\n$/)]);
    expect((await weft(["delete", "meshhttproute", "r"])).code).toBe(0);
  });
});

describe("a policy that cannot be used as it is", () => {
  const fault =
    'spec.to[0].targetRef: refers to MeshExternalService "nowhere", which does not exist in this mesh: it has no effect there';

  test("says so wherever somebody looks, until it is mended", async () => {
    const odd = (targetRef: string) =>
      `{ type: MeshTimeout, mesh: default, name: odd, spec: { to: [{ targetRef: ${targetRef}, default: { idleTimeout: 7s } }] } }`;
    const state = async (): Promise<string> =>
      JSON.stringify(JSON.parse((await weft(["get", "mt", "odd", "-o", "json"])).out).status ?? {});
    await weft(["apply", "-f", "-"], { input: odd("{ kind: MeshExternalService, name: nowhere }") });
    await until("the fault", async () => (await state()).includes("nowhere"));
    const shown = await weft(["get", "mt", "odd"]);
    expect([shown.code, shown.err]).toEqual([0, `fault: ${fault} (zone east)\n`]);
    expect(shown.out).toMatch(/^MESH +NAME +TARGET +AGE +FAULTS\ndefault +odd +Mesh +\d+s +1\n$/);
    expect((await weft(["get", "mt"])).out).toMatch(/^odd +Mesh +\d+s +1$/m);
    const inspected = await weft(["inspect", "policy", "mt", "odd"]);
    expect([inspected.code, inspected.err]).toEqual([0, `fault: ${fault} (zone east)\n`]);
    const why = (await weft(["inspect", "proxy", "web-1", "--why"])).out;
    expect(why).toContain(`\nFaults\n  MeshTimeout odd  ${fault}\n`);

    await weft(["apply", "-f", "-"], { input: odd("{ kind: Mesh }") });
    await until("its end", async () => !(await state()).includes("nowhere"));
    expect((await weft(["get", "mt"])).out).not.toContain("FAULTS");
    expect((await weft(["inspect", "proxy", "web-1", "--why"])).out).not.toContain("Faults");
  });
});
