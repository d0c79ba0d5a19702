// A stock kuma-dp with a real Envoy at a control plane, and what its Envoy holds in the end.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "#model/json.ts";
import { startChild, until } from "#test/child.ts";
import type { Resources } from "./answer.ts";
import { inlined } from "./ask-weft.ts";
import { canonicalResource } from "./canonical.ts";

export interface LiveInput {
  /** Paths of kuma-dp and Envoy. */
  readonly kumaDp: string;
  readonly envoy: string;
  /** Where it joins, and what verifies that. */
  readonly at: string;
  readonly caFile: string;
  readonly token?: string;
  /** As a user writes it. */
  readonly dataplane: Readonly<Record<string, unknown>>;
  /** Port at which kuma-dp says that it is ready. */
  readonly readiness: number;
  /** A listener that Envoy must have before it is asked; each set of endpoints must have one by then. */
  readonly wanted: string;
}

type Members = { readonly [key: string]: Json };

/** Starts kuma-dp, waits for the listener and the endpoints, and ends it again. Fails after 60 s. */
export async function liveConfig(input: LiveInput): Promise<Resources> {
  const folder = mkdtempSync(join(tmpdir(), "weft-dp-"));
  const file = join(folder, "dataplane.json");
  writeFileSync(file, JSON.stringify(input.dataplane));
  if (input.token !== undefined) writeFileSync(join(folder, "token"), input.token, { mode: 0o600 });
  const child = startChild(
    input.kumaDp,
    [
      "run",
      `--cp-address=${input.at}`,
      `--ca-cert-file=${input.caFile}`,
      `--dataplane-file=${file}`,
      ...(input.token === undefined ? [] : [`--dataplane-token-file=${join(folder, "token")}`]),
      `--binary-path=${input.envoy}`,
      `--work-dir=${folder}`,
      "--dns-enabled=false",
      "--concurrency=1",
      "--drain-time=1s",
    ],
    { KUMA_READINESS_PORT: String(input.readiness) },
  );
  const socket = join(folder, "kuma-envoy-admin.sock");
  let config: Record<string, Json> = {};
  try {
    await until(
      `${input.wanted} at ${input.at}`,
      async () => {
        if (!existsSync(socket)) return false;
        config = await dumped(socket).catch(() => ({}));
        return config[`listener ${input.wanted}`] !== undefined && hasEndpoints(config);
      },
      { everyMs: 250, explain: child.output },
    );
    return config;
  } finally {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A proxy that has just joined gets its listeners first, and is an endpoint itself some moments later. */
function hasEndpoints(config: Resources): boolean {
  const sets = Object.entries(config).filter(([name]) => name.startsWith("endpoints "));
  return sets.length > 0 && sets.every(([, set]) => ((set as Members).endpoints as Json[] | undefined)?.length);
}

/** Clusters, listeners and endpoint sets that came from the control plane; routes stand in the listeners. */
async function dumped(socket: string): Promise<Record<string, Json>> {
  const { configs } = JSON.parse(await get(socket, "/config_dump?include_eds")) as { readonly configs: Members[] };
  const list = (member: string): Members[] => configs.flatMap((config) => (config[member] ?? []) as Members[]);
  const routes = list("dynamic_route_configs").map(({ route_config: body }) => read("route", body));
  const byName = new Map(routes.map((body) => [body.name as string, body as Json]));
  const entry = (kind: string, name: string, body: Members): readonly [string, Json] => [
    `${kind} ${body[name]}`,
    inlined(body, byName),
  ];
  return Object.fromEntries([
    ...list("dynamic_active_clusters").map(({ cluster }) => entry("cluster", "name", read("cluster", cluster))),
    ...list("dynamic_listeners").flatMap(({ active_state: active }) =>
      active === undefined ? [] : [entry("listener", "name", read("listener", (active as Members).listener))],
    ),
    ...list("dynamic_endpoint_configs").map(({ endpoint_config: set }) =>
      entry("endpoints", "clusterName", read("endpoints", set)),
    ),
  ]);
}

function read(kind: string, body: Json | undefined): Members {
  const { "@type": _, ...own } = (body ?? {}) as Members;
  return canonicalResource(`${kind} `, own) as Members;
}

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve(text));
    });
    call.on("error", reject);
    call.end();
  });
}
