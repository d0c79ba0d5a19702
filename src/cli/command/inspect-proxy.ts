// `weft inspect proxy NAME`: what its Envoy has, and what relay and control plane know of it.
import { join } from "node:path";
import type { Command, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { readEnvoyState } from "#cli/inspect/envoy-state.ts";
import { envoyText } from "#cli/inspect/envoy-text.ts";
import { type RelayProxy, type RelayStatus, readRelayStatus } from "#cli/inspect/relay-status.ts";
import { nearestWord } from "#cli/nearest.ts";
import { printValue } from "#cli/output.ts";
import { readStatus } from "#cli/proxy/status-file.ts";
import { isRunning, nearestUpFile } from "#cli/up-file.ts";

interface Options {
  readonly mesh: string;
  readonly admin?: string;
  readonly relay?: string;
  readonly caCertFile?: string;
}

export const command: Command<Options> = {
  about:
    "Asks the Envoy's admin interface and its relay: those of the `weft up` that runs here, or those of --admin and\n" +
    "--relay. Where neither is known, shows what the control plane knows.",
  arguments: [{ name: "<name>", help: "name of the dataplane" }],
  options: [
    { flags: "-m, --mesh <mesh>", help: "mesh of the dataplane", default: "default" },
    { flags: "--admin <url>", help: "the Envoy's admin interface, as weft proxy run says it" },
    { flags: "--relay <url>", help: "the relay's address: https://host:5678" },
    { flags: "--ca-cert-file <file>", help: "CA that the relay's certificate is checked with" },
  ],
  examples: ["weft inspect proxy web-1", "weft inspect proxy web-1 --admin http://127.0.0.1:9901 -o json"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const name = args[0]!;
    const places = placesOf(invocation, name);
    if (places.admin === undefined) return showOverview(invocation, name);
    const [state, status] = await Promise.all([
      readEnvoyState((path) => get(places.admin!, path)),
      places.relay === undefined ? undefined : readRelayStatus(places.relay),
    ]);
    if (state === undefined) {
      throw new Failure("unreachable", {
        what: `the Envoy of ${name} gives no answer`,
        where: places.admin,
        why: "nothing answers /server_info there",
        fix: "is it running? weft proxy run says its admin address when it is ready",
      });
    }
    const relay = relayView(status, options.mesh, name);
    if (options.output === "name") terminal.out(`${name}\n`);
    else if (options.output !== "table") {
      printValue(terminal, options.output, { name, mesh: options.mesh, admin: places.admin, relay, envoy: state });
    } else {
      terminal.out(`${name} in mesh ${options.mesh}, admin ${places.admin}\n${relayText(relay)}`);
      terminal.out(envoyText(terminal, state, Date.now()));
    }
    return 0;
  },
};

interface Places {
  readonly admin: string | undefined;
  readonly relay: { readonly url: string; readonly ca: string } | undefined;
}

/** From flags, or from the running `weft up`; its status file knows of a restart that up.json missed. */
function placesOf({ options, cwd, env }: Invocation<Options>, name: string): Places {
  for (const flag of ["admin", "relay"] as const) {
    const url = options[flag];
    if (url !== undefined && !URL.canParse(url))
      throw usage(`--${flag} ${url} is no URL`, `write --${flag} http://127.0.0.1:9901`);
  }
  if ((options.relay === undefined) !== (options.caCertFile === undefined)) {
    throw usage("--relay and --ca-cert-file go together", "the CA lies in the relay's state folder: ca.pem");
  }
  const relay = options.relay === undefined ? undefined : { url: options.relay, ca: options.caCertFile! };
  if (options.admin !== undefined) return { admin: options.admin, relay };
  // An explicit organisation is not the local one.
  const nearest = options.url === undefined && options.context === undefined ? nearestUpFile(cwd, env) : undefined;
  if (nearest === undefined || !isRunning(nearest.up) || nearest.up.proxies.length === 0)
    return { admin: undefined, relay };
  const proxy = nearest.up.proxies.find((row) => row.name === name && row.mesh === options.mesh);
  if (proxy === undefined)
    throw unknown(
      name,
      options.mesh,
      join(nearest.folder, "up.json"),
      nearest.up.proxies.map((row) => row.name),
    );
  const [zone] = nearest.up.zones;
  return {
    admin: readStatus(join(nearest.folder, "proxy", name, "status.json"))?.admin ?? proxy.admin,
    relay: relay ?? (zone === undefined ? undefined : { url: zone.relay.api, ca: zone.relay.ca }),
  };
}

function unknown(name: string, mesh: string, where: string, known: readonly string[]): Failure {
  const near = nearestWord(name, known);
  const fix = `${near === undefined ? "" : `did you mean ${near}? `}Known: ${known.join(", ")}; for another pass --admin URL`;
  return new Failure("absent", { what: `there is no proxy ${name} in mesh ${mesh} here`, where, fix });
}

async function get(admin: string, path: string): Promise<string | undefined> {
  try {
    const answer = await fetch(new URL(path, admin), { signal: AbortSignal.timeout(5_000) });
    return answer.status === 200 ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

type RelayView = {
  readonly zone: string;
  readonly controlPlane: string;
  readonly revision: number | null;
  readonly proxy: RelayProxy | null;
} | null;

function relayView(status: RelayStatus | undefined, mesh: string, name: string): RelayView {
  if (status === undefined) return null;
  const { zone, controlPlane, snapshot, proxies } = status;
  const proxy = proxies.find((row) => row.mesh === mesh && row.name === name) ?? null;
  return { zone, controlPlane, revision: snapshot?.revision ?? null, proxy };
}

function relayText(relay: RelayView): string {
  if (relay === null) return "";
  const { zone, controlPlane, revision, proxy } = relay;
  const known =
    proxy === null
      ? "does not know it"
      : `has ${proxy.streams} stream${proxy.streams === 1 ? "" : "s"} of it, config from ${proxy.source === "snapshot" ? "the signed snapshot" : "its own compilation"}`;
  return `relay of zone ${zone} ${known}; revision ${revision ?? "none"}, control plane ${controlPlane}\n`;
}

async function showOverview(invocation: Invocation<Options>, name: string): Promise<number> {
  const { options, terminal } = invocation;
  const overview = await connect(invocation).ask(`dataplane ${name} could not be read`, (client, organisation) =>
    client.call("dataplaneOverview", { params: { organisation, mesh: options.mesh, name } }),
  );
  if (options.output === "name") terminal.out(`${name}\n`);
  else printValue(terminal, options.output === "json" ? "json" : "yaml", overview);
  if (options.output === "table")
    terminal.err("This is what the control plane knows; --admin URL shows what its Envoy has.\n");
  return 0;
}
