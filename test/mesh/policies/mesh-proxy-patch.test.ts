// MeshProxyPatch: a patch acts on traffic; one that Envoy refuses is told on the policy, and nothing breaks.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { allowAll, type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

let mesh: TestMesh;
let backend: Program;
let web: Sidecar;

const PATH = "meshes/default/meshproxypatches/patch";

const patch = (...appendModifications: unknown[]): Resource => ({
  type: "MeshProxyPatch",
  mesh: "default",
  name: "patch",
  spec: {
    targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "web" } },
    default: { appendModifications },
  },
});

const lua = (header: string) => `
name: envoy.filters.http.lua
typedConfig:
  '@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
  defaultSourceCode:
    inlineString: |
      function envoy_on_response(handle)
        handle:headers():add("x-patched", "${header}")
      end
`;

const add = (operation: string, header: string) => ({
  httpFilter: { operation, match: { origin: "outbound" }, value: lua(header) },
});

interface Fault {
  readonly field: string;
  readonly reason: string;
  readonly zones: readonly string[];
}

async function faults(): Promise<readonly Fault[]> {
  const { status } = (await mesh.api("GET", PATH)) as { readonly status?: { readonly faults?: readonly Fault[] } };
  return status?.faults ?? [];
}

const header = async (): Promise<string | undefined> => {
  const { status, headers } = await httpGet(`${web.outbound()}/`);
  expect(status).toBe(200);
  return headers["x-patched"] as string | undefined;
};

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.apply(allowAll());
  backend = await httpProgram("backend");
  await mesh.proxy({ name: "backend-1", service: "backend", program: backend.port });
  web = await mesh.proxy({ name: "web-1", service: "web", calls: ["backend"] });
  await until("the path to be open", async () => (await httpGet(`${web.outbound()}/`)).status === 200);
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
});

test("a filter that a patch adds sees the traffic", async () => {
  expect(await header()).toBeUndefined();
  await mesh.apply(patch(add("AddFirst", "first")));
  await until("the filter to act", async () => (await header()) === "first");
  expect(await faults()).toEqual([]);
});

test("a patch that Envoy refuses is on the policy's status, and what was there goes on", async () => {
  // Nothing in the schema says that the router must be the last.
  await mesh.apply(patch(add("AddLast", "last")));
  await until("the refusal to be told", async () => (await faults()).length > 0);
  const [fault] = await faults();
  expect(fault?.reason).toMatch(
    /^Envoy refuses listener outbound:127[.0-9]+:\d+: .*terminal.* \(proxies default\.web-1\)$/,
  );
  expect(await header()).toBe("first");
  await mesh.apply(patch(add("AddFirst", "mended")));
  await until("the mended filter to act", async () => (await header()) === "mended");
  await until("the refusal to be gone", async () => (await faults()).length === 0);
});

test("what is no resource of Envoy is refused when it is written", async () => {
  const written = mesh.apply(patch({ cluster: { operation: "Add", value: "name: x\nconnectTimeout: 0s" } }));
  await expect(written).rejects.toThrow("invalid Cluster.ConnectTimeout: value must be greater than 0s");
  expect(await header()).toBe("mended");
});
