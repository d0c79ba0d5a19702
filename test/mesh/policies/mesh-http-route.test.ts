// Routes on live traffic: requests are split, changed, sent elsewhere, answered and mirrored as a MeshHTTPRoute says.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { counterSum } from "#test/stats.ts";
import { type HttpCall, httpCall, httpGet, httpProgram, type Program } from "#test/workload.ts";

let mesh: TestMesh;
let first: Program;
let second: Program;
let other: Program;
let outside: Program;
let web: Sidecar;

const subset = (version: string, weight = 1) => ({
  kind: "MeshServiceSubset",
  name: "backend",
  tags: { version },
  weight,
});
const prefix = (value: string) => [{ path: { type: "PathPrefix", value } }];
const route = (...rules: object[]): Resource => ({
  type: "MeshHTTPRoute",
  mesh: "default",
  name: "backend",
  spec: { targetRef: { kind: "Mesh" }, to: [{ targetRef: { kind: "MeshService", name: "backend" }, rules }] },
});
const call = (path: string, options: HttpCall = {}) => httpCall(`${web.outbound()}${path}`, options);
const bodyOf = async (path: string, options: HttpCall = {}): Promise<string> => (await call(path, options)).body;

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  [first, second, other, outside] = (await Promise.all(["v1", "v2", "other", "outside"].map(httpProgram))) as [
    Program,
    Program,
    Program,
    Program,
  ];
  await mesh.proxy({ name: "backend-1", service: "backend", tags: { version: "v1" }, program: first.port });
  await mesh.proxy({ name: "backend-2", service: "backend", tags: { version: "v2" }, program: second.port });
  await mesh.proxy({ name: "other-1", service: "other", program: other.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
});

afterAll(async () => {
  await mesh?.close();
  for (const program of [first, second, other, outside]) await program?.close();
});

test("a header sends a tester to the new version, and one request in ten of the others", async () => {
  await mesh.apply(
    route(
      {
        matches: [{ ...prefix("/")[0], headers: [{ name: "x-tester", value: "yes" }] }],
        default: { backendRefs: [subset("v2")] },
      },
      { matches: prefix("/"), default: { backendRefs: [subset("v1", 90), subset("v2", 10)] } },
    ),
  );
  const tester = { headers: { "x-tester": "yes" } };
  await until("the tester's route", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => bodyOf("/x", tester)));
    return all.every((body) => body === "v2 /x");
  });
  const [count, share] = [600, 0.1];
  const before = second.count();
  for (let sent = 0; sent < count; sent += 20) {
    const all = await Promise.all(Array.from({ length: 20 }, () => call("/")));
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
  }
  const new_ = second.count() - before;
  // Six standard deviations of the binomial: chance alone breaks it once in seventy million runs.
  const reach = 6 * Math.sqrt(count * share * (1 - share));
  expect(new_).toBeGreaterThan(count * share - reach);
  expect(new_).toBeLessThan(count * share + reach);
});

test("paths go their own ways, and what no rule names to the service itself", async () => {
  await mesh.apply(
    route(
      { matches: prefix("/other"), default: { backendRefs: [{ kind: "MeshService", name: "other" }] } },
      { matches: [{ path: { type: "Exact", value: "/other/v2" } }], default: { backendRefs: [subset("v2")] } },
      {
        matches: [{ path: { type: "RegularExpression", value: "/[0-9]+" } }],
        default: { backendRefs: [subset("v1")] },
      },
      { matches: [{ method: "POST" }], default: { backendRefs: [{ kind: "MeshService", name: "other" }] } },
      {
        matches: [{ queryParams: [{ type: "Exact", name: "v", value: "2" }] }],
        default: { backendRefs: [subset("v2")] },
      },
    ),
  );
  await until("the routes", async () => (await bodyOf("/other")) === "other /other");
  expect(await bodyOf("/other/below")).toBe("other /other/below");
  expect(await bodyOf("/other/v2")).toBe("v2 /other/v2");
  expect(await bodyOf("/otherwise")).toMatch(/^v[12] \/otherwise$/);
  expect(await bodyOf("/123")).toBe("v1 /123");
  expect(await bodyOf("/elsewhere", { method: "POST" })).toBe("other /elsewhere");
  expect(await bodyOf("/elsewhere?v=2")).toBe("v2 /elsewhere");
});

