// `weft zone drain NAME`: disables the zone, and ends when every other zone's proxies have taken it.

import type { RelayBody } from "#api/weft.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure } from "#cli/failure.ts";
import { interruptible } from "#cli/interruption.ts";
import { printValue } from "#cli/output.ts";
import { progress } from "#cli/progress.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import type { Terminal } from "#cli/terminal.ts";
import { timeoutMs } from "#cli/timeout.ts";
import { type Lagging, relaysBut, untilTaken } from "#cli/zone/delivery.ts";
import { onlyHere, type ServiceInMesh } from "#cli/zone/only-here.ts";
import { switchZone } from "#cli/zone/switch.ts";

/** So many proxies are named a relay. */
const MOST_NAMED = 3;

interface Options {
  readonly timeout: string;
  readonly reason: string;
}

export const command: Command<Options> = {
  about:
    "Warns first of services that this zone alone has. After it no other zone begins a request there; then the zone's relays may be stopped and revoked, and the zone deleted. " +
    "Where a zone does not answer in time it is named, and the exit code is 8; the zone stays disabled.",
  arguments: [{ name: "<zone>", help: "its name" }],
  options: [{ flags: "--timeout <duration>", help: "how long to wait for the others", default: "60s" }, REASON_OPTION],
  examples: ["weft zone drain east", "weft zone drain east --timeout 5m"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const zone = args[0]!;
    const boundMs = timeoutMs(options.timeout);
    const connection = connect(invocation);
    const relays = await relaysBut(connection, zone);
    const before = new Map(relays.map(({ id, version }) => [id, version]));
    const alone = await onlyHere(connection, zone);
    if (alone.length > 0) terminal.err(onlyHereText(zone, alone));
    const done = await switchZone(connection, zone, false, options.reason);
    const lagging =
      done === null
        ? []
        : await interruptible(
            connection.signal,
            `zone ${zone} is disabled, and the others go on taking it; weft zone list shows how far each relay is, weft zone enable ${zone} takes it back`,
            () =>
              progress(
                terminal,
                `waiting for the other zones to let go of ${zone}`,
                untilTaken(connection, { zone, sequence: done.sequence, before, boundMs }, (left) =>
                  tell(terminal, left),
                ),
              ),
          );
    if (lagging.length > 0) {
      throw new Failure("timeout", {
        what: `zone ${zone} is disabled, and not every zone has taken it after ${options.timeout}`,
        why: lagging.map(laggingText).join("\n"),
        fix: ["weft zone list shows how far each relay is", `weft zone enable ${zone} takes it back`],
      });
    }
    const { taken, away } = zonesOf(done === null ? [] : relays);
    if (options.output === "json" || options.output === "yaml")
      printValue(terminal, options.output, {
        zone,
        enabled: false,
        changed: done !== null,
        taken,
        away,
        onlyHere: alone,
        ...done,
      });
    else if (options.output === "name") terminal.out(`${zone}\n`);
    else if (done === null)
      terminal.out(`zone ${zone} was disabled already; weft zone list shows how far each relay is\n`);
    else {
      const others = relays.length === 0 ? "no other zone has a relay" : `taken by ${taken.join(", ") || "none"}`;
      terminal.out(`drained zone ${zone}: ${others}\n`);
      if (away.length > 0)
        terminal.err(
          `No relay runs in ${away.join(", ")}: nothing there had to change now, and it is told when one starts.\n`,
        );
    }
    return 0;
  },
};

/** Zones whose relays were heard to take it, and those in which none is heard of. */
function zonesOf(relays: readonly RelayBody[]): {
  readonly taken: readonly string[];
  readonly away: readonly string[];
} {
  const taken = new Set(relays.filter(({ online }) => online).map(({ zone }) => zone));
  const away = new Set(relays.map(({ zone }) => zone).filter((zone) => !taken.has(zone)));
  return { taken: [...taken].sort(), away: [...away].sort() };
}

function onlyHereText(zone: string, alone: readonly ServiceInMesh[]): string {
  const named = alone.slice(0, MOST_NAMED).map(({ mesh, service }) => `${service} (mesh ${mesh})`);
  const more = alone.length > MOST_NAMED ? ` and ${alone.length - MOST_NAMED} more` : "";
  return `warning: only zone ${zone} has ${named.join(", ")}${more}: other zones get no answer there while it is disabled; weft zone enable ${zone} takes it back\n`;
}

function tell(terminal: Terminal, lagging: readonly Lagging[]): void {
  terminal.err(`waiting: ${lagging.map(laggingText).join("; ")}\n`);
}

function laggingText({ zone, relay, proxies, named, online }: Lagging): string {
  if (!online) return `zone ${zone}: relay ${relay} is offline`;
  if (proxies === null) return `zone ${zone}: relay ${relay} has not told`;
  const some =
    named.length === 0 ? "" : ` (${named.slice(0, MOST_NAMED).join("; ")}${proxies > MOST_NAMED ? "; …" : ""})`;
  return `zone ${zone}: ${proxies} ${proxies === 1 ? "proxy" : "proxies"} of relay ${relay}${some}`;
}
