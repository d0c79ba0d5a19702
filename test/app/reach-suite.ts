// Who may call whom: one question with its path and its rule, and the whole of a mesh.
import { expect, test } from "vitest";
import { createMesh, createOrganisation, createToken, type Organisation, type Subject } from "./subject.ts";

const MTLS = { mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin" }] } };

const dataplane = (name: string, at: number, service: string, calls: readonly string[]): object => ({
  type: "Dataplane",
  mesh: "default",
  name,
  networking: {
    address: `10.0.0.${at}`,
    inbound: [{ port: 8080, tags: { "kuma.io/service": service, "kuma.io/protocol": "http" } }],
    outbound: calls.map((one, index) => ({ port: 10_001 + index, tags: { "kuma.io/service": one } })),
  },
});

const permission = (allow: readonly object[], deny: readonly object[] = []): object => ({
  type: "MeshTrafficPermission",
  mesh: "default",
  name: "to-backend",
  spec: { targetRef: { kind: "Dataplane", name: "backend-1" }, rules: [{ default: { allow, deny } }] },
});

const exactly = (service: string): object => ({ spiffeID: { type: "Exact", value: `spiffe://default/${service}` } });

/** web and cart call backend. */
async function world(subject: Subject, mesh: object = MTLS): Promise<Organisation> {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation, "default", { skipCreatingInitialPolicies: ["*"], ...mesh });
  for (const [name, at, service, calls] of [
    ["web-1", 1, "web", ["backend", "cart"]],
    ["cart-1", 2, "cart", ["backend"]],
    ["backend-1", 3, "backend", []],
  ] as const)
    await organisation.call("PUT", `/meshes/default/dataplanes/${name}`, dataplane(name, at, service, calls));
  return organisation;
}

