// `weft proxy run`: bootstraps an Envoy from a relay, supervises it, and lets it leave in order.

import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { variable } from "#api/environment.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { runnableEnvoy } from "#cli/envoy.ts";
import { Failure, reasonOf, usage } from "#cli/failure.ts";
import { wholeNumber } from "#cli/number.ts";
import { writePrivate } from "#cli/private-file.ts";
import { untilAdminPortFree } from "#cli/proxy/admin-port.ts";
import { askAgain, askBootstrap, type MetricsCertificate, withAdmin } from "#cli/proxy/bootstrap.ts";
import { claimDnsPort, type DnsPort } from "#cli/proxy/dns-port.ts";
import { drain } from "#cli/proxy/drain.ts";
import { type EnvoyProcess, startEnvoy } from "#cli/proxy/envoy-process.ts";
import { type IdentityOptions, identityOf, lackingIdentity, proxyTitle } from "#cli/proxy/identity.ts";
import { DNS_PORT, type Names, startNames } from "#cli/proxy/names.ts";
import { becomeUser } from "#cli/proxy/privilege.ts";
import { nameHosts, proxyUser, redirectionFor, redirectionGiven } from "#cli/proxy/redirection.ts";
import type { RelayAddress } from "#cli/proxy/relay-call.ts";
import { relayPlaces, withRelayFiles } from "#cli/proxy/relay-places.ts";
import { type RelayWatch, watchRelays } from "#cli/proxy/relay-watch.ts";
import { statusFile } from "#cli/proxy/status-file.ts";
import { supervise } from "#cli/proxy/supervise.ts";
import { startTelemetry } from "#cli/proxy/telemetry/telemetry.ts";
import { removeFolder, socketFolder, workFolder } from "#cli/proxy/work-folder.ts";
import { hasIpv6 } from "#cli/redirect/loopback.ts";
import { stopSignals } from "#cli/stop-signal.ts";
import { ENVOY_DNS_PORT } from "#model/node-hole.ts";

interface Options extends IdentityOptions {
  readonly relay: readonly string[];
  readonly caCertFile?: readonly string[];
  readonly adminPort: string;
  readonly concurrency?: string;
  readonly logLevel: string;
  readonly drainTime: string;
  readonly settleTime: string;
  readonly patience: string;
  readonly envoyDnsPort: string;
  readonly relayCheck: string;
  readonly workDir?: string;
  readonly metricsCertFile?: string;
  readonly metricsKeyFile?: string;
  readonly proxyUser?: string;
}

