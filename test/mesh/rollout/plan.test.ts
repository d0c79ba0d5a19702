// Plans on real Envoys: of a hundred generated changes each tells, resource by resource, what every Envoy then has otherwise.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "#test/child.ts";
import { configOf } from "#test/envoy-config.ts";
import { type Resource, type Sidecar, startMesh, type TestMesh } from "#test/mesh.ts";
import { httpGet, httpProgram, type Program } from "#test/workload.ts";

const CHANGES = 100;
const SEED = 20_260_304;

let mesh: TestMesh;
let backend: Program;
const sidecars = new Map<string, Sidecar>();

beforeAll(async () => {
  mesh = await startMesh();
  backend = await httpProgram("backend");
  for (const [name, service, calls] of [
    ["backend-1", "backend", []],
    ["web-1", "web", ["backend"]],
    ["web-2", "web", ["backend"]],
  ] as const) {
    const program = calls.length === 0 ? { program: backend.port } : {};
    sidecars.set(name, await mesh.proxy({ name, service, calls: [...calls], ...program }));
  }
});

afterAll(async () => {
  await mesh?.close();
  await backend?.close();
});

/** Numbers that look drawn, and are the same in every run (mulberry32). */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Change = { readonly put?: readonly { resource: Resource }[]; readonly delete?: readonly object[] };

/** One change at a time, over whatever those before have left. */
function createChanges(): () => Change {
  const draw = drawing(SEED);
  const standing = new Set<string>();
  const one = <T>(list: readonly T[]): T => list[draw(list.length)] as T;
  const who = () =>
    one([{ kind: "Mesh" }, { kind: "MeshSubset", tags: { "kuma.io/service": one(["web", "backend"]) } }]);
  const all = { kind: "Mesh" };
  const made: Readonly<Record<string, () => object>> = {
    MeshTimeout: () => ({
      to: [
        {
          targetRef: all,
          default: { connectionTimeout: `${1 + draw(9)}s`, http: { requestTimeout: `${10 + draw(9)}s` } },
        },
      ],
    }),
    MeshRetry: () => ({ to: [{ targetRef: all, default: { http: { numRetries: 1 + draw(5), retryOn: ["5xx"] } } }] }),
    MeshCircuitBreaker: () => ({
      to: [{ targetRef: all, default: { connectionLimits: { maxConnections: 100 + draw(50) } } }],
    }),
    MeshTrafficPermission: () => ({
      from: [
        {
          targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": one(["web", "stranger"]) } },
          default: { action: one(["Allow", "Deny"]) },
        },
      ],
    }),
  };
  return () => {
    const gone = [...standing];
    if (gone.length > 0 && draw(4) === 0) {
      const key = one(gone);
      standing.delete(key);
      const [type, name] = key.split(" ");
      return { delete: [{ type, mesh: "default", name }] };
    }
    const count = 1 + draw(2);
    const put = new Map<string, { resource: Resource }>();
    for (let at = 0; at < count; at++) {
      const type = one(Object.keys(made));
      const name = one(["a", "b"]);
      standing.add(`${type} ${name}`);
      const spec = { targetRef: who(), ...made[type]?.() };
      put.set(`${type} ${name}`, { resource: { type, mesh: "default", name, spec } });
    }
    return { put: [...put.values()] };
  };
}

const configs = async (): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> =>
  new Map(await Promise.all([...sidecars].map(async ([name, sidecar]) => [name, await configOf(sidecar)] as const)));

type Configs = Awaited<ReturnType<typeof configs>>;

/** `<change> <kind> <name>` by proxy. */
function differences(before: Configs, after: Configs): Readonly<Record<string, readonly string[]>> {
  const told = [...sidecars.keys()].map((proxy) => {
    const [old, now] = [before.get(proxy) ?? new Map(), after.get(proxy) ?? new Map()];
    const keys = [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key));
    const deed = (key: string) => (!old.has(key) ? "added" : now.has(key) ? "changed" : "removed");
    return [proxy, keys.map((key) => `${deed(key)} ${key}`).sort()] as const;
  });
  return Object.fromEntries(told.filter(([, list]) => list.length > 0));
}

interface Plan {
  readonly id: string;
  readonly effect: {
    readonly zones: readonly {
      readonly shapes: readonly {
        readonly proxies: { readonly count: number; readonly names: readonly string[] };
        readonly resources: readonly { kind: string; name: string; change: string; own: boolean }[];
      }[];
    }[];
  };
}

/** What a plan says that each proxy gets; of resources named after the proxy's own address each has its own. */
function planned({ effect }: Plan, before: Configs): Readonly<Record<string, readonly string[]>> {
  const told: [string, readonly string[]][] = [];
  for (const { proxies, resources } of effect.zones.flatMap(({ shapes }) => shapes)) {
    expect(proxies.names).toHaveLength(proxies.count);
    for (const [index, proxy] of proxies.names.entries()) {
      const own = (kind: string, name: string): string => {
        if (index === 0 || before.get(proxy)?.has(`${kind} ${name}`)) return name;
        return (
          [...(before.get(proxy)?.keys() ?? [])]
            .find((key) => key.startsWith(`${kind} inbound:`))
            ?.slice(kind.length + 1) ?? name
        );
      };
      told.push([proxy, resources.map(({ kind, name, change }) => `${change} ${kind} ${own(kind, name)}`).sort()]);
    }
  }
  return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)));
}

test("a plan equals what then happens, for a hundred generated changes", async () => {
  const web = sidecars.get("web-1") as Sidecar;
  await until("an answer of whatever kind", async () => (await httpGet(`${web.outbound()}/`)).status > 0);
  const next = createChanges();
  let touched = 0;
  let before = await configs();
  for (let round = 1; round <= CHANGES; round++) {
    const change = next();
    const plan = (await mesh.api("POST", "v1/plan", change)) as Plan;
    const wanted = planned(plan, before);
    await mesh.api("POST", "v1/changes", { planId: plan.id });
    let after = before;
    const what = `change ${round}: ${JSON.stringify(change)} to be what was planned: ${JSON.stringify(wanted)}`;
    await until(what, async () => {
      after = await configs();
      return JSON.stringify(differences(before, after)) === JSON.stringify(wanted);
    });
    touched += Object.keys(wanted).length;
    before = after;
  }
  expect(touched).toBeGreaterThan(CHANGES);
});
