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

interface Draft {
  readonly resource: object;
}

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

  test("access tests hold a commit back that breaks one, a plan shows it, and an override goes past", async () => {
    const organisation = await world(subject());
    const path = "/meshes/default/meshtrafficpermissions/to-backend";
    await organisation.call("PUT", path, permission([exactly("web")]));
    const keep = (name: string, spec: object): object => ({ type: "AccessTest", mesh: "default", name, spec });
    const tests = "/meshes/default/accesstests";
    await organisation.call("PUT", `${tests}/web-in`, keep("web-in", { expect: "allow", from: "web", to: "backend" }));
    await organisation.call(
      "PUT",
      `${tests}/cart-out`,
      keep("cart-out", { expect: "deny", from: "cart", to: "backend" }),
    );
    await organisation.call("PUT", `${tests}/ghost`, keep("ghost", { expect: "allow", from: "ghost", to: "backend" }));
    const now = await organisation.call("GET", "/v1/access-tests?mesh=default");
    expect(now.json.items).toMatchObject([
      { name: "cart-out", expect: "deny", holds: true, verdict: { outcome: "denied", reason: "no-rule" } },
      { name: "ghost", holds: false, nobody: expect.stringContaining('"ghost"') },
      {
        name: "web-in",
        holds: true,
        verdict: { rule: { name: "to-backend", field: "spec.rules[0].default.allow[0]" } },
      },
    ]);
    const wrong = keep("wrong", { expect: "maybe", from: "", to: "*", path: "x", method: "get" });
    const refused = await organisation.call("PUT", `${tests}/wrong`, wrong);
    expect([refused.status, refused.json.invalid_parameters.map(({ field }: { field: string }) => field)]).toEqual([
      400,
      ["spec.expect", "spec.from", "spec.to", "spec.method", "spec.path"],
    ]);

    const change = { put: [{ resource: permission([exactly("cart")]) }] };
    const plan = await organisation.call("POST", "/v1/plan", change);
    expect(plan.json).toMatchObject({
      ready: false,
      needs: [
        { kind: "test", mesh: "default", control: "cart-out" },
        { kind: "test", mesh: "default", control: "web-in" },
      ],
      tests: {
        broken: [
          { name: "cart-out", before: { holds: true }, after: { holds: false, verdict: { outcome: "allowed" } } },
          { name: "web-in", after: { holds: false, verdict: { outcome: "denied" } } },
        ],
        mended: [],
        failing: [{ name: "ghost" }],
      },
    });
    const commit = await organisation.call("PUT", path, permission([exactly("cart")]));
    expect(commit.status).toBe(423);
    expect(commit.json.detail).toContain(
      "AccessTests cart-out of mesh default, web-in of mesh default hold the change back",
    );
    expect(commit.json.invalid_parameters.map(({ field }: { field: string }) => field)).toEqual([
      "AccessTest/default/cart-out",
      "AccessTest/default/web-in",
    ]);
    const writer = await organisation.call("POST", "/v1/tokens", { name: "writer", scopes: ["write"] });
    const bold = { "weft-override": "incident 12" };
    const weak = await organisation.call("PUT", path, permission([exactly("cart")]), {
      authorization: `Bearer ${writer.json.token}`,
      ...bold,
    });
    expect(weak.status).toBe(403);
    const forced = await organisation.call("PUT", path, permission([exactly("cart")]), bold);
    expect(forced.status).toBe(200);
    const after = await organisation.call("GET", "/v1/access-tests");
    expect(after.json.items.map(({ holds }: { holds: boolean }) => holds)).toEqual([false, false, false]);
    const log = await organisation.call("GET", "/v1/audit?action=guard.override");
    expect(log.json.items[0].subject).toBe("AccessTest default/cart-out, AccessTest default/web-in");
    // What is broken holds nothing back.
    const more = await organisation.call("PUT", "/meshes/default/meshtimeouts/slow", {
      type: "MeshTimeout",
      mesh: "default",
      name: "slow",
      spec: { to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "9s" } }] },
    });
    expect(more.status).toBe(201);

    const found = await organisation.call("GET", "/v1/lint?mesh=default");
    expect(found.json.items).toContainEqual(
      expect.objectContaining({ code: "unknown-name", type: "AccessTest", name: "ghost", field: "spec.from" }),
    );
  });

  test("the matrix tells each verdict once, and is what the list of pairs tells", async () => {
    const organisation = await world(subject());
    const path = "/meshes/default/meshtrafficpermissions/to-backend";
    await organisation.call("PUT", path, permission([exactly("web")]));
    const { json: list } = await organisation.call("GET", "/v1/access?mesh=default&size=1000");
    const { json: matrix } = await organisation.call("GET", "/v1/access-matrix?mesh=default");
    const pairs = matrix.from.flatMap((from: string, row: number) =>
      matrix.to.flatMap(({ service: to }: { service: string }, column: number) => {
        const verdict = matrix.verdicts[matrix.cells[row][column]];
        return verdict === undefined ? [] : [{ mesh: "default", from, to, verdict }];
      }),
    );
    expect(pairs).toEqual(list.items);
    expect(pairs.length).toBeGreaterThan(3);
    expect(new Set(matrix.verdicts.map((one: object) => JSON.stringify(one))).size).toBe(matrix.verdicts.length);
    expect((await organisation.call("GET", "/v1/access-matrix")).status).toBe(400);
    expect((await organisation.call("GET", "/v1/access-matrix?mesh=absent")).status).toBe(404);
    expect((await organisation.call("GET", "/v1/access-tests?mesh=absent")).status).toBe(404);
  });

  test("a drafted permission, written as it is, leads to the answer; the next extends it, and one for a request lets that in alone", async () => {
    const organisation = await world(subject());
    const drafted = async (query: string): Promise<Draft> =>
      (await organisation.call("GET", `/v1/access-draft?${query}`)).json;
    const write = async ({ resource }: Draft): Promise<void> => {
      const body = { put: [{ resource }] };
      expect((await organisation.call("POST", "/v1/changes", body)).status).toBe(200);
    };
    const outcome = async (query: string): Promise<string> =>
      (await organisation.call("GET", `/v1/reach?${query}`)).json.verdict.outcome;
    const first = await drafted("want=allow&from=web&to=backend");
    expect(first).toMatchObject({
      extends: false,
      others: 0,
      resource: {
        type: "MeshTrafficPermission",
        mesh: "default",
        name: "web-to-backend",
        spec: { rules: expect.anything() },
      },
    });
    await write(first);
    expect(await outcome("from=web&to=backend")).toBe("allowed");
    expect(await outcome("from=cart&to=backend")).toBe("denied");
    const second = await drafted("want=allow&from=cart&to=backend&method=GET&path=/x");
    expect(second).toMatchObject({ extends: true, others: 0, resource: { name: "web-to-backend" } });
    await write(second);
    expect(await outcome("from=cart&to=backend&method=GET&path=/x")).toBe("allowed");
    expect(await outcome("from=cart&to=backend&method=POST&path=/x")).toBe("denied");
    await write(await drafted("want=deny&from=web&to=backend"));
    expect(await outcome("from=web&to=backend")).toBe("denied");
    expect(await outcome("from=cart&to=backend&method=GET&path=/x")).toBe("allowed");

    const path = "/v1/access-draft?";
    for (const [query, status, said] of [
      ["want=deny&from=web&to=backend", 400, "it is denied already"],
      ["want=allow&from=backend&to=web", 400, "no permission changes that: the client has no outbound"],
      ["want=perhaps&from=web&to=backend", 400, "must be allow or deny"],
      ["want=allow&from=nobody&to=backend", 400, "is called"],
    ] as const) {
      const answer = await organisation.call("GET", path + query);
      expect([query, answer.status]).toEqual([query, status]);
      expect(JSON.stringify(answer.json)).toContain(said);
    }
  });
}
