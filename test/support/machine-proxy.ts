// A proxy of a test mesh on a machine of a wire: `weft proxy run` with a real Envoy.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireEnvoy } from "#cli/envoy.ts";
import { type Child, until } from "./child.ts";
import { copyFor, type Machine, type Wire } from "./machines.ts";
import { cliOf, type TestMesh } from "./mesh.ts";

/** Who Envoy runs as on machines. */
export const PROXY = 5678;

export interface MachineProxy {
  readonly child: Child;
  /** Envoy's admin interface. */
  admin(path: string): Promise<string>;
}

export interface MachineProxyOptions {
  readonly world: TestMesh;
  readonly wire: Wire;
  readonly machine: Machine;
  /** Of the Dataplane; a token is asked for it. */
  readonly name: string;
  /** As people write it: JSON or YAML. */
  readonly dataplane: string;
  /** Further words of the command line. */
  readonly args?: readonly string[];
}

/** Resolves once its Envoy is ready. */
export async function runOnMachine(options: MachineProxyOptions): Promise<MachineProxy> {
  const { world, wire, machine, name, dataplane, args = [] } = options;
  const { api, xds, caFile } = world.relay();
  for (const port of new Set([new URL(api).port, new URL(xds).port])) await machine.reach(Number(port), PROXY);
  const [file, token] = [join(world.folder, `${name}.yaml`), join(world.folder, `${name}.token`)];
  writeFileSync(file, dataplane);
  writeFileSync(token, await world.dataplaneToken("default", name), { mode: 0o600 });
  const work = join(wire.folder, name);
  const words = [
    ...["--relay", api, "--ca-cert-file", caFile, "--dataplane-file", file, "--token-file", token],
    ...["--proxy-user", String(PROXY), "--work-dir", work, "--concurrency", "1", ...args],
  ];
  const child = machine.start(0, process.execPath, [cliOf(), "proxy", "run", ...words], {
    WEFT_ENVOY: copyFor(wire, requireEnvoy(process.env).path),
  });
  await until(`${name} to be ready`, () => child.output().includes("is ready"), {
    explain: () => `${child.output()}\n${world.relay().child.output()}`,
  });
  return {
    child,
    async admin(path) {
      const status = JSON.parse((await machine.run(0, "cat", join(work, "status.json"))).out) as { admin: string };
      return (await machine.run(0, "curl", "-s", `${status.admin}${path}`)).out;
    },
  };
}

/** Asks a counted program from a machine; null where no answer of one came. */
export async function ask<T extends object>(
  machine: Machine,
  user: number,
  ...args: readonly string[]
): Promise<T | null> {
  const { code, out } = await machine.run(user, "curl", "-s", "--globoff", "--max-time", "20", ...args);
  return code === 0 && out.startsWith("{") ? (JSON.parse(out) as T) : null;
}
