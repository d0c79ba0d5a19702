// The demo's programs and their proxies: started, and waited for until Envoy serves.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { edgePath } from "#cli/edge.ts";
import { writePrivate } from "#cli/private-file.ts";
import { type ProxyStatus, readStatus } from "#cli/proxy/status-file.ts";
import type { Crew } from "./crew.ts";
import { type DemoProxy, demoProxies } from "./dataplane.ts";
import type { DemoPorts } from "./port.ts";
import { waitFor } from "./wait.ts";

export interface DemoOptions {
  readonly crew: Crew;
  readonly folder: string;
  readonly ports: DemoPorts;
  readonly env: NodeJS.ProcessEnv;
  readonly envoy: string;
  readonly mesh: string;
  /** Its URL, and the file with its CA. */
  readonly relay: { readonly api: string; readonly ca: string };
  readonly tokenOf: (proxy: DemoProxy) => Promise<string>;
}

/** Starts programs and proxies side by side; resolves with the proxies' states when all are ready. */
export async function startDemo(options: DemoOptions): Promise<readonly ProxyStatus[]> {
  const { crew, folder, ports, env, mesh } = options;
  const proxies = demoProxies(ports, mesh);
  for (const { service } of proxies) {
    crew.start("program", {
      name: service,
      entry: edgePath("cli"),
      args: [
        "demo-program",
        service,
        ...["--port", String(ports[`${service}-program`])],
        ...["--backend", backendOf(ports)],
      ],
      env,
      log: join(folder, "log", `${service}.log`),
    });
  }
  return Promise.all(proxies.map((proxy) => startProxy(proxy, options)));
}

async function startProxy(proxy: DemoProxy, options: DemoOptions): Promise<ProxyStatus> {
  const { name, service, dataplane } = proxy;
  const { crew, folder, ports, env, envoy, relay, tokenOf } = options;
  const work = join(folder, "proxy", name);
  mkdirSync(work, { recursive: true, mode: 0o700 });
  const status = join(work, "status.json");
  rmSync(status, { force: true });
  writePrivate(join(work, "token"), `${(await tokenOf(proxy)).trim()}\n`);
  writePrivate(join(work, "dataplane.json"), `${JSON.stringify(dataplane, null, 2)}\n`);
  const child = crew.start("proxy", {
    name,
    entry: edgePath("cli"),
    args: [
      ...["proxy", "run", "--relay", relay.api, "--ca-cert-file", relay.ca, "--work-dir", work],
      ...["--dataplane-file", join(work, "dataplane.json"), "--token-file", join(work, "token")],
      ...["--admin-port", String(ports[`${service}-admin`]), "--concurrency", "1"],
    ],
    env: { ...env, WEFT_ENVOY: envoy },
    log: join(folder, "log", `${name}.log`),
  });
  return waitFor({
    what: `the Envoy of ${name}`,
    child,
    boundMs: 45_000,
    probe: () => {
      const now = readStatus(status);
      return now?.state === "ready" ? now : undefined;
    },
  });
}

/** Where web finds backend: the outbound of its Envoy. */
export function backendOf(ports: Pick<DemoPorts, "web-to-backend">): string {
  return `http://127.0.0.1:${ports["web-to-backend"]}`;
}
