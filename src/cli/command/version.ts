// `weft version`: the release of this command, and which Kuma's API it speaks.
import { KUMA_VERSION } from "#api/kuma.ts";
import type { Command } from "#cli/command.ts";
import { ENVOY_VERSION } from "#cli/envoy/release.ts";
import { printValue } from "#cli/output.ts";
import { VERSION } from "#cli/version.ts";

export const command: Command = {
  examples: ["weft version", "weft version -o json"],
  async run({ options, terminal }) {
    const value = { weft: VERSION, kuma: KUMA_VERSION, envoy: ENVOY_VERSION, node: process.versions.node };
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, value);
    else
      terminal.out(
        `weft ${VERSION} (Kuma ${KUMA_VERSION}'s API, tested with Envoy ${ENVOY_VERSION}, on Node ${process.versions.node})\n`,
      );
    return 0;
  },
};
