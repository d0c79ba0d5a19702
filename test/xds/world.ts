// The small standing worlds that cases of policies are laid over: web-1 calls services of every protocol at backend-1.
import { parse, stringify } from "yaml";

/** Mesh settings of each world. */
const MESHES = {
  plain: {},
  strict: { mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin" }] } },
  permissive: { mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin", mode: "PERMISSIVE" }] } },
  /** web-1's traffic is redirected to its Envoy. */
  transparent: {},
} as const;

export type World = keyof typeof MESHES;

export const WORLDS = Object.keys(MESHES) as readonly World[];

/** A resource as a user writes it. */
export type Given = Readonly<Record<string, unknown>> & { readonly type: string; readonly name: string };

const BACKEND = `
type: Dataplane
mesh: default
name: backend-1
labels: { kuma.io/workload: backend, team: shop }
networking:
  address: 10.0.0.2
  inbound:
    - { port: 8080, servicePort: 18080, name: main, tags: { kuma.io/service: backend, kuma.io/protocol: http, version: v1 } }
    - { port: 8081, servicePort: 18081, tags: { kuma.io/service: api, kuma.io/protocol: http2 } }
    - { port: 8082, servicePort: 18082, tags: { kuma.io/service: rpc, kuma.io/protocol: grpc } }
    - { port: 6379, servicePort: 16379, tags: { kuma.io/service: db, kuma.io/protocol: tcp } }
`;

const WEB = `
type: Dataplane
mesh: default
name: web-1
labels: { kuma.io/workload: web, team: front }
networking:
  address: 10.0.0.1
  inbound:
    - { port: 9090, servicePort: 19090, tags: { kuma.io/service: web, kuma.io/protocol: http, env: dev } }
  outbound:
    - { port: 10001, tags: { kuma.io/service: backend } }
    - { port: 10002, tags: { kuma.io/service: api } }
    - { port: 10003, tags: { kuma.io/service: rpc } }
    - { port: 10004, tags: { kuma.io/service: db } }
    - { port: 10005, backendRef: { kind: MeshService, name: store, port: 80 } }
`;

const STORE = `
type: MeshService
mesh: default
name: store
labels: { kuma.io/display-name: store }
spec:
  selector: { dataplaneTags: { kuma.io/service: backend } }
  ports: [{ port: 80, targetPort: 8080, name: web, appProtocol: http }]
`;

/** All resources of a world with those of a case, as YAML documents; a case's resource stands in place of its namesake. */
export function worldYaml(world: World, given: readonly Given[]): string {
  const web = parse(WEB) as Given & { networking: Record<string, unknown> };
  if (world === "transparent") {
    web.networking.transparentProxying = { redirectPortInbound: 15006, redirectPortOutbound: 15001 };
    delete web.networking.outbound;
  }
  const standing = [{ type: "Mesh", name: "default", ...MESHES[world] }, parse(BACKEND) as Given, web, parse(STORE)];
  const own = new Set(given.map(keyOf));
  return [...standing.filter((one) => !own.has(keyOf(one))), ...given].map((one) => stringify(one)).join("---\n");
}

function keyOf({ type, name }: Given): string {
  return `${type} ${name}`;
}
