// `weft zone drain NAME`: disables the zone, and ends when every other zone's proxies have taken it.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import type { Terminal } from "#cli/terminal.ts";
import { type Lagging, relaysBut, untilTaken } from "#cli/zone/delivery.ts";
import { switchZone } from "#cli/zone/switch.ts";
import { durationMs } from "#model/duration.ts";

/** So many proxies are named a relay. */
const MOST_NAMED = 3;

interface Options {
  readonly timeout: string;
  readonly reason: string;
}

export const command: Command<Options> = {
  about:
    "After it no other zone begins a request there; then the zone's relays may be stopped and revoked, and the zone deleted. " +
    "Where a zone does not answer in time it is named, and the exit code is 8; the zone stays disabled.",
  arguments: [{ name: "<zone>", help: "its name" }],
  options: [{ flags: "--timeout <duration>", help: "how long to wait for the others", default: "60s" }, REASON_OPTION],
  examples: ["weft zone drain east", "weft zone drain east --timeout 5m"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const zone = args[0]!;
    const boundMs = durationMs(options.timeout);
    if (boundMs === null || boundMs < 1000)
      throw usage(`--timeout ${options.timeout} is not a duration of at least 1s`, "write --timeout 60s, say");
    const connection = connect(invocation);
    const relays = await relaysBut(connection, zone);
    const before = new Map(relays.map(({ id, version }) => [id, version]));
    const done = await switchZone(connection, zone, false, options.reason);
    const lagging =
      done === null
        ? []
        : await untilTaken(connection, { zone, sequence: done.sequence, before, boundMs }, (left) =>
            tell(terminal, left),
          );
    if (lagging.length > 0) {
      throw new Failure("timeout", {
        what: `zone ${zone} is disabled, and not every zone has taken it after ${options.timeout}`,
        why: lagging.map(laggingText).join("\n"),
        fix: [
          "weft zone list shows how far each relay is; repeat weft zone drain when they are back",
          `weft zone enable ${zone} takes it back`,
        ],
      });
    }
    const zones = [...new Set(relays.map((relay) => relay.zone))].sort();
    if (options.output === "json" || options.output === "yaml")
      printValue(terminal, options.output, { zone, enabled: false, changed: done !== null, taken: zones, ...done });
    else if (options.output === "name") terminal.out(`${zone}\n`);
    else
      terminal.out(
        `drained zone ${zone}: ${zones.length === 0 ? "no other zone has a relay" : `taken by ${zones.join(", ")}`}\n`,
      );
    return 0;
  },
};

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
