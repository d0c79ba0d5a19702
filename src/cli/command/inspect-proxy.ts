// `weft inspect proxy NAME`: what its Envoy has, and what the control plane knows of it.
import { join } from "node:path";
import type { Command, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { type EnvoyState, readEnvoyState } from "#cli/inspect/envoy-state.ts";
import { envoyText } from "#cli/inspect/envoy-text.ts";
import { nearestWord } from "#cli/nearest.ts";
import { printValue } from "#cli/output.ts";
import { readStatus } from "#cli/proxy/status-file.ts";
import { isRunning, nearestUpFile } from "#cli/up-file.ts";

interface Options {
  readonly mesh: string;
  readonly admin?: string;
}

export const command: Command<Options> = {
  about:
    "Asks the Envoy's admin interface: that of a proxy of the `weft up` running here, or --admin. Where neither is given,\n" +
    "shows what the control plane knows.",
  arguments: [{ name: "<name>", help: "name of the dataplane" }],
  options: [
    { flags: "-m, --mesh <mesh>", help: "mesh of the dataplane", default: "default" },
    { flags: "--admin <url>", help: "the Envoy's admin interface, as weft proxy run says it" },
  ],
  examples: ["weft inspect proxy web-1", "weft inspect proxy web-1 --admin http://127.0.0.1:9901 -o json"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const name = args[0]!;
    const admin = adminOf(invocation, name);
    if (admin === undefined) return showOverview(invocation, name);
    const state = await readEnvoyState(async (path) => {
      try {
        const answer = await fetch(new URL(path, admin), { signal: AbortSignal.timeout(5_000) });
        return answer.status === 200 ? await answer.text() : undefined;
      } catch {
        return undefined;
      }
    });
    if (state === undefined) {
      throw new Failure("unreachable", {
        what: `the Envoy of ${name} gives no answer`,
        where: admin,
        why: "nothing answers /server_info there",
        fix: "is it running? weft proxy run says its admin address when it is ready",
      });
    }
    print(invocation, name, admin, state);
    return 0;

    function print(
      { options: { output } }: Invocation<Options>,
      proxy: string,
      where: string,
      value: EnvoyState,
    ): void {
      if (output === "json" || output === "yaml")
        printValue(terminal, output, { name: proxy, mesh: options.mesh, admin: where, ...value });
      else if (output === "name") terminal.out(`${proxy}\n`);
      else terminal.out(`${proxy} in mesh ${options.mesh}: ${where}\n${envoyText(terminal, value, Date.now())}`);
    }
  },
};

/** From the flag, or from the running `weft up`; its status file knows of a restart that up.json missed. */
function adminOf({ options, cwd }: Invocation<Options>, name: string): string | undefined {
  if (options.admin !== undefined) {
    if (!URL.canParse(options.admin))
      throw usage(`--admin ${options.admin} is no URL`, "write --admin http://127.0.0.1:9901");
    return options.admin;
  }
  // An explicit organisation is not the local one.
  if (options.url !== undefined || options.context !== undefined) return undefined;
  const nearest = nearestUpFile(cwd);
  if (nearest === undefined || !isRunning(nearest.up)) return undefined;
  const proxy = nearest.up.proxies.find((row) => row.name === name && row.mesh === options.mesh);
  if (proxy !== undefined) return readStatus(join(nearest.folder, "proxy", name, "status.json"))?.admin ?? proxy.admin;
  const known = nearest.up.proxies.map((row) => row.name);
  if (known.length === 0) return undefined;
  const near = nearestWord(name, known);
  throw new Failure("absent", {
    what: `there is no proxy ${name} in mesh ${options.mesh} here`,
    where: join(nearest.folder, "up.json"),
    fix: `${near === undefined ? "" : `did you mean ${near}? `}Known: ${known.join(", ")}; for another pass --admin URL`,
  });
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
