// Asks a running kuma-cp for its answer to scenarios, each in a mesh of its own.

import type { Json } from "#model/json.ts";
import { kindOfType } from "#model/kinds.ts";
import { until } from "#test/child.ts";
import type { Given } from "#test/xds/world.ts";
import { type Answer, asDefault, type ProxyAnswer, rulesByType } from "./answer.ts";
import { heardBy } from "./heard.ts";
import type { Joined, Joining } from "./joined.ts";
import { KUMA_ZONE, type Kuma, startKuma } from "./kuma.ts";
import type { Scenario } from "./scenarios.ts";

const KINDS: Readonly<Record<string, string>> = {
  Cluster: "cluster",
  Listener: "listener",
  ClusterLoadAssignment: "endpoints",
};

/** The answer is what it is to become: Kuma makes some of it in the background, one thing after another. */
export type IsWhole = (answer: Answer) => Promise<boolean>;

/**
 * Kuma's answer to a scenario; a scenario is asked once, for its mesh is left there. One that is not whole is asked for again
 * for a while, and then stands as it is.
 */
export async function askKuma(
  kuma: Kuma,
  { mesh, resources, apart }: Scenario,
  isWhole: IsWhole = async () => true,
): Promise<Answer> {
  const refused: string[] = [];
  const heard = heardBy(resources);
  for (const resource of heard) {
    const { status, body } = await put(kuma, resource);
    if (status >= 300) refused.push(`${resource.type} ${resource.name}: ${status} ${reasonsOf(body)}`);
  }
  const asked = heard.flatMap((one) => joiningOf(one, mesh));
  const joined = new Map<string, Joined>();
  try {
    if (refused.length > 0) return { refused, proxies: {} };
    for (const one of asked) joined.set(one.name, kuma.join(one));
    const calmMs = apart ? CALM_APART : CALM;
    // Each is waited for while the others are.
    const proxies = async () =>
      Promise.all(
        asked.map(async ({ type, name }) => {
          const answer =
            type === "dataplane"
              ? await proxyAnswer(kuma, mesh, name, calmMs)
              : await toldAnswer(name, joined.get(name) as Joined, calmMs);
          return [name, asDefault(answer, mesh)] as const;
        }),
      );
    for (const start = Date.now(); ; ) {
      const answer = { proxies: Object.fromEntries(await proxies()) };
      if (Date.now() - start > LONGEST || (await isWhole(answer))) return answer;
    }
  } finally {
    for (const one of joined.values()) one.close();
  }
}

/** The same from a kuma-cp that is started for it alone. */
export async function askApart(binary: string, scenario: Scenario, isWhole?: IsWhole): Promise<Answer> {
  const kuma = await startKuma(binary);
  try {
    return await askKuma(kuma, scenario, isWhole);
  } finally {
    await kuma.close();
  }
}

/** How long an answer stays the same before it counts. Kuma's view of a mesh is up to a second old, and what it makes in the background takes five. */
const CALM = 1_200;
const CALM_APART = 6_500;
/** After so long nothing more is to come; milliseconds. */
const LONGEST = 40_000;

const PROXIES: Readonly<Record<string, Joining["type"]>> = {
  Dataplane: "dataplane",
  ZoneIngress: "ingress",
  ZoneEgress: "egress",
};

/** The resource as a proxy of Kuma's own zone. */
function joiningOf({ type, name, zone }: Given, mesh: string): readonly Joining[] {
  const proxy = PROXIES[type];
  if (proxy === undefined || (zone ?? KUMA_ZONE) !== KUMA_ZONE) return [];
  return [{ type: proxy, mesh: proxy === "dataplane" ? mesh : "", name }];
}

function put(kuma: Kuma, resource: Given): ReturnType<Kuma["call"]> {
  const { type, name, mesh } = resource;
  const { path: plural, scope } = kindOfType(type) ?? { path: type, scope: "Mesh" };
  const path = scope === "Global" ? `${plural}/${name}` : `meshes/${mesh}/${plural}/${name}`;
  return kuma.call("PUT", path, resource);
}

function reasonsOf(body: unknown): string {
  const { invalid_parameters: list = [], detail = "" } = (body ?? {}) as {
    readonly invalid_parameters?: readonly { readonly field: string; readonly reason: string }[];
    readonly detail?: string;
  };
  return list.length === 0 ? detail : list.map(({ field, reason }) => `${field}: ${reason}`).join("; ");
}

/** Once it has stayed the same. */
async function proxyAnswer(kuma: Kuma, mesh: string, name: string, calmMs: number): Promise<ProxyAnswer> {
  const path = `meshes/${mesh}/dataplanes/${name}`;
  let before = "";
  let config: unknown;
  let wrong = 0;
  await until(`${mesh}.${name} to settle`, async () => {
    // Kuma's handler may panic over a config, and then hangs up.
    const { status, body } = await kuma.call("GET", `${path}/_config`).catch(() => ({ status: 0, body: null }));
    if (status === 404) return false;
    if (status !== 200) {
      // A config that Kuma cannot make is no passing state.
      if (++wrong < 3) await new Promise((resolve) => setTimeout(resolve, 1_500));
      return wrong >= 3;
    }
    config = body;
    const now = JSON.stringify(body);
    const same = now === before;
    before = now;
    if (!same) await new Promise((resolve) => setTimeout(resolve, calmMs));
    return same;
  });
  const { body: said } = await kuma.call("GET", `${path}/_rules`);
  return {
    rules: rulesByType((said as { rules: Json[] }).rules),
    config: config === undefined ? null : resourcesIn(config),
  };
}

/** What an ingress or egress was told, once it has a listener of its own and stays the same. */
async function toldAnswer(name: string, joined: Joined, calmMs: number): Promise<ProxyAnswer> {
  let before = "";
  await until(`${name} to settle`, async () => {
    const now = JSON.stringify(joined.resources());
    const same = now === before && now.includes('"listener inbound:');
    before = now;
    if (!same) await new Promise((resolve) => setTimeout(resolve, calmMs));
    return same;
  });
  return { rules: {}, config: joined.resources() };
}

function resourcesIn(answer: unknown): Record<string, Json> {
  const { xds } = answer as { readonly xds: Readonly<Record<string, Readonly<Record<string, Json>>>> };
  return Object.fromEntries(
    Object.entries(xds).flatMap(([typeUrl, byName]) => {
      const kind = KINDS[typeUrl.slice(typeUrl.lastIndexOf(".") + 1)];
      return kind === undefined ? [] : Object.entries(byName).map(([name, body]) => [`${kind} ${name}`, body]);
    }),
  );
}
