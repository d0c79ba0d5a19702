// `weft relay`: a zone's relay in the foreground.

import { resolve } from "node:path";
import { variable } from "#api/environment.ts";
import type { Command } from "#cli/command.ts";
import { type Failure, usage } from "#cli/failure.ts";
import { runEdge } from "#cli/run-edge.ts";
import { checkState } from "#cli/state-folder.ts";

interface Options {
  readonly controlPlane?: string;
  readonly state?: string;
  readonly listen?: string;
  readonly host?: readonly string[];
  readonly advertise?: string;
  readonly dns?: string;
  readonly dnsMesh?: string;
  readonly enrolmentTokenFile?: string;
  readonly organisation?: string;
  readonly zone?: string;
  readonly logLevel?: string;
}

export const command: Command<Options> = {
  about:
    "At its first start it enrols by the one-use token that weft zone create prints (WEFT_ENROLMENT_TOKEN, or a file); " +
    "from then on its keys in --state prove who it is. It serves proxies from disk while the control plane is away.",
  options: [
    { flags: "--control-plane <url>", help: "address of the control plane (WEFT_CONTROL_PLANE)" },
    { flags: "--state <folder>", help: "keys, snapshots, certificates (WEFT_STATE_DIR; .weft-relay)" },
    {
      flags: "--listen <address>",
      help: "host:port for proxies: bootstrap, REST and xDS over TLS (WEFT_LISTEN; 127.0.0.1:5678)",
    },
    {
      flags: "--host <name>",
      help: "name or address by which proxies reach it, for its certificate (WEFT_HOSTS); may be repeated",
      repeat: true,
    },
    {
      flags: "--advertise <address>",
      help: "host:port by which proxies and the zone's other relays reach it, where that is not --listen (WEFT_ADVERTISE)",
    },
    {
      flags: "--dns <address>",
      help: "answer names of the zone's meshes at host:port, over UDP and TCP (WEFT_DNS; off unless given)",
    },
    { flags: "--dns-mesh <mesh>", help: "answer names of this mesh alone (WEFT_DNS_MESH)" },
    { flags: "--enrolment-token-file <file>", help: "file with the one-use token" },
    { flags: "--organisation <name>", help: "organisation that it is for: a token of another one is refused, unused" },
    { flags: "--zone <name>", help: "zone that it is for: a token for another one is refused, unused" },
    { flags: "--log-level <level>", help: "how much to log", choices: ["debug", "info", "warn", "error", "silent"] },
  ],
  examples: [
    "WEFT_ENROLMENT_TOKEN=… weft relay --control-plane https://weft.example.com --organisation demo --zone east --state ./relay-east",
    "weft relay --control-plane https://weft.example.com --state ./relay-east --listen 0.0.0.0:5678 --advertise 192.168.0.5:5678",
    "weft relay --control-plane https://weft.example.com --state ./relay-east --dns 192.168.0.5:53",
  ],
  endsItself: true,
  async run({ options, env, cwd }) {
    const controlPlane = options.controlPlane ?? variable(env, "WEFT_CONTROL_PLANE") ?? "";
    if (!/^https?:\/\//.test(controlPlane) || !URL.canParse(controlPlane)) throw wrongAddress(controlPlane);
    checkState(resolve(cwd, options.state ?? variable(env, "WEFT_STATE_DIR") ?? ".weft-relay"));
    const flags: readonly (readonly [string, string | undefined])[] = [
      ["--control-plane", options.controlPlane],
      ["--state-dir", options.state === undefined ? undefined : resolve(cwd, options.state)],
      ["--listen", options.listen],
      ...(options.host ?? []).map((name) => ["--host", name] as const),
      ["--advertise", options.advertise],
      ["--dns", options.dns],
      ["--dns-mesh", options.dnsMesh],
      ["--enrolment-token-file", options.enrolmentTokenFile],
      ["--organisation", options.organisation],
      ["--zone", options.zone],
      ["--log-level", options.logLevel],
    ];
    return runEdge(
      "relay",
      flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
      env,
    );
  },
};

function wrongAddress(text: string): Failure {
  const what =
    text === "" ? "a relay needs its control plane: --control-plane is missing" : `--control-plane ${text} is no URL`;
  return usage(
    what,
    "write --control-plane https://host (or WEFT_CONTROL_PLANE); weft zone create prints the whole command",
  );
}
