// The rules of a transparent proxy, as each tool gets them: one golden a scenario and backend.
import { describe, expect, test } from "vitest";
import { type ConfigFile, type FlagValues, givenOf } from "#cli/redirect/given.ts";
import { iptablesScript } from "#cli/redirect/iptables.ts";
import { nftScript } from "#cli/redirect/nft.ts";
import { rulesOf } from "#cli/redirect/rules.ts";
import type { RedirectSettings } from "#cli/redirect/settings.ts";
import { settle } from "#cli/redirect/settle.ts";

const RESOLV = "# two families\nnameserver 10.0.0.53\nnameserver fd00::53%eth0\nsearch example.com\n";

function settings(flags: FlagValues, files: readonly ConfigFile[] = [], hasIpv6 = true): RedirectSettings {
  return settle(givenOf(files, flags), { uid: 5678, hasIpv6, resolvConf: () => RESOLV });
}

const SCENARIOS: readonly (readonly [name: string, flags: FlagValues])[] = [
  ["defaults", {}],
  ["ipv4-only", { ipFamilyMode: "ipv4", redirectDns: true }],
  ["gateway", { redirectInbound: "false" }],
  ["dns-servers", { redirectDns: true }],
  ["dns-all", { redirectAllDnsTraffic: true, skipDnsConntrackZoneSplit: true }],
  [
    "excluded",
    {
      excludeInboundPorts: ["22", "8000-8100"],
      excludeInboundIps: ["10.9.9.9"],
      excludeOutboundPorts: ["53,5432"],
      excludeOutboundIps: ["10.9.0.0/16,fd00:9::/32"],
      excludeOutboundPortsForUids: ["tcp:53,3000-3010:1000-1002", "2000"],
      redirectDns: true,
    },
  ],
  [
    "included",
    {
      includeInboundPorts: ["80,443"],
      includeInboundIps: ["10.0.0.0/8"],
      includeOutboundIps: ["240.0.0.0/4", "fd00:fd00::/64"],
      includeOutboundPorts: ["80"],
      excludeOutboundPorts: ["81"],
    },
  ],
  ["containers", { vnet: ["docker0:172.17.0.0/16", "br+:fd00:1::/64"], redirectDns: true, dropInvalidPackets: true }],
  [
    "before-others",
    {
      redirectInboundInsertInsteadOfAppend: true,
      redirectOutboundInsertInsteadOfAppend: true,
      redirectAllDnsTraffic: true,
      redirectInboundPort: "25006",
      redirectOutboundPort: "25001",
      redirectDnsPort: "25053",
    },
  ],
];

describe.each(SCENARIOS)("%s", (name, flags) => {
  const made = settings(flags);
  const rules = rulesOf(made);

  test("nft", () => expect(nftScript(rules, made.families)).toMatchFileSnapshot(`golden/${name}.nft`));

  test.each(made.families)("iptables, %s", (family) =>
    expect(iptablesScript(rules, family, "", { comments: name !== "gateway" })).toMatchFileSnapshot(
      `golden/${name}.${family}.iptables`,
    ),
  );
});

test("a machine without IPv6 has its IPv4 traffic redirected alone", () => {
  expect(settings({}, [], false)).toEqual(settings({ ipFamilyMode: "ipv4" }));
});

test("a file in Kuma's form says the same as flags", () => {
  const text = `
kumaDPUser: kuma-dp
ipFamilyMode: dualstack
redirect:
  inbound: { enabled: true, port: 15006, excludePorts: [22, 8000-8100], excludePortsForIPs: ["10.9.9.9"] }
  outbound:
    excludePorts: 53,5432
    excludePortsForIPs: [10.9.0.0/16, fd00:9::/32]
    excludePortsForUIDs: ["tcp:53,3000-3010:1000-1002", "2000"]
  dns: { enabled: true, captureAll: false, port: 15053 }
verbose: true
retry: { maxRetries: 4 }
`;
  const [, excluded = {}] = SCENARIOS.find(([name]) => name === "excluded") ?? [];
  expect(settings({}, [{ name: "tp.yaml", text }])).toEqual(settings(excluded));
});

test("a later file and flags win over what an earlier one says", () => {
  const [one, two] = [
    "{ redirect: { inbound: { port: 1, excludePorts: [1] } } }",
    "{ redirect: { inbound: { port: 2 } } }",
  ];
  const files = [one, two].map((text, index) => ({ name: `${index}`, text: text ?? "" }));
  expect(settings({}, files).inbound).toMatchObject({ port: 2, excludePorts: [{ from: 1, to: 1 }] });
  expect(settings({ redirectInboundPort: "3" }, files).inbound.port).toBe(3);
});

test("more ports than one rule of iptables takes are spread over several", () => {
  const ports = Array.from({ length: 20 }, (_, index) => String(100 + index * 2)).join(",");
  const made = settings({ excludeInboundPorts: [`${ports},1000-1999`], ipFamilyMode: "ipv4" });
  const lines = iptablesScript(rulesOf(made), "ipv4", "", { comments: false }).split("\n");
  const dports = lines.flatMap((line) => /-A WEFT_INBOUND .*--dports (\S+) -j RETURN/.exec(line)?.[1] ?? []);
  expect(dports.map((one) => one.split(",").length)).toEqual([15, 6]);
  expect(dports.join(",").split(",")).toEqual([...ports.split(","), "1000:1999"]);
});

test("ranges that overlap or touch become one: nft refuses them apart", () => {
  expect(settings({ excludeInboundPorts: ["90-100", "80,85-95", "81", "101"] }).inbound.excludePorts).toEqual([
    { from: 80, to: 81 },
    { from: 85, to: 101 },
  ]);
});