export const command: Command<Options> = {
  about:
    "Asks the relay for a bootstrap, starts Envoy, starts it again when it dies, and on SIGTERM or Ctrl-C announces the " +
    "leave, lets requests in flight end, and goes. A second signal ends it at once.\n\n" +
    "--token-file is the proxy's own token, of weft dataplane-token create, or of weft zone-token create for an ingress " +
    "or egress; a relay takes no API token.",
  options: [
    {
      flags: "--relay <url>",
      help: "the relay's address: https://host:5678; of several, given one by one, the first that answers is taken",
      required: true,
      repeat: true,
    },
    {
      flags: "--ca-cert-file <file>",
      help: "CA that the relay's certificate is checked with (the system's unless given); may be repeated",
      repeat: true,
    },
    {
      flags: "--dataplane-file <file>",
      help: "the Dataplane, or the ZoneIngress or ZoneEgress of --type, as YAML or JSON; - for standard input",
    },
    { flags: "--dataplane <text>", help: "the resource itself" },
    { flags: "-m, --mesh <mesh>", help: "mesh, where the Dataplane does not say it" },
    { flags: "--name <name>", help: "name, where the Dataplane does not say it" },
    {
      flags: "--type <type>",
      help: "dataplane, or a zone's ingress or egress, which joins with a token of weft zone-token create",
      choices: ["dataplane", "ingress", "egress"],
      default: "dataplane",
    },
    {
      flags: "--admin-port <port>",
      help: "port of Envoy's admin interface on 127.0.0.1; 0 = any free one",
      default: "0",
    },
    { flags: "--concurrency <threads>", help: "worker threads (Envoy's choice unless given)" },
    {
      flags: "--log-level <level>",
      help: "Envoy's log level",
      choices: ["trace", "debug", "info", "warning", "error", "critical", "off"],
      default: "warning",
    },
    { flags: "--drain-time <seconds>", help: "the most that leaving may take", default: "5" },
    {
      flags: "--settle-time <seconds>",
      help: "how long nothing may have come before it goes: who still sends has not heard of the leave",
      default: "1",
    },
    {
      flags: "--patience <seconds>",
      help: "how long to wait at the start: for the relay, for a name that another proxy still has, then for Envoy's first config",
      default: "60",
    },
    {
      flags: "--metrics-cert-file <file>",
      help: "certificate (PEM) that the metrics listener shows where a MeshMetric says ProvidedTLS",
    },
    { flags: "--metrics-key-file <file>", help: "the key of that certificate" },
    {
      flags: "--transparent-proxy",
      help: "this machine's traffic is redirected to the proxy (weft install transparent-proxy); the Dataplane's own ports win",
    },
    {
      flags: "--transparent-proxy-config <file>",
      help: "the same, with the settings that were installed",
      repeat: true,
    },
    {
      flags: "--bind-outbounds",
      help: "without redirection: listen on loopback addresses for all that can be reached by name",
    },
    {
      flags: "--dns-port <port>",
      help: "resolve names for applications on this port of 127.0.0.1 (15053 with one of the three before)",
    },
    {
      flags: "--envoy-dns-port <port>",
      help: "UDP port of 127.0.0.1 where Envoy's own table of names is asked, if traffic is redirected; any free one where it is taken",
      default: String(ENVOY_DNS_PORT),
    },
    {
      flags: "--proxy-user <user>",
      help: "started as root, run as this user (kuma-dp where traffic is redirected)",
    },
    {
      flags: "--relay-check <seconds>",
      help: "how often it asks which relays the zone has, of which Envoy is told without a restart; 0 = never",
      default: "60",
    },
    {
      flags: "--work-dir <folder>",
      help: "keep bootstrap and status.json there (a private temporary folder unless given)",
    },
  ],
  examples: [
    "weft proxy run --relay https://relay:5678 --ca-cert-file ca.pem --dataplane-file web-1.yaml --token-file web-1.token",
    "weft proxy run --relay https://relay:5678 --mesh default --name web-1 --token-file web-1.token --admin-port 9901",
    "weft proxy run --type ingress --relay https://relay:5678 --ca-cert-file ca.pem --dataplane-file ingress.yaml --token-file zone.token",
    "sudo weft proxy run --relay https://relay:5678 --dataplane-file web-1.yaml --token-file web-1.token --transparent-proxy",
  ],
  endsItself: true,
  lacks: lackingIdentity,
  async run(invocation) {
    const { options, terminal, env } = invocation;
    const say = (line: string): void => terminal.err(`weft: ${line}\n`);
    const relays = relaysOf(invocation);
    const proxy = await identityOf(invocation);
    const redirected = await redirectionGiven(options.transparentProxy, options.transparentProxyConfig, {
      cwd: invocation.cwd,
      input: () => terminal.input(),
    });
    const numbers = {
      adminPort: wholeNumber("--admin-port", options.adminPort, 65_535),
      drainSeconds: wholeNumber("--drain-time", options.drainTime, 3_600),
      settleSeconds: wholeNumber("--settle-time", options.settleTime, 3_600),
      dnsPort: wholeNumber(
        "--dns-port",
        options.dnsPort ?? String(redirected?.get("redirect.dns.port") ?? DNS_PORT),
        65_535,
      ),
      patienceSeconds: wholeNumber("--patience", options.patience, 86_400),
      envoyDnsPort: wholeNumber("--envoy-dns-port", options.envoyDnsPort, 65_535),
      relayCheckSeconds: wholeNumber("--relay-check", options.relayCheck, 86_400),
      concurrency:
        options.concurrency === undefined ? undefined : wholeNumber("--concurrency", options.concurrency, 1_024),
    };
    // Not before: while it waits for its input nothing is to be ended in order.
    const signals = stopSignals();
    const found = await runnableEnvoy(env);
    const patienceMs = numbers.patienceSeconds * 1000;
    await untilAdminPortFree({ port: numbers.adminPort, patienceMs, say, stop: signals.stop });
    const metricsCertificate = metricsCertificateOf(invocation);
    const user = proxyUser(options.proxyUser, redirected);
    const folder = workFolder(options.workDir, invocation.cwd);
    const sockets = socketFolder(folder);
    let telemetry: { close(): void } | undefined;
    let names: Names | undefined;
    let envoy: EnvoyProcess | undefined;
    let watch: RelayWatch | undefined;
    let dnsPort: DnsPort | undefined;
    try {
      if (user !== undefined) becomeUser(user, { folders: [folder, sockets], program: found.path });
      const hostIp = variable(env, "HOST_IP") ?? "";
      // Redirection may stand in the Dataplane too, which only the relay reads as such.
      const isRedirected = redirected !== undefined || proxy.resource?.includes("transparentProxying") === true;
      if (isRedirected) dnsPort = await claimDnsPort(numbers.envoyDnsPort, say);
      const envoyDnsPort = dnsPort?.port;
      const asking = {
        ...{ relays, proxy, envoy: found.version, patienceMs, say },
        ...{ folder: sockets, metricsCertificate, hostIp, envoyDnsPort },
        redirection: redirected && redirectionFor(redirected, hasIpv6()),
        bindOutbounds: options.bindOutbounds === true,
      };
      const bootstrap = await Promise.race([askBootstrap(asking), signals.stop.then(() => undefined)]);
      if (bootstrap === undefined) return 0;
      const first = relayPlaces(bootstrap.config);
      if (first !== null)
        watch = await watchRelays({
          ...{ first, given: relays, folder: join(folder, "relays"), say, everyMs: numbers.relayCheckSeconds * 1000 },
          ask: async (relay) => relayPlaces((await askAgain(relay, asking)) ?? {}),
        });
      const { mesh, name } = proxy;
      const admin = (): string | undefined => envoy?.admin();
      const dns = () => names?.counts() ?? null;
      telemetry = await startTelemetry({ folder: sockets, mesh, name, address: bootstrap.address, admin, dns, say });
      if (redirected !== undefined || options.bindOutbounds || options.dnsPort !== undefined) {
        const hosts = nameHosts(redirected, hasIpv6());
        names = await startNames({ folder: sockets, mesh, name, hosts, port: numbers.dnsPort, say });
      }
      // It holds the proxy's token.
      const config = first === null ? bootstrap.config : withRelayFiles(bootstrap.config, join(folder, "relays"));
      writePrivate(join(folder, "bootstrap.json"), JSON.stringify(withAdmin(config, numbers.adminPort)));
      const status = statusFile(join(folder, "status.json"), {
        type: proxy.type,
        mesh: proxy.mesh,
        name: proxy.name,
        envoy: found.path,
      });
      return await supervise({
        ...signals,
        say,
        relay: relays.map(({ url }) => url.origin).join(", "),
        patienceMs,
        proxy,
        start: () =>
          startEnvoy({
            program: found.path,
            folder,
            concurrency: numbers.concurrency,
            logLevel: options.logLevel,
            drainSeconds: numbers.drainSeconds,
            log: (text) => terminal.err(text),
          }),
        drain: (running) =>
          drain({
            envoy: running,
            relays: watch?.relays() ?? relays,
            proxy,
            say,
            drainMs: numbers.drainSeconds * 1000,
            settleMs: numbers.settleSeconds * 1000,
          }),
        onState: (state, running, restarts) => {
          envoy = running;
          const admin = running?.admin();
          status.write({ state, admin: admin ?? null, pid: process.pid, envoyPid: running?.pid ?? null, restarts });
          if (state === "ready") say(`${proxyTitle(proxy)} is ready; Envoy's admin interface: ${admin}`);
          if (state === "draining") say(`${proxy.name} is leaving`);
        },
      });
    } finally {
      watch?.close();
      telemetry?.close();
      names?.close();
      dnsPort?.release();
      if (sockets !== folder) removeFolder(sockets, say);
      if (options.workDir === undefined) removeFolder(folder, say);
      else
        for (const name of ["bootstrap.json", "relays"]) rmSync(join(folder, name), { recursive: true, force: true });
    }
  },
};

