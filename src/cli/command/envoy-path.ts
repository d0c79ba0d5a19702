// `weft envoy path`: the Envoy that Weft uses.
import type { Command } from "#cli/command.ts";
import { requireEnvoy } from "#cli/envoy.ts";
import { printValue } from "#cli/output.ts";

export const command: Command = {
  about: "Looked for in WEFT_ENVOY, then PATH, then the cache of `weft envoy install`. Exit code 1 when there is none.",
  examples: ["weft envoy path", "WEFT_ENVOY=$(weft envoy path) npm test"],
  async run({ env, options, terminal }) {
    const found = requireEnvoy(env);
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, found);
    else terminal.out(`${found.path}\n`);
    return 0;
  },
};
