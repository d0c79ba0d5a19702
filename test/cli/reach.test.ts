// `weft reach`, `weft access` and `weft lint`, against a real control plane.
import { beforeAll, expect, test } from "vitest";
import { planeOfFile } from "./plane.ts";
import { type Ran, run } from "./run.ts";
import { tempFolder } from "./temp.ts";

const plane = planeOfFile();
let at: readonly string[];

const WORLD = `
{ type: Mesh, name: default, skipCreatingInitialPolicies: ["*"], mtls: { enabledBackend: ca-1, backends: [{ name: ca-1, type: builtin }] } }
---
{ type: Dataplane, mesh: default, name: web-1, networking: { address: 10.0.0.1,
  inbound: [{ port: 8080, tags: { kuma.io/service: web, kuma.io/protocol: http } }],
  outbound: [{ port: 10001, tags: { kuma.io/service: backend } }] } }
---
{ type: Dataplane, mesh: default, name: cart-1, networking: { address: 10.0.0.2,
  inbound: [{ port: 8080, tags: { kuma.io/service: cart, kuma.io/protocol: http } }],
  outbound: [{ port: 10001, tags: { kuma.io/service: backend } }] } }
---
{ type: Dataplane, mesh: default, name: backend-1, networking: { address: 10.0.0.3,
  inbound: [{ port: 8080, tags: { kuma.io/service: backend, kuma.io/protocol: http } }] } }
---
{ type: MeshTrafficPermission, mesh: default, name: to-backend, spec: { targetRef: { kind: Dataplane, name: backend-1 },
  rules: [{ default: {
    deny: [{ spiffeID: { type: Exact, value: spiffe://default/cart }, methods: [DELETE] }],
    allow: [{ spiffeID: { type: Prefix, value: spiffe://default } }, { spiffeID: { type: Exact, value: spiffe://default/web } }] } }] } }
---
{ type: MeshHTTPRoute, mesh: default, name: all, spec: { targetRef: { kind: MeshSubset, tags: { kuma.io/service: cart } },
  to: [{ targetRef: { kind: MeshService, name: backend },
    rules: [{ matches: [{ path: { type: PathPrefix, value: /v1 } }], default: {} }] }] } }
`;

beforeAll(async () => {
  at = await plane.signUp("demo");
  await weft(["zone", "create", "east"]);
  const applied = await weft(["apply", "-f", "-"], WORLD);
  expect(applied.code, applied.err).toBe(0);
});

function weft(argv: readonly string[], input = ""): Promise<Ran> {
  return run([...argv, ...at], { input });
}

test("allowed: the rule, those that it beats, and the path; the exit code says so", async () => {
  expect(await weft(["reach", "web", "backend"])).toEqual({
    code: 0,
    err: "",
    out: [
      "web → backend in mesh default: allowed",
      "  by MeshTrafficPermission/to-backend spec.rules[0].default.allow[0]",
      "  over MeshTrafficPermission/to-backend spec.rules[0].default.allow[1]",
      "  path web-1 in east → outbound 127.0.0.1:10001 → backend-1:8080 (http) in east",
      "",
    ].join("\n"),
  });
});

test("some requests: which, by which rule, and for one request a plain answer", async () => {
  const { code, out } = await weft(["reach", "cart", "backend"]);
  expect(code).toBe(12);
  expect(out).toBe(
    [
      "cart → backend in mesh default: some requests",
      "  because it depends on the request",
      "  by MeshTrafficPermission/to-backend spec.rules[0].default.allow[0]",
      "  but not DELETE by MeshTrafficPermission/to-backend spec.rules[0].default.deny[0]",
      "  all other requests are allowed",
      "  path cart-1 in east → outbound 127.0.0.1:10001 → MeshHTTPRoute/all for /v1/* → backend-1:8080 (http) in east",
      "  path cart-1 in east → outbound 127.0.0.1:10001 → backend-1:8080 (http) in east",
      "",
    ].join("\n"),
  );
  expect(await weft(["reach", "cart", "backend", "--method", "delete", "--path", "/v1/x"])).toMatchObject({ code: 12 });
  expect(await weft(["reach", "cart", "backend", "--method", "GET", "-o", "name"])).toEqual({
    code: 0,
    out: "allowed\n",
    err: "",
  });
});

