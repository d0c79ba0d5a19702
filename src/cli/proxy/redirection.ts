// What a proxy tells its relay of this machine's redirection: the same settings that the rules were made of.
import { configFiles, type Surroundings } from "#cli/redirect/config-file.ts";
import { type Given, givenOf } from "#cli/redirect/given.ts";
import type { SettingPath } from "#cli/redirect/setting-rows.ts";
import type { VirtualNetwork } from "#cli/redirect/settings.ts";
import { type SystemUser, systemUser } from "#cli/redirect/user.ts";

/** The settings that a proxy is started with; undefined where nothing is redirected to it. Throws Failure. */
export async function redirectionGiven(
  isOn: boolean | undefined,
  files: readonly string[] = [],
  around: Surroundings,
): Promise<Given | undefined> {
  if (isOn !== true && files.length === 0) return undefined;
  return givenOf(await configFiles("--transparent-proxy-config", files, around), {});
}

/** Who to run as; undefined = as it was started. Where traffic is redirected, Envoy must not be who applications are. */
export function proxyUser(named: string | undefined, redirected: Given | undefined): SystemUser | undefined {
  if (named !== undefined) return systemUser(named);
  if (redirected === undefined || process.getuid?.() !== 0) return undefined;
  return systemUser(redirected.get("kumaDPUser") as string | undefined);
}

/** Where the proxy answers questions about names: where redirection leads them, and for containers at any address. */
export function nameHosts(given: Given | undefined, hasIpv6: boolean): readonly string[] {
  if (given === undefined) return ["127.0.0.1"];
  const isDual = hasIpv6 && given.get("ipFamilyMode") === "dualstack";
  const networks = given.get("redirect.vnet.networks");
  if (Array.isArray(networks) && networks.length > 0) return [isDual ? "::" : "0.0.0.0"];
  return isDual ? ["127.0.0.1", "::1"] : ["127.0.0.1"];
}

/** In the form of kuma-dp's `dataplaneConfig`. */
export function redirectionFor(given: Given, hasIpv6: boolean): object {
  const value = (path: SettingPath): unknown => given.get(path);
  const flow = (side: "inbound" | "outbound"): object => ({
    enabled: value(`redirect.${side}.enabled`),
    port: value(`redirect.${side}.port`),
  });
  const networks = ((value("redirect.vnet.networks") ?? []) as readonly VirtualNetwork[]).map(
    (one) => `${one.interface}:${one.network.text}`,
  );
  return {
    // Envoy refuses a listener of a family that its machine does not have.
    ipFamilyMode: hasIpv6 ? value("ipFamilyMode") : "ipv4",
    redirect: {
      inbound: flow("inbound"),
      outbound: flow("outbound"),
      dns: {
        enabled: value("redirect.dns.enabled") === true || value("redirect.dns.captureAll") === true,
        port: value("redirect.dns.port"),
      },
      vnet: networks.length === 0 ? {} : { networks },
    },
  };
}