test("headers, host and path are changed on the way, and redirects answered", async () => {
  const rewrite = (path: string, replacement: string) => ({
    matches: prefix(path),
    default: {
      filters: [
        {
          type: "URLRewrite",
          urlRewrite: {
            hostname: "inside.example.com",
            path: { type: "ReplacePrefixMatch", replacePrefixMatch: replacement },
          },
        },
      ],
    },
  });
  await mesh.apply(
    route(
      rewrite("/api", "/v1"),
      rewrite("/base", "/"),
      {
        matches: prefix("/headers"),
        default: {
          backendRefs: [subset("v1")],
          filters: [
            {
              type: "RequestHeaderModifier",
              requestHeaderModifier: {
                set: [{ name: "x-set", value: "50%" }],
                add: [{ name: "x-add", value: "mesh" }],
                remove: ["x-secret"],
              },
            },
            { type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name: "x-from", value: "mesh" }] } },
          ],
        },
      },
      {
        matches: prefix("/old"),
        default: {
          filters: [
            {
              type: "RequestRedirect",
              requestRedirect: {
                hostname: "new.example.com",
                path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/new" },
                statusCode: 301,
              },
            },
          ],
        },
      },
    ),
  );
  await until("the redirect", async () => (await call("/old")).status === 301);
  expect((await call("/old/page?x=1")).headers.location).toBe("http://new.example.com/new/page?x=1");
  expect((await call("/old")).headers.location).toBe("http://new.example.com/new");
  expect(await bodyOf("/api/users")).toMatch(/^v[12] \/v1\/users$/);
  expect(await bodyOf("/api")).toMatch(/^v[12] \/v1$/);
  expect(await bodyOf("/base/deep")).toMatch(/^v[12] \/deep$/);
  expect(await bodyOf("/base")).toMatch(/^v[12] \/$/);
  const answer = await call("/headers", { headers: { "x-secret": "1", "x-set": "own", "x-add": "own" } });
  expect(answer.headers["x-from"]).toBe("mesh");
  expect(first.lastHeaders()).toMatchObject({ "x-set": "50%", "x-add": "own, mesh" });
  expect(first.lastHeaders()["x-secret"]).toBeUndefined();
});

test("a mirror receives what the service answers", async () => {
  await mesh.apply(
    route({
      matches: prefix("/"),
      default: {
        filters: [{ type: "RequestMirror", requestMirror: { backendRef: { kind: "MeshService", name: "other" } } }],
      },
    }),
  );
  await until("a first mirrored request", async () => {
    const before = other.count();
    await call("/");
    return other.count() > before;
  });
  // A mirror's request may come after the answer to the one that it mirrors.
  const underWay = /^cluster\.other\.upstream_rq_(pending_)?active$/;
  await until("none to be under way", async () => (await counterSum(web, underWay)) === 0);
  const before = other.count();
  for (let sent = 0; sent < 20; sent++) expect((await call("/")).body).toMatch(/^v[12] /);
  await until("all to be mirrored", () => other.count() === before + 20);
  expect(other.lastHeaders().host).toMatch(/-shadow/);
});

test("a reference to nothing answers 500 for its share, and the policy says so", async () => {
  await mesh.apply(
    route(
      { matches: prefix("/lost"), default: { backendRefs: [{ kind: "MeshService", name: "nowhere", port: 80 }] } },
      {
        matches: prefix("/half"),
        default: { backendRefs: [{ kind: "MeshService", name: "nowhere", port: 80 }, subset("v1")] },
      },
    ),
  );
  await until("the 500", async () => (await call("/lost")).status === 500);
  const statuses = new Set<number>();
  await until("both answers", async () => statuses.add((await call("/half")).status).size === 2);
  expect([...statuses].sort()).toEqual([200, 500]);
  expect((await call("/")).status).toBe(200);
});

test("a service outside the mesh is reached by its name inside", async () => {
  await mesh.apply(
    {
      type: "MeshExternalService",
      mesh: "default",
      name: "outside",
      spec: {
        match: { type: "HostnameGenerator", port: 80, protocol: "http" },
        endpoints: [{ address: "localhost", port: outside.port }],
      },
    },
    route({ matches: prefix("/out"), default: { backendRefs: [{ kind: "MeshExternalService", name: "outside" }] } }),
  );
  await until("the answer from outside", async () => (await bodyOf("/out")) === "outside /out");
  // Its own name, as a server outside expects.
  expect(outside.lastHeaders().host).toBe("localhost");
});

test("a timeout of one route cuts its requests alone", async () => {
  await mesh.apply(route({ matches: prefix("/slow"), default: { backendRefs: [subset("v1")] } }), {
    type: "MeshTimeout",
    mesh: "default",
    name: "slow-route",
    spec: {
      to: [{ targetRef: { kind: "MeshHTTPRoute", name: "backend" }, default: { http: { requestTimeout: "300ms" } } }],
    },
  });
  await until("the timeout", async () => (await call("/slow?ms=1200")).status === 504);
  expect((await call("/fast?ms=600")).status).toBe(200);
});
