// `weft install transparent-proxy`: this machine's traffic goes through Envoy without its programs knowing.
import type { Command, Invocation, OptionRow } from "#cli/command.ts";
import { usage } from "#cli/failure.ts";
import { wholeNumber } from "#cli/number.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { BACKENDS, chooseBackend, presentBackend, removeAll } from "#cli/redirect/backend.ts";
import { configFiles, readNamed } from "#cli/redirect/config-file.ts";
import { type Given, givenOf } from "#cli/redirect/given.ts";
import { ADD_ADDRESS, addAddress, hasIpv6, removeAddress } from "#cli/redirect/loopback.ts";
import { mustBeRoot } from "#cli/redirect/root.ts";
import { LISTS, SETTING_ROWS } from "#cli/redirect/setting-rows.ts";
import type { RedirectSettings } from "#cli/redirect/settings.ts";
import { settle } from "#cli/redirect/settle.ts";
import { systemUser } from "#cli/redirect/user.ts";

interface Options {
  readonly proxyUser?: string;
  readonly kumaDpUser?: string;
  readonly configFile?: readonly string[];
  readonly backend: string;
  readonly wait: string;
  readonly disableComments?: boolean;
  readonly dryRun?: boolean;
}

const SETTING_OPTIONS: readonly OptionRow[] = SETTING_ROWS.map(({ flags, help, kind, ...row }) => ({
  flags,
  help: "fallback" in row && kind !== "boolean" ? `${help} (default: ${row.fallback})` : help,
  ...(LISTS.has(kind) && { repeat: true }),
}));

export const command: Command<Options> = {
  about:
    "Puts rules into the kernel (nftables, or iptables where that is what there is) that lead this machine's connections to " +
    "Envoy's redirect ports. Nothing but Envoy should run as the proxy's user. Installing again replaces the rules; " +
    "`weft uninstall transparent-proxy` takes them away. Needs root.",
  options: [
    ...SETTING_OPTIONS,
    { flags: "--kuma-dp-user <user>", help: "the same as --proxy-user" },
    {
      flags: "--config-file <file>",
      help: "settings as YAML, as kumactl's transparent proxy configuration has them; - for standard input; flags win",
      repeat: true,
    },
    {
      flags: "--backend <tool>",
      help: "what puts rules into the kernel; auto = the first that works",
      choices: ["auto", ...BACKENDS],
      default: "auto",
    },
    { flags: "--wait <seconds>", help: "how long to wait for others who change iptables", default: "5" },
    { flags: "--disable-comments", help: "iptables rules without comments, for kernels that have none" },
    { flags: "--dry-run", help: "print the rules, and change nothing" },
  ],
  examples: [
    "weft install transparent-proxy --proxy-user kuma-dp --exclude-inbound-ports 22 --redirect-dns",
    "weft install transparent-proxy --include-outbound-ips 240.0.0.0/4,fd77:6566:7400::/48 --redirect-dns",
    "weft install transparent-proxy --dry-run --backend iptables",
  ],
  async run(invocation) {
    const { options, terminal } = invocation;
    const given = await givenBy(invocation);
    const backendOptions = {
      comments: options.disableComments !== true,
      wait: wholeNumber("--wait", options.wait, 3_600),
    };
    if (options.dryRun === true) {
      const settings = settingsOf(given);
      const backend = presentBackend(options.backend, backendOptions);
      const address = settings.families.includes("ipv6") ? `ip ${ADD_ADDRESS.join(" ")}` : null;
      const rules = backend.script(settings);
      if (isProgram(options.output))
        printValue(terminal, options.output, {
          ...viewOf(settings),
          backend: backend.name,
          installed: false,
          address,
          rules,
        });
      else terminal.out((address === null ? "" : `# ${address}\n`) + rules);
      return 0;
    }
    mustBeRoot("weft install transparent-proxy");
    const settings = settingsOf(given);
    const backend = chooseBackend(options.backend, settings, backendOptions);
    const isDual = settings.families.includes("ipv6");
    if (isDual) addAddress();
    backend.install(settings);
    const others = removeAll(backendOptions, backend.name);
    if (!isDual) removeAddress();
    if (given.get("ipFamilyMode") === "dualstack" && !isDual)
      terminal.err("weft: this machine has no IPv6; only IPv4 is redirected\n");
    if (others.length > 0) terminal.err(`weft: the earlier rules in ${others.join(", ")} are gone\n`);
    if (isProgram(options.output))
      printValue(terminal, options.output, {
        ...viewOf(settings),
        backend: backend.name,
        installed: true,
        replaced: others,
      });
    else terminal.err(`weft: ${summaryOf(settings)} (${backend.name})\n`);
    return 0;
  },
};

async function givenBy({ options, cwd, terminal }: Invocation<Options>): Promise<Given> {
  const { proxyUser, kumaDpUser, configFile = [] } = options;
  if (proxyUser !== undefined && kumaDpUser !== undefined && proxyUser !== kumaDpUser)
    throw usage("--proxy-user and --kuma-dp-user name two users", "give one of them");
  const files = await configFiles("--config-file", configFile, { cwd, input: () => terminal.input() });
  const user = proxyUser ?? kumaDpUser;
  return givenOf(files, { ...options, ...(user !== undefined && { proxyUser: user }) });
}

function settingsOf(given: Given): RedirectSettings {
  const { uid } = systemUser(given.get("kumaDPUser") as string | undefined);
  return settle(given, { uid, hasIpv6: hasIpv6(), resolvConf: (path) => readNamed("--resolv-conf", path) });
}

/** For programs: which port takes what; null = that is not redirected. */
function viewOf({ inbound, outbound, dns, families, uid }: RedirectSettings): Readonly<Record<string, unknown>> {
  return {
    inboundPort: inbound.enabled ? inbound.port : null,
    outboundPort: outbound.enabled ? outbound.port : null,
    dnsPort: dns?.port ?? null,
    families,
    uid,
  };
}

function summaryOf({ inbound, outbound, dns, families, uid }: RedirectSettings): string {
  const parts = [
    ...(inbound.enabled ? [`what arrives goes to port ${inbound.port}`] : []),
    ...(outbound.enabled ? [`what leaves goes to port ${outbound.port}`] : []),
    ...(dns === null ? [] : [`DNS goes to port ${dns.port}`]),
  ];
  const what = parts.length === 0 ? "nothing is redirected" : parts.join(", ");
  return `${what}, but for user ${uid}; ${families.length === 2 ? "IPv4 and IPv6" : "IPv4"}`;
}