export function reachSuite(subject: () => Subject): void {
  test("reach: the rule that lets a client in, the one that keeps it out, and the path", async () => {
    const organisation = await world(subject());
    const path = "/meshes/default/meshtrafficpermissions/to-backend";
    await organisation.call("PUT", path, permission([exactly("cart"), exactly("web")], [exactly("cart")]));
    const { json } = await organisation.call("GET", "/v1/reach?from=web&to=backend");
    expect(json).toMatchObject({
      mesh: "default",
      from: { kind: "service", name: "web", proxies: { count: 1, names: ["web-1"] } },
      to: { kind: "service", name: "backend" },
      verdict: {
        outcome: "allowed",
        reason: "rule",
        rule: {
          kri: "kri_mtp_default___to-backend_",
          type: "MeshTrafficPermission",
          name: "to-backend",
          field: "spec.rules[0].default.allow[1]",
        },
      },
    });
    expect(json.paths).toEqual([
      {
        from: { zone: "east", proxies: { count: 1, names: ["web-1"] } },
        outbound: { address: "127.0.0.1", port: 10_001, hostnames: [], redirected: false },
        cluster: "backend",
        via: {},
        to: {
          service: "backend",
          zone: "east",
          outside: false,
          protocol: "http",
          tls: "STRICT",
          ports: [8080],
          proxies: { count: 1, names: ["backend-1"] },
        },
        verdict: json.verdict,
      },
    ]);
    const denied = (await organisation.call("GET", "/v1/reach?from=Dataplane/cart-1&to=kri_dp_default___backend-1_"))
      .json;
    expect(denied.verdict).toMatchObject({
      outcome: "denied",
      rule: { field: "spec.rules[0].default.deny[0]" },
      shadowed: [{ field: "spec.rules[0].default.allow[0]" }],
    });
    const none = (await organisation.call("GET", "/v1/reach?from=cart&to=web")).json;
    expect(none).toMatchObject({
      verdict: { outcome: "none", reason: "no-outbound" },
      permission: { outcome: "denied" },
    });
    const identity = (
      await organisation.call("GET", `/v1/reach?from=${encodeURIComponent("spiffe://default/web")}&to=backend`)
    ).json;
    expect(identity.verdict).toEqual(json.verdict);
  });

  test("reach: conditions over requests are answered for one request, and told without one", async () => {
    const organisation = await world(subject());
    const allow = [{ ...exactly("web"), methods: ["GET"], path: { type: "PathPrefix", value: "/shop" } }];
    await organisation.call("PUT", "/meshes/default/meshtrafficpermissions/to-backend", permission(allow));
    const ask = async (query: string): Promise<{ outcome: string }> =>
      (await organisation.call("GET", `/v1/reach?from=web&to=backend${query}`)).json.verdict;
    expect(await ask("")).toMatchObject({
      outcome: "requests",
      otherwise: "denied",
      requests: [{ action: "allow", match: { methods: ["GET"], path: { type: "PathPrefix", value: "/shop" } } }],
    });
    expect((await ask("&method=GET&path=/shop/1")).outcome).toBe("allowed");
    expect((await ask("&method=POST&path=/shop/1")).outcome).toBe("denied");
    expect((await ask("&method=GET&path=/shop/../admin")).outcome).toBe("denied");
  });

  test("reach: names that nobody has are told with the nearest, and what is missing or wrong, all at once", async () => {
    const organisation = await world(subject());
    const unknown = await organisation.call("GET", "/v1/reach?from=web&to=bakend");
    expect(unknown.status).toBe(404);
    expect(unknown.json.detail).toBe(
      'no service or dataplane of mesh default is called "bakend"; did you mean backend?',
    );
    expect((await organisation.call("GET", "/v1/reach?from=web&to=backend&mesh=none")).status).toBe(404);
    const wrong = await organisation.call("GET", "/v1/reach?from=web&method=get&path=x");
    expect(wrong.status).toBe(400);
    expect(wrong.json.invalid_parameters.map(({ field }: { field: string }) => field)).toEqual([
      "to",
      "path",
      "method",
    ]);
    const other = await createOrganisation(subject());
    expect((await organisation.as(other.token).call("GET", "/v1/reach?from=web&to=backend")).status).toBe(404);
  });

  test("access: every pair with a way, and whoever has no certificate; by client, callee and outcome, in pages", async () => {
    const organisation = await world(subject());
    await organisation.call("PUT", "/meshes/default/meshtrafficpermissions/to-backend", permission([exactly("web")]));
    const list = async (
      query: string,
    ): Promise<{
      total: number;
      next: string | null;
      items: { from: string; to: string; verdict: { outcome: string } }[];
    }> => (await organisation.call("GET", `/v1/access?${query}`)).json;
    const told = ({ items }: Awaited<ReturnType<typeof list>>): readonly string[] =>
      items.map(({ from, to, verdict }) => `${from} ${to} ${verdict.outcome}`);
    expect(told(await list("mesh=default"))).toEqual([
      "* backend denied",
      "* cart denied",
      "* web denied",
      "cart backend denied",
      "web backend allowed",
      "web cart denied",
    ]);
    expect(told(await list("from=web&outcome=allowed"))).toEqual(["web backend allowed"]);
    const page = await list("size=2&offset=2");
    expect([page.total, told(page)]).toEqual([6, ["* web denied", "cart backend denied"]]);
    expect(page.next).toContain("offset=4");
    expect((await organisation.call("GET", "/v1/access?outcome=perhaps")).status).toBe(400);
    const reader = organisation.as(await createToken(organisation, ["read"]));
    expect((await reader.call("GET", "/v1/access")).status).toBe(200);
  });

  test("lint: what is doubtful now, and what would be after a change, which writes nothing", async () => {
    const organisation = await world(subject());
    const codes = (json: {
      items: { severity: string; code: string; name: string; field: string }[];
    }): readonly string[] =>
      json.items.map(({ severity, code, name, field }) => `${severity} ${code} ${name} ${field}`);
    const now = (await organisation.call("GET", "/v1/lint")).json;
    expect(codes(now)).toEqual([
      "warning no-permission backend-1 networking.inbound[0]",
      "warning no-permission cart-1 networking.inbound[0]",
    ]);
    expect(now.items[0]).toMatchObject({ mesh: "default", type: "Dataplane", what: "nobody is let in to backend" });
    const put = [{ resource: permission([exactly("web"), exactly("wbe")]) }];
    const after = await organisation.call("POST", "/v1/lint", { put });
    expect(codes(after.json)).toEqual([
      "warning no-permission cart-1 networking.inbound[0]",
      "warning unknown-name to-backend spec.rules[0].default.allow[1].spiffeID.value",
    ]);
    expect((await organisation.call("GET", "/meshes/default/meshtrafficpermissions/to-backend")).status).toBe(404);
    expect(codes((await organisation.call("GET", "/v1/lint?severity=error")).json)).toEqual([]);
    expect((await organisation.call("GET", "/v1/lint?severity=grave")).status).toBe(400);
    expect((await organisation.call("GET", "/v1/lint?mesh=none")).status).toBe(404);
    const wrong = { ...permission([]), spec: { targetRef: { kind: "Nobody" } } };
    expect((await organisation.call("POST", "/v1/lint", { put: [{ resource: wrong }] })).status).toBe(400);
    const reader = organisation.as(await createToken(organisation, ["read"]));
    expect((await reader.call("GET", "/v1/lint")).status).toBe(200);
    expect((await reader.call("POST", "/v1/lint", { put })).status).toBe(403);
  });

  test("access: without mTLS, and while it is permissive, everybody is let in, and that is said", async () => {
    const off = await world(subject(), {});
    expect((await off.call("GET", "/v1/reach?from=web&to=backend")).json.verdict).toMatchObject({
      outcome: "open",
      reason: "mtls-off",
    });
    const mode = { ...MTLS.mtls, backends: [{ name: "ca", type: "builtin", mode: "PERMISSIVE" }] };
    const permissive = await world(subject(), { mtls: mode });
    expect((await permissive.call("GET", "/v1/access?from=*&to=backend")).json.items[0].verdict).toMatchObject({
      outcome: "open",
      reason: "permissive",
    });
  });
}
