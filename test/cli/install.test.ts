// Rules in a real kernel: installing twice is installing once, and uninstalling leaves no trace, whichever tool is used.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cliBundle } from "./bundle.ts";
import { tempFolder, writeAt } from "./temp.ts";

const missing = ["ip", "nft", "iptables-nft", "iptables-legacy"].filter(
  (tool) => spawnSync("which", [tool]).status !== 0,
);
const lack = process.getuid?.() === 0 ? missing.join(", ") : "root";

/** So much of everything that each kind of rule is there. */
const ALL = [
  ...[
    "--proxy-user",
    "5678",
    "--redirect-all-dns-traffic",
    "--drop-invalid-packets",
    "--vnet",
    "docker0:172.17.0.0/16",
  ],
  ...["--exclude-outbound-ports-for-uids", "tcp:80,3000-3010:1000-1002", "--exclude-inbound-ports", "22,8000-8100"],
  ...["--exclude-outbound-ips", "10.9.0.0/16,fd00:9::/32", "--include-outbound-ports", "80-90"],
];

describe.skipIf(lack !== "")(`in a network namespace${lack === "" ? "" : ` (skipped: needs ${lack})`}`, () => {
  const cli = cliBundle();
  const name = `weft-rules-${process.pid}`;

  const inside = (...args: readonly string[]): string =>
    execFileSync("ip", ["netns", "exec", name, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const weft = (...args: readonly string[]): { status: number | null; stderr: string; stdout: string } =>
    spawnSync("ip", ["netns", "exec", name, process.execPath, cli(), ...args], { encoding: "utf8" });
  /** All that there is, without counters and comments of the tools, in an order that does not depend on history. */
  const state = (): string => {
    const legacy = ["iptables-legacy-save", "ip6tables-legacy-save"].map((tool) =>
      // Tables that were used once stay registered in the kernel; what counts is what is in them.
      inside(tool).replace(/^(#.*|\*.*|:[A-Z]+ ACCEPT .*|COMMIT)\n/gm, ""),
    );
    const modern = ["iptables-nft-save", "ip6tables-nft-save"].map((tool) => inside(tool).replace(/^#.*\n/gm, ""));
    const lines = inside("nft", "list", "ruleset")
      .replaceAll(/counter packets \d+ bytes \d+/g, "")
      .split("\n")
      .sort();
    return [inside("ip", "-o", "address", "show"), ...legacy, ...modern, ...lines].join("\n");
  };

  beforeEach(() => {
    execFileSync("ip", ["netns", "add", name]);
    inside("ip", "link", "set", "lo", "up");
  });
  afterEach(() => {
    spawnSync("ip", ["netns", "del", name]);
  });

  test.each(["nft", "iptables", "iptables-nft", "iptables-legacy"])("%s", (backend) => {
    const before = state();
    const first = weft("install", "transparent-proxy", "--backend", backend, ...ALL);
    expect(first.stderr).toContain(`IPv4 and IPv6 (${backend})`);
    expect(first.status).toBe(0);
    const installed = state();
    expect(installed.match(/15001/g)?.length).toBeGreaterThan(1);
    expect(weft("install", "transparent-proxy", "--backend", backend, ...ALL).status).toBe(0);
    expect(state()).toBe(installed);
    expect(weft("uninstall", "transparent-proxy").status).toBe(0);
    expect(state()).toBe(before);
    expect(weft("uninstall", "transparent-proxy").stderr).toBe("weft: nothing was installed\n");
  });

  test("the rules of others stay as they were", () => {
    inside(
      "nft",
      "add table inet mine; add chain inet mine c { type filter hook output priority 0; }; add rule inet mine c accept",
    );
    inside("iptables-nft", "-t", "nat", "-A", "OUTPUT", "-p", "tcp", "--dport", "1", "-j", "RETURN");
    inside("iptables-legacy", "-t", "nat", "-A", "PREROUTING", "-p", "tcp", "--dport", "2", "-j", "RETURN");
    const before = state();
    for (const backend of ["nft", "iptables-nft", "iptables-legacy"]) {
      expect(weft("install", "transparent-proxy", "--backend", backend, ...ALL).status).toBe(0);
      expect(weft("uninstall", "transparent-proxy").status).toBe(0);
      expect(state()).toBe(before);
    }
  });

  test("fewer settings take rules away, and another tool takes over", () => {
    expect(weft("install", "transparent-proxy", "--backend", "iptables-nft", ...ALL).status).toBe(0);
    const plain = ["install", "transparent-proxy", "--proxy-user", "5678", "--ip-family-mode", "ipv4"];
    expect(weft(...plain, "--backend", "iptables-nft").status).toBe(0);
    expect(inside("iptables-nft-save")).not.toContain("WEFT_DNS");
    expect(inside("ip6tables-nft-save")).not.toContain("WEFT_");
    expect(inside("ip", "address", "show", "dev", "lo")).not.toContain("::6");
    const moved = weft(...plain);
    expect(moved.stderr).toContain("the earlier rules in iptables");
    expect(moved.stderr).toContain("(nft)");
    expect(inside("iptables-nft-save")).not.toContain("WEFT_");
  });

  test.each(["nft", "iptables-nft", "iptables-legacy"])(
    "a dry run prints what %s then takes as it stands, and changes nothing",
    (backend) => {
      const before = state();
      const dry = weft("install", "transparent-proxy", "--dry-run", "--backend", backend, ...ALL);
      expect(state()).toBe(before);
      const file = writeAt(join(tempFolder(), "rules"), dry.stdout);
      if (backend === "nft") inside("nft", "-f", file);
      else {
        const [, four = "", six = ""] = dry.stdout.split(/^# ip6?tables.*\n/m);
        for (const [tool, text] of [
          [backend, four],
          [backend.replace("ip", "ip6"), six],
        ] as const)
          execFileSync("ip", ["netns", "exec", name, `${tool}-restore`, "--noflush"], { input: text });
      }
      inside("ip", "-6", "address", "add", "::6/128", "dev", "lo", "preferred_lft", "0", "nodad");
      const byHand = state();
      expect(weft("uninstall", "transparent-proxy").status).toBe(0);
      expect(weft("install", "transparent-proxy", "--backend", backend, ...ALL).status).toBe(0);
      expect(state()).toBe(byHand);
      expect(weft("uninstall", "transparent-proxy").status).toBe(0);
    },
    60_000,
  );

  test("programs are told what was done, and what would be", () => {
    const asked = ["install", "transparent-proxy", ...ALL, "-o", "json"];
    const read = ({ status, stdout }: ReturnType<typeof weft>) => {
      expect(status).toBe(0);
      return JSON.parse(stdout);
    };
    const ports = { inboundPort: 15006, outboundPort: 15001, dnsPort: 15053, families: ["ipv4", "ipv6"] };
    const dry = read(weft(...asked, "--dry-run"));
    expect(dry).toMatchObject({ ...ports, backend: "nft", installed: false, address: expect.stringContaining("::6") });
    expect(dry.rules).toContain("15006");
    const done = read(weft(...asked));
    expect(done).toMatchObject({ ...ports, backend: "nft", installed: true, replaced: [] });
    expect(done.rules).toBeUndefined();
    expect(read(weft("uninstall", "transparent-proxy", "-o", "json"))).toEqual({ removed: ["nft"] });
    expect(read(weft("uninstall", "transparent-proxy", "-o", "json"))).toEqual({ removed: [] });
  });

  test("who is not root is refused, and changes nothing", () => {
    const before = state();
    chmodSync(dirname(cli()), 0o755);
    const args = ["netns", "exec", name, "setpriv", "--reuid=65534", "--clear-groups", process.execPath, cli()];
    for (const command of ["install", "uninstall"]) {
      const own = command === "install" ? ["--proxy-user", "5678"] : [];
      const ran = spawnSync("ip", [...args, command, "transparent-proxy", ...own], { encoding: "utf8" });
      expect(ran.stderr).toContain("weft: only root may change the kernel's rules\n  where  user 65534\n");
      expect(ran.status).toBe(4);
    }
    expect(state()).toBe(before);
  });

  test("an unknown user and an absent tool are refused by name", () => {
    const user = weft("install", "transparent-proxy", "--proxy-user", "no-such-user");
    expect(user.stderr).toContain("weft: there is no user no-such-user on this machine\n  where  --proxy-user\n");
    expect(user.status).toBe(5);
    const empty = { encoding: "utf8", env: { PATH: "/nonexistent" } } as const;
    const enter = ["netns", "exec", name, process.execPath, cli(), "install", "transparent-proxy", "--proxy-user", "1"];
    const tool = spawnSync("/usr/sbin/ip", enter, empty);
    expect(tool.stderr).toContain("weft: no tool here can redirect traffic\n");
    expect(tool.stderr).toContain("nft: it is not installed\n");
    expect(tool.status).toBe(5);
  });
});