test("no way, a SPIFFE ID, JSON, and names that nobody has", async () => {
  const none = await weft(["reach", "backend", "web"]);
  expect([none.code, none.out]).toEqual([
    12,
    "backend → web in mesh default: no way\n" +
      "  because the client has no outbound that leads there\n" +
      "  permissions alone would say: denied, for no permission holds for it, and what nobody allows is denied\n",
  ]);
  const json = await weft(["reach", "spiffe://default/web", "Dataplane/backend-1", "-o", "json"]);
  expect(JSON.parse(json.out)).toMatchObject({ from: { kind: "identity" }, verdict: { outcome: "allowed" } });
  const unknown = await weft(["reach", "wbe", "backend"]);
  expect(unknown.code).toBe(5);
  expect(unknown.err).toContain('is called "wbe"; did you mean web?');
  expect(await weft(["reach", "web"])).toMatchObject({ code: 2 });
  expect((await weft(["reach", "web", "backend", "--path", "x"])).err).toContain("write --path /x");
  const method = await weft(["reach", "web", "backend", "--method", "FROB/"]);
  expect([method.code, method.err]).toEqual([2, expect.stringContaining("--method FROB/ is no method of HTTP")]);
  const mesh = await weft(["reach", "web", "backend", "-m", "nomesh"]);
  expect([mesh.code, mesh.err]).toEqual([5, expect.stringContaining("-m MESH chooses one; known: default")]);
});

test("access: one line a pair, narrowed, and as JSON", async () => {
  const { out } = await weft(["access"]);
  expect(
    out.split("\n").map((line) =>
      line
        .split(/\s{2,}/)
        .slice(0, 4)
        .join(" "),
    ),
  ).toEqual([
    "MESH FROM TO OUTCOME",
    "default * backend denied",
    "default * cart denied",
    "default * web denied",
    "default cart backend some requests",
    "default web backend allowed",
    "",
  ]);
  expect((await weft(["access", "--outcome", "allowed", "-o", "name"])).out).toBe("web backend\n");
  expect(JSON.parse((await weft(["access", "--to", "web", "-o", "json"])).out)).toMatchObject({ total: 1 });
  expect(await weft(["access", "--outcome", "perhaps"])).toMatchObject({ code: 2 });
  for (const flag of ["--from", "--to"])
    for (const more of [[], ["-m", "default"], ["-o", "json"]]) {
      const wrong = await weft(["access", flag, "bakend", ...more]);
      expect([wrong.code, wrong.out]).toEqual([5, ""]);
      expect(wrong.err).toContain("there is no service bakend");
      expect(wrong.err).toContain("did you mean backend?");
    }
  expect(await weft(["access", "--from", "backend"])).toEqual({
    code: 0,
    out: "",
    err: "Nobody has a way to anybody.\n",
  });
});

test("lint: what, where, why and what to do; files as if they were applied; the exit code is asked for", async () => {
  const now = await weft(["lint"]);
  expect([now.code, now.out, now.err]).toEqual([0, EVERYBODY, "1 info.\n"]);
  const file = `{ type: MeshTrafficPermission, mesh: default, name: lost, spec: { targetRef: { kind: Dataplane, labels: { app: gone } },
    rules: [{ default: { allow: [{ spiffeID: { type: Exact, value: spiffe://default/wbe } }] } }] } }`;
  const { code, out, err } = await weft(["lint", "-f", "-", "--severity", "warning", "--fail-on", "warning"], file);
  expect([code, err]).toEqual([7, "2 warnings, 1 info.\n"]);
  expect(out.split("\n").filter((line) => !line.startsWith("  "))).toEqual([
    "warning nobody is called spiffe://default/wbe (unknown-name)",
    "warning it selects no dataplane (selects-nothing)",
    "",
  ]);
  expect(out).toContain("  fix    did you mean spiffe://default/web?");
  expect([...out.matchAll(/^ {2}file {3}(.*)$/gm)].map(([, place]) => place)).toEqual(["<stdin>:2:61", "<stdin>:1:67"]);
  const folder = tempFolder({ "a.yaml": "{ type: Mesh, name: other }\n", "sub/b.yaml": `# lost\n---\n${file}\n` });
  const placed = JSON.parse((await run(["lint", "-f", ".", "-o", "json", ...at], { cwd: folder })).out);
  expect(placed.items).toContainEqual(
    expect.objectContaining({ name: "lost", field: "spec.targetRef", file: "sub/b.yaml", line: 3, column: 67 }),
  );
  expect(await weft(["lint", "-f", "-", "--fail-on", "never"], file)).toMatchObject({ code: 0 });
  expect((await weft(["get", "mtp", "-o", "name"])).out).toBe("MeshTrafficPermission/to-backend\n");
  expect((await weft(["lint", "-f", "-"], "{ type: Nothing, name: x }")).code).toBe(7);
  expect(JSON.parse((await weft(["lint", "-o", "json"])).out)).toMatchObject({
    total: 1,
    items: [{ code: "allow-all" }],
  });
  expect((await weft(["lint", "-o", "name"])).out).toBe("allow-all MeshTrafficPermission/to-backend\n");
  expect(await weft(["lint", "-m", "none"])).toMatchObject({ code: 5 });
  expect(await weft(["lint", "--fail-on", "sometimes"])).toMatchObject({ code: 2 });
});

const EVERYBODY = `info everybody of mesh default is let in (allow-all)
  where  MeshTrafficPermission/to-backend in mesh default spec.rules[0].default.allow[0]
  why    it holds for 1 of the mesh's 3 proxies, and a workload that is taken over reaches all of them
  fix    name the clients that call: spiffeID of their services, in rules
`;
