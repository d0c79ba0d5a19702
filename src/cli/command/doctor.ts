// `weft doctor [ZONE]`: looks at this machine, the control plane, the zones and the relays, from the outside in.
import type { Command, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { resolveTarget } from "#cli/context.ts";
import { lookAtControlPlane } from "#cli/doctor/control-plane.ts";
import { type Finding, findingsAt, remediesText } from "#cli/doctor/finding.ts";
import { lookAtMachine } from "#cli/doctor/machine.ts";
import { lookAtRelay } from "#cli/doctor/relay.ts";
import { lookAtPorts, lookAtState } from "#cli/doctor/state.ts";
import { lookAtZones } from "#cli/doctor/zone.ts";
import { asFailure, usage } from "#cli/failure.ts";
import type { RelayPlace } from "#cli/inspect/relay-view.ts";
import { unlessStopped } from "#cli/interruption.ts";
import { isText, printListing } from "#cli/output.ts";
import { progress } from "#cli/progress.ts";
import { nearestUpFile } from "#cli/up-file.ts";

interface Options {
  readonly relay?: string;
  readonly caCertFile?: string;
}

const MARKS: Readonly<Record<Finding["state"], string>> = { ok: "ok", warning: "WARNING", failure: "FAILURE" };

export const command: Command<Options> = {
  about:
    "Nothing is changed. What fails has a line that says what to do, and the exit code is 1; a warning alone is no failure. " +
    "Relays are looked at where one is named, or where `weft up` runs them here.",
  arguments: [{ name: "[zone]", help: "only this zone" }],
  options: [
    { flags: "--relay <url>", help: "a relay to look at, as proxies reach it: https://host:5678" },
    { flags: "--ca-cert-file <file>", help: "the CA that the relay wrote (ca.pem)" },
  ],
  examples: [
    "weft doctor",
    "weft doctor east -o json",
    "weft doctor --relay https://relay.east:5678 --ca-cert-file ca.pem",
  ],
  async run(invocation) {
    const { options, terminal } = invocation;
    if ((options.relay === undefined) !== (options.caCertFile === undefined))
      throw usage("--relay and --ca-cert-file go together", "the relay writes ca.pem into its state folder");
    const looking = look(invocation);
    const found = await progress(terminal, "looking", unlessStopped(looking, invocation.signal));
    printListing(terminal, options.output, {
      rows: found,
      columns: [
        { title: "state", cell: ({ state }) => MARKS[state] },
        { title: "where", cell: ({ where }) => where },
        { title: "what", cell: ({ what }) => what },
      ],
      value: { findings: found },
      name: ({ where, what }) => `${where}: ${what}`,
      none: "",
    });
    if (isText(options.output)) terminal.out(remediesText(found));
    return found.some(({ state }) => state === "failure") ? 1 : 0;
  },
};

/** Everything, from this machine outwards. */
async function look(invocation: Invocation<Options>): Promise<readonly Finding[]> {
  const { args, options, env, cwd, signal } = invocation;
  const up = nearestUpFile(cwd, env)?.up;
  const found: Finding[] = [...(await lookAtMachine(env, signal)), lookAtState(cwd, env)];
  const target = await tried("control plane", async () => resolveTarget(options, env, cwd));
  if ("state" in target) found.push(target, ...(await lookAtPorts()));
  else {
    const plane = await lookAtControlPlane(target);
    found.push(...plane);
    if (plane.every(({ state }) => state !== "failure")) {
      const ask = connect(invocation).ask("the zones could not be read", (client, organisation) =>
        lookAtZones(client, organisation, args[0], Date.now()),
      );
      const zones = await tried("zones", () => ask);
      found.push(...("state" in zones ? [zones] : zones));
    }
  }
  for (const place of placesOf(options, up?.zones ?? [])) found.push(...(await lookAtRelay(place)));
  return found;
}

/** What it gives, or its failure as a finding: the other looks go on. */
async function tried<T extends object>(where: string, look: () => Promise<T>): Promise<T | Finding> {
  try {
    return await look();
  } catch (thrown) {
    return findingsAt(where).failed(asFailure(thrown).parts);
  }
}

function placesOf(
  { relay, caCertFile }: Options,
  zones: readonly { readonly relay: { readonly api: string; readonly ca: string } }[],
): readonly RelayPlace[] {
  if (relay !== undefined && caCertFile !== undefined) return [{ url: relay, ca: caCertFile }];
  return zones.map(({ relay: { api, ca } }) => ({ url: api, ca }));
}
