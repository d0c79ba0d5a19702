// A stock kuma-dp 2.14 with its Envoy, at the relay of a test; where the environment names both.
import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { type Child, startChild, until } from "./child.ts";
import type { TestMesh } from "./mesh.ts";
import { keptPort } from "./port.ts";

const { WEFT_KUMA_DP: kumaDp = "", WEFT_ENVOY: envoy = "" } = process.env;

/** The variable that is not set; null = all are. */
export const lacking: string | null = kumaDp === "" ? "WEFT_KUMA_DP" : envoy === "" ? "WEFT_ENVOY" : null;

export interface RunningKumaDp {
  readonly child: Child;
  readonly folder: string;
  readonly readiness: number;
  /** GET of its Envoy's admin interface. */
  admin(path: string): Promise<string>;
}

export interface KumaDpRun {
  readonly word: "dataplane" | "ingress" | "egress";
  readonly resource: Readonly<Record<string, unknown>>;
  readonly token: string;
  /** The port of kuma-dp's own DNS server; 0 = none. */
  readonly dns?: number;
  /** Told at once, before it is ready: whoever starts it ends it. */
  readonly started: (one: RunningKumaDp) => void;
}

/** GET over a Unix socket or a port; the status and the body. */
export function get(
  at: { socketPath: string } | { port: number },
  path: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ ...at, host: "127.0.0.1", path, agent: false, timeout: 5000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    call.on("timeout", () => call.destroy(new Error("no answer in 5 s")));
    call.on("error", reject);
    call.end();
  });
}

/** Starts it and waits until it is ready. */
export async function startKumaDp(
  mesh: Pick<TestMesh, "folder" | "relay">,
  { word, resource, token, dns = 0, started }: KumaDpRun,
): Promise<RunningKumaDp> {
  const name = String(resource.name);
  const folder = join(mesh.folder, `kuma-${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "resource.json"), JSON.stringify(resource));
  writeFileSync(join(folder, "token"), token, { mode: 0o600 });
  // Envoys share a DNS port without a word: at the usual one, those of other tests would get each other's questions.
  const [readiness, envoyDns] = await Promise.all([keptPort(), keptPort()]);
  const { api, caFile } = mesh.relay();
  const child = startChild(
    kumaDp,
    [
      "run",
      `--proxy-type=${word}`,
      `--cp-address=${api}`,
      `--ca-cert-file=${caFile}`,
      `--dataplane-file=${join(folder, "resource.json")}`,
      `--dataplane-token-file=${join(folder, "token")}`,
      `--binary-path=${envoy}`,
      `--work-dir=${folder}`,
      "--concurrency=1",
      "--drain-time=1s",
    ],
    {
      KUMA_READINESS_PORT: String(readiness),
      KUMA_DNS_ENVOY_DNS_PORT: String(envoyDns),
      ...(dns === 0 ? { KUMA_DNS_ENABLED: "false" } : { KUMA_DNS_PROXY_PORT: String(dns) }),
    },
  );
  const one: RunningKumaDp = {
    child,
    folder,
    readiness,
    admin: async (path) => (await get({ socketPath: join(folder, "kuma-envoy-admin.sock") }, path)).text,
  };
  started(one);
  await until(`${name} to be ready`, async () => (await get({ port: readiness }, "/ready")).status === 200, {
    everyMs: 100,
    explain: () => `${child.output()}\n--- relay\n${mesh.relay().child.output()}`,
  });
  return one;
}
