// A namespace whose application resolves names by its proxy and speaks both families: all that a redirected program needs.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Child, startChild, until } from "./child.ts";
import { cliOf, type TestMesh } from "./mesh.ts";
import { type Namespace, openNamespace } from "./namespace.ts";

export const OUTBOUND = 15_001;

export interface NamedSpace extends Namespace {
  /** Redirects TCP of both families to the proxy, and questions for names to this port of the inside's loopback. */
  redirectAll(dns: number): void;
  /** Runs Node with a script as the application's user; `args` are its arguments. */
  script(text: string, ...args: readonly string[]): Child;
  /** `weft proxy run` inside. */
  proxy(
    mesh: TestMesh,
    dataplane: Readonly<Record<string, unknown>> & { readonly name: string },
    ...more: readonly string[]
  ): Promise<Child>;
}

const APPLICATION = "65534";

export async function openNamedSpace(): Promise<NamedSpace> {
  const space = await openNamespace();
  const [command = "", ...enter] = space.enter;
  const run = (...args: readonly string[]): void => {
    const done = spawnSync(command, [...enter, ...args], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`${args.join(" ")}: ${done.stderr}`);
  };
  // `ip netns exec` shows these files in place of the machine's own.
  const etc = `/etc/netns/${space.name}`;
  mkdirSync(etc, { recursive: true });
  writeFileSync(join(etc, "resolv.conf"), `nameserver ${space.host}\noptions timeout:2 attempts:2\n`);
  const device = `wf${process.pid}`;
  run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0");
  run("ip", "addr", "add", "fd00:213::2/64", "dev", device, "nodad");
  run("ip", "-6", "route", "add", "default", "dev", device);
  const children: Child[] = [];
  return {
    ...space,
    redirectAll(dns) {
      const tcp = (own: string): string =>
        `meta skuid ${APPLICATION} ${own} meta l4proto tcp redirect to :${OUTBOUND};`;
      const names = `meta skuid ${APPLICATION} udp dport 53 redirect to :${dns};`;
      const chain = "type nat hook output priority -100;";
      run("nft", `table ip weft { chain output { ${chain} ${names} ${tcp("ip daddr != 127.0.0.0/8")} }; }`);
      run("nft", `table ip6 weft { chain output { ${chain} ${tcp("ip6 daddr != ::1")} }; }`);
    },
    script(text, ...args) {
      const user = ["setpriv", `--reuid=${APPLICATION}`, "--clear-groups"];
      const child = startChild(command, [...enter, ...user, process.execPath, "-e", text, ...args]);
      children.push(child);
      return child;
    },
    async proxy(mesh, dataplane, ...more) {
      const { api, caFile } = mesh.relay();
      const [file, token] = [join(mesh.folder, `${dataplane.name}.json`), join(mesh.folder, `${dataplane.name}.token`)];
      writeFileSync(file, JSON.stringify({ type: "Dataplane", mesh: "default", ...dataplane }));
      writeFileSync(token, await mesh.dataplaneToken("default", dataplane.name), { mode: 0o600 });
      const args = ["proxy", "run", "--relay", api, "--ca-cert-file", caFile, "--dataplane-file", file];
      const own = [
        "--token-file",
        token,
        "--concurrency",
        "1",
        "--work-dir",
        join(mesh.folder, dataplane.name),
        ...more,
      ];
      const child = startChild(command, [...enter, process.execPath, cliOf(), ...args, ...own]);
      children.push(child);
      await until(`${dataplane.name} to be ready`, async () => child.output().includes("is ready"), {
        explain: () => child.output(),
      });
      return child;
    },
    async close() {
      for (const child of children) await child.stop();
      rmSync(etc, { recursive: true, force: true });
      await space.close();
    },
  };
}
