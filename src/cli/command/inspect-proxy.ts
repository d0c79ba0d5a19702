// `weft inspect proxy NAME`: what its Envoy has, what relay and control plane know of it, and why its settings are so.
import { join } from "node:path";
import type { Command, Invocation } from "#cli/command.ts";
import { type Connection, connect } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { readEnvoyState } from "#cli/inspect/envoy-state.ts";
import { envoyText } from "#cli/inspect/envoy-text.ts";
import { askRelay, type RelayPlace, relayText } from "#cli/inspect/relay-view.ts";
import { showWhy, WHY_OPTIONS } from "#cli/inspect/why.ts";
import { unlessStopped } from "#cli/interruption.ts";
import { isText, printAnswer, yamlText } from "#cli/output.ts";
import { progress } from "#cli/progress.ts";
import { type ProxyIdentity, proxyTitle } from "#cli/proxy/identity.ts";
import { readStatus } from "#cli/proxy/status-file.ts";
import { isNamed, namedOf } from "#cli/resource-name.ts";
import { isRunning, nearestUpFile } from "#cli/up-file.ts";
import { KINDS } from "#model/kinds.ts";
import { nearestWord } from "#model/nearest.ts";
import { PROXY_KINDS, type ProxyKind, proxyKindOfWord } from "#model/proxy-kind.ts";

interface Options {
  readonly mesh?: string;
  readonly type: string;
  readonly admin?: string;
  readonly relay?: string;
  readonly caCertFile?: string;
  readonly why?: boolean;
  readonly policy?: string;
  readonly field?: string;
  readonly envoy?: boolean;
  readonly unset?: boolean;
}

export const command: Command<Options> = {
  about:
    "Asks the Envoy's admin interface and its relay: those of the `weft up` that runs here, or those of --admin and " +
    "--relay. Where neither is known, shows what the control plane knows.\n\n" +
    "With --why, the same as weft why. --policy, --field, --envoy and --unset mean --why.",
  arguments: [{ name: "<name>", help: "name of the dataplane, or of the ingress or egress of --type" }],
  options: [
    { flags: "-m, --mesh <mesh>", help: "mesh of the dataplane (default unless given)" },
    {
      flags: "--type <type>",
      help: "type of the proxy",
      choices: ["dataplane", "ingress", "egress"],
      default: "dataplane",
    },
    { flags: "--admin <url>", help: "the Envoy's admin interface, as weft proxy run says it" },
    { flags: "--relay <url>", help: "the relay's address: https://host:5678" },
    { flags: "--ca-cert-file <file>", help: "CA that the relay's certificate is checked with" },
    { flags: "--why", help: "each setting of the proxy, and which policy set it" },
    { flags: "--field <text>", help: "settings whose name, or Envoy field, has this text" },
    ...WHY_OPTIONS,
  ],
  examples: [
    "weft inspect proxy web-1 --why",
    "weft inspect proxy web-1 --why --policy MeshTimeout --field idle",
    "weft inspect proxy web-1",
    "weft inspect proxy in-1 --type ingress",
    "weft inspect proxy web-1 --admin http://127.0.0.1:9901 -o json",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const proxy = subjectOf(options, args[0]!);
    const { mesh, name } = proxy;
    if (asksWhy(options)) {
      if (PROXY_KINDS[proxy.type].zonal)
        throw usage(`--why is of dataplanes: no policy of a mesh holds for ${proxyTitle(proxy)}`);
      return showWhy({ ...invocation, options: { ...options, mesh } }, name);
    }
    const places = placesOf(invocation, proxy);
    if (places.admin === undefined) return showKnown(invocation, proxy, places);
    const asked = Promise.all([readEnvoyState((path) => get(places.admin!, path)), askRelay(places.relay, mesh, name)]);
    const [state, relay] = await progress(terminal, `asking ${name}`, unlessStopped(asked, invocation.signal));
    if (state === undefined) {
      throw new Failure("unreachable", {
        what: `the Envoy of ${name} gives no answer`,
        where: places.admin,
        why: "nothing answers /server_info there",
        fix: "is it running? weft proxy run says its admin address when it is ready",
      });
    }
    printAnswer(terminal, options.output, {
      value: { name, mesh, admin: places.admin, relay, envoy: state },
      name,
      text: () =>
        `${proxyTitle(proxy)}, admin ${places.admin}\n${relayText(relay)}${envoyText(terminal, state, Date.now())}`,
    });
    return 0;
  },
};

type Subject = Pick<ProxyIdentity, "type" | "mesh" | "name">;

/** Which proxy is meant. Throws a usage failure for an ingress or egress of a mesh. */
function subjectOf(options: Options, name: string): Subject {
  if (isNamed(name)) {
    const named = namedOf(name, options.mesh ?? "default");
    const { type } = named.kind;
    if (type === "Dataplane" || type === "ZoneIngress" || type === "ZoneEgress") return { ...named, type };
    throw usage(`${type} ${named.name} is no proxy`, "give a Dataplane, a ZoneIngress or a ZoneEgress");
  }
  const type = proxyKindOfWord(options.type) ?? "Dataplane";
  if (!PROXY_KINDS[type].zonal) return { type, mesh: options.mesh ?? "default", name };
  if (options.mesh === undefined) return { type, mesh: "", name };
  throw usage(`--mesh is for dataplanes: an ${options.type} belongs to a zone, and to no mesh`, "leave out --mesh");
}

