// Asks a running kuma-cp for its answer to scenarios, each in a mesh of its own.

import type { Json } from "#model/json.ts";
import { kindOfType } from "#model/kinds.ts";
import { until } from "#test/child.ts";
import { type Answer, asDefault, type ProxyAnswer, rulesByType } from "./answer.ts";
import type { Joined } from "./joined.ts";
import type { Kuma } from "./kuma.ts";
import type { Scenario } from "./scenarios.ts";

type Body = Readonly<Record<string, unknown>> & { readonly type: string; readonly name: string };

const KINDS: Readonly<Record<string, string>> = {
  Cluster: "cluster",
  Listener: "listener",
  ClusterLoadAssignment: "endpoints",
};

/** Kuma's answer to a scenario; a scenario is asked once, for its mesh is left there. */
export async function askKuma(kuma: Kuma, { mesh, resources }: Scenario): Promise<Answer> {
  const refused: string[] = [];
  for (const resource of resources) {
    const { status, body } = await put(kuma, resource);
    if (status >= 300) refused.push(`${resource.type} ${resource.name}: ${status} ${reasonsOf(body)}`);
  }
  const names = resources.filter(({ type }) => type === "Dataplane").map(({ name }) => name);
  const joined: Joined[] = [];
  try {
    if (refused.length > 0) return { refused, proxies: {} };
    for (const name of names) joined.push(await kuma.join(mesh, name));
    const proxies: Record<string, ProxyAnswer> = {};
    for (const name of names) proxies[name] = asDefault(await proxyAnswer(kuma, mesh, name), mesh);
    return { proxies };
  } finally {
    for (const one of joined) one.close();
  }
}

function put(kuma: Kuma, resource: Body): ReturnType<Kuma["call"]> {
  const { type, name, mesh } = resource;
  const plural = kindOfType(type)?.path ?? type;
  const path = type === "Mesh" ? `meshes/${name}` : `meshes/${mesh}/${plural}/${name}`;
  return kuma.call("PUT", path, resource);
}

function reasonsOf(body: unknown): string {
  const { invalid_parameters: list = [], detail = "" } = (body ?? {}) as {
    readonly invalid_parameters?: readonly { readonly field: string; readonly reason: string }[];
    readonly detail?: string;
  };
  return list.length === 0 ? detail : list.map(({ field, reason }) => `${field}: ${reason}`).join("; ");
}

/** Twice the same: Kuma's view of a mesh is up to a second old. */
async function proxyAnswer(kuma: Kuma, mesh: string, name: string): Promise<ProxyAnswer> {
  const path = `meshes/${mesh}/dataplanes/${name}`;
  let before = "";
  let config: unknown;
  let wrong = 0;
  await until(
    `${mesh}.${name} to settle`,
    async () => {
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
      if (!same) await new Promise((resolve) => setTimeout(resolve, 1_200));
      return same;
    },
    { timeoutMs: 30_000 },
  );
  const { body: said } = await kuma.call("GET", `${path}/_rules`);
  return {
    rules: rulesByType((said as { rules: Json[] }).rules),
    config: config === undefined ? null : resourcesIn(config),
  };
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
