// `weft envoy path`: the Envoy that Weft uses.
import type { Command } from "#cli/command.ts";
import { requireEnvoy } from "#cli/envoy.ts";
import { printAnswer, type TextOutput } from "#cli/output.ts";

export const command: Command = {
  about: "Looked for in WEFT_ENVOY, then PATH, then the cache of `weft envoy install`. Exit code 1 when there is none.",
  examples: ["weft envoy path", "WEFT_ENVOY=$(weft envoy path) npm test"],
  async run({ env, options, terminal }) {
    const found = requireEnvoy(env);
    const text = (form: TextOutput): string =>
      form === "table" ? `${found.path}\n` : `${found.path} (${found.source})\n`;
    printAnswer(terminal, options.output, { value: found, name: found.path, text });
    return 0;
  },
};