function relaysOf({ options, cwd }: Invocation<Options>): readonly RelayAddress[] {
  const urls = options.relay.map((text) => {
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
    throw usage(`--relay ${text} is no URL`, "write --relay https://host:5678");
  });
  const authorities = (options.caCertFile ?? []).map((path) => authorityOf(resolve(cwd, path)));
  const ca = authorities.length === 0 ? undefined : authorities.join("\n");
  return urls.map((url) => ({ url, ca }));
}

function authorityOf(path: string): string {
  let ca: string;
  try {
    ca = readFileSync(path, "utf8");
  } catch (error) {
    throw new Failure("usage", {
      what: "the CA certificate cannot be read",
      where: path,
      why: reasonOf(error),
      fix: "name a PEM file with --ca-cert-file",
    });
  }
  if (ca.includes("-----BEGIN CERTIFICATE-----")) return ca;
  throw new Failure("usage", {
    what: "the CA file holds no certificate",
    where: path,
    why: "there is no BEGIN CERTIFICATE in it",
    fix: "name a PEM file with --ca-cert-file",
  });
}

function metricsCertificateOf({ options, cwd }: Invocation<Options>): MetricsCertificate | undefined {
  const { metricsCertFile, metricsKeyFile } = options;
  if ((metricsCertFile === undefined) !== (metricsKeyFile === undefined)) {
    throw usage("--metrics-cert-file and --metrics-key-file belong together", "name both PEM files, or neither");
  }
  if (metricsCertFile === undefined || metricsKeyFile === undefined) return undefined;
  return { certPath: resolve(cwd, metricsCertFile), keyPath: resolve(cwd, metricsKeyFile) };
}