/** Throws a usage failure where it also asks for what only the proxy or its relay could tell. */
function asksWhy(options: Options): boolean {
  const { why, policy, field, envoy, unset } = options;
  if (why !== true && policy === undefined && field === undefined && envoy !== true && unset !== true) return false;
  const other = (["admin", "relay"] as const).find((flag) => options[flag] !== undefined);
  if (other !== undefined) throw usage(`--why and --${other} exclude each other`, "the control plane alone knows why");
  return true;
}

interface Places {
  readonly admin: string | undefined;
  readonly relay: RelayPlace | undefined;
  /** Proxies of the `weft up` that runs here. */
  readonly known: readonly string[];
}

/** From flags, or from the running `weft up`; its status file knows of a restart that up.json missed. */
function placesOf({ options, cwd, env }: Invocation<Options>, { mesh, name }: Subject): Places {
  for (const flag of ["admin", "relay"] as const) {
    const url = options[flag];
    if (url !== undefined && !URL.canParse(url))
      throw usage(`--${flag} ${url} is no URL`, `write --${flag} http://127.0.0.1:9901`);
  }
  if ((options.relay === undefined) !== (options.caCertFile === undefined)) {
    throw usage("--relay and --ca-cert-file go together", "the CA lies in the relay's state folder: ca.pem");
  }
  // An explicit organisation is not the local one.
  const nearest = options.url === undefined && options.context === undefined ? nearestUpFile(cwd, env) : undefined;
  const here = nearest !== undefined && isRunning(nearest.up) ? nearest : undefined;
  const zone = here?.up.zones[0];
  const relay =
    options.relay === undefined
      ? zone && { url: zone.relay.api, ca: zone.relay.ca }
      : { url: options.relay, ca: options.caCertFile! };
  const proxy = here?.up.proxies.find((row) => row.name === name && row.mesh === mesh);
  const started = proxy && (readStatus(join(here!.folder, "proxy", name, "status.json"))?.admin ?? proxy.admin);
  return { admin: options.admin ?? started, relay, known: (here?.up.proxies ?? []).map((row) => row.name) };
}

async function get(admin: string, path: string): Promise<string | undefined> {
  try {
    const answer = await fetch(new URL(path, admin), { signal: AbortSignal.timeout(5_000) });
    return answer.status === 200 ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

/** What is known without the Envoy: the control plane's overview, and what the relay says. */
async function showKnown(
  invocation: Invocation<Options>,
  subject: Subject,
  { relay: place, known }: Places,
): Promise<number> {
  const { options, terminal } = invocation;
  const { mesh, name } = subject;
  const connection = connect(invocation);
  const asking = Promise.all([
    connection
      .ask(`${options.type} ${name} could not be read`, (client, organisation) =>
        OVERVIEWS[subject.type](client, { organisation, mesh, name }),
      )
      .catch((thrown: unknown) => {
        if (thrown instanceof Failure) return thrown;
        throw thrown;
      }),
    askRelay(place, mesh, name),
  ]);
  const [asked, relay] = await unlessStopped(asking, invocation.signal);
  const isKnownToRelay = relay?.answers === true && relay.proxy !== null;
  if (asked instanceof Failure && !isKnownToRelay)
    throw asked.exit === "absent" ? unknown(subject, connection.target.url, known, asked) : asked;
  const overview = asked instanceof Failure ? null : asked;
  printAnswer(terminal, options.output, {
    value: { name, mesh, admin: null, relay, overview, envoy: null },
    name,
    text: () => `${proxyTitle(subject)}\n${relayText(relay)}${overview === null ? "" : yamlText(overview)}`,
  });
  if (isText(options.output)) {
    if (asked instanceof Failure)
      terminal.err(`The control plane does not tell of it: ${asked.parts.why ?? asked.message}\n`);
    terminal.err("This is what control plane and relay know; --admin URL shows what its Envoy has.\n");
  }
  return 0;
}

type Named = { readonly organisation: string; readonly mesh: string; readonly name: string };

/** What the control plane tells of each kind of proxy. */
const OVERVIEWS: Readonly<Record<ProxyKind, (client: Connection["client"], params: Named) => Promise<unknown>>> = {
  Dataplane: (client, params) => client.call("dataplaneOverview", { params }),
  ZoneIngress: (client, { organisation, name }) =>
    client.call("zoneIngressOverview", { params: { organisation, name } }),
  ZoneEgress: (client, { organisation, name }) => client.call("zoneEgressOverview", { params: { organisation, name } }),
};

function unknown(subject: Subject, where: string, known: readonly string[], cause: Failure): Failure {
  const near = nearestWord(subject.name, known);
  const guess = near === undefined ? "" : `did you mean ${near}? `;
  const zonal = PROXY_KINDS[subject.type].zonal;
  const list = `weft get ${KINDS[subject.type].path}${zonal ? "" : ` -m ${subject.mesh}`}`;
  const what = `there is no ${zonal ? "" : "proxy "}${proxyTitle(subject)}`;
  return new Failure("absent", { what, where, fix: `${guess}${list} lists those that there are` }, cause);
}
