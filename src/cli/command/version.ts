// `weft version`: the release of this command, and which Kuma's API it speaks.
import { KUMA_VERSION } from "#api/kuma-version.ts";
import type { Command } from "#cli/command.ts";
import { ENVOY_VERSION } from "#cli/envoy/release.ts";
import { printAnswer, type TextOutput } from "#cli/output.ts";
import { VERSION } from "#cli/version.ts";
import { VERSION_LINE } from "#cli/version-line.ts";

export const command: Command = {
  examples: ["weft version", "weft version -o json"],
  async run({ options, terminal }) {
    const value = { weft: VERSION, kuma: KUMA_VERSION, envoy: ENVOY_VERSION, node: process.versions.node };
    const text = (form: TextOutput): string =>
      form === "table" ? `${VERSION_LINE}\n` : `${VERSION_LINE}, Envoy ${value.envoy}, Node ${value.node}\n`;
    printAnswer(terminal, options.output, { value, name: VERSION, text });
    return 0;
  },
};
